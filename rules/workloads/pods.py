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
    def declares_windows(self) -> bool:
        """Does `os` say Windows? Pod Security then asks for no Linux-only field, and the API forbids them."""
        return get(self.spec, "os", "name") == "windows"

    @property
    def is_windows(self) -> bool:
        """Does the pod run on Windows? A node selector that says so exempts from nothing, but Linux-only
        fields have no meaning there either."""
        selected = (get(self.spec, "nodeSelector", name) for name in ("kubernetes.io/os", "beta.kubernetes.io/os"))
        return self.declares_windows or "windows" in selected


def pod(document: Document) -> Pod | None:
    """Return the pod that an object carries, or None when it has none (or something else in its place)."""
    group = document.group
    pointer = POD_SPECS.get(f"{document.kind}.{group}" if group else document.kind)
    if pointer is None:
        return None
    spec = get(document.value, *pointer)
    return Pod(pointer, spec) if isinstance(spec, dict) else None


def pod_annotations(document: Document) -> dict[str, Any]:
    """Return the annotations of the pod itself: those of the template, where there is one."""
    found = pod(document)
    given = get(document.value, *found.pointer[:-1], "metadata", "annotations") if found else None
    return given if isinstance(given, dict) else {}


def items(value: Any, *keys: str) -> list[Any]:
    """Return the list that stands at the keys; nothing when something else, or nothing, stands there."""
    found = get(value, *keys)
    return found if isinstance(found, list) else []


def containers(document: Document) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield (pointer, container) of all init, regular and ephemeral containers of an object."""
    found = pod(document)
    if found is None:
        return
    for name in LISTS:
        for index, container in enumerate(items(found.spec, name)):
            if isinstance(container, dict):
                yield (*found.pointer, name, index), container


def linux_containers(document: Document) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield the containers of an object unless it declares Windows, which has no Linux-only fields."""
    found = pod(document)
    if found is not None and not found.declares_windows:
        yield from containers(document)


def security_context(owner: dict[str, Any]) -> dict[str, Any] | None:
    """Return the securityContext of a pod or container: empty when absent, None when it is no map.

    The latter is text that a template engine replaces, or a mistake; neither can be judged.
    """
    given = owner.get("securityContext")
    if given is None:
        return {}
    return given if isinstance(given, dict) else None


def label(container: dict[str, Any]) -> str:
    """Return how messages call a container: `container "web"`."""
    name = container.get("name")
    return f'container "{name}"' if isinstance(name, str) else "a container without a name"


def labels(found: list[dict[str, Any]]) -> str:
    """Return how messages call several containers: `containers "init", "web" and "proxy"`."""
    if len(found) == 1:
        return label(found[0])
    names = [f'"{container.get("name")}"' if isinstance(container.get("name"), str) else "?" for container in found]
    return f"containers {', '.join(names[:-1])} and {names[-1]}"


def is_fragment(document: Document) -> bool:
    """Is the pod only part of one? Without containers, or with one that has no image, somebody completes it."""
    found = pod(document)
    if found is None:
        return False
    regular = found.spec.get("containers")
    if not isinstance(regular, list) or not regular:
        return True
    return any(not get(container, "image") for _, container in containers(document))
