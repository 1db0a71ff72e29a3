"""Rule selector-mismatch."""

from __future__ import annotations

from collections.abc import Iterator

from rules import selectors
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workload_objects import TEMPLATED, full_kind, labels_of_pods

# Kinds that take a plain map of labels, and the labels of their template where there is none.
_PLAIN = frozenset(["ReplicationController", "DeploymentConfig.apps.openshift.io"])
# Groups and versions of workloads in which Kubernetes makes up a selector that is missing.
_DEFAULTED = frozenset(["apps/v1beta1", "extensions/v1beta1"])


@rule(severity=Severity.HIGH, category="reliability", kinds=sorted(TEMPLATED))
def selector_mismatch(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Workload selects other labels than its pods have.

    A workload finds its own pods by its selector. When the labels in its template do not meet it, Kubernetes
    refuses the object: the update stays away, with whatever it was to repair. Where a controller does not check,
    it starts pods that it does not count as its own, and more, and more.

    A selector may be missing where Kubernetes makes one: in a Job and in a ReplicationController. Deployments,
    StatefulSets, DaemonSets and ReplicaSets of apps/v1 must have one, which may not be empty.

    Example:
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
                app: webserver
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
        A selector cannot be changed once the object exists, and the labels of the pods are what Services, budgets
        and network policies go by. Which side is wrong is for a person to decide.

    Verify:
        `kubectl apply --dry-run=server -f web.yaml` accepts the manifest.

    References:
        https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
        https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
    """
    spec = get(document.value, "spec")
    if document.partial or not isinstance(spec, dict) or cluster.is_patched(document):
        return
    kind = full_kind(document)
    given = spec.get("selector")
    if given is None:
        if _needs_one(document):
            yield ("spec", "selector"), f"{document.kind} has no selector, which {document.api_version} refuses"
        return
    asked = selectors.of_map(given) if kind in _PLAIN else selectors.of_selector(given)
    labels = labels_of_pods(document)
    if asked is None or labels is None or not isinstance(spec.get("template"), dict):
        return
    if not asked and not given and _needs_one(document):
        yield ("spec", "selector"), f"the selector is empty, which {document.api_version} refuses"
    elif not selectors.may_meet(asked, labels):
        yield (
            ("spec", "selector"),
            f"the selector is {selectors.written(asked)}, but the template has {selectors.contrary(asked, labels)}",
        )


def _needs_one(document: Document) -> bool:
    """Does Kubernetes demand a selector?"""
    if document.group not in ("apps", "extensions") or document.api_version in _DEFAULTED:
        return False
    return isinstance(get(document.value, "spec", "template"), dict)
