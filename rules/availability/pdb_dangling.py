"""Rule pdb-dangling."""

from __future__ import annotations

from collections.abc import Iterator

from rules import selectors
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workload_objects import labels_of_pods


@rule(severity=Severity.LOW, category="reliability", kinds=["PodDisruptionBudget.policy"])
def pdb_dangling(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Disruption budget selects no workload.

    A budget protects the pods that its selector meets. One with a misspelt or outdated label protects nothing,
    and nobody notices until a node is emptied and all pods of the application go at once.

    A scan often holds a part of a cluster only, and operators make pods that no manifest shows. So a budget is
    reported only where the scan shows what it very likely means: a workload that has the budget's name, perhaps
    but for an ending such as -pdb or -deployment, and another value of a label that the selector asks for. An
    empty selector meets all pods of the namespace, a missing one none.

    Example:
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: web
        spec:
          maxUnavailable: 1
          selector:
            matchLabels:
              app: web-server
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 3
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
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 3
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

    No fix:
        Whether the labels of the pods or the selector are wrong is for a person to decide: Services and other
        selectors may go by the same labels.

    Verify:
        `kubectl describe pdb web` shows no event NoPods, and `kubectl get pods -l app=web` prints the pods.

    References:
        https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """
    if document.partial or cluster.is_patched(document):
        return
    spec = get(document.value, "spec")
    if not isinstance(spec, dict):
        return
    if spec.get("selector") is None:
        yield ("spec", "selector"), "the budget has no selector, so it protects no pod"
        return
    asked = selectors.of_selector(spec["selector"])
    if not asked or cluster.workloads.selected(document, asked) != []:
        return
    meant = cluster.workloads.nearly_selected(document, asked)
    if meant:
        told = selectors.contrary(asked, labels_of_pods(meant))
        message = f'the budget selects {selectors.written(asked)}, but {meant.kind} "{meant.name}" has {told}'
        yield ("spec", "selector"), message
