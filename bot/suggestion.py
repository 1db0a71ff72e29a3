"""A proven edit as a suggestion on lines of a pull request's diff: where it goes, and what exactly stands in it. Pure.

GitHub replaces the lines that a comment is about by what stands between the fences, and takes comments on lines of
one hunk of the diff only. https://docs.github.com/en/rest/pulls/reviews#create-a-review-for-a-pull-request
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.diffs import edited, lines_of

MAX_LINES = 60  # Of a suggestion: what replaces more is a rewrite, to be read in a diff.
MAX_LENGTH = 20_000  # Characters: GitHub refuses a comment of 65,536.

_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
_TICKS = re.compile(r"`+")
_BLOCK = re.compile(r"^(?P<ticks>`{3,})suggestion\n(?P<text>(?:.*\n)*?)(?P=ticks)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a file as a pull request makes it, from 1, both ends included."""

    first: int
    last: int

    def meets(self, other: Place) -> bool:
        """Do the two share a line?"""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Lines to be replaced, and what replaces them: lines without their ends, none to delete."""

    place: Place
    lines: tuple[str, ...]


def hunks(patch: str | None) -> tuple[Place, ...]:
    """Return the lines on the right side of a diff, as GitHub's list of files has it, hunk by hunk.

    None is the diff that GitHub does not show: of a binary or large file.
    """
    found = [_HUNK.match(line) for line in (patch or "").split("\n")]
    starts = [(int(one[1]), int(one[2] or 1)) for one in found if one]
    return tuple(Place(start, start + count - 1) for start, count in starts if count)


def inside(place: Place, shown: Sequence[Place]) -> bool:
    """Does a place lie in one of the hunks?"""
    return any(hunk.first <= place.first and place.last <= hunk.last for hunk in shown)


def suggest(before: str, after: str, shown: Sequence[Place]) -> Suggestion | None:
    """Return the suggestion that makes a text of another; None where none does so exactly.

    That is where the edit goes beyond the lines of one hunk or is too large, and where lines have another end than a
    line feed or hold what cannot be seen: what becomes of these between fences is not known.
    """
    old, new = lines_of(before), lines_of(after)
    where = edited(old, new)
    if where is None:
        return None
    start, end, new_start, new_end = where
    for above, below in ((0, 0), (1, 0), (0, 1)):
        # What is only inserted needs a line to stand on: the one above it or, at the top of a hunk, the one below.
        first, last = start - above, end + below
        if not (0 <= first < last <= len(old) and inside(Place(first + 1, last), shown)):
            continue
        replaced, replacing = old[first:last], new[new_start - above : new_end + below]
        if not _is_exact([*replaced, *replacing]):
            return None
        made = Suggestion(Place(first + 1, last), tuple(line[:-1] for line in replacing))
        return made if applied(before, made) == after else None
    return None


def applied(text: str, made: Suggestion) -> str:
    """Return a text in which somebody accepted a suggestion."""
    lines = lines_of(text)
    lines[made.place.first - 1 : made.place.last] = [f"{line}\n" for line in made.lines]
    return "".join(lines)


def block(made: Suggestion) -> str:
    """Return the fenced block: its fence is longer than any run of backticks in it."""
    longest = max((len(run) for line in made.lines for run in _TICKS.findall(line)), default=0)
    ticks = "`" * max(3, longest + 1)
    return "\n".join([f"{ticks}suggestion", *made.lines, ticks])


def read(body: str) -> tuple[str, ...] | None:
    """Return the lines of the one block in a comment, None where there is none or more than one."""
    found = list(_BLOCK.finditer(body))
    return tuple(found[0]["text"].split("\n")[:-1]) if len(found) == 1 else None


def _is_exact(lines: Sequence[str]) -> bool:
    if len(lines) > 2 * MAX_LINES or sum(map(len, lines)) > MAX_LENGTH:
        return False
    return all(line.endswith("\n") and line[:-1].replace("\t", "").isprintable() for line in lines)
