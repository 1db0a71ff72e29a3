"""Rule capability-added-beyond-net-bind-service."""

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
        "cis": ("5.2.9", "5.2.10"),
        "owasp_k8s": ("K01",),
    },
)
def capability_added_beyond_net_bind_service(document: Document) -> Iterator[Spot]:
    """Container adds a capability that profile restricted does not allow.

    Profile restricted of the Pod Security Standards lets a container add one capability, NET_BIND_SERVICE, to
    listen below port 1024. All others help an attacker who got into the application: CHOWN and DAC_OVERRIDE to
    reach files of other users, SETUID to become one, MKNOD to make devices.

    A process that does not run as root cannot use an added capability at all, unless the file of its program
    carries it too. There the line is mostly a leftover. What profile baseline refuses as well is reported by
    other rules.

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
                  add: [NET_BIND_SERVICE, CHOWN]

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
        Unsafe. Images that start as root, change owners of files and then switch to another user (those of
        PostgreSQL, Redis and nginx, for example) need CHOWN, SETUID and the like. Not made for a container that
        is told to run as root and drops all others: then the list was made by hand, and it works because of it.

    Verify:
        `kubectl exec web -- grep CapBnd /proc/1/status` prints `0000000000000400`, or zeros.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://man7.org/linux/man-pages/man7/capabilities.7.html
    """
    pod = pods.pod(document)
    if pod is None or pod.declares_windows:
        return
    for at, container, names in capabilities.adders(document, "capability-added-beyond-net-bind-service"):
        yield at, f"{pods.label(container)} adds {capabilities.listed(names)}, which profile restricted does not allow"
