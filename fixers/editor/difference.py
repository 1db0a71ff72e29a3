"""One value -> another, as operations on the smallest parts, so that what stays keeps its text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from fixers.model import Operation, add, move, remove, replace
from rules.pointer import Pointer

MAX_ALIGNED = 300  # Longer lists are compared from both ends only: aligning is quadratic.
MAX_PAIRED = 2500  # Larger blocks of changed items are paired in order, for the same reason.


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
    """Yield operations on a list: first within the items that stay, then to put each in its place."""
    origins = _origins(old, new)
    for place, origin in enumerate(origins):
        if origin is not None:
            yield from difference(old[origin], new[place], (*at, origin))
    kept = set(origins)
    now: list[int | None] = list(range(len(old)))
    for index in range(len(old) - 1, -1, -1):  # From the back, so that the indexes ahead stay true.
        if index not in kept:
            yield remove((*at, index))
            del now[index]
    for place, origin in enumerate(origins):
        if origin is None:
            yield add((*at, place), new[place])
            now.insert(place, None)
        elif now[place] != origin:
            source = now.index(origin, place)
            yield move((*at, source), (*at, place))
            now.insert(place, now.pop(source))


def _origins(old: list[Any], new: list[Any]) -> list[int | None]:
    """Return for each new item the index of the old one that it is, or is made of; at least one has one."""
    ours = [json.dumps(item, sort_keys=True) for item in old]
    theirs = [json.dumps(item, sort_keys=True) for item in new]
    origins: list[int | None] = [None] * len(new)
    changed: list[tuple[int, int, int, int]] = []
    for tag, start, end, other, other_end in _blocks(ours, theirs):
        if tag == "equal":
            origins[other:other_end] = range(start, end)
        else:
            changed.append((start, end, other, other_end))
    left: dict[str, list[int]] = {}
    for start, end, _, _ in changed:
        for index in range(start, end):
            left.setdefault(ours[index], []).append(index)
    for _, _, other, other_end in changed:  # Items that stand elsewhere now.
        for place in range(other, other_end):
            if left.get(theirs[place]):
                origins[place] = left[theirs[place]].pop(0)
    taken = set(origins)
    for start, end, other, other_end in changed:
        sources = [index for index in range(start, end) if index not in taken]
        places = [place for place in range(other, other_end) if origins[place] is None]
        for source, place in _pairs(old, new, sources, places):
            origins[place] = source
    return origins


def _pairs(old: list[Any], new: list[Any], sources: list[int], places: list[int]) -> Iterator[tuple[int, int]]:
    """Yield which old item becomes which new one: in order, and as many as possible of those that are most alike."""
    if len(sources) == len(places) and not any(isinstance(old[source], dict) for source in sources):
        yield from zip(sources, places, strict=True)
        return
    if len(sources) * len(places) > MAX_PAIRED:
        yield from zip(sources, places, strict=False)
        return
    # best[i][j]: the most that the first i sources and j places give.
    best = [[0.0] * (len(places) + 1) for _ in range(len(sources) + 1)]
    gain = [[1 + 100 * _likeness(old[source], new[place]) for place in places] for source in sources]
    for i in range(len(sources) - 1, -1, -1):
        for j in range(len(places) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + gain[i][j])
    i = j = 0
    while i < len(sources) and j < len(places):
        if best[i][j] == best[i + 1][j + 1] + gain[i][j]:
            yield sources[i], places[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _likeness(one: Any, other: Any) -> float:
    """Return from 0 to 1 how much two items look like the same thing; a name says most."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return 0
    names = [(one[key], other[key]) for key in ("name", "key") if key in one and key in other]
    if names:
        return 1 if names[0][0] == names[0][1] else 0
    equal = sum(name in other and same(value, other[name]) for name, value in one.items())
    return equal / max(len(one), len(other), 1)


def _blocks(ours: list[str], theirs: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Return what to keep and what to change, as difflib's opcodes."""
    if max(len(ours), len(theirs)) <= MAX_ALIGNED:
        return list(SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes())
    shorter = min(len(ours), len(theirs))
    head = next((i for i in range(shorter) if ours[i] != theirs[i]), shorter)
    tail = next((i for i in range(shorter - head) if ours[-1 - i] != theirs[-1 - i]), shorter - head)
    return [
        ("equal", 0, head, 0, head),
        ("replace", head, len(ours) - tail, head, len(theirs) - tail),
        ("equal", len(ours) - tail, len(ours), len(theirs) - tail, len(theirs)),
    ]
