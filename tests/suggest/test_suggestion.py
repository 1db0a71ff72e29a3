"""A suggestion, accepted, makes exactly the text that was proven, or there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot import suggestion
from bot.suggestion import Place, Suggestion

TEN = "".join(f"line {number}\n" for number in range(1, 11))
ALL = (Place(1, 1000),)


def accepted(before: str, body: str, place: Place) -> str:
    """Accept a suggestion as GitHub does: by the content of the one block that is one, as a Markdown parser has it."""
    tokens = MarkdownIt("commonmark").parse(body)
    (block,) = [token for token in tokens if token.type == "fence" and token.info == "suggestion"]
    lines = before.split("\n")
    lines[place.first - 1 : place.last] = block.content.split("\n")[:-1]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        (None, ()),
        ("", ()),
        ("@@ -0,0 +1,3 @@\n+a\n+b\n+c", (Place(1, 3),)),
        ("@@ -1 +1 @@\n-a\n+b", (Place(1, 1),)),
        ("@@ -1,2 +0,0 @@\n-a\n-b", ()),
        ("@@ -1,3 +1,4 @@ kind: Pod\n a\n+b\n c\n d\n@@ -20,2 +21,2 @@\n x\n-y\n+z", (Place(1, 4), Place(21, 22))),
        ("@@ -1 +1 @@\n-a\n+@@ -5,5 +900,5 @@", (Place(1, 1),)),  # The file itself says so, behind its sign.
    ],
)
def test_the_lines_that_a_diff_shows(patch: str | None, expected: tuple[Place, ...]) -> None:
    assert suggestion.hunks(patch) == expected


@pytest.mark.parametrize(
    ("old", "new", "shown", "place", "lines"),
    [
        ("line 4\n", "other\n", ALL, Place(4, 4), ("other",)),
        ("line 4\n", "", ALL, Place(4, 4), ()),
        ("line 4\nline 5\n", "\n", ALL, Place(4, 5), ("",)),
        # What is inserted stands below the line above it, or above the line below.
        ("line 4\n", "line 4\n  new\n", ALL, Place(4, 4), ("line 4", "  new")),
        ("line 4\n", "line 4\nnew\n", (Place(5, 7),), Place(5, 5), ("new", "line 5")),
        ("line 1\n", "new\nline 1\n", ALL, Place(1, 1), ("new", "line 1")),
        # Two edits are one suggestion, with what stands between them.
        ("line 4\nline 5\nline 6\n", "a\nline 5\nb\n", ALL, Place(4, 6), ("a", "line 5", "b")),
    ],
)
def test_where_a_suggestion_stands_and_what_it_says(
    old: str, new: str, shown: tuple[Place, ...], place: Place, lines: tuple[str, ...]
) -> None:
    made = suggestion.suggest(TEN, TEN.replace(old, new, 1), shown)
    assert made == Suggestion(place, lines)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (TEN, TEN, ALL),
        (TEN, TEN.replace("line 4", "other"), ()),
        (TEN, TEN.replace("line 4", "other"), (Place(5, 9), Place(1, 3))),
        # Two hunks that touch are two: GitHub takes no comment on lines of both.
        (TEN, TEN.replace("line 4", "a").replace("line 5", "b"), (Place(1, 4), Place(5, 9))),
        (TEN, TEN.replace("line 4\n", "line 4\nnew\n"), (Place(6, 9), Place(1, 3))),
        # Line ends other than a line feed, and none at all.
        (TEN.replace("\n", "\r\n"), TEN.replace("\n", "\r\n").replace("line 4", "other"), ALL),
        (TEN.removesuffix("\n"), TEN.removesuffix("\n").replace("line 10", "other"), ALL),
        # What nobody sees would be accepted unseen, in a line that only stands between, too.
        (TEN.replace("line 4", "li\u202ene"), TEN.replace("line 4", "other"), ALL),
        ("a\nli\u200bne\nb\n", "c\nli\u200bne\nd\n", ALL),
        ("\ufeff" + TEN, "\ufeff" + TEN.replace("line 1\n", "other\n"), ALL),
        # Too much to be judged at a glance.
        ("a\n" * 200, "b\n" * 200, ALL),
        ("a\n", "b" * 30_000 + "\n", ALL),
    ],
)
def test_there_is_none_where_it_would_not_be_exact(before: str, after: str, shown: tuple[Place, ...]) -> None:
    assert suggestion.suggest(before, after, shown) is None


LINES = st.lists(st.text(st.sampled_from("ab `~\t-#>\u00a0é"), max_size=8), max_size=12).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(LINES, LINES)
def test_accepted_it_makes_the_proven_text(before: str, after: str) -> None:
    """Also where lines hold fences, as block scalars of documentation do."""
    made = suggestion.suggest(before, after, ALL)
    if made is None:
        # Text to stand on is all that can be missing here, or a character that is not seen.
        assert before in ("", after) or "\u00a0" in before + after
        return
    assert suggestion.applied(before, made) == after
    body = f"Some words.\n\n{suggestion.block(made)}\n\nmore\n"
    assert accepted(before, body, made.place) == after
    assert suggestion.read(body) == made.lines


@pytest.mark.parametrize("line", ["```", "````", "  ```yaml", "~~~", "```suggestion", "a ``````` b", "", "    ```"])
def test_no_line_ends_the_block(line: str) -> None:
    before, after = TEN.replace("line 4", line), TEN.replace("line 4", line).replace("line 5\n", f"new\n{line}\n")
    made = suggestion.suggest(before.replace("line 3\n", "old\n"), after, ALL)
    assert made is not None
    assert line in made.lines
    assert accepted(before.replace("line 3\n", "old\n"), suggestion.block(made), made.place) == after
    assert suggestion.read(suggestion.block(made)) == made.lines


def test_a_comment_with_two_blocks_is_none() -> None:
    block = suggestion.block(Suggestion(Place(1, 1), ("a",)))
    assert suggestion.read(block) == ("a",)
    assert suggestion.read(f"{block}\n\n{block}") is None
    assert suggestion.read("nothing") is None
