"""By which resources a HorizontalPodAutoscaler scales, in every version of its API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.workloads import pods

_RESOURCES = ("cpu", "memory")
_SOURCES = {"Resource": "resource", "ContainerResource": "containerResource"}
# Of autoscaling/v1; where it is missing, as where a later version has no metrics, 80 % of the processor are meant.
_OLD = ("spec", "targetCPUUtilizationPercentage")
# How autoscaling/v1 keeps the metrics that came later.
_KEPT = "autoscaling.alpha.kubernetes.io/metrics"


class Utilised(NamedTuple):
    """A metric that is a part of what containers request: its place, the resource, and the container if it is one's."""

    pointer: Pointer
    resource: str
    container: str | None = None


def utilised(document: Document) -> Iterator[Utilised]:
    """Yield the metrics of an autoscaler that mean a part of the requests; a default at its absent place."""
    if document.version == "v1":
        if get(document.value, *_OLD) is not None or get(document.value, "metadata", "annotations", _KEPT) is None:
            yield Utilised(_OLD, "cpu")
        return
    metrics = get(document.value, "spec", "metrics")
    if metrics is None or metrics == []:
        yield Utilised(("spec", "metrics"), "cpu")
    for index, metric in enumerate(pods.items(document.value, "spec", "metrics")):
        kind = get(metric, "type")
        source = _SOURCES.get(kind) if isinstance(kind, str) else None
        name = get(metric, source, "name") if source else None
        if not source or name not in _RESOURCES or not _is_share(get(metric, source)):
            continue
        container = get(metric, source, "container") if source == "containerResource" else None
        if source == "resource" or isinstance(container, str):
            yield Utilised(("spec", "metrics", index), str(name), container)


def _is_share(source: object) -> bool:
    """Is the target a part of the requests? v2beta1 has a field of its own for that, without a type."""
    if get(source, "target") is None:
        return get(source, "targetAverageUtilization") is not None
    kind = get(source, "target", "type")
    return kind == "Utilization" and get(source, "target", "averageUtilization") is not None
