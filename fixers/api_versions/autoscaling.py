"""HorizontalPodAutoscaler autoscaling/v2beta1 -> v2: every metric names itself in `metric` and aims in `target`.

After the conversions in pkg/apis/autoscaling/v2beta1 of Kubernetes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fixers.api_versions.fields import drop, fold, items, rename
from fixers.model import Operation
from rules.errors import Unfixable
from rules.pointer import Pointer, text

Source = dict[str, Any]


def horizontal_pod_autoscaler(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert an autoscaler. A list of metrics is replaced as a whole when merged, so a fragment's is complete."""
    for pointer, metric in items(value, ("spec", "metrics")):
        for key, convert in _SOURCES.items():
            source = metric.get(key)
            if isinstance(source, dict):
                yield from convert(value, (*pointer, key), source)
            elif source is not None:
                raise Unfixable(f"{text((*pointer, key))} is not a map", "unexpected-shape")
    # Written by the controller in the form of the old version; the server ignores what a manifest says.
    yield from drop(value, ("status", "currentMetrics"))


def _resource(value: Any, pointer: Pointer, source: Source) -> Iterator[Operation]:
    yield from _aim(
        pointer,
        source,
        {
            "targetAverageUtilization": ("Utilization", "averageUtilization"),
            "targetAverageValue": ("AverageValue", "averageValue"),
        },
    )


def _pods(value: Any, pointer: Pointer, source: Source) -> Iterator[Operation]:
    yield from _name(pointer, source, "selector")
    yield from _aim(pointer, source, {"targetAverageValue": ("AverageValue", "averageValue")})


def _external(value: Any, pointer: Pointer, source: Source) -> Iterator[Operation]:
    yield from _name(pointer, source, "metricSelector")
    yield from _aim(
        pointer,
        source,
        {"targetValue": ("Value", "value"), "targetAverageValue": ("AverageValue", "averageValue")},
    )


def _object(value: Any, pointer: Pointer, source: Source) -> Iterator[Operation]:
    yield from rename(value, (*pointer, "target"), (*pointer, "describedObject"))
    yield from _name(pointer, source, "selector")
    aims = {"targetValue": ("Value", "value")}
    if source.get("averageValue") is not None:
        # The average wins: targetValue was mandatory, and ignored beside it.
        yield from drop(value, (*pointer, "targetValue"))
        aims = {"averageValue": ("AverageValue", "averageValue")}
    yield from _aim(pointer, {key: source[key] for key in source if key in aims}, aims)


def _name(pointer: Pointer, source: Source, selector: str) -> Iterator[Operation]:
    if source.get("metricName") is None:
        raise Unfixable(f"{text(pointer)} has no metricName", "incomplete-metric")
    metric = {"name": source["metricName"]}
    if source.get(selector) is not None:
        metric["selector"] = source[selector]
    yield from fold(pointer, source, ("metricName", selector), "metric", metric)


def _aim(pointer: Pointer, source: Source, aims: dict[str, tuple[str, str]]) -> Iterator[Operation]:
    """Fold the one target that is given into `target`."""
    given = [key for key in aims if source.get(key) is not None]
    if len(given) != 1:
        raise Unfixable(f"{text(pointer)} needs exactly one of {', '.join(aims)}", "incomplete-metric")
    (key,) = given
    kind, name = aims[key]
    yield from fold(pointer, source, (key, *(aims.keys() - {key})), "target", {"type": kind, name: source[key]})


_SOURCES: dict[str, Callable[[Any, Pointer, Source], Iterator[Operation]]] = {
    "resource": _resource,
    "containerResource": _resource,
    "pods": _pods,
    "object": _object,
    "external": _external,
}
