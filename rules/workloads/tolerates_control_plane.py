"""Rule tolerates-control-plane."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods

_KEYS = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_ON_EVERY_NODE = frozenset(["DaemonSet"])


@rule(
    severity=Severity.MEDIUM,
    category="scheduling",
    kinds=pods.KINDS,
    controls={"mitre": ("T1610", "T1611"), "owasp_k8s": ("K01",)},
)
def tolerates_control_plane(document: Document) -> Iterator[Spot]:
    """Pod may run on the nodes of the control plane.

    The nodes that run the API server and the database of the cluster are marked so that no ordinary pod comes
    there. A toleration lifts that for this pod. Whoever breaks out of it then stands on the node with the keys of
    the whole cluster instead of on one of many; and a pod that takes too much memory there takes the API server
    with it.

    A toleration of the operator Exists without a key tolerates every mark, this one too. For a DaemonSet, which is
    mostly there to run on each node, the finding is information. A toleration without a key counts only if it is
    for the effect NoSchedule, or for all of them, as that is how these nodes are marked; one that names the mark
    counts with any effect but PreferNoSchedule.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
          tolerations:
            - key: node-role.kubernetes.io/control-plane
              operator: Exists
              effect: NoSchedule

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. What manages or watches the control plane from its nodes no longer does, and in a cluster of a
        single node, or of control-plane nodes only, the pod no longer finds a place at all. Not made in a
        DaemonSet, which is there to run on every node.

    Verify:
        `kubectl get pods -o wide` shows the pod on a worker.

    References:
        https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
        https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane-taint
    """
    pod = pods.pod(document)
    if pod is None:
        return
    severity = Severity.INFO if document.kind in _ON_EVERY_NODE else Severity.MEDIUM
    for index, toleration in enumerate(pods.items(pod.spec, "tolerations")):
        what = _what(toleration)
        if what:
            yield (*pod.pointer, "tolerations", index), f"the pod tolerates {what}", severity


def _what(toleration: Any) -> str:
    """Return what a toleration lifts of the control plane, or ""."""
    key, effect = get(toleration, "key"), get(toleration, "effect")
    if key in _KEYS and effect in (None, "", "NoSchedule", "NoExecute"):
        return f"the mark {key} of the control plane's nodes"
    if key in (None, "") and get(toleration, "operator") == "Exists" and effect in (None, "", "NoSchedule"):
        return "every mark that keeps pods from a node, that of the control plane's nodes too"
    return ""
