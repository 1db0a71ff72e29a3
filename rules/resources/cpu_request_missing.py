"""Rule cpu-request-missing."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.resources.requests_missing import missing
from rules.workloads import pods


@rule(
    severity=Severity.LOW,
    category="resources",
    kinds=pods.KINDS,
    controls={"nsa": ("resource-policies",), "owasp_k8s": ("K01",)},
)
def cpu_request_missing(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Container asks for no processor time.

    The scheduler puts a pod on a node that has room for what its containers ask for, and when a processor is
    busy, its time is shared in proportion to that. A container that asks for none gets next to nothing as soon
    as its neighbours work hard: it answers slowly, its probes time out, and it is ended although nothing is wrong
    with it. An autoscaler that goes by the use of processor time cannot count it either.

    A limit without a request counts as a request of the same size, and so does a request of the whole pod
    (`spec.resources`, from Kubernetes 1.34 on). Init containers that run once use what is kept for the others and
    are left out, unless they have `restartPolicy: Always`. A pod that asks for nothing at all is found by
    qos-best-effort instead. Where a LimitRange of the scan gives the namespace a default, the finding is
    information.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              resources:
                requests:
                  memory: 128Mi

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              resources:
                requests:
                  memory: 128Mi
                  cpu: 100m

    No fix:
        How much processor time the program needs is known only to who measured it; with a request that is too
        high the pod finds no node. Look at its usual use (`kubectl top pod --containers`, or a
        VerticalPodAutoscaler in mode Off) and ask for that.

    Verify:
        `kubectl describe pod web` shows a request for cpu of each container.

    References:
        https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
        https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
    """
    yield from missing(document, cluster, "cpu")
