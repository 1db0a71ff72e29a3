"""Containers that ask for nothing of a resource."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot
from rules.resources import amounts
from rules.workloads import pods
from rules.workloads.lifetimes import stays

_NAMES = {"cpu": "processor time", "memory": "memory"}


def missing(document: Document, cluster: Cluster, resource: str) -> Iterator[Spot]:
    """Yield the containers that ask for nothing of a resource while the pod asks for something."""
    pod = amounts.of_pod(document, cluster)
    if amounts.may_request(pod, resource) or not amounts.may_set_any(document, cluster):
        return
    defaulted = amounts.has_default(cluster, document.namespace, "requests", resource)
    for pointer, container in pods.containers(document):
        if not stays(pointer, container) or amounts.may_request(container, resource):
            continue
        place = (*pointer, "resources", "requests", resource)
        message = f"{pods.label(container)} asks for no {_NAMES[resource]}"
        if defaulted:
            yield place, f"{message} itself; a LimitRange does for it", Severity.INFO
        else:
            yield place, message
