"""Rule capability-net-admin-added."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import capabilities, pods


@rule(
    severity=Severity.HIGH,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.9",),
        "mitre": ("T1557", "T1040"),
        "owasp_k8s": ("K01",),
    },
)
def capability_net_admin_added(document: Document) -> Iterator[Spot]:
    """Container adds the capability NET_ADMIN.

    A container with NET_ADMIN configures the network that it is in: addresses, routes, firewall rules, and the
    mode in which a card hears everything. Within a pod, whoever breaks in undoes the redirection of a service
    mesh, and with it its encryption and its rules, and answers in place of the other containers. The code of
    the kernel that the capability opens has had one hole after the other.

    Where the pod shares the network of its node, all of that concerns the node and everybody on it: that is
    reported as critical.

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
                  add: [NET_BIND_SERVICE, NET_ADMIN]

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
        Unsafe. Init containers of service meshes, VPN sidecars and network plugins need it: leave it there, and
        prefer a mesh whose network plugin does that work. Only this one name goes.

    Verify:
        `kubectl exec web -- grep CapBnd /proc/1/status` prints a number without the bit 12 (`1000`).

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://man7.org/linux/man-pages/man7/capabilities.7.html
    """
    pod = pods.pod(document)
    on_node = pod is not None and pod.spec.get("hostNetwork") is True
    for at, container, names in capabilities.adders(document, "capability-net-admin-added"):
        message = f"{pods.label(container)} adds {capabilities.listed(names)}"
        if on_node:
            yield at, f"{message}, in the network of the node", Severity.CRITICAL
        else:
            yield at, message
