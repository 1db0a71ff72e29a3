"""Rule hpa-duplicate."""

from __future__ import annotations

from collections.abc import Iterator

from rules.availability.metrics import utilised
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workload_objects import (
    AUTOSCALER,
    SCALED_OBJECT,
    VERTICAL,
    full_kind,
    in_one_directory,
    may_share_namespace,
    place,
    target_of,
)
from rules.workloads import pods

_RESOURCES = ("cpu", "memory")


@rule(severity=Severity.HIGH, category="reliability", kinds=[AUTOSCALER])
def hpa_duplicate(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Two autoscalers target the same object.

    Each of them sets the number of pods by what it measures, and each undoes what the other did: pods are started
    and stopped every few seconds, requests are lost, and the application is slowest when it is needed most. The
    controller of Kubernetes notices two HorizontalPodAutoscalers of the same pods and then scales neither.

    A ScaledObject of KEDA makes an autoscaler of its own, so it counts, unless it is told to take over this one. A
    VerticalPodAutoscaler that applies its recommendations counts where it changes the requests for the very
    resource by whose utilisation this one scales. Of two, the one that comes second in the scan is reported. In two
    files without a namespace they may be meant for different clusters, so there the severity is medium.

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
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: web-memory
        spec:
          maxReplicas: 6
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
          maxReplicas: 10
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: web

    No fix:
        Which one stays, and which of its limits and metrics the other one takes over, is for a person to decide.

    Verify:
        `kubectl get hpa` shows each target once, and `kubectl describe hpa web` no event AmbiguousSelector.

    References:
        https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
        https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler
    """
    wanted = target_of(document)
    if document.partial or wanted is None or cluster.is_patched(document):
        return
    for other in cluster.workloads.rivals(document, wanted):
        if cluster.is_patched(other) or not _is_rival(document, other, cluster):
            continue
        message = f'{wanted.kind} "{wanted.name}" is also scaled by {other.kind} "{other.name}"'
        sure = other.path == document.path or document.namespace == other.namespace != ""
        yield ("spec", "scaleTargetRef"), message, Severity.HIGH if sure else Severity.MEDIUM
        return


def _is_rival(document: Document, other: Document, cluster: Cluster) -> bool:
    if place(other) == place(document) or not _meet(document, other, cluster):
        return False
    kind = full_kind(other)
    if kind == AUTOSCALER:
        return other.name != document.name and place(other) < place(document)
    if kind == SCALED_OBJECT:
        own = get(other.value, "spec", "advanced", "horizontalPodAutoscalerConfig", "name")
        return document.name not in (own, f"keda-hpa-{other.name}")
    return kind == VERTICAL and any(metric.resource in _recommended(other) for metric in utilised(document))


def _meet(document: Document, other: Document, cluster: Cluster) -> bool:
    """Do two autoscalers come to one cluster? A directory tells, or the one workload that both can mean."""
    if not may_share_namespace(document, other):
        return False
    if in_one_directory(document, other):
        return True
    one, same = cluster.workloads.target(document), cluster.workloads.target(other)
    return one is not None and same is not None and place(one) == place(same)


def _recommended(vertical: Document) -> set[str]:
    """Return the resources whose requests a VerticalPodAutoscaler changes in some container."""
    mode = get(vertical.value, "spec", "updatePolicy", "updateMode")
    if mode not in (None, "Auto", "Recreate", "InPlaceOrRecreate"):
        return set()
    policies = pods.items(vertical.value, "spec", "resourcePolicy", "containerPolicies")
    if not policies:
        return set(_RESOURCES)
    found: set[str] = set()
    for policy in policies:
        if get(policy, "mode") == "Off":
            continue
        controlled = get(policy, "controlledResources")
        found.update(one for one in (controlled if isinstance(controlled, list) else _RESOURCES) if one in _RESOURCES)
    return found
