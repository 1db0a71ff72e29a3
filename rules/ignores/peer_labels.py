"""The labels of kubeaudit: `kubeaudit.io/allow-...` for a pod, `container.kubeaudit.io/NAME.allow-...` for a container.

They stand on the pod, or on its template. What a container may do silences findings in that container, and those
about the whole pod only when every container may do it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
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
    containers: tuple[tuple[Pointer, dict[str, Any]], ...] = field(default=())

    def of(self, container: dict[str, Any]) -> Iterator[_Label]:
        """Yield the labels that are about a container."""
        return (label for label in self.labels if label.container in (None, container.get("name")))

    def allowing(self, what: str) -> Iterator[tuple[Pointer, _Label]]:
        """Yield (pointer, label) where something is allowed: the whole pod if all of it, else its containers."""
        found = [
            (pointer, next((label for label in self.of(container) if label.what == what), None))
            for pointer, container in self.containers
        ]
        granted = [(pointer, label) for pointer, label in found if label]
        whole = next((label for label in self.labels if label.what == what and label.container is None), None)
        if whole or (granted and len(granted) == len(found)):
            yield self.pointer, whole or granted[0][1]
        else:
            yield from granted


def ignores(single: Document) -> Iterator[Ignore]:
    """Yield what the labels of the pods of an object ask for."""
    for pod in _pods(single):
        for what, checks in ALLOWED.items():
            for pointer, label in pod.allowing(what):
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
                yield _Label(parts["what"].lower(), parts.get("container"), str(key), value)


def _capabilities(single: Document, pod: _Pod) -> Iterator[Ignore]:
    """Yield an ignore for each rule all of whose capabilities a container may have."""
    for pointer, container in pod.containers:
        may = {
            capabilities.plain(label.what.removeprefix(_CAPABILITY).replace("-", "_")): label
            for label in pod.of(container)
            if label.what.startswith(_CAPABILITY)
        }
        for rule in sorted(peers.same(PEER, "CapabilityAdded")) if may else ():
            names = [capabilities.plain(name) for _, name in capabilities.added(container, rule)]
            if names and all(name in may for name in names):
                label = may[names[0]]
                yield foreign(PEER, frozenset([rule]), label.key, label.reason, (*single.base, *pointer))


def _mounts(single: Document, pod: _Pod) -> Iterator[Ignore]:
    """Yield ignores for mounts of a volume, and for the volume itself when all that mount it may."""
    for volume_pointer, volume in volumes.volumes(pod.view):
        what = f"{_MOUNT}{volume.get('name')}".lower()
        found = [
            (pointer, next((label for label in pod.of(container) if label.what == what), None))
            for pointer, container, _ in volumes.mounts(pod.view, volume)
        ]
        granted = [(pointer, label) for pointer, label in found if label]
        if granted and len(granted) == len(found):
            granted.append((volume_pointer, granted[0][1]))
        for pointer, label in granted:
            yield from _ignore(single, label, ("SensitivePathsMounted",), pointer)


def _ignore(single: Document, label: _Label, checks: tuple[str, ...], pointer: Pointer) -> Iterator[Ignore]:
    rules = frozenset[str]().union(*(peers.same(PEER, check) for check in checks))
    if rules:
        yield foreign(PEER, rules, label.key, label.reason, (*single.base, *pointer))
