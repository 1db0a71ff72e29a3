"""Rule pdb-empty-policy."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get


@rule(severity=Severity.LOW, category="reliability", kinds=["PodDisruptionBudget.policy"])
def pdb_empty_policy(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Disruption budget sets neither minAvailable nor maxUnavailable.

    Kubernetes accepts such a budget, and then has nothing to compute from: nobody wrote down how many pods may be
    missing while a node is emptied. Whoever reads it believes that the application is protected; whoever empties
    a node gets what the controller happens to make of it.

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
        Unsafe. The budget starts to mean something: one pod at a time may be evicted, the least that lets a node
        be emptied. An application that can spare more wants another number.

    Verify:
        `kubectl get pdb web` shows a number under MIN AVAILABLE or MAX UNAVAILABLE.

    References:
        https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """
    spec = get(document.value, "spec")
    if not isinstance(spec, dict) or cluster.is_patched(document):
        return
    if spec.get("minAvailable") is None and spec.get("maxUnavailable") is None:
        # The place is one that is absent: of a part of an object, absence says nothing.
        yield ("spec", "maxUnavailable"), "the budget says neither minAvailable nor maxUnavailable"
