"""Rule revision-history-disabled."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads.controllers import REVISED

_LIMIT = ("spec", "revisionHistoryLimit")


@rule(severity=Severity.LOW, category="reliability", kinds=REVISED)
def revision_history_disabled(document: Document) -> Iterator[Spot]:
    """Workload keeps nothing that it could be rolled back to.

    Kubernetes keeps the ten last versions of a workload, so that `kubectl rollout undo` brings a good one back
    within seconds. With `revisionHistoryLimit: 0` it keeps none: a version that turns out to be broken, or to have
    been tampered with, can only be replaced by building and rolling out another one.

    Example:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          revisionHistoryLimit: 0
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    Use instead:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
                - name: web
                  image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. No pod is touched, but somebody chose the number, and ten old versions are kept from then on: a
        quota on the number of ReplicaSets may be reached, and a later rollout wait for it.

    Verify:
        After the next rollout `kubectl rollout history deployment web` lists more than one revision.

    References:
        https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/
    """
    limit = get(document.value, *_LIMIT)
    if limit == 0 and not isinstance(limit, bool):
        yield _LIMIT, f"the {document.kind} keeps no revision that it could be rolled back to"
