"""Rule qos-best-effort."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.resources import amounts
from rules.workloads import pods


@rule(
    severity=Severity.LOW,
    category="resources",
    kinds=pods.KINDS,
    controls={"nsa": ("resource-policies",), "owasp_k8s": ("K01",)},
)
def qos_best_effort(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Pod asks for nothing and is the first to be ended.

    Kubernetes sorts pods into three classes. A pod whose containers ask for no memory and no processor time, and
    have no limit of either, is in the last one, BestEffort: the scheduler takes it for a pod that needs nothing,
    it gets what others leave, and when a node runs out of memory it is ended before all others. That suits work
    that may be lost at any time, and nothing that anybody waits for.

    Amounts of the whole pod (`spec.resources`, from Kubernetes 1.34 on) count. Where a LimitRange of the scan
    gives the namespace defaults, the finding is information.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2

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
                  cpu: 100m
                  memory: 128Mi
                limits:
                  memory: 256Mi

    No fix:
        How much the program needs is known only to who measured it. Look at its use (`kubectl top pod
        --containers`, or a VerticalPodAutoscaler in mode Off), ask for what it usually needs, and limit its memory
        some way above that.

    Verify:
        `kubectl get pod web -o jsonpath='{.status.qosClass}'` says Burstable or Guaranteed.

    References:
        https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
        https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
    """
    pod = pods.pod(document)
    if pod is None or document.partial or pods.is_fragment(document) or amounts.may_set_any(document, cluster):
        return
    place = (*pod.pointer, "containers")
    sides = [(side, resource) for side in amounts.SIDES for resource in amounts.OF_QOS]
    if any(amounts.has_default(cluster, document.namespace, side, resource) for side, resource in sides):
        yield place, "the pod asks for no memory and no processor time itself; a LimitRange does for it", Severity.INFO
    else:
        yield place, "the pod asks for no memory and no processor time, so it is BestEffort"
