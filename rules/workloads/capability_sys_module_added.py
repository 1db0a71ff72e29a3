"""Rule capability-sys-module-added."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import capabilities, pods


@rule(
    severity=Severity.CRITICAL,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.9",),
        "mitre": ("T1611", "T1547.006"),
        "owasp_k8s": ("K01",),
    },
)
def capability_sys_module_added(document: Document) -> Iterator[Spot]:
    """Container may load kernel modules (SYS_MODULE).

    All containers of a node share its kernel. A module is code that becomes part of that kernel, above every
    wall between containers and above every tool that watches them. Whoever breaks into a container that may
    load modules owns the node with one command and can hide there.

    Where a driver is needed, let the image of the node bring it, or load it from an installer that does nothing
    else and ends.

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
                capabilities:
                  drop: [ALL]
                  add: [NET_BIND_SERVICE, SYS_MODULE]

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
                capabilities:
                  drop: [ALL]
                  add: [NET_BIND_SERVICE]

    Fix safety:
        Unsafe. Installers of drivers stop working, and programs that load the module which they need
        (WireGuard, iptables on old nodes) find it missing unless the node has loaded it. Only this one name
        goes.

    Verify:
        `kubectl exec web -- grep CapBnd /proc/1/status` prints a number without the bit 16 (`10000`).

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://man7.org/linux/man-pages/man7/capabilities.7.html
    """
    for at, container, names in capabilities.adders(document, "capability-sys-module-added"):
        yield at, f"{pods.label(container)} adds {capabilities.listed(names)}"
