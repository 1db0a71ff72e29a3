"""The labels of kubeaudit: `kubeaudit.io/allow-...` for a pod, `container.kubeaudit.io/NAME.allow-...` for a container.

They stand on the pod, or on its template. What a container may do silences findings in that container, and those
about the whole pod only when every container may do it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rules import peers
from rules.ignores.model import Ignore, foreign
from rules.ignores.peer_annotations import templates
from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.workloads import capabilities, pods, volumes

PEER = "kubeaudit"

# What follows `allow-` -> the checks of kubeaudit that it silences. From the page of each auditor.
ALLOWED = {
    "automount-service-account-token": ("AutomountServiceAccountTokenTrueAndDefaultSA",),
    "disabled-apparmor": ("AppArmorDisabled", "AppArmorBadValue"),
    "namespace-host-ipc": ("NamespaceHostIPCTrue",),
    "namespace-host-network": ("NamespaceHostNetworkTrue",),
    "namespace-host-pid": ("NamespaceHostPIDTrue",),
    "privilege-escalation": ("AllowPrivilegeEscalationNil", "AllowPrivilegeEscalationTrue"),
    "privileged": ("PrivilegedTrue",),
    "read-only-root-filesystem-false": ("ReadOnlyRootFilesystemFalse", "ReadOnlyRootFilesystemNil"),
    "run-as-root": (
        *("RunAsNonRootCSCFalse", "RunAsNonRootPSCFalseCSCNil", "RunAsNonRootPSCNilCSCNil"),
        *("RunAsUserCSCRoot", "RunAsUserPSCRoot"),
    ),
}
_CAPABILITY = "capability-"
_MOUNT = "host-path-mount-"
# Before kubeaudit 0.12 the domain was that of Kubernetes' audits.
_KEYS = (
    re.compile(r"container\.(?:kubeaudit\.io|audit\.kubernetes\.io)/(?P<container>[^./]+)\.allow-(?P<what>[^/]+)"),
    re.compile(r"(?:kubeaudit\.io/|audit\.kubernetes\.io/pod\.)allow-(?P<what>[^/]+)"),
)


@dataclass(frozen=True, slots=True)
class _Label:
    """A label that was understood: `container` is None for the whole pod."""

    what: str
    container: str | None
    key: str
    reason: Any


@dataclass(frozen=True)
class _Pod:
    """One pod of an object with the labels that stand on it."""

    view: Document
    pointer: Pointer
    labels: tuple[_Label, ...]
    containers: tuple[tuple[Pointer, dict[str, Any]], ...]

    @cached_property
    def _known(self) -> dict[str | None, dict[str, _Label]]:
        """What is allowed by whom: container, or None for the whole pod -> what -> label."""
        found: dict[str | None, dict[str, _Label]] = {}
        for label in self.labels:
            found.setdefault(label.container, {}).setdefault(label.what, label)
        return found

    def may(self, container: dict[str, Any], what: str) -> _Label | None:
        """Return the label that allows something to a container, its pod's or its own."""
        name = container.get("name")
        own = self._known.get(name, {}) if isinstance(name, str) else {}
        return self._known.get(None, {}).get(what) or own.get(what)

    def speaks_of(self, prefix: str) -> bool:
        """Does any label allow something that starts so?"""
        return any(label.what.startswith(prefix) for label in self.labels)

    def allowing(self, what: str) -> Iterator[tuple[Pointer, _Label]]:
        """Yield (pointer, label) where something is allowed: the whole pod if all of it, else its containers."""
        whole = self._known.get(None, {}).get(what)
        found = [(pointer, self.may(container, what)) for pointer, container in self.containers]
        granted = [(pointer, label) for pointer, label in found if label]
        if whole or (granted and len(granted) == len(found)):
            yield self.pointer, whole or granted[0][1]
        else:
            yield from granted


def ignores(single: Document) -> Iterator[Ignore]:
    """Yield what the labels of the pods of an object ask for."""
    for pod in _pods(single):
        for what, checks in ALLOWED.items():
            for pointer, label in pod.allowing(what) if pod.speaks_of(what) else ():
                yield from _ignore(single, label, checks, pointer)
        yield from _capabilities(single, pod)
        yield from _mounts(single, pod)


def _pods(single: Document) -> Iterator[_Pod]:
    given = {pointer: metadata for metadata, pointer in templates(single)}
    for view in pods.each(single):
        pod = pods.pod(view)
        if pod is None:
            continue
        own = get(single.value, "metadata") if len(pod.pointer) == 1 else given.get(pod.pointer)
        labels = tuple(_labels(get(own, "labels")))
        if labels:
            yield _Pod(view, pod.pointer, labels, tuple(pods.containers(view)))


def _labels(given: Any) -> Iterator[_Label]:
    for key, value in given.items() if isinstance(given, dict) else ():
        for pattern in _KEYS:
            match = pattern.fullmatch(str(key))
            if match:
                parts = match.groupdict()
                yield _Label(parts["what"].lower().replace("_", "-"), parts.get("container"), str(key), value)


def _capabilities(single: Document, pod: _Pod) -> Iterator[Ignore]:
    """Yield an ignore for each rule all of whose capabilities a container may have."""
    for pointer, container in pod.containers if pod.speaks_of(_CAPABILITY) else ():
        for rule in sorted(peers.same(PEER, "CapabilityAdded")):
            names = [capabilities.plain(name) for _, name in capabilities.added(container, rule)]
            labels = [pod.may(container, _CAPABILITY + name.lower().replace("_", "-")) for name in names]
            if labels and labels[0] and all(labels):
                at = (*single.base, *pointer)
                yield foreign(PEER, frozenset([rule]), labels[0].key, labels[0].reason, at)


def _mounts(single: Document, pod: _Pod) -> Iterator[Ignore]:
    """Yield ignores for mounts of a volume, and for the volume itself when all that mount it may."""
    found: dict[str, list[tuple[Pointer, _Label | None]]] = {}
    for pointer, container in pod.containers if pod.speaks_of(_MOUNT) else ():
        for index, mount in enumerate(pods.items(container, "volumeMounts")):
            name = str(get(mount, "name"))
            found.setdefault(name, []).append(
                ((*pointer, "volumeMounts", index), pod.may(container, f"{_MOUNT}{name}".lower().replace("_", "-")))
            )
    for pointer, volume in volumes.volumes(pod.view):
        mounts = found.get(str(volume.get("name")), [])
        granted = [(place, label) for place, label in mounts if label]
        if granted and len(granted) == len(mounts):
            granted.append((pointer, granted[0][1]))
        for place, label in granted:
            yield from _ignore(single, label, ("SensitivePathsMounted",), place)


def _ignore(single: Document, label: _Label, checks: tuple[str, ...], pointer: Pointer) -> Iterator[Ignore]:
    rules = frozenset[str]().union(*(peers.same(PEER, check) for check in checks))
    if rules:
        yield foreign(PEER, rules, label.key, label.reason, (*single.base, *pointer))
