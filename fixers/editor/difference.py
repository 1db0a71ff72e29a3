"""One value -> another, as operations on the smallest parts, so that what stays keeps its text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from fixers.model import Operation, add, remove, replace
from rules.pointer import Pointer

MAX_ALIGNED = 300  # Longer lists are compared from both ends only: aligning is quadratic.


def same(one: Any, other: Any) -> bool:
    """Are two values equal as JSON? To Python True == 1; to JSON 1 == 1.0 but not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(value, other[name]) for name, value in one.items())
        )
    if isinstance(one, list):
        return (
            isinstance(other, list)
            and len(one) == len(other)
            and all(same(value, match) for value, match in zip(one, other, strict=True))
        )
    return isinstance(one, int | float) == isinstance(other, int | float) and bool(one == other)


def is_alike(old: Any, new: Any) -> bool:
    """Are both non-empty collections of one kind, so that one can be turned into the other piece by piece?"""
    return any(isinstance(old, kind) and isinstance(new, kind) for kind in (dict, list)) and bool(old and new)


def difference(old: Any, new: Any, at: Pointer) -> Iterator[Operation]:
    """Yield operations that turn `old` into `new`, to be applied in order; `at` is where `old` stands.

    A map is never emptied on the way: keys are added before others are removed.
    """
    if same(old, new):
        return
    if not is_alike(old, new):
        yield replace(at, new)
    elif isinstance(old, dict):
        for name, value in new.items():
            if name in old:
                yield from difference(old[name], value, (*at, name))
            else:
                yield add((*at, name), value)
        for name in old:
            if name not in new:
                yield remove((*at, name))
    else:
        yield from _items(old, new, at)


def _items(old: list[Any], new: list[Any], at: Pointer) -> Iterator[Operation]:
    for tag, start, end, other_start, other_end in reversed(_blocks(old, new)):
        # From the back, so that the indexes ahead stay true.
        if tag == "equal":
            continue
        paired = min(end - start, other_end - other_start)
        for index in range(paired):
            yield from difference(old[start + index], new[other_start + index], (*at, start + index))
        for index in range(paired, other_end - other_start):
            yield add((*at, start + index), new[other_start + index])
        for _ in range(paired, end - start):
            yield remove((*at, start + paired))


def _blocks(old: list[Any], new: list[Any]) -> list[tuple[str, int, int, int, int]]:
    """Return what to keep and what to change, as difflib's opcodes."""
    ours = [json.dumps(item, sort_keys=True) for item in old]
    theirs = [json.dumps(item, sort_keys=True) for item in new]
    if max(len(old), len(new)) <= MAX_ALIGNED:
        return list(SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes())
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if ours[i] != theirs[i]), shorter)
    tail = next((i for i in range(shorter - head) if ours[-1 - i] != theirs[-1 - i]), shorter - head)
    return [("replace", head, len(old) - tail, head, len(new) - tail)]
