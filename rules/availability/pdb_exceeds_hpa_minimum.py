"""Rule pdb-exceeds-hpa-minimum."""

from __future__ import annotations

from collections.abc import Iterator

from rules.availability import counts
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get


@rule(severity=Severity.MEDIUM, category="reliability", kinds=["PodDisruptionBudget.policy"])
def pdb_exceeds_hpa_minimum(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Disruption budget wants all pods that the autoscaler keeps at least.

    At night the autoscaler goes down to its minimum. When the budget then wants as many pods as there are, no pod
    may be evicted: nodes cannot be emptied for updates exactly at the time when that is planned, and the same
    command works during the day, so nobody finds the reason.

    Where several workloads are selected, Kubernetes counts all their pods together and so does this rule. A
    ScaledObject of KEDA counts like a HorizontalPodAutoscaler, unless it goes down to no pods at all.

    Example:
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: web
        spec:
          minAvailable: 2
          selector:
            matchLabels:
              app: web
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: web
        spec:
          minReplicas: 2
          maxReplicas: 10
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: web
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    Use instead:
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: web
        spec:
          maxUnavailable: 1
          selector:
            matchLabels:
              app: web
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: web
        spec:
          minReplicas: 2
          maxReplicas: 10
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: web
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. At the minimum one pod less than before is certain to be there while a node is emptied. Whoever
        needs all of them raises the minimum of the autoscaler instead.

    Verify:
        `kubectl get pdb web` shows allowed disruptions above 0 while the autoscaler is at its minimum.

    References:
        https://kubernetes.io/docs/tasks/run-application/configure-pdb/
        https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    """
    least = get(document.value, "spec", "minAvailable")
    if least is None or get(document.value, "spec", "maxUnavailable") is not None:
        return
    whole = counts.percent(least)
    if whole is not None and whole >= 100:  # Blocks at any number of pods: pdb-blocks-eviction.
        return
    total = counts.total(document, cluster)
    if total is None or not total.scaled or not total.pods:
        return
    needed = counts.share(least, total.pods, up=True)
    if needed is not None and needed >= total.pods:
        message = f"minAvailable {least} allows no eviction at the autoscaler's minimum: {counts.asking(total)}"
        yield ("spec", "minAvailable"), message
