"""Rule service-selects-nothing."""

from __future__ import annotations

from collections.abc import Iterator

from rules import selectors
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workload_objects import labels_of_pods


@rule(severity=Severity.MEDIUM, category="reliability", kinds=["Service"])
def service_selects_nothing(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Service selects no workload.

    A Service sends what it gets to the pods that its selector meets. When no pod has the labels, every connection
    is refused, although all pods are healthy. The name is also free to be taken: whoever may start a pod in the
    namespace only has to give it these labels to receive what was meant for the application.

    A scan often holds a part of a cluster only, and operators make pods that no manifest shows. So a Service is
    reported only where the scan shows what it very likely means: a workload that has the Service's name, perhaps
    but for an ending such as -svc or -deployment, and another value of a label that the selector asks for. A
    Service without a selector is fine (its Endpoints are written by hand), and so is one of type ExternalName.

    Example:
        apiVersion: v1
        kind: Service
        metadata:
          name: web
        spec:
          selector:
            app: web
            tier: front
          ports:
            - port: 80
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
                tier: frontend
            spec:
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Service
        metadata:
          name: web
        spec:
          selector:
            app: web
            tier: frontend
          ports:
            - port: 80
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
                tier: frontend
            spec:
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    No fix:
        Whether the labels of the pods or the selector are wrong is for a person to decide: other selectors may go
        by the same labels.

    Verify:
        `kubectl get endpointslices -l kubernetes.io/service-name=web` shows the addresses of the pods.

    References:
        https://kubernetes.io/docs/concepts/services-networking/service/
        https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/
    """
    spec = get(document.value, "spec")
    if document.partial or not isinstance(spec, dict) or spec.get("type") == "ExternalName":
        return
    asked = selectors.of_map(spec.get("selector"))
    if not asked or cluster.is_patched(document) or cluster.workloads.selected(document, asked) != []:
        return
    meant = cluster.workloads.nearly_selected(document, asked)
    if meant:
        told = selectors.contrary(asked, labels_of_pods(meant))
        message = f'the service selects {selectors.written(asked)}, but {meant.kind} "{meant.name}" has {told}'
        yield ("spec", "selector"), message
