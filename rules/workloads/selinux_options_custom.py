"""Rule selinux-options-custom."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods, selinux
from rules.workloads.setters import setters


@rule(
    severity=Severity.HIGH,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "nsa": ("hardening",),
        "mitre": ("T1611",),
        "owasp_k8s": ("K01",),
    },
)
def selinux_options_custom(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Container asks for an SELinux type, user or role of its own.

    On nodes with SELinux (Red Hat and its relatives) every container runs under a type that may touch the files
    of containers and nothing of the node. Another type is another set of rights, and `spc_t` has no limits at
    all: the wall that has stopped most escapes of the past years is gone, and an attacker who is out of the
    container is out for good. That one is reported as critical.

    Profile baseline allows the types container_t, container_init_t, container_kvm_t and, from Kubernetes 1.31
    on, container_engine_t, and neither a user nor a role. The level, which volumes are shared by, is free. A
    line on the pod that each container overrules is reported with low severity.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            seLinuxOptions:
              type: spc_t
              level: s0:c123,c456
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
            seLinuxOptions:
              level: s0:c123,c456
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. Agents that read files of the node (collectors of logs, backup) use such a type on purpose and
        are refused access without it. The level stays: volumes that are shared need it.

    Verify:
        `kubectl exec web -- cat /proc/1/attr/current` names container_t, on a node with SELinux.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/
    """
    for setter in setters(document, "seLinuxOptions"):
        if not isinstance(setter.value, dict):
            continue
        if refused := selinux.refused(setter.value, cluster.version):
            named = " and ".join(f'{key} "{setter.value[key]}"' for key in refused)
            worst = setter.value.get("type") == selinux.SUPER_PRIVILEGED
            severity = setter.severity(Severity.CRITICAL if worst else Severity.HIGH)
            yield setter.pointer, f"{setter.name} asks for the SELinux {named}", severity
