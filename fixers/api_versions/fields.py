"""What conversions between API versions are made of: rename, drop, write down a default, fold into a map.

Every function takes the object's value, refuses shapes that Kubernetes would refuse as well, and yields
operations in an order in which each one applies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, move, put, remove, replace
from rules.errors import Unfixable
from rules.pointer import Pointer, exists, get, text


def mapping(value: Any, pointer: Pointer) -> dict[str, Any]:
    """Return the map at a pointer, an empty one where nothing or null stands. Raises Unfixable."""
    found = get(value, *pointer)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Unfixable(f"{text(pointer)} is not a map", "unexpected-shape")
    return found


def items(value: Any, pointer: Pointer) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield (pointer, item) of a list of maps, nothing where nothing or null stands. Raises Unfixable."""
    found = get(value, *pointer)
    if found is None:
        return
    if not isinstance(found, list):
        raise Unfixable(f"{text(pointer)} is not a list", "unexpected-shape")
    for index, item in enumerate(found):
        if not isinstance(item, dict):
            raise Unfixable(f"{text((*pointer, index))} is not a map", "unexpected-shape")
        yield (*pointer, index), item


def absent(value: Any, pointer: Pointer) -> bool:
    """Is there nothing, or null, which Kubernetes reads as nothing?"""
    return get(value, *pointer) is None


def drop(value: Any, *pointers: Pointer) -> Iterator[Operation]:
    """Remove fields, as far as they are there."""
    for pointer in pointers:
        if exists(value, pointer):
            yield remove(pointer)


def default(value: Any, pointer: Pointer, old: Any) -> Iterator[Operation]:
    """Write down what the old version filled in where the file says nothing."""
    if absent(value, pointer):
        yield put(value, pointer, old)


def rename(value: Any, source: Pointer, target: Pointer) -> Iterator[Operation]:
    """Move a field, if it is there, to a place that must be free. Raises Unfixable."""
    if not exists(value, source):
        return
    if exists(value, target):
        raise Unfixable(f"both {text(source)} and {text(target)} are there; keep one", "both-fields")
    yield move(source, target)


def fold(parent: Pointer, given: dict[str, Any], keys: tuple[str, ...], new: str, value: Any) -> Iterator[Operation]:
    """Put `value` at `new` in place of the keys of a map, of which at least one is there.

    The first key is renamed, so its line keeps its place and its comment; the others go.
    """
    first, *others = [key for key in keys if key in given]
    if new in given and new not in keys:
        raise Unfixable(f"{text(parent)} has {first} and {new}; keep one", "both-fields")
    if first != new:
        yield move((*parent, first), (*parent, new))
    yield replace((*parent, new), value)
    for key in others:
        yield remove((*parent, key))


def lift(value: Any, source: Pointer, target: Pointer, names: dict[str, str]) -> Iterator[Operation]:
    """Move the fields of a map to another map, under their new names, and remove the emptied one.

    Raises Unfixable for a field without a new name.
    """
    if not exists(value, source):
        return
    for key in mapping(value, source):
        if key not in names:
            raise Unfixable(f"{text((*source, key))} has no place in the new version", "no-place")
        yield from rename(value, (*source, key), (*target, names[key]))
    yield remove(source)
