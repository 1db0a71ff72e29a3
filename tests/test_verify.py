"""The oracle refuses what it must: each case plants one fault."""

from __future__ import annotations

import pytest

from fixers import verify
from fixers.editor import Edit
from fixers.model import Operation, add, remove, replace
from rules import manifest
from rules.errors import Bug, Unfixable

POD = "kind: Pod\nspec:\n  a: 1  # one\n  # two\n  b: 'x # no'\n  c: |  # three\n    # text\n"


def refused(code: str) -> pytest.RaisesExc[Unfixable]:
    return pytest.RaisesExc(Unfixable, check=lambda error: error.code == code)


def test_comments_are_told_from_text() -> None:
    assert [text for _, text in verify.comments_of(POD)] == ["# one", "# two", "# three"]


@pytest.mark.parametrize(
    "text",
    ["a: b#c\n", 'a: "# x"\n', "a: 'it''s # x'\n", "a: |\n  # x\n\n  y\n", "a: >-\n  # x", "a: plain\n  more#x\n"],
)
def test_a_hash_inside_a_scalar_is_no_comment(text: str) -> None:
    assert list(verify.comments_of(text)) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_comments_end_with_their_line(end: str) -> None:
    text = end.join(["# a", "k: 1 # b", "m: | # c", "  # text", "# d"])
    assert [comment for _, comment in verify.comments_of(text)] == ["# a", "# b", "# c", "# d"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("a: [\n", "proof-parse"), ("a: 1\n---\nb: 1\n", "proof-count"), ("# nothing\n", "proof-count")],
)
def test_the_result_must_be_one_readable_document(text: str, code: str) -> None:
    (before,) = manifest.parse("a: 1\n")
    with refused(code):
        verify.document(before, text)


@pytest.mark.parametrize(
    ("after", "operation"),
    [
        ({"a": True}, replace(("a",), 1)),  # To Python True == 1.
        ({"a": "no"}, replace(("a",), False)),
        ({"a": 1}, add(("b",), None)),
        ({"a": [1, 2]}, replace(("a",), [2, 1])),
    ],
)
def test_the_value_must_be_what_the_patch_makes(after: object, operation: Operation) -> None:
    with refused("proof-value"):
        verify.values({"a": 1}, after, [operation])


def test_numbers_are_compared_as_json() -> None:
    verify.values({"a": 1}, {"a": 2.0}, [replace(("a",), 2)])


def test_a_patch_that_does_not_apply_is_refused() -> None:
    with refused("patch-does-not-apply"):
        verify.values({"a": 1}, {"a": 1}, [remove(("b",))])


def test_shared_nodes_are_patched_apart() -> None:
    shared = {"x": 1}
    verify.values({"a": shared, "b": shared}, {"a": {"x": 2}, "b": {"x": 1}}, [replace(("a", "x"), 2)])


@pytest.mark.parametrize(
    ("after", "edits"),
    [
        ("a: 2\nB: 1\n", [Edit(3, 4, "2")]),  # A byte outside.
        ("a: 2\n", [Edit(3, 4, "2"), Edit(3, 4, "2")]),  # Overlapping.
        ("a: 2\nb: 1\n", [Edit(3, 40, "2")]),  # Beyond the end.
    ],
)
def test_bytes_outside_the_edits_stay(after: str, edits: list[Edit]) -> None:
    with refused("proof-bytes"):
        verify.edits("a: 1\nb: 1\n", after, edits)


def test_a_comment_may_only_go_with_what_is_removed() -> None:
    before, after = "a: 1 # one\nb: 2 # two\n", "b: 2 # two\n"
    verify.comments(before, after, [Edit(0, 11, "")], [remove(("a",))])
    with refused("proof-comment"):
        verify.comments(before, after, [Edit(0, 11, "")], [add(("c",), 1)])
    with refused("proof-comment"):
        verify.comments(before, "b: 2\n", [Edit(0, 11, "")], [remove(("a",))])


@pytest.mark.parametrize(
    ("after", "spans"),
    [
        ("a: 1\n---\nb: 2\n---\nc: 3\n", [(0, 5), (5, 14)]),  # One more.
        ("a: 1\nb: 2\n", [(0, 5), (5, 10)]),  # One less.
        ("a: 1\n---\nb: 22\n", [(0, 5), (5, 14)]),  # The last is longer than was proven.
    ],
)
def test_a_file_must_fall_apart_where_its_documents_were_proven(after: str, spans: list[tuple[int, int]]) -> None:
    with pytest.raises(Bug):
        verify.file("a: 1\n---\nb: 2\n", after, spans)
    verify.file("a: 1\n---\nb: 2\n", "\ufeffa: 1\n---\nb: 3\n", [(0, 5), (5, 14)])
