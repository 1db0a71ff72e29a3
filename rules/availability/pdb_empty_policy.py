"""Rule pdb-empty-policy."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get


@rule(severity=Severity.MEDIUM, category="reliability", kinds=["PodDisruptionBudget.policy"])
def pdb_empty_policy(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Disruption budget sets neither minAvailable nor maxUnavailable.

    Kubernetes accepts such a budget, and then has nothing to compute from: it expects no pods, and where none are
    expected it allows none to be evicted, however many there are. The budget reads as if it said nothing, and keeps
    every node with such a pod from being emptied: security updates of nodes wait, upgrades of the cluster hang.

    Example:
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: web
        spec:
          selector:
            matchLabels:
              app: web

    Use instead:
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: web
        spec:
          selector:
            matchLabels:
              app: web
          maxUnavailable: 1

    Fix safety:
        Unsafe. One pod at a time may be evicted then, the least that lets a node be emptied. An application of a
        single pod that must never be away loses service, and one that can spare more wants another number.

    Verify:
        `kubectl get pdb web` shows 1 under MAX UNAVAILABLE, and more than 0 under ALLOWED DISRUPTIONS while all
        pods run.

    References:
        https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """
    spec = get(document.value, "spec")
    if not isinstance(spec, dict) or cluster.is_patched(document):
        return
    if spec.get("minAvailable") is None and spec.get("maxUnavailable") is None:
        # The place is one that is absent: of a part of an object, absence says nothing.
        yield ("spec", "maxUnavailable"), "neither minAvailable nor maxUnavailable, so no eviction is ever allowed"
