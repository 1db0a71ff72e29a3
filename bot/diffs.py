"""What differs between two texts, as a unified diff that `git apply` and `patch` read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher

CONTEXT = 3
NO_NEWLINE = "\\ No newline at end of file"
# Lines that differ in one search: time and space grow with its square.
MAX_DIFFERING = 200

# Lines end with \n alone, as for Git: str.splitlines would cut at form feeds and \r, too.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_UNUSUAL = re.compile(rb'[^ -~]|["\\]')


def unified(path: str, before: str, after: str, *, is_new: bool = False) -> str:
    """Return the diff of a file's texts, byte for byte; '' when they are equal. `is_new`: it makes the file."""
    lines = list(hunks(before, after))
    if not lines:
        return ""
    return "".join(
        f"{line}\n"
        for line in (f"--- {'/dev/null' if is_new else _name('a', path)}", f"+++ {_name('b', path)}", *lines)
    )


def hunks(before: str, after: str) -> Iterator[str]:
    """Yield the lines of the hunks, headers included, without the \\n at their ends; a \\r before it stays."""
    old, new = lines_of(before), lines_of(after)
    for group in _Matcher(None, old, new).get_grouped_opcodes(CONTEXT):
        (_, first, _, start, _), (_, _, last, _, end) = group[0], group[-1]
        yield f"@@ -{_range(first, last)} +{_range(start, end)} @@"
        for tag, i, j, k, m in group:
            if tag == "equal":
                yield from _signed(" ", old[i:j])
            else:
                yield from _signed("-", old[i:j])
                yield from _signed("+", new[k:m])


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with their ends. As for Git, a last line without one is another than with it."""
    return _LINE.findall(text)


def edited(old: Sequence[str], new: Sequence[str]) -> tuple[int, int, int, int] | None:
    """Return where the lines differ, from the first edit to the last: start and end in both; None where nowhere."""
    edits = [code for code in _Matcher(None, old, new).get_opcodes() if code[0] != "equal"]
    return (edits[0][1], edits[-1][2], edits[0][3], edits[-1][4]) if edits else None


def counts(before: str, after: str) -> tuple[int, int]:
    """Return how many lines were added and removed."""
    lines = list(hunks(before, after))
    return sum(line.startswith("+") for line in lines), sum(line.startswith("-") for line in lines)


def _signed(sign: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield sign + line.removesuffix("\n")
        if not line.endswith("\n"):
            yield NO_NEWLINE


def _range(start: int, end: int) -> str:
    """Return a range of lines: its first line, and how many where that is not one."""
    count = end - start
    return f"{start + 1}" if count == 1 else f"{start + (count > 0)},{count}"


class _Matcher(SequenceMatcher[str]):
    """Finds the shortest diff while few lines differ, which is what fixes do, and a short one otherwise.

    difflib's own way takes frequent lines for noise, and manifests are full of them: whole files would seem
    rewritten. This is the greedy algorithm of E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986);
    where too many lines differ, it goes to the furthest point it found and starts anew from there.
    """

    a: Sequence[str]
    b: Sequence[str]

    def get_matching_blocks(self) -> list[Match]:
        blocks: list[Match] = []
        x = y = 0
        while x < len(self.a) or y < len(self.b):
            trace, (right, down) = self._search(x, y)
            blocks += _blocks(trace, x, y, right, down)
            x, y = x + right, y + down
        return [*blocks, Match(len(self.a), len(self.b), 0)]

    def _search(self, left: int, top: int) -> tuple[list[dict[int, int]], tuple[int, int]]:
        """Return how far each diagonal reaches with 0, 1, 2, ... lines that differ, and the point to go to.

        Everything counts from the lines `left` and `top`.
        """
        old, new = self.a, self.b
        width, height = len(old) - left, len(new) - top
        reach = {1: 0}
        trace: list[dict[int, int]] = []
        for differing in range(MAX_DIFFERING + 1):
            for diagonal in range(-differing, differing + 1, 2):
                x = _step(reach, diagonal, differing)
                while x < width and x - diagonal < height and old[left + x] == new[top + x - diagonal]:
                    x += 1
                reach[diagonal] = x
                if x >= width and x - diagonal >= height:
                    return [*trace, dict(reach)], (width, height)
            trace.append(dict(reach))
        points = ((reach[diagonal], reach[diagonal] - diagonal) for diagonal in range(-differing, differing + 1, 2))
        return trace, max((point for point in points if point[0] <= width and point[1] <= height), key=sum)


def _blocks(trace: list[dict[int, int]], left: int, top: int, x: int, y: int) -> list[Match]:
    """Return the runs of equal lines on the way that a search found to a point, walked backwards."""
    blocks: list[Match] = []
    for differing in range(len(trace) - 1, -1, -1):
        before = trace[differing - 1] if differing else {1: 0}
        start = _step(before, x - y, differing)
        if x > start:
            blocks.append(Match(left + start, top + start - (x - y), x - start))
        down = _comes_from_above(before, x - y, differing)
        x, y = (start, start - (x - y) - 1) if down else (start - 1, start - (x - y))
    return blocks[::-1]


def _comes_from_above(reach: dict[int, int], diagonal: int, differing: int) -> bool:
    """Is the next line that differs one that was added, not removed?"""
    if diagonal in (-differing, differing):
        return diagonal == -differing
    return reach[diagonal - 1] < reach[diagonal + 1]


def _step(reach: dict[int, int], diagonal: int, differing: int) -> int:
    """Return where on a diagonal one more line that differs leads."""
    if _comes_from_above(reach, diagonal, differing):
        return reach[diagonal + 1]
    return reach[diagonal - 1] + 1


def _name(side: str, path: str) -> str:
    """Return a file name as git writes it: quoted, with octal escapes, where it is unusual."""
    name = f"{side}/{path.removeprefix('./').lstrip('/')}".encode("utf-8", "surrogateescape")
    if not _UNUSUAL.search(name):
        return name.decode()
    return '"' + _UNUSUAL.sub(lambda found: b"\\%03o" % found.group()[0], name).decode() + '"'
