"""Objects that a Kustomize patch may change: what runs is then decided in two places.

Everything here errs on the side of "may": a pattern that is not simple matches all, versions do not count, and
where kustomizations put something before or behind names a part of a name is enough. Patterns are never
handed to a regular expression engine, as they come from the files that are scanned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from rules.manifest import Document
from rules.pointer import get

_SIMPLE = re.compile(r"(?:[\w/-]|\.[*+]?)*\Z", re.ASCII)
_ANYTHING = re.compile(r"\.[*+]")
_LABELS = re.compile(r"\s*[\w./-]+\s*==?\s*[\w.-]+\s*(?:,\s*[\w./-]+\s*==?\s*[\w.-]+\s*)*\Z", re.ASCII)


class Target(NamedTuple):
    """Which objects a patch is for: patterns of Kustomize (regular expressions of the whole text), "" for any.

    `labels` and `annotations` are selectors as kubectl takes them.
    """

    group: str = ""
    kind: str = ""
    name: str = ""
    labels: str = ""
    annotations: str = ""


class Object(NamedTuple):
    """The object that a strategic merge patch names; `group` is None where the patch has no apiVersion."""

    group: str | None
    kind: str
    name: str


@dataclass(frozen=True)
class Patched:
    """Which objects are patched; `renamed` where a kustomization puts something before or behind names.

    `counted` are the names of workloads whose number of replicas a kustomization sets (its `replicas:`).
    """

    objects: frozenset[Object] = frozenset()
    targets: tuple[Target, ...] = ()
    renamed: bool = field(default=False)
    counted: frozenset[str] = frozenset()

    @classmethod
    def of(cls, found: Iterable[Object | Target], *, renamed: bool = False, counted: Iterable[str] = ()) -> Patched:
        """Collect what patches are for."""
        kept = list(dict.fromkeys(found))
        return cls(
            frozenset(one for one in kept if isinstance(one, Object)),
            tuple(one for one in kept if isinstance(one, Target)),
            renamed,
            frozenset(counted),
        )

    def may_count(self, document: Document) -> bool:
        """May a kustomization, or a patch, set the number of replicas of this workload?"""
        named = document.name in self.counted or (self.renamed and any(document.name in name for name in self.counted))
        return named or self.may_hold(document)

    @cached_property
    def _names(self) -> dict[tuple[str | None, str], frozenset[str]]:
        found: dict[tuple[str | None, str], set[str]] = {}
        for one in self.objects:
            found.setdefault((one.group, one.kind), set()).add(one.name)
        return {key: frozenset(names) for key, names in found.items()}

    def may_hold(self, document: Document) -> bool:
        """May one of the patches change this object?"""
        for group in (document.group, None):
            names = self._names.get((group, document.kind), frozenset())
            if document.name in names or (self.renamed and any(document.name in name for name in names)):
                return True
        return any(self._may_select(target, document) for target in self.targets)

    def _may_select(self, target: Target, document: Document) -> bool:
        return (
            _may_match(target.group, document.group)
            and _may_match(target.kind, document.kind)
            and (_may_match(target.name, document.name) or (self.renamed and _may_hold(target.name, document.name)))
            and _may_have(target.labels, get(document.value, "metadata", "labels"))
            and _may_have(target.annotations, get(document.value, "metadata", "annotations"))
        )


NOTHING_PATCHED = Patched()


def _may_match(pattern: str, text: str) -> bool:
    return not pattern or any(_may_be(one.removeprefix("^").removesuffix("$"), text) for one in pattern.split("|"))


def _may_be(pattern: str, text: str) -> bool:
    """May a pattern without alternatives mean the whole text?"""
    if not _SIMPLE.match(pattern):
        return True
    first, *others = _ANYTHING.split(pattern)
    if not others:
        return len(first) == len(text) and all(one in (".", other) for one, other in zip(first, text, strict=True))
    if "." in first or any("." in other for other in others):
        return True
    return text.startswith(first) and text.endswith(others[-1])


def _may_hold(pattern: str, name: str) -> bool:
    """May a pattern mean a longer name?"""
    return name in pattern or bool(_ANYTHING.search(pattern)) or not _SIMPLE.match(pattern)


def _may_have(selector: str, given: object) -> bool:
    """May labels or annotations meet a selector? Kustomizations add to them, so only another value says no."""
    if not _LABELS.match(selector):
        return True
    for requirement in selector.split(","):
        key, _, value = requirement.partition("=")
        known = get(given, key.strip())
        if known is not None and known != value.removeprefix("=").strip():
            return False
    return True
