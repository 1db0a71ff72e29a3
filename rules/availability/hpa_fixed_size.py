"""Rule hpa-fixed-size."""

from __future__ import annotations

from collections.abc import Iterator

from rules.availability.counts import number
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get


@rule(severity=Severity.LOW, category="reliability", kinds=["HorizontalPodAutoscaler.autoscaling"])
def hpa_fixed_size(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Autoscaler cannot scale.

    When the least and the most number of pods are equal, an autoscaler has nothing to do: under load, or under an
    attack that only wants to use up what is there, the application stays as small as it is, while everybody
    believes that it grows. Without a maximum, or with one below the minimum, Kubernetes refuses the object.

    The minimum is 1 where none is written.

    Example:
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: web
        spec:
          minReplicas: 3
          maxReplicas: 3
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: web

    Use instead:
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: web
        spec:
          minReplicas: 3
          maxReplicas: 10
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: web

    No fix:
        How far an application may grow depends on what it costs, on the nodes and on what stands behind it; only
        who runs it can say.

    Verify:
        `kubectl get hpa web` shows MAXPODS above MINPODS.

    References:
        https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    """
    spec = get(document.value, "spec")
    if document.partial or not isinstance(spec, dict) or cluster.is_patched(document):
        return
    if spec.get("maxReplicas") is None:
        yield ("spec", "maxReplicas"), "no maxReplicas, without which Kubernetes refuses the autoscaler"
        return
    most = number(spec["maxReplicas"])
    least = 1 if spec.get("minReplicas") is None else number(spec["minReplicas"])
    if most is None or least is None or most > least:
        return
    if most < least and spec.get("minReplicas") is not None:
        yield ("spec", "maxReplicas"), f"maxReplicas {most} is below minReplicas {least}, which Kubernetes refuses"
    elif most == least:
        yield ("spec", "maxReplicas"), f"minReplicas and maxReplicas are both {most}, so nothing is ever scaled"
