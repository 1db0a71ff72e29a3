"""What of an object contradicts Kubernetes' schema, and whether a fix makes it worse (contract: proof 7).

Judged as strictly as the API server judges with `fieldValidation: Strict`, the default of kubectl: the type of a
value, fields that the type does not have, required ones that are missing, kinds that the target version does not
serve. Null stands for absence. What the API server checks in code, such as the names that an enumeration
allows, is not in the schemas. Neither are custom resources, so they are not judged.

The schemas say so little (six keywords, `fixers.schemas`) that this walk does without a library: `jsonschema` would
bring five packages, one of them compiled, and 75 ms to import; its errors would still have to be told apart. The
tests compare both over the same documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fixers.schemas import Schemas
from rules.cluster import Version
from rules.manifest import Document
from rules.pointer import text

_IS: dict[str, Callable[[Any], bool]] = {
    "any": lambda value: True,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_integer(value),
    "integer-or-string": lambda value: isinstance(value, str) or _is_integer(value),
    "number": lambda value: _is_number(value),
    "number-or-string": lambda value: isinstance(value, str) or _is_number(value),
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}
# Stands for every index of a list: an item that goes moves those behind it.
_ITEM = "*"

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One contradiction: its kind (`type`, `unknown`, `missing`, `not-served`), the place, and what is expected."""

    code: str
    place: Place
    wanted: str = ""

    def __str__(self) -> str:
        where = text(self.place) or "the object"
        return {
            "type": f"{where} would not be of type {self.wanted}",
            "unknown": f"{where} would be a field that the version does not have",
            "missing": f"{where} would be missing",
            "not-served": f"{self.wanted} would be a kind that the version does not have",
        }[self.code]


def worse(before: Document | None, after: Document, schemas: Schemas, version: Version) -> Fault | None:
    """Return what is wrong with an object and was not before; None when it is as valid as it was, or more.

    `before` is None for a new object. An object that is not Kubernetes' own is not judged, unless it was.
    """
    new = faults(after, schemas, version)
    old = faults(before, schemas, version) if before else Counter[Fault]()
    if old is None:
        return None
    if new is None:
        return _not_served(after) if before else None
    added = new - old
    return min(added, key=lambda fault: (fault.place, fault.code)) if added else None


def faults(document: Document, schemas: Schemas, version: Version) -> Counter[Fault] | None:
    """Return what is wrong with an object at a version of Kubernetes; None for one that is not Kubernetes' own.

    Nothing is missing from a fragment. The fields of a kind that the version does not serve are those of the
    nearest version that does.
    """
    found = schemas.kind(document.api_version, document.kind, version)
    if found is None:
        return None
    name, judging = found
    walk = _Walk(schemas, judging, document.partial)
    counted = Counter(walk.value(document.value, name, ()))
    if judging != version:
        counted[_not_served(document)] += 1
    return counted


def _not_served(document: Document) -> Fault:
    return Fault("not-served", (), f"{document.api_version} {document.kind}")


@dataclass(frozen=True, slots=True)
class _Walk:
    schemas: Schemas
    version: Version
    partial: bool

    def value(self, value: Any, wanted: str, place: Place) -> Iterator[Fault]:
        """Yield the faults of a value that should be of a type."""
        if value is None:
            return
        if wanted.startswith("[]"):
            yield from self._items(value, wanted, place)
        elif wanted.startswith("{}"):
            yield from self._entries(value, wanted, place)
        elif wanted in _IS:
            if not _IS[wanted](value):
                yield Fault("type", place, wanted)
        elif isinstance(value, dict):
            yield from self._fields(value, wanted, place)
        else:
            yield Fault("type", place, "object")

    def _items(self, value: Any, wanted: str, place: Place) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault("type", place, "list")
            return
        for item in value:
            yield from self.value(item, wanted[2:], (*place, _ITEM))

    def _entries(self, value: Any, wanted: str, place: Place) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault("type", place, "object")
            return
        for key, entry in value.items():
            yield from self.value(entry, wanted[2:], (*place, key))

    def _fields(self, value: dict[str, Any], wanted: str, place: Place) -> Iterator[Fault]:
        shape = self.schemas.shape(wanted, self.version)
        for name, entry in value.items():
            field = shape.get(name)
            if field is None:
                yield Fault("unknown", (*place, name))
            else:
                yield from self.value(entry, field.type, (*place, name))
        if not self.partial:
            for name, field in shape.items():
                if field.required and value.get(name) is None:
                    yield Fault("missing", (*place, name))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return value.is_integer() if isinstance(value, float) else _is_number(value)
