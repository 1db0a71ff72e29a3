"""Rule capability-sys-admin-added."""

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
        "nsa": ("hardening",),
        "mitre": ("T1611", "T1548"),
        "owasp_k8s": ("K01",),
    },
)
def capability_sys_admin_added(document: Document) -> Iterator[Spot]:
    """Container adds the capability SYS_ADMIN.

    SYS_ADMIN is the kernel's drawer for everything that found no other place: mounting file systems, entering
    other namespaces, changing limits, and hundreds of rarely tested calls. Whoever breaks into a container that
    holds it mounts the node's disk or writes to a file of the kernel that runs a program on the node. It is
    root of the node in all but name.

    Software asks for it because something did not work without, seldom because it needs all of it. FUSE, builds
    of images and sandboxes have ways to do without. The spelling `CAP_SYS_ADMIN` is reported here as well: it
    means the same to some container runtimes, and nothing to others.

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
                  add: [NET_BIND_SERVICE, SYS_ADMIN]

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
        Unsafe. FUSE mounts, sandboxes of browsers, profilers and builds of images inside the container may stop
        working. Only this one name goes; the others in the list stay.

    Verify:
        `kubectl exec web -- grep CapBnd /proc/1/status` prints a number without the bit 21 (`200000`).

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://man7.org/linux/man-pages/man7/capabilities.7.html
    """
    for at, container, names in capabilities.adders(document, "capability-sys-admin-added"):
        yield at, f"{pods.label(container)} adds {capabilities.listed(names)}"
