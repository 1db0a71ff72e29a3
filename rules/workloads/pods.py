"""Where pods are: the objects that carry one, and their containers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rules.manifest import Document
from rules.pointer import Pointer, get

_TEMPLATE = ("spec", "template", "spec")

# Kind in Kubernetes' notation -> where its PodSpec stands. From the API types of k8s.io/api; the beta
# groups carried the same shape until they were removed.
POD_SPECS: dict[str, Pointer] = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "ReplicationController": _TEMPLATE,
    "ReplicaSet.apps": _TEMPLATE,
    "ReplicaSet.extensions": _TEMPLATE,
    "Deployment.apps": _TEMPLATE,
    "Deployment.extensions": _TEMPLATE,
    "StatefulSet.apps": _TEMPLATE,
    "DaemonSet.apps": _TEMPLATE,
    "DaemonSet.extensions": _TEMPLATE,
    "Job.batch": _TEMPLATE,
    "CronJob.batch": ("spec", "jobTemplate", "spec", "template", "spec"),
}
KINDS = frozenset(POD_SPECS)
LISTS = ("initContainers", "containers", "ephemeralContainers")


class Pod(NamedTuple):
    """The PodSpec of an object and where it stands."""

    pointer: Pointer
    spec: dict[str, Any]

    @property
    def is_windows(self) -> bool:
        """Does the pod say that it runs on Windows, where Linux-only fields are invalid?"""
        return get(self.spec, "os", "name") == "windows" or (
            get(self.spec, "nodeSelector", "kubernetes.io/os") == "windows"
        )


def pod(document: Document) -> Pod | None:
    """Return the pod that an object carries, or None when it has none (or something else in its place)."""
    group = document.group
    pointer = POD_SPECS.get(f"{document.kind}.{group}" if group else document.kind)
    if pointer is None:
        return None
    spec = get(document.value, *pointer)
    return Pod(pointer, spec) if isinstance(spec, dict) else None


def containers(document: Document) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield (pointer, container) of all init, regular and ephemeral containers of an object."""
    found = pod(document)
    if found is None:
        return
    for name in LISTS:
        items = found.spec.get(name)
        for index, container in enumerate(items if isinstance(items, list) else []):
            if isinstance(container, dict):
                yield (*found.pointer, name, index), container


def label(container: dict[str, Any]) -> str:
    """Return how messages call a container: `container "web"`."""
    name = container.get("name")
    return f'container "{name}"' if isinstance(name, str) else "a container without a name"


def is_fragment(document: Document) -> bool:
    """Is the pod only part of one? Without containers, or with one that has no image, somebody completes it."""
    found = pod(document)
    if found is None:
        return False
    regular = found.spec.get("containers")
    if not isinstance(regular, list) or not regular:
        return True
    return any(not get(container, "image") for _, container in containers(document))
