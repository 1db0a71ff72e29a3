"""What differs between two texts, as hunks of a unified diff. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

CONTEXT = 3
NO_NEWLINE = "\\ No newline at end of file"

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def hunks(before: str, after: str) -> Iterator[str]:
    """Yield the lines of the hunks, headers included, without line breaks.

    Equal ends are set aside first, because difflib's time grows with the square of what it compares.
    """
    old, new = _lines(before), _lines(after)
    shortest = min(len(old), len(new))
    start = next((index for index in range(shortest) if old[index] != new[index]), shortest)
    end = next((index for index in range(shortest - start) if old[-1 - index] != new[-1 - index]), shortest - start)
    first, last = max(0, start - CONTEXT), max(0, end - CONTEXT)
    old, new = old[first : len(old) - last], new[first : len(new) - last]
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT):
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        yield f"@@ -{_range(first, i1, i2)} +{_range(first, j1, j2)} @@"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from _shown(" ", old[a:b])
                continue
            yield from _shown("-", old[a:b])
            yield from _shown("+", new[c:d])


def counts(before: str, after: str) -> tuple[int, int]:
    """Return how many lines were added and removed."""
    lines = list(hunks(before, after))
    return sum(line.startswith("+") for line in lines), sum(line.startswith("-") for line in lines)


def _lines(text: str) -> list[str]:
    """Return the lines with their ends: as for Git, a last line without one is another line than with one."""
    return _LINE.findall(text.replace("\r\n", "\n"))


def _shown(sign: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield sign + line.removesuffix("\n")
        if not line.endswith("\n"):
            yield NO_NEWLINE


def _range(first: int, start: int, end: int) -> str:
    length = end - start
    return f"{first + start + (1 if length else 0)},{length}"
