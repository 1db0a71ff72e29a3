"""Rule node-name-set."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import images, pods


@rule(
    severity=Severity.MEDIUM,
    category="scheduling",
    kinds=pods.KINDS,
    controls={"mitre": ("T1610",), "owasp_k8s": ("K01",)},
)
def node_name_set(document: Document) -> Iterator[Spot]:
    """Pod names its node and goes past the scheduler.

    With `nodeName` nobody asks whether the node has room, whether it is meant for such pods, or whether it still
    exists: taints that keep pods from being scheduled there, control-plane nodes among them, do not count. It is
    how an attacker places a pod beside what they are after; and for everybody else, the pod is lost together with
    the one node.

    A pod that was exported from a cluster (with a `status`) is not meant: there the scheduler wrote the name. A
    nodeSelector or an affinity for the label `kubernetes.io/hostname` chooses a node with the scheduler's checks.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          nodeName: worker-3
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

    Fix safety:
        Unsafe. The pod may then run on another node: data in a hostPath volume, hardware or licences of the named
        one are not there. If it must be that node, write `nodeSelector` with `kubernetes.io/hostname` instead.

    Verify:
        `kubectl get events --field-selector reason=Scheduled` shows that the scheduler placed the pod.

    References:
        https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename
        https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """
    pod = pods.pod(document)
    if pod is None or get(document.value, "status", "phase") is not None:
        return
    given = pod.spec.get("nodeName")
    if isinstance(given, str) and given and not images.is_template(given):
        yield (*pod.pointer, "nodeName"), f'the pod goes to node "{given}" past the scheduler'
