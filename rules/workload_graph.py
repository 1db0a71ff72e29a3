"""Workloads, what scales them and who selects their pods, as far as a scan shows them.

A scan may hold a part of a cluster, or one application several times, for several clusters. So what belongs
together is looked for in one directory first, then by a name that the scan has only once; where neither tells, the
answer is that nobody knows. What would have to be compared more often than `MANY` times is not known either, so
that the work stays linear.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from functools import cached_property
from posixpath import dirname
from typing import Any

from rules import selectors
from rules.manifest import Document
from rules.selectors import Requirements
from rules.workload_objects import (
    AUTOSCALER,
    KINDS,
    LABELLED,
    SCALED_OBJECT,
    SCALING,
    SERVICE,
    Place,
    Target,
    belong_together,
    full_kind,
    in_one_directory,
    labels_of_pods,
    may_share_namespace,
    place,
    same_group,
    target_of,
)
from rules.workloads import pods
from rules.workloads.images import is_template

MANY = 50
# Endings by which what belongs together is told apart: `web-svc`, `web-pdb`, `web-deployment`.
_OF_SERVICES = ("svc", "service", "headless", "public", "external", "internal", "lb", "nodeport", "clusterip")
_ENDINGS = frozenset([*_OF_SERVICES, "pdb", "budget", "deployment", "statefulset", "daemonset", "pod"])
# Stands for labels that nobody can tell.
ANY = None

Groups = dict[Hashable, list[Document]]


def _label_keys(workload: Document) -> Iterator[Hashable]:
    """Yield by what pods are found: each label and its key; `ANY` for those that may have other labels, too."""
    labels = labels_of_pods(workload)
    if labels is None or any(not isinstance(value, str) or is_template(value) for value in labels.values()):
        yield ANY
        return
    yield from labels
    yield from labels.items()


def _target_keys(document: Document, kind: str, name: str) -> Iterator[Hashable]:
    """Yield by what workloads are found, what tells most first."""
    yield kind, name, "directory", dirname(document.path)
    if document.namespace:
        yield kind, name, "namespace", document.namespace
    yield kind, name


def _stem(name: str) -> str:
    """Return a name without endings."""
    *start, end = name.split("-")
    while start and end in _ENDINGS:
        *start, end = start
    return "-".join([*start, end])


def _is_of_group(autoscaler: Document, group: str) -> bool:
    found = target_of(autoscaler)
    return found is not None and same_group(found.group, group)


class WorkloadGraph:
    """The workloads of a scan, by what others say of them; every index is built when first asked for."""

    def __init__(self, documents: Iterable[Document], is_patched: Callable[[Document], bool]) -> None:
        self._documents = [document for document in documents if full_kind(document) in KINDS]
        self._is_patched = is_patched

    @cached_property
    def _labels(self) -> dict[Place, dict[str, Any] | None]:
        return {place(one): labels_of_pods(one) for one in self._documents if full_kind(one) in LABELLED}

    def _grouped(self, kinds: Collection[str], keys: Callable[[Document], Iterator[Hashable]]) -> Groups:
        found: Groups = {}
        for document in self._documents:
            if full_kind(document) in kinds:
                for key in keys(document):
                    found.setdefault(key, []).append(document)
        return found

    @cached_property
    def _by_label(self) -> Groups:
        return self._grouped(LABELLED, _label_keys)

    @cached_property
    def _by_name(self) -> Groups:
        return self._grouped(pods.KINDS, lambda document: iter([document.name]))

    @cached_property
    def _by_stem(self) -> Groups:
        return self._grouped(LABELLED, lambda document: iter([_stem(document.name)]))

    @cached_property
    def _by_target(self) -> Groups:
        return self._grouped(pods.KINDS, lambda document: _target_keys(document, document.kind, document.name))

    @cached_property
    def _services(self) -> Groups:
        return self._grouped([SERVICE], lambda document: iter([document.name]))

    def selected(self, document: Document, asked: Requirements) -> list[Document] | None:
        """Return the workloads of the scan whose pods a selector of an object may select.

        None where that cannot be told: only what must be absent is asked for, or there are too many.
        """
        ways = [
            [(one.key, value) for value in one.values] if one.operator == "In" else [one.key]
            for one in asked
            if one.operator in ("In", "Exists")
        ]
        sizes = [sum(len(self._by_label.get(key, ())) for key in keys) for keys in ways]
        rest = self._by_label.get(ANY, [])
        if not ways or min(sizes) + len(rest) > MANY:
            return None
        keys = ways[sizes.index(min(sizes))]
        candidates = [one for key in dict.fromkeys(keys) for one in self._by_label.get(key, ())]
        return [
            one
            for one in (*candidates, *rest)
            if may_share_namespace(document, one) and selectors.may_meet(asked, self._labels[place(one)])
        ]

    def nearly_selected(self, document: Document, asked: Requirements) -> Document | None:
        """Return a workload that an object very likely means, although its selector certainly does not select it.

        It has the object's name, or in one directory the same one but for an ending such as `-svc`, and another value
        of a label that the selector asks for. A label that is missing says little: kustomizations, operators, and
        programs that elect a leader, put labels on pods.
        """
        for one in self._by_stem.get(_stem(document.name), [])[:MANY]:
            same = one.name == document.name and belong_together(document, one)
            near = in_one_directory(document, one) and may_share_namespace(document, one)
            labels = None if self._is_patched(one) else self._labels[place(one)]
            if (same or near) and labels is not None:
                unmet = [requirement for requirement in asked if not requirement.may_be_met(labels)]
                if any(requirement.key in labels for requirement in unmet):
                    return one
        return None

    def target(self, autoscaler: Document) -> Document | None:
        """Return the workload that an autoscaler scales: of its directory, or the only one that it can mean."""
        wanted = target_of(autoscaler)
        if wanted is None:
            return None
        for key in _target_keys(autoscaler, wanted.kind, wanted.name):
            known = self._by_target.get(key, [])
            if len(known) > MANY:
                return None
            found = [
                one for one in known if may_share_namespace(autoscaler, one) and same_group(one.group, wanted.group)
            ]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def may_have(self, wanted: Target, document: Document) -> bool:
        """May a workload of a kind and name be in the namespace of an object, wherever the scan holds it?"""
        known = self._by_target.get((wanted.kind, wanted.name), [])
        return len(known) > MANY or any(
            same_group(one.group, wanted.group) and may_share_namespace(document, one) for one in known
        )

    def called(self, name: str, document: Document) -> list[Document]:
        """Return the workloads of a name, of whatever kind, that belong together with an object."""
        return [one for one in self._by_name.get(name, [])[:MANY] if belong_together(document, one)]

    @cached_property
    def _scaling(self) -> dict[Place, list[Document]]:
        found: dict[Place, list[Document]] = {}
        for document in self._documents:
            if full_kind(document) in SCALING:
                target = self.target(document)
                if target:
                    found.setdefault(place(target), []).append(document)
        return found

    @cached_property
    def _by_scaled(self) -> Groups:
        def keys(autoscaler: Document) -> Iterator[Hashable]:
            found = target_of(autoscaler)
            return iter([(found.kind, found.name)] if found else [])

        return self._grouped(SCALING, keys)

    def rivals(self, document: Document, wanted: Target) -> list[Document]:
        """Return the autoscalers of whatever kind that say they scale the same, in the namespace of an object."""
        found = self._by_scaled.get((wanted.kind, wanted.name), [])[:MANY]
        return [one for one in found if may_share_namespace(document, one) and _is_of_group(one, wanted.group)]

    def scaling(self, workload: Document, kinds: Collection[str] = (AUTOSCALER, SCALED_OBJECT)) -> list[Document]:
        """Return the autoscalers of some kinds whose target is a workload; those that set its number of pods."""
        return [one for one in self._scaling.get(place(workload), []) if full_kind(one) in kinds]

    @cached_property
    def _services_by_directory(self) -> Groups:
        return self._grouped([SERVICE], lambda document: iter([dirname(document.path)]))

    def services_beside(self, document: Document) -> list[Document]:
        """Return Services of an object's directory that may be in its namespace, but of very many only some."""
        found = self._services_by_directory.get(dirname(document.path), [])[:MANY]
        return [one for one in found if may_share_namespace(document, one)]

    def services(self, document: Document, name: str) -> list[Document] | None:
        """Return the Services of a name that may be in the namespace of an object, None where there are too many."""
        found = self._services.get(name, [])
        return [one for one in found if may_share_namespace(document, one)] if len(found) <= MANY else None
