"""Rule host-ipc."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods


@rule(
    severity=Severity.HIGH,
    category="host-access",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.4",),
        "nsa": ("pod-security",),
        "mitre": ("T1611",),
        "owasp_k8s": ("K01",),
    },
)
def host_ipc(document: Document) -> Iterator[Spot]:
    """Pod shares memory with the processes of its node.

    Processes of one machine may talk through shared memory, semaphores and message queues. Such a pod takes
    part in that of the node and of every other pod that is given it: `/dev/shm` is the same for all. Whoever
    breaks into the application reads what databases or drivers keep there, or changes it under their hands.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
          hostIPC: true

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
        Unsafe. Software that shares memory with processes outside its pod stops working: some drivers of
        graphics cards that are shared, some databases. Containers of one pod share memory in any case.

    Verify:
        `kubectl exec web -- ls /dev/shm` shows nothing that another pod or the node put there.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://man7.org/linux/man-pages/man7/ipc_namespaces.7.html
    """
    pod = pods.pod(document)
    if pod is not None and pod.spec.get("hostIPC") is True:
        yield (*pod.pointer, "hostIPC"), "the pod shares memory with the processes of its node"
