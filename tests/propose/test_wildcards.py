"""Wildcards mean what they mean to people, and cost nothing whatever a stranger writes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import wildcards

MEETS = [
    ("main", "main", True),
    ("main", "maine", False),
    ("release/*", "release/1.2", True),
    ("release/*", "release/1/2", False),
    ("release/**", "release/1/2", True),
    ("**/fix", "fix", True),
    ("**/fix", "a/b/fix", True),
    ("a/**/b", "a/b", True),
    ("a/**/b", "a/x/y/b", True),
    ("a/**/b", "a/x/y/c", False),
    ("v?", "v1", True),
    ("v?", "v12", False),
    ("*", "a", True),
    ("*", "a/b", False),
    ("re*se-*", "release-1", True),
]


@pytest.mark.parametrize(("pattern", "name", "does"), MEETS)
def test_a_pattern_meets_whole_names(pattern: str, name: str, does: bool) -> None:
    assert wildcards.matches(pattern, name) is does


@settings(max_examples=300, deadline=None)
@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_one_name_is_met_as_by_a_regular_expression(pattern: str, name: str) -> None:
    words = {"*": ".*", "?": "."}
    expected = re.fullmatch("".join(words.get(character, character) for character in pattern), name)
    assert wildcards.one(pattern, name) is (expected is not None)


@pytest.mark.usefixtures("hang_guard")
def test_a_hostile_pattern_costs_no_time() -> None:
    assert not wildcards.one("a*" * 400 + "b", "a" * 4000)
    assert not wildcards.matches("**/a*/" * 60 + "b", "a/" * 200 + "c")
