"""Rule replicas-with-autoscaler."""

from __future__ import annotations

from collections.abc import Iterator

from rules.availability.counts import SCALED, number
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get


@rule(severity=Severity.MEDIUM, category="reliability", kinds=sorted(SCALED))
def replicas_with_autoscaler(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Number of replicas is written although an autoscaler sets it.

    Whenever the manifest is applied, the number of pods jumps to the one that is written, whatever the load is:
    under load most of the application is stopped at once, until the autoscaler has measured again. A tool that
    compares cluster and repository all the time does that every few minutes.

    The number 0 is left alone: it switches an autoscaler off.

    Example:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 2
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

    Use instead:
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

    Fix safety:
        Unsafe. Where manifests are applied by `kubectl apply` on the client's side, the first time after the
        number is gone sets it to 1, until the autoscaler raises it again: remove it from the annotation of the
        last applied configuration first (`kubectl apply edit-last-applied`), or apply on the server's side. And
        where the autoscaler is deployed to some clusters only, the others fall back to one pod.

    Verify:
        `kubectl get deployment web` shows the same number of pods before and after the manifest is applied.

    References:
        https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    """
    given = number(get(document.value, "spec", "replicas"))
    if document.partial or not given or given < 0:
        return
    for autoscaler in cluster.workloads.scaling(document):
        if not cluster.is_patched(autoscaler):
            message = f'replicas is {given}, but {autoscaler.kind} "{autoscaler.name}" sets the number of pods'
            yield ("spec", "replicas"), message
            return
