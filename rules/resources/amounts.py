"""What containers, pods and namespaces ask for of a resource, and may use of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.cluster import Cluster
from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.resources import quantities
from rules.workloads import pods
from rules.workloads.images import is_template

# Resources of a whole pod count by default since this version (beta; alpha and off before).
_POD_LEVEL_SINCE = (1, 34)
SIDES = ("requests", "limits")
# What makes the quality-of-service class of a pod: `ComputePodQOS` of Kubernetes.
OF_QOS = ("cpu", "memory")
# Fields of a LimitRange by whose default a container gets one: `SetDefaults_LimitRangeItem` of Kubernetes.
_DEFAULTS = {"limits": ("default", "max"), "requests": ("defaultRequest", "default", "max", "min")}


def may_limit(owner: dict[str, Any], resource: str) -> bool:
    """Has a pod or container a limit, or text that may become one? Zero is none, and null is nothing."""
    return _may_be(*_given(owner, "limits", resource))


def may_request(owner: dict[str, Any], resource: str) -> bool:
    """Asks a pod or container for some of a resource, or may it? A limit is a request where none is written."""
    given, readable = _given(owner, "requests", resource)
    if readable and given is None:
        return may_limit(owner, resource)
    return _may_be(given, readable)


def _given(owner: dict[str, Any], side: str, resource: str) -> tuple[Any, bool]:
    """Return (what is written, or None; could it be read: nothing else stands in the place of a map)."""
    value: Any = owner
    for key in ("resources", side, resource):
        if value is None:
            return None, True
        if not isinstance(value, dict):  # Filled in by a template engine, or refused by the API server.
            return None, False
        value = value.get(key)
    return value, True


def _may_be(given: Any, readable: bool) -> bool:
    if not readable:
        return True
    if given is None or (isinstance(given, str) and not given.strip()):
        return False
    read = quantities.parse(given)
    return read is None or read != 0


def of_pod(document: Document, cluster: Cluster) -> dict[str, Any]:
    """Return the PodSpec as the owner of resources; an empty one where the target version does not count them."""
    pod = pods.pod(document)
    return pod.spec if pod is not None and cluster.version >= _POD_LEVEL_SINCE else {}


def owners(document: Document, cluster: Cluster) -> Iterator[tuple[Pointer, dict[str, Any], str]]:
    """Yield (pointer, owner, name for messages) of the pod and each container that may have resources."""
    pod = pods.pod(document)
    if pod is not None and of_pod(document, cluster):
        yield pod.pointer, pod.spec, "the pod"
    for pointer, container in pods.containers(document):
        if "ephemeralContainers" not in pointer:
            yield pointer, container, pods.label(container)


def written(owner: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield (side, resource, value) of all that an owner writes, but for nulls and what a template fills in."""
    for side in SIDES:
        known = get(owner, "resources", side)
        for resource, value in known.items() if isinstance(known, dict) else ():
            if value is not None and not (isinstance(value, str) and is_template(value)):
                yield side, resource, value


def may_set_any(document: Document, cluster: Cluster) -> bool:
    """Does the pod, or any of its containers, set an amount that makes it more than BestEffort, or may it?"""
    found = [owner for _, owner, _ in owners(document, cluster)]
    return any(may_request(owner, resource) or may_limit(owner, resource) for owner in found for resource in OF_QOS)


def default_limit(cluster: Cluster, namespace: str, resource: str) -> Any:
    """Return the limit that a container without one gets; None when none is given, or it is not clear which."""
    given = [
        value
        for found in cluster.limit_ranges(namespace)
        for item in pods.items(found.value, "spec", "limits")
        if get(item, "type") == "Container"
        and (
            value := next(
                (get(item, field, resource) for field in _DEFAULTS["limits"] if get(item, field, resource)), None
            )
        )
    ]
    return given[0] if len(given) == 1 else None


def has_default(cluster: Cluster, namespace: str, side: str, resource: str) -> bool:
    """Does a LimitRange of the namespace give containers a limit or request of a resource?"""
    return any(
        get(item, "type") == "Container" and any(get(item, field, resource) for field in _DEFAULTS[side])
        for found in cluster.limit_ranges(namespace)
        for item in pods.items(found.value, "spec", "limits")
    )
