"""The judge is judged: honest changes are acquitted, each planted fault is caught."""

from __future__ import annotations

from typing import Any

import pytest
from faults import FAULTS
from honest import HONEST
from oracle import judge
from plain_reading import compose, pieces, value


@pytest.mark.parametrize(("before", "after", "operations"), HONEST)
def test_an_honest_change_is_acquitted(before: str, after: str, operations: list[dict[str, Any]]) -> None:
    assert judge(before, after, {0: operations}) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault: str) -> None:
    before, after, operations = FAULTS[fault]
    assert judge(before, after, {0: operations}) != []


TWO = "---\n# one\na: 1\n---  # two\na: 1\n"


def test_the_wrong_document_is_noticed() -> None:
    operations = [{"op": "replace", "path": "/a", "value": 2}]
    second = "---\n# one\na: 1\n---  # two\na: 2\n"
    assert judge(TWO, second, {1: operations}) == []
    assert judge(TWO, second, {0: operations}) != []
    assert judge(TWO, second, {}) != []


@pytest.mark.parametrize(
    "after",
    [
        "---\n# one\na: 1\n---\na: 2\n",
        "---\n# one\na: 1\n--- # two\na: 2\n",
        "# one\na: 1\n---  # two\na: 2\n",
        "---\n# one\na: 1\n---  # two\na: 2\n---\n",
        "---\n# one\na: 1\n",
        "---\n# one\na: 1\na: 2\n",
    ],
)
def test_separators_are_kept(after: str) -> None:
    assert judge(TWO, after, {1: [{"op": "replace", "path": "/a", "value": 2}]}) != []


def test_a_broken_neighbour_stays_as_it_is() -> None:
    operations = {1: [{"op": "replace", "path": "/a", "value": 2}]}
    assert judge("b: [\n---\na: 1\n", "b: [\n---\na: 2\n", operations) == []
    assert judge("b: [\n---\na: 1\n", "b: []\n---\na: 2\n", operations) != []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", True), ("n", False), ("~", None), ("0644", 420), ("08", 8), ("1_000", 1000), ("0x1F", 31),
        ("0b11", 3), ("0o17", 15),
        ("12:30", "12:30"), ("2001-01-01", "2001-01-01"), ("=", "="),
        ("1e400", "1e400"), ("1.0", 1), ("'no'", "no"), ("!x 1", "1"),
    ],
)  # fmt: skip
def test_the_judge_reads_scalars_as_kubernetes_does(text: str, expected: Any) -> None:
    source = f"a: {text}\n"
    (piece,) = pieces(source)
    found = value(compose(source, piece))["a"]
    assert (type(found), found) == (type(expected), expected)
