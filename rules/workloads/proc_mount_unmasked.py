"""Rule proc-mount-unmasked."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods, user_namespaces
from rules.workloads.proc_mounts import unmasked


@rule(
    severity=Severity.HIGH,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.7.3",),
        "mitre": (
            "T1611",
            "T1003.007",
        ),
        "owasp_k8s": ("K01",),
    },
)
def proc_mount_unmasked(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Container sees /proc without the default masks.

    Below /proc the kernel shows what it knows and takes orders. Container runtimes hide or write-protect the
    dangerous parts: the memory of the machine, keys, timers, settings that concern the whole node. `procMount:
    Unmasked` lays them open. Whoever breaks into the application reads there what belongs to others, and as
    root writes what brings the node down or runs a program on it.

    Since Kubernetes 1.30 a cluster accepts the value only for pods with a user namespace of their own
    (`hostUsers: false`), whose root may write nothing there. When the target is 1.35 or later, profile baseline
    allows that, and another rule reports it.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
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
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                runAsNonRoot: true

    Fix safety:
        Unsafe. Programs that start containers inside the container, such as builders of images that run without
        root, need it. The line is removed: absent means Default, and old clusters know no other word.

    Verify:
        `kubectl exec web -- cat /proc/timer_list` prints nothing, or that it is not allowed.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
    """
    if user_namespaces.relax(document, cluster):
        return
    for pointer, container, value in unmasked(document):
        message = f'{pods.label(container)} has its /proc mounted as "{value}"'
        yield pointer, message, Severity.MEDIUM if user_namespaces.has_one(document) else Severity.HIGH
