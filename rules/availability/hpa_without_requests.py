"""Rule hpa-without-requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.availability.metrics import utilised
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.resources.amounts import has_default, may_request
from rules.workload_objects import AUTOSCALER, VERTICAL
from rules.workloads import pods


@rule(severity=Severity.MEDIUM, category="reliability", kinds=[AUTOSCALER])
def hpa_without_requests(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Autoscaler measures a share of requests that no container makes.

    Utilisation is what a container uses, as a share of what it requests. Where one container of the pod requests
    nothing, there is no share, and the autoscaler does nothing by this metric: under load the application stays as
    small as it is. A container that was added later, a proxy perhaps, is enough to switch the autoscaler off.

    A limit without a request counts as a request of the same amount, and so does what a LimitRange of the
    namespace gives. Containers that end before the application starts are left out. An autoscaler without metrics
    measures the processor.

    Example:
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: web
        spec:
          maxReplicas: 10
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: web
          metrics:
            - type: Resource
              resource:
                name: cpu
                target:
                  type: Utilization
                  averageUtilization: 70
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
                  resources:
                    requests:
                      memory: 256Mi

    Use instead:
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: web
        spec:
          maxReplicas: 10
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: web
          metrics:
            - type: Resource
              resource:
                name: cpu
                target:
                  type: Utilization
                  averageUtilization: 70
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
                  resources:
                    requests:
                      cpu: 250m
                      memory: 256Mi

    No fix:
        How much a container needs is known only to who measured it (`kubectl top pod --containers`).

    Verify:
        `kubectl get hpa web` shows a number under TARGETS and not `<unknown>`.

    References:
        https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
        https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    """
    graph = cluster.workloads
    workload = graph.target(document)
    if document.partial or workload is None or cluster.is_patched(document) or cluster.is_patched(workload):
        return
    pod = pods.pod(workload)
    # The whole pod may ask for all its containers, and a VerticalPodAutoscaler writes requests into pods.
    if pod is None or pods.is_fragment(workload) or pod.spec.get("resources") or graph.scaling(workload, [VERTICAL]):
        return
    for metric in utilised(document):
        if has_default(cluster, workload.namespace, "requests", metric.resource):
            continue
        without = [one for one in _running(pod.spec) if metric.container in (None, one.get("name"))]
        without = [one for one in without if not may_request(one, metric.resource)]
        if without:
            who = f'{pods.labels(without)} of {workload.kind} "{workload.name}"'
            yield metric.pointer, f"the share of requested {metric.resource} is measured, and {who} request none"


def _running(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the containers that run as long as the pod does."""
    for container in pods.items(spec, "containers"):
        if isinstance(container, dict):
            yield container
    for container in pods.items(spec, "initContainers"):
        if isinstance(container, dict) and get(container, "restartPolicy") == "Always":
            yield container
