"""Rule host-pid."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods


@rule(
    severity=Severity.CRITICAL,
    category="host-access",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.3",),
        "nsa": ("pod-security",),
        "mitre": ("T1611", "T1057", "T1552"),
        "owasp_k8s": ("K01",),
    },
)
def host_pid(document: Document) -> Iterator[Spot]:
    """Pod sees the processes of its node.

    A container normally sees its own processes only. Such a pod sees every process of the machine: those of
    other pods, of the kubelet, of the system. As root it reads their environment, where passwords often are,
    looks into their files through `/proc`, and stops or takes over any of them; one command then opens a
    shell on the node itself. Whoever breaks into the application has all that too.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
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
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. Agents that watch or profile the processes of a node, and maintenance jobs that enter it with
        nsenter, see only themselves and stop working. To see the processes of the same pod's other
        containers, shareProcessNamespace is enough.

    Verify:
        `kubectl exec web -- cat /proc/1/comm` prints the container's own program, not that of the node.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
    """
    pod = pods.pod(document)
    if pod is not None and pod.spec.get("hostPID") is True:
        yield (*pod.pointer, "hostPID"), "the pod sees the processes of its node"
