"""Rule capability-all-added."""

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
        "mitre": ("T1611", "T1548"),
        "owasp_k8s": ("K01",),
    },
)
def capability_all_added(document: Document) -> Iterator[Spot]:
    """Container adds every Linux capability.

    Linux splits the power of root into some forty capabilities, and a container usually holds about a third of
    them. With `ALL` in the list of added ones it holds every one: it may mount disks, load modules into the
    kernel that it shares with its node, and read any file. Whoever breaks into the application is a few
    commands away from owning the machine and every other container there. It is little better than privileged
    mode.

    `ALL` among the dropped ones does not help: runtimes first drop, then add. They ignore case as well, so
    `all` is reported too. Names beside it are other rules' business.

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
                  add: [NET_BIND_SERVICE, ALL]

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
        Unsafe. What really needs a capability fails until that one is added by name. Names that stand beside
        `ALL` are kept: they are the needs that somebody has found out about.

    Verify:
        `kubectl exec web -- grep CapBnd /proc/1/status` no longer prints `000001ffffffffff`.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://man7.org/linux/man-pages/man7/capabilities.7.html
    """
    for at, container, _ in capabilities.adders(document, "capability-all-added"):
        yield at, f"{pods.label(container)} adds every capability"
