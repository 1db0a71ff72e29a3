"""Rule hpa-dangling-target."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workload_objects import TEMPLATED, full_kind, same_group, target_of

# Groups of Kubernetes itself that hold what an autoscaler can scale; of another group's kinds a scan may know nothing.
_BUILT_IN = frozenset(["", "apps", "extensions"])
# Kinds that a target may have been taken for; a Job may have the same name for other reasons, an operator's resource
# may be what makes the target.
_OTHERS = TEMPLATED - {"Job.batch"}
_SCALABLE = frozenset(["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"])


@rule(severity=Severity.MEDIUM, category="reliability", kinds=["HorizontalPodAutoscaler.autoscaling"])
def hpa_dangling_target(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Autoscaler targets a missing object.

    The application that it is meant for keeps its size whatever the load is, and the autoscaler only writes events
    that nobody reads. It comes of a renamed workload, of a workload that became another kind, or of an apiVersion
    that was left out or copied from elsewhere.

    A scan often holds a part of a cluster only. So an autoscaler is reported only where a workload of the name
    that it says belongs to it, but has another kind or API group, or where it has the name of a workload in its
    directory and targets one that the scan does not hold. Kinds of other projects, which may be scaled just as
    well, are not judged, nor is a group that older versions had: api-version-removed reports that.

    Example:
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: db
        spec:
          minReplicas: 3
          maxReplicas: 9
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: db
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: db
        spec:
          serviceName: db
          selector:
            matchLabels:
              app: db
          template:
            metadata:
              labels:
                app: db
            spec:
              containers:
                - name: db
                  image: registry.example/db:16.4

    Use instead:
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: db
        spec:
          minReplicas: 3
          maxReplicas: 9
          scaleTargetRef:
            apiVersion: apps/v1
            kind: StatefulSet
            name: db
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: db
        spec:
          serviceName: db
          selector:
            matchLabels:
              app: db
          template:
            metadata:
              labels:
                app: db
            spec:
              containers:
                - name: db
                  image: registry.example/db:16.4

    No fix:
        Whether the target or the name of the workload is wrong is for a person to decide, and an autoscaler that
        starts to work changes the size of an application that ran without it.

    Verify:
        `kubectl describe hpa db` shows no event FailedGetScale.

    References:
        https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    """
    wanted = target_of(document)
    if document.partial or wanted is None or wanted.group not in _BUILT_IN or wanted.kind not in _SCALABLE:
        return
    graph = cluster.workloads
    if cluster.is_patched(document) or graph.may_have(wanted, document):
        return
    at = ("spec", "scaleTargetRef")
    said = f'{wanted.kind}{f".{wanted.group}" if wanted.group else " of the core group"} "{wanted.name}"'
    for other in graph.called(wanted.name, document):
        if full_kind(other) in _OTHERS:
            yield at, f"the target is {said}, but the scan has {full_kind(other)}"
            return
    for other in graph.called(document.name, document):
        if other.kind == wanted.kind and same_group(other.group, wanted.group):
            yield at, f'the target {said} is not in the scan; {other.kind} "{other.name}" is'
            return
