"""Unified diffs that `git apply` and `patch` read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher

import click

from bot.log import harmless

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_NO_NEWLINE = "\n\\ No newline at end of file\n"
_UNUSUAL = re.compile(rb'[^ -~]|["\\]')
CONTEXT = 3
# Time and space grow with its square.
MAX_DIFFERING = 500
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def unified(path: str, before: str, after: str) -> str:
    """Return the diff of a file's texts, byte for byte; '' when they are equal."""
    # Lines end with \n alone, as for git: str.splitlines would cut at form feeds and \r, too.
    old, new = _LINE.findall(before), _LINE.findall(after)
    lines = list(_hunks(old, new))
    if not lines:
        return ""
    heads = [f"--- {_name('a', path)}\n", f"+++ {_name('b', path)}\n"]
    return "".join(line if line.endswith("\n") else line + _NO_NEWLINE for line in (*heads, *lines))


def _hunks(old: list[str], new: list[str]) -> Iterator[str]:
    for group in _Matcher(None, old, new).get_grouped_opcodes(CONTEXT):
        (_, first, _, start, _), (_, _, last, _, end) = group[0], group[-1]
        yield f"@@ -{_range(first, last)} +{_range(start, end)} @@\n"
        for tag, i, j, k, m in group:
            if tag == "equal":
                yield from (" " + line for line in old[i:j])
            else:
                yield from ("-" + line for line in old[i:j])
                yield from ("+" + line for line in new[k:m])


def _range(start: int, end: int) -> str:
    """Return a range of lines: its first line, and how many where that is not one."""
    count = end - start
    return f"{start + 1}" if count == 1 else f"{start + (count > 0)},{count}"


class _Matcher(SequenceMatcher[str]):
    """Finds the shortest diff while few lines differ, which is what fixes do.

    difflib's own way takes frequent lines for noise, and manifests are full of them: whole files would seem
    rewritten. This is the greedy algorithm of E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
    """

    a: Sequence[str]
    b: Sequence[str]

    def get_matching_blocks(self) -> list[Match]:
        trace = self._search()
        return [*self._blocks(trace), Match(len(self.a), len(self.b), 0)] if trace else super().get_matching_blocks()

    def _search(self) -> list[dict[int, int]]:
        """Return how far each diagonal reaches with 0, 1, 2, ... lines that differ; [] when there are too many."""
        old, new = self.a, self.b
        reach = {1: 0}
        trace: list[dict[int, int]] = []
        for differing in range(min(len(old) + len(new), MAX_DIFFERING) + 1):
            for diagonal in range(-differing, differing + 1, 2):
                x = _step(reach, diagonal, differing)
                while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                    x += 1
                reach[diagonal] = x
                if x >= len(old) and x - diagonal >= len(new):
                    return [*trace, dict(reach)]
            trace.append(dict(reach))
        return []

    def _blocks(self, trace: list[dict[int, int]]) -> list[Match]:
        """Return the runs of equal lines on the way that the search found, walked backwards."""
        blocks: list[Match] = []
        x, y = len(self.a), len(self.b)
        for differing in range(len(trace) - 1, -1, -1):
            before = trace[differing - 1] if differing else {1: 0}
            start = _step(before, x - y, differing)
            if x > start:
                blocks.append(Match(start, start - (x - y), x - start))
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


def shown(diff: str) -> str:
    """Return the diff for a terminal: coloured, and nothing in it acts."""
    return "".join(f"{line}\n" for line in _coloured(diff))


def _coloured(diff: str) -> Iterator[str]:
    for line in diff.split("\n")[:-1]:
        text = "\t".join(harmless(part) for part in line.removesuffix("\r").split("\t"))
        if line.startswith(("--- ", "+++ ")):
            yield click.style(text, bold=True)
        else:
            yield click.style(text, fg=_COLOURS.get(line[:1]))


def _name(side: str, path: str) -> str:
    """Return a file name as git writes it: quoted, with octal escapes, where it is unusual."""
    name = f"{side}/{path.removeprefix('./').lstrip('/')}".encode("utf-8", "surrogateescape")
    if not _UNUSUAL.search(name):
        return name.decode()
    return '"' + _UNUSUAL.sub(lambda found: b"\\%03o" % found.group()[0], name).decode() + '"'
