"""Removing several entries of one map or list, together with the parents that would stay behind empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fixers.model import Operation, remove
from rules.pointer import Pointer, get


def remove_entries(value: Any, parent: Pointer, keys: Sequence[str | int], floor: Pointer) -> Iterator[Operation]:
    """Yield the removal of some entries of the map or list at `parent`; indexes must rise.

    Where nothing else is in it, it goes as a whole, and so does each parent that would be empty then, below
    `floor`, which stays.
    """
    if len(keys) < len(get(value, *parent)):
        # From the last to the first: a removal moves what stands behind it.
        yield from (remove((*parent, key)) for key in reversed(keys))
        return
    while len(parent) > len(floor) + 1 and len(get(value, *parent[:-1])) == 1:
        parent = parent[:-1]
    yield remove(parent)


def remove_entry(value: Any, pointer: Pointer, floor: Pointer) -> Iterator[Operation]:
    """Yield the removal of one entry of a map or list, with the parents that would be empty then."""
    yield from remove_entries(value, pointer[:-1], pointer[-1:], floor)
