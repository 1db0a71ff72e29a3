"""Dynamic resource allocation: resource.k8s.io/v1alpha3 and v1beta1 -> v1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.api_versions.fields import absent, drop, fold, items, lift, mapping
from fixers.model import Operation, replace
from rules.errors import Unfixable
from rules.pointer import Pointer, exists, text

# What v1 asks of exactly one kind of device, beside the list of alternatives in firstAvailable.
_EXACTLY = ("deviceClassName", "selectors", "allocationMode", "count", "adminAccess", "tolerations", "capacity")


def claim(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert a ResourceClaim."""
    yield from _requests(value, ("spec",))


def claim_template(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert a ResourceClaimTemplate."""
    yield from _requests(value, ("spec", "spec"))


def _requests(value: Any, spec: Pointer) -> Iterator[Operation]:
    yield from drop(value, (*spec, "controller"))
    for pointer, request in items(value, (*spec, "devices", "requests")):
        # In the order of the file: the first field's line becomes the head of the new map.
        keys = tuple(key for key in request if key in _EXACTLY)
        if keys and not absent(request, ("firstAvailable",)):
            raise Unfixable(f"{text(pointer)} has {keys[0]} beside firstAvailable; keep one", "both-fields")
        if keys:
            yield from fold(pointer, request, keys, "exactly", {key: request[key] for key in keys})


def device_class(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert a v1alpha3 DeviceClass."""
    yield from drop(value, ("spec", "suitableNodes"))


def slice_v1beta1(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert a v1beta1 ResourceSlice: what every device said in `basic` stands one level higher."""
    for pointer, _ in items(value, ("spec", "devices")):
        basic = (*pointer, "basic")
        yield from lift(value, basic, pointer, {key: key for key in mapping(value, basic)})


def slice_v1alpha3(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert a v1alpha3 ResourceSlice, whose capacities were quantities without a name."""
    yield from slice_v1beta1(value, fragment)
    for pointer, _ in items(value, ("spec", "devices")):
        for name, quantity in mapping(value, (*pointer, "basic", "capacity")).items():
            if not isinstance(quantity, dict):
                yield replace((*pointer, "capacity", name), {"value": quantity})


def taint_rule(value: Any, fragment: bool) -> Iterator[Operation]:
    """Check a v1alpha3 DeviceTaintRule. Raises Unfixable where it selects by what v1 does not know."""
    for key in ("deviceClassName", "selectors"):
        if exists(value, ("spec", "deviceSelector", key)):
            raise Unfixable(f"/spec/deviceSelector/{key} has no place in the new version", "no-place")
    yield from ()
