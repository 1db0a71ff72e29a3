"""Kubernetes' own types: which kinds a version serves, and which fields they have. Text in, shapes out.

The text (`bot/kubernetes-schemas.txt`, written by `scripts/schemas.py`) has one block per type, all versions
of Kubernetes together. First its name, the minor versions that have it and, for a kind, its apiVersion and
kind; then a field per line: name, type, and the versions where they are not those of the block.

    core.v1.Pod 16- v1 Pod
     apiVersion string
     spec core.v1.PodSpec
     added integer! 30-

A type is `string`, `integer`, `number`, `boolean`, `object` (any fields), `any`, `integer-or-string`,
`number-or-string`, the name of a block, or one of these behind `[]` (a list) or `{}` (a map); `!` marks what is
required. Versions are `16-` (up to the newest), `16-22` or `16-16,21-`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rules.cluster import Version


@dataclass(frozen=True, slots=True)
class Field:
    """The type of a field, as the text writes it, and whether an object must have it."""

    type: str
    required: bool = False


Shape = Mapping[str, Field]


class Schemas:
    """The types of all versions. `load` gives the text; it is asked for when somebody first needs it."""

    def __init__(self, load: Callable[[], str]) -> None:
        self._load = load
        self._shapes: dict[tuple[str, int], Shape] = {}

    @cached_property
    def _blocks(self) -> dict[str, str]:
        blocks = (block for block in self._load().split("\n\n") if not block.startswith("#"))
        return {block.partition(" ")[0]: block for block in blocks}

    @cached_property
    def _kinds(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return name and versions of the block by apiVersion and kind."""
        heads = (block.partition("\n")[0].split() for block in self._blocks.values())
        return {(head[2], head[3]): (head[0], head[1]) for head in heads if len(head) == 4}

    def names(self, version: Version) -> Mapping[str, tuple[str, str] | None]:
        """Return the names of a version's types; for kinds with apiVersion and kind."""
        kinds = {name: pair for pair, (name, _) in self._kinds.items()}
        heads = (block.partition("\n")[0].split() for block in self._blocks.values())
        return {head[0]: kinds.get(head[0]) for head in heads if _covers(head[1], version[1])}

    def kind(self, api_version: str, kind: str, version: Version) -> tuple[str, Version] | None:
        """Return the name of a kind's type and the version whose shape it has, or None for what is not Kubernetes' own.

        That is the given version where it serves the kind, else the nearest one that does.
        """
        found = self._kinds.get((api_version, kind))
        if found is None:
            return None
        name, versions = found
        if _covers(versions, version[1]):
            return name, version
        bounds = [bound for bound in _bounds(versions) if bound is not None]
        nearest = min(bounds, key=lambda bound: abs(bound - version[1]))
        return name, (version[0], nearest)

    def shape(self, name: str, version: Version) -> Shape:
        """Return the fields that a type has in a version."""
        minor = version[1]
        known = self._shapes.get((name, minor))
        if known is None:
            known = self._shapes[name, minor] = dict(_fields(self._blocks[name], minor))
        return known


def _fields(block: str, minor: int) -> list[tuple[str, Field]]:
    found = []
    for line in block.splitlines()[1:]:
        name, given, *versions = line.split()
        if not versions or _covers(versions[0], minor):
            found.append((name, Field(given.removesuffix("!"), given.endswith("!"))))
    return found


def _covers(versions: str, minor: int) -> bool:
    for part in versions.split(","):
        first, _, last = part.partition("-")
        if int(first) <= minor and (not last or minor <= int(last)):
            return True
    return False


def _bounds(versions: str) -> list[int | None]:
    return [int(bound) if bound else None for part in versions.split(",") for bound in part.split("-")]
