"""The conversions of a few lines each, one function per kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.api_versions.fields import absent, drop, items, lift, mapping, rename
from fixers.model import Operation, add, move, remove, replace
from rules.cluster import RBAC
from rules.errors import Unfixable
from rules.pointer import Pointer, exists, get, text

_SHARES: Pointer = ("spec", "limited", "nominalConcurrencyShares")
_OLD_SHARES: Pointer = ("spec", "limited", "assuredConcurrencyShares")
_KEEP_ZERO = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares"
_TOPOLOGY = {"kubernetes.io/hostname": "nodeName", "topology.kubernetes.io/zone": "zone"}


def runtime_class(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert a node.k8s.io/v1alpha1 RuntimeClass: what stood in spec stands at the root."""
    yield from lift(
        value, ("spec",), (), {"runtimeHandler": "handler", "overhead": "overhead", "scheduling": "scheduling"}
    )


def disruption_budget(value: Any, fragment: bool) -> Iterator[Operation]:
    """Check a policy/v1beta1 PodDisruptionBudget. Raises Unfixable where the meaning of its selector changed."""
    selector = get(value, "spec", "selector")
    if isinstance(selector, dict) and not any(selector.values()):
        raise Unfixable(
            "an empty selector meant no pod in policy/v1beta1 and means every pod of the namespace in policy/v1;"
            " say which is right",
            "empty-selector",
        )
    yield from ()


def endpoint_slice(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert an EndpointSlice before v1: topology has become fields. Raises Unfixable for other keys."""
    if not fragment and get(value, "addressType") not in ("IPv4", "IPv6", "FQDN"):
        raise Unfixable("discovery.k8s.io/v1 needs an addressType of IPv4, IPv6 or FQDN", "no-place")
    for pointer, endpoint in items(value, ("endpoints",)):
        for key, place in mapping(value, (*pointer, "topology")).items():
            field = _TOPOLOGY.get(key)
            if field is None:
                raise Unfixable(f"the topology key {key} has no place in discovery.k8s.io/v1", "no-place")
            if absent(endpoint, (field,)):
                yield add((*pointer, field), place)
            elif endpoint[field] != place:
                raise Unfixable(f"{text((*pointer, field))} and the topology key {key} differ", "both-fields")
        yield from drop(value, (*pointer, "topology"))


def priority_level(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert a PriorityLevelConfiguration before v1beta3: shares have another name."""
    yield from rename(value, _OLD_SHARES, _SHARES)
    # In these versions 0 meant: not given. In v1 it means none at all.
    if _is_zero(get(value, *_OLD_SHARES)):
        yield replace(_SHARES, 30)


def priority_level_v1beta3(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert a v1beta3 PriorityLevelConfiguration, in which 0 meant 30 unless an annotation kept it."""
    annotations = mapping(value, ("metadata", "annotations"))
    if not _is_zero(get(value, *_SHARES)) or _KEEP_ZERO in annotations:
        return
    if fragment:
        raise Unfixable("whether 0 shares meant 30 depends on an annotation of the base", "fragment")
    yield replace(_SHARES, 30)


def _is_zero(shares: Any) -> bool:
    return shares == 0 and isinstance(shares, int) and not isinstance(shares, bool)


def role_binding(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert an RBAC binding of v1alpha1: subjects name their group without a version."""
    for pointer, subject in items(value, ("subjects",)):
        kind = subject.get("kind")
        old, new = (*pointer, "apiVersion"), (*pointer, "apiGroup")
        if kind == "User" and subject.get("name") == "*":
            # v1alpha1 read this user as everyone who has logged in; later versions know it as a mere name.
            yield replace((*pointer, "kind"), "Group")
            yield replace((*pointer, "name"), "system:authenticated")
        if not exists(value, old):
            continue
        if kind in ("User", "Group") and not exists(value, new):
            yield move(old, new)
            yield replace(new, RBAC)
        elif kind in ("User", "Group", "ServiceAccount"):
            yield remove(old)
        else:
            raise Unfixable(f"{text(pointer)} is no User, Group or ServiceAccount", "unexpected-shape")


def access_review(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert an access review: `group` always was a list of them."""
    yield from rename(value, ("spec", "group"), ("spec", "groups"))


def storage_migration(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert a v1alpha1 StorageVersionMigration: the migrator keeps its own place now."""
    yield from drop(value, ("spec", "resource", "version"), ("spec", "continueToken"))


def pod_certificate_request(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert a PodCertificateRequest before v1."""
    yield from drop(value, ("spec", "pkixPublicKey"), ("spec", "proofOfPossession"))
