"""Rule proc-mount-unmasked-in-user-namespace."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods, user_namespaces
from rules.workloads.proc_mounts import unmasked


@rule(
    severity=Severity.LOW,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={
        "pss": ("restricted",),
        "cis": ("5.7.3",),
        "mitre": (
            "T1611",
            "T1003.007",
        ),
        "owasp_k8s": ("K01",),
    },
)
def proc_mount_unmasked_in_user_namespace(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Container in a user namespace sees /proc without the default masks.

    Container runtimes hide the dangerous parts of /proc, in which the kernel shows what it knows about the
    whole node. In a pod with a user namespace of its own (`hostUsers: false`) root is nobody to the node and
    may change nothing there, so profile baseline allows `procMount: Unmasked` from Kubernetes 1.35 on. Profile
    restricted does not: an attacker who got into the application still reads more there than it needs, and
    meets more of the kernel.

    In pods without such a namespace, and for older targets, the rule proc-mount-unmasked reports it.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          hostUsers: false
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                procMount: Unmasked
                runAsNonRoot: true

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
              securityContext:
                runAsNonRoot: true

    Fix safety:
        Unsafe. Programs that start containers inside the container, such as builders of images that run without
        root, need it: there it is meant, and may stay. The line is removed: absent means Default.

    Verify:
        `kubectl exec web -- cat /proc/timer_list` prints nothing, or that it is not allowed.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
    """
    if not user_namespaces.relax(document, cluster):
        return
    for pointer, container, value in unmasked(document):
        yield pointer, f'{pods.label(container)} has its /proc mounted as "{value}", though in a user namespace'
