"""Versions in tags: `v1.11.4`, `9.2.3-ubuntu`, `3.8-slim`; compared number by number, not as text."""

from __future__ import annotations

import re
from typing import NamedTuple

_TAG = re.compile(
    r"(v?)([0-9]{1,9}(?:\.[0-9]{1,9}){0,3})((?:[-+_][A-Za-z0-9][\w.+-]*|\.[A-Za-z][\w.+-]*)?)\Z", re.ASCII
)
_BEFORE_RELEASE = re.compile(r"(?i)(?:alpha|beta|rc|pre|dev|snapshot|nightly|m[0-9])")

Numbers = tuple[int, ...]


class Version(NamedTuple):
    """What a tag says: `v`, numbers, and the rest behind them with its separator."""

    prefix: str
    numbers: Numbers
    rest: str

    @property
    def is_before_release(self) -> bool:
        """Is this a candidate of the version, and so older than it?"""
        return _BEFORE_RELEASE.match(self.rest[1:]) is not None


def parse(tag: str) -> Version | None:
    """Return the version that a tag says, or None when it says none."""
    found = _TAG.match(tag)
    if found is None:
        return None
    prefix, numbers, rest = found.groups()
    return Version(prefix, numbers_of(numbers), rest)


def numbers_of(text: str) -> Numbers:
    """Return `1.11.4` as numbers. Raises ValueError."""
    return tuple(int(part) for part in text.split("."))
