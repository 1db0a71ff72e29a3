"""Who owns which file: CODEOWNERS as GitHub reads it.

The last line that meets a path counts, and only it; a line that GitHub does not understand is passed over.
https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot import wildcards

# Where GitHub looks, in this order; the first file that is there counts.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
MAX_BYTES = 3_000_000  # GitHub does not read a larger one.
MAX_LINES = 20_000  # With a pattern; no repository of people has so many.
MAX_PATTERN = 1_000  # Characters.

_OWNER = re.compile(r"@[A-Za-z0-9][\w-]*(?:/[\w.-]+)?|[^\s@/]+@[^\s@/]+", re.ASCII)
# A space is part of the pattern behind a backslash; no other character can be escaped.
_WORD = re.compile(r"(?:\\ |\S)+")


@dataclass(frozen=True, slots=True)
class Line:
    """A pattern, name by name, and the owners of what it meets; none where the line takes them away.

    `is_directory` is one that meets no file of that name, `is_flat` one that meets files of one directory and
    nothing below.
    """

    names: tuple[str, ...]
    owners: tuple[str, ...]
    is_directory: bool = False
    is_flat: bool = False

    def meets(self, names: Sequence[str]) -> bool:
        """Does the pattern meet a path, or a directory above it?"""
        reached = wildcards.ends(self.names, names)
        if not reached:
            return False
        return (len(names) in reached and not self.is_directory) or (not self.is_flat and min(reached) < len(names))


@dataclass(frozen=True, slots=True)
class Owners:
    """The lines of a CODEOWNERS file, found by a name that a path must have to be met, or "" without such."""

    lines: tuple[Line, ...] = ()
    _by_name: dict[str, list[int]] = field(default_factory=dict)

    def of(self, path: str) -> tuple[str, ...]:
        """Return the owners of a file, as they are written; none where nobody owns it."""
        names = path.split("/")
        numbers = {number for name in {"", *names} for number in self._by_name.get(name, ())}
        for number in sorted(numbers, reverse=True):
            if self.lines[number].meets(names):
                return self.lines[number].owners
        return ()


def parse(text: str) -> Owners:
    """Return the owners that a file's text gives. Raises ValueError for one that is too long to be meant."""
    lines = []
    for line in _lines(text):
        lines.append(line)
        if len(lines) > MAX_LINES:
            raise ValueError(f"more than {MAX_LINES} lines")
    by_name: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        fixed = next((name for name in line.names if not wildcards.is_pattern(name)), "")
        by_name.setdefault(fixed, []).append(number)
    return Owners(tuple(lines), by_name)


def _lines(text: str) -> Iterator[Line]:
    for written in text.splitlines():
        words = []
        for word in _WORD.findall(written):
            if word.startswith("#"):
                break
            words.append(word)
        if words and all(_OWNER.fullmatch(owner) for owner in words[1:]):
            line = _line(words[0].replace("\\ ", " "), tuple(dict.fromkeys(words[1:])))
            if line:
                yield line


def _line(pattern: str, owners: tuple[str, ...]) -> Line | None:
    """Return the line of a pattern, None for one that GitHub does not understand."""
    if pattern.startswith("!") or "[" in pattern or "\\" in pattern or len(pattern) > MAX_PATTERN:
        return None
    is_directory = pattern.endswith("/")
    body = pattern.removesuffix("/")
    is_anchored = "/" in body
    names = tuple(body.removeprefix("/").split("/"))
    if not all(names):
        return None
    if not is_anchored:
        names = (wildcards.ANY, *names)
    if names[-1] == wildcards.ANY:  # What is inside, not the directory's own name.
        names = (*names, "*")
    is_flat = is_anchored and names[-1] == "*" and not is_directory
    return Line(names, owners, is_directory, is_flat)
