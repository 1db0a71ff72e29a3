"""Rule unsafe-sysctl."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods, sysctls


@rule(
    severity=Severity.HIGH,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "mitre": (
            "T1562",
            "T1611",
        ),
        "owasp_k8s": ("K01",),
    },
)
def unsafe_sysctl(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Pod changes kernel settings that are not known to be safe.

    Sysctls are settings of the kernel that all pods of a node share. A few are kept apart for each pod; the
    others reach the neighbours, or take away protection that the node's administrator chose. An attacker who
    may deploy pods starves or weakens the whole node with one line, and a kubelet refuses such pods unless it
    was told otherwise.

    Which settings are safe depends on the Kubernetes version: the list grew in 1.27, 1.29, 1.32 and 1.37. Names
    written with slashes mean the same to the kubelet, but admission by Pod Security does not know them.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            sysctls:
              - name: net.ipv4.tcp_syncookies
                value: "1"
              - name: kernel.msgmax
                value: "65536"
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            sysctls:
              - name: net.ipv4.tcp_syncookies
                value: "1"
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. Servers that were tuned for many connections (net.core.somaxconn) or large messages get the
        node's settings and may refuse work under load. Settings that are safe stay. A safe one that is written
        with slashes is written with dots.

    Verify:
        `kubectl exec web -- sysctl kernel.msgmax` prints the value of the node.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    names = [name for _, name in sysctls.unsafe(pod.spec, cluster.version)]
    if names:
        listed = ", ".join(dict.fromkeys(name or "one without a name" for name in names))
        message = f"the pod changes settings of the kernel that are not known to be safe: {listed}"
        yield (*pod.pointer, "securityContext", "sysctls"), message
