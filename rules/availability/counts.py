"""How many pods there are, and how many of them a disruption budget wants: numbers, percents, and what is unknown."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from rules import selectors
from rules.cluster import Cluster
from rules.manifest import Document
from rules.pointer import get
from rules.workload_objects import SCALED_OBJECT, full_kind, in_one_directory

_PERCENT = re.compile(r"([0-9]{1,9})%\Z")

# Kinds with a number of pods that a budget knows: those with a scale.
SCALED = frozenset(
    [
        "Deployment.apps",
        "Deployment.extensions",
        "StatefulSet.apps",
        "ReplicaSet.apps",
        "ReplicaSet.extensions",
        "ReplicationController",
        "Rollout.argoproj.io",
    ]
)


def number(value: Any) -> int | None:
    """Return a whole number, or None for anything else; to Python True is one, to Kubernetes not."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def percent(value: Any) -> int | None:
    """Return the number before a percent sign."""
    found = _PERCENT.match(value) if isinstance(value, str) else None
    return int(found.group(1)) if found else None


def share(value: Any, total: int, *, up: bool) -> int | None:
    """Return how many of `total` a number or a percent is, rounded up or down; None for anything else."""
    given = number(value)
    if given is not None:
        return given if given >= 0 else None
    part = percent(value)
    if part is None:
        return None
    return -(-part * total // 100) if up else part * total // 100


def minimum(autoscaler: Document) -> int | None:
    """Return the least number of pods that an autoscaler keeps; the default of the API where none is written."""
    field, default = ("minReplicaCount", 0) if full_kind(autoscaler) == SCALED_OBJECT else ("minReplicas", 1)
    given = get(autoscaler.value, "spec", field)
    return default if given is None else number(given)


def written(workload: Document, cluster: Cluster) -> int | None:
    """Return the replicas that a workload asks for, None where nobody wrote them or a patch may change them."""
    given = number(get(workload.value, "spec", "replicas"))
    known = full_kind(workload) in SCALED and not cluster.patched.may_count(workload)
    return given if given is not None and given >= 0 and known else None


class Total(NamedTuple):
    """How many pods a budget counts at least; `scaled` tells whether an autoscaler says so of some of them."""

    pods: int
    scaled: bool
    workloads: tuple[Document, ...]


def total(budget: Document, cluster: Cluster) -> Total | None:
    """Return the pods of all workloads that a budget selects, None where one of them, or the budget, is not known.

    Kubernetes counts the sum over all controllers whose pods the selector meets, not each by itself.
    """
    if budget.partial or cluster.is_patched(budget):
        return None
    asked = selectors.of_selector(get(budget.value, "spec", "selector"))
    graph = cluster.workloads
    found = graph.selected(budget, asked) if asked else None
    if not found or not all(belongs(budget, one, len(found)) for one in found):
        return None
    pods, scaled = 0, False
    for workload in found:
        autoscalers = graph.scaling(workload)
        if len(autoscalers) > 1 or any(map(cluster.is_patched, autoscalers)) or full_kind(workload) not in SCALED:
            return None
        least = minimum(autoscalers[0]) if autoscalers else written(workload, cluster)
        if least is None:
            return None
        pods, scaled = pods + least, scaled or bool(autoscalers)
    return Total(pods, scaled, tuple(found))


def belongs(budget: Document, workload: Document, candidates: int) -> bool:
    """Is a workload surely one that the budget counts, and not that of another cluster in the same repository?"""
    return in_one_directory(budget, workload) or candidates == 1


def asking(found: Total) -> str:
    """Return how messages say a total: `Deployment "web" asks for 2 pods`."""
    first = f'{found.workloads[0].kind} "{found.workloads[0].name}"'
    others = len(found.workloads) - 1
    amount = f"{found.pods} pod{'s' if found.pods != 1 else ''}"
    if others:
        return f"{first} and {others} more {'keep' if found.scaled else 'ask for'} {amount} together"
    return f"{first} {'keeps' if found.scaled else 'asks for'} {amount}"
