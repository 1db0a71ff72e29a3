"""Patterns by which exceptions name objects: regular expressions that cannot run away."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.ignores import plain_patterns

MET = {
    "web": (["web"], ["Web", "web-1", "a-web", ""]),
    "^web$": (["web"], ["web-1", "a-web"]),
    "web-.*": (["web-", "web-1"], ["web", "a-web-1"]),
    "web-.+": (["web-1"], ["web-", "web"]),
    ".*": (["", "web"], []),
    ".+": (["web"], [""]),
    ".*-agent-.*": (["a-agent-b", "-agent-"], ["agent", "-agent", "agent-"]),
    "a.*a": (["aa", "aba"], ["a"]),
    ".*ab.+ab": (["abxab", "ababab"], ["abab", "ab"]),
    ".*.+.+": (["ab"], ["a"]),
    "web|api-.*": (["web", "api-1"], ["web-1", "api", "web|api-1"]),
    "(web|api)": (["web", "api"], ["(web", "webapi"]),
    "^(web|api)$": (["web", "api"], ["web-1"]),
    r"v1\.apps": (["v1.apps"], ["v1xapps"]),
    "v1.apps": (["v1.apps"], ["v1xapps"]),
    r"a\|b": (["a|b"], ["a", "b"]),
    r"cost\$": (["cost$"], ["cost"]),
}


@pytest.mark.parametrize(("text", "met", "others"), [(key, *value) for key, value in MET.items()], ids=MET)
def test_a_pattern_meets_whole_texts(text: str, met: list[str], others: list[str]) -> None:
    pattern = plain_patterns.parse(text)
    assert pattern is not None
    assert [one for one in met + others if pattern.meets(one)] == met


@pytest.mark.parametrize(
    "text",
    [
        *("*", "web-*", "a+", "a?", "a.*?", "[a-z]+", "a{3}", r"\d", r"\w+", "(a|b)-c", "(a)(b)", "(?i)web", "(a+)+"),
        *("", "a|", "|", "()", "a\\", "(", ")", "a^", "a$b", "a.**", "x" * 1001),
    ],
)
def test_what_needs_more_is_refused(text: str) -> None:
    assert plain_patterns.parse(text) is None


@given(st.text(r"ab.*+|^$()\-?", max_size=8), st.text("ab.-", max_size=6))
def test_a_pattern_never_meets_more_than_the_regular_expression(text: str, other: str) -> None:
    pattern = plain_patterns.parse(text)
    if pattern and pattern.meets(other):
        assert re.fullmatch(f"(?:{text})", other)


@given(st.lists(st.sampled_from(["a", "b", "-", ".*", ".+", "|a"]), min_size=1, max_size=8), st.text("ab-", max_size=8))
def test_of_what_is_taken_a_pattern_meets_as_much_as_the_regular_expression(parts: list[str], other: str) -> None:
    text = "".join(parts)
    pattern = plain_patterns.parse(text)
    if pattern:
        assert pattern.meets(other) == bool(re.fullmatch(text, other))


@pytest.mark.usefixtures("hang_guard")
def test_a_pattern_that_backtracks_forever_is_read_in_no_time() -> None:
    pattern = plain_patterns.parse(".*a" * 300 + "b")
    assert pattern is not None
    assert not any(pattern.meets("a" * length) for length in range(700, 1000))
    assert not pattern.meets("a" * 1_000_000 + "b")
