"""Workloads of the beta APIs -> apps/v1, with the old defaults written down.

The defaults are those of SetDefaults_* in pkg/apis/{extensions,apps}/v1beta1 of Kubernetes 1.15.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.api_versions.fields import absent, default, drop
from fixers.model import Operation, put
from rules.errors import Unfixable
from rules.pointer import Pointer, get

_NEVER = 2**31 - 1  # To a Deployment the largest int32 means: no limit.


def _selector(value: Any, fragment: bool) -> Iterator[Operation]:
    """Select the labels of the template, as the server did. Raises Unfixable where it has none."""
    if fragment or not absent(value, ("spec", "selector")):
        return
    labels = get(value, "spec", "template", "metadata", "labels")
    if not (isinstance(labels, dict) and labels):
        raise Unfixable("apps/v1 needs a selector, and the pod template has no labels to select", "no-labels")
    yield put(value, ("spec", "selector"), {"matchLabels": dict(labels)})


def _update_on_delete(value: Any, fragment: bool) -> Iterator[Operation]:
    """Replace pods only when somebody deletes them, where the file names no strategy."""
    strategy: Pointer = ("spec", "updateStrategy")
    if fragment:
        return
    if not get(value, *strategy):
        yield put(value, strategy, {"type": "OnDelete"})
    else:
        yield from default(value, (*strategy, "type"), "OnDelete")


def extensions_deployment(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert an extensions/v1beta1 Deployment."""
    yield from _selector(value, fragment)
    yield from drop(value, ("spec", "rollbackTo"))
    if not fragment:
        yield from default(value, ("spec", "progressDeadlineSeconds"), _NEVER)
        yield from default(value, ("spec", "revisionHistoryLimit"), _NEVER)
        yield from _one_by_one(value)


def _one_by_one(value: Any) -> Iterator[Operation]:
    """Replace one pod at a time, where the file does not say how many."""
    strategy: Pointer = ("spec", "strategy")
    if get(value, *strategy, "type") not in (None, "", "RollingUpdate"):
        return
    rolling = {"maxSurge": 1, "maxUnavailable": 1}
    if not get(value, *strategy):
        yield put(value, strategy, {"type": "RollingUpdate", "rollingUpdate": rolling})
    elif not get(value, *strategy, "rollingUpdate"):
        yield put(value, (*strategy, "rollingUpdate"), rolling)
    else:
        for key, old in rolling.items():
            yield from default(value, (*strategy, "rollingUpdate", key), old)


def apps_deployment(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert an apps/v1beta1 Deployment."""
    yield from _selector(value, fragment)
    yield from drop(value, ("spec", "rollbackTo"))
    if not fragment:
        yield from default(value, ("spec", "revisionHistoryLimit"), 2)


def apps_stateful_set(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert an apps/v1beta1 StatefulSet."""
    yield from _selector(value, fragment)
    yield from _update_on_delete(value, fragment)


def extensions_daemon_set(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert an extensions/v1beta1 DaemonSet."""
    yield from _selector(value, fragment)
    yield from drop(value, ("spec", "templateGeneration"))
    yield from _update_on_delete(value, fragment)


def extensions_replica_set(value: Any, fragment: bool) -> Iterator[Operation]:
    """Convert an extensions/v1beta1 ReplicaSet."""
    yield from _selector(value, fragment)
