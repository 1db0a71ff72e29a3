"""Rule host-users-conflict."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods, user_namespaces

# Since this version a feature gate, off by default when it came, lets both be together.
_NETWORK_GATE = (1, 35)


@rule(
    severity=Severity.MEDIUM,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K01",)},
)
def host_users_conflict(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Pod wants users of its own and shares something else with its node.

    With `hostUsers: false` root of a container is nobody on the node: whoever breaks out has no rights there.
    That does not go together with the node's network, processes or shared memory, nor with raw disks, and the
    API server refuses such a pod. What somebody does in a hurry then is remove the line that protects, and an
    attacker who gets out of the container is root of the node.

    From Kubernetes 1.35 on, clusters may allow the node's network beside it by a feature gate; that is reported
    with low severity then.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          hostUsers: false
          hostPID: true
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          hostUsers: false
          containers:
            - name: web
              image: registry.example/web:1.4.2

    No fix:
        Which of the two is meant is for a person to say.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
    """
    pod = pods.pod(document)
    if pod is None or pod.is_windows or not user_namespaces.has_one(document):
        return
    names = {"hostPID": "the processes", "hostIPC": "the shared memory"}
    shared = [name for field, name in names.items() if pod.spec.get(field) is True]
    refused = [f"{name} of its node" for name in shared]
    refused += [
        f"a raw disk in {pods.label(container)}"
        for _, container in pods.containers(document)
        if pods.items(container, "volumeDevices")
    ]
    network = pod.spec.get("hostNetwork") is True
    if network and cluster.version < _NETWORK_GATE:
        refused.insert(0, "the network of its node")
    at, start = (*pod.pointer, "hostUsers"), "the pod wants users of its own beside "
    if refused:
        yield at, f"{start}{' and '.join(refused)}; Kubernetes refuses that"
    elif network:
        yield at, f"{start}the network of its node; Kubernetes refuses that without a feature gate", Severity.LOW
