"""Patterns of names with slashes: `*` and `?` stay within one name, `**` as a whole name stands for any number of them.

Compared without going back over the text: a pattern of a stranger costs at most its length times that of the name.
Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

ANY = "**"


def is_pattern(text: str) -> bool:
    """Does a text hold a wildcard?"""
    return "*" in text or "?" in text


def matches(pattern: str, name: str) -> bool:
    """Does a pattern meet a whole name, such as that of a branch?"""
    return all_of(pattern.split("/"), name.split("/"))


def all_of(patterns: Sequence[str], names: Sequence[str]) -> bool:
    """Do the parts of a pattern meet all parts of a name?"""
    return len(names) in ends(patterns, names)


def ends(patterns: Sequence[str], names: Sequence[str]) -> frozenset[int]:
    """Return after how many of the names the patterns can have met everything so far, and be at their end."""
    reached = {0}
    for pattern in patterns:
        if pattern == ANY:
            reached = set(range(min(reached), len(names) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(names) and one(pattern, names[at])}
        if not reached:
            break
    return frozenset(reached)


def one(pattern: str, name: str) -> bool:
    """Does a pattern without slashes meet a whole name? `*` stands for any text, `?` for one character."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == name
    at = place = 0
    star, resume = -1, 0
    while place < len(name):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", name[place]):
            at, place = at + 1, place + 1
        elif star >= 0:  # The last star takes one character more; what stood before it need not be looked at again.
            at, resume = star + 1, resume + 1
            place = resume
        else:
            return False
    return not pattern[at:].strip("*")
