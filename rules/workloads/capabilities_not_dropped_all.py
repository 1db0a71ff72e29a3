"""Rule capabilities-not-dropped-all."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import capabilities, pods


@rule(
    severity=Severity.MEDIUM,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "pss": ("restricted",),
        "cis": ("5.2.10",),
        "nsa": ("hardening",),
        "mitre": ("T1548", "T1611"),
        "owasp_k8s": ("K01",),
    },
)
def capabilities_not_dropped_all(document: Document) -> Iterator[Spot]:
    """Container keeps rights of root that it does not need.

    Linux splits the power of root into some forty capabilities: change the owner of any file, send forged
    network packets, become another user, and so on. Unless told otherwise, a container is started with about
    fourteen of them, and hardly any application uses one. To an attacker each is a tool, and the parts of the
    kernel that they open are where ways out of the container have been found. Drop all of them, then add
    back by name what the application is seen to need.

    Naming single capabilities leaves the others. `ALL` in another spelling is reported by another rule: it
    drops everything, and only admission by Pod Security does not see it.

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
                  add: [NET_BIND_SERVICE]
                  drop: [NET_RAW, MKNOD]

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
                  add: [NET_BIND_SERVICE]
                  drop: [ALL]

    Fix safety:
        Unsafe. Images that start as root and then change owners of files, switch to another user (gosu,
        su-exec) or stop processes of other users need to get those capabilities back by name. What is added
        stays added, and NET_BIND_SERVICE is added where a container that may run as root declares a port below
        1024. A list that is replaced named nothing that `ALL` does not name. Not made where the manifest itself shows
        that root changes owners or users (`chown`, `gosu`) and no capability is added by name.

    Verify:
        `kubectl exec web -- grep CapBnd /proc/1/status` prints only what is added back; zeros when nothing is.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://man7.org/linux/man-pages/man7/capabilities.7.html
    """
    for pointer, container in pods.linux_containers(document):
        context = pods.security_context(container)
        if context is None:
            continue
        given = {} if context.get("capabilities") is None else context["capabilities"]
        if not isinstance(given, dict):
            continue
        dropped = [] if given.get("drop") is None else given["drop"]
        if not isinstance(dropped, list) or capabilities.drops_all(container):
            continue
        at = (*pointer, "securityContext", "capabilities", "drop")
        names = [name for name in dropped if isinstance(name, str)]
        if names:
            yield at, f"{pods.label(container)} drops only {', '.join(names)} instead of all capabilities"
        else:
            yield at, f"{pods.label(container)} drops no capabilities"
