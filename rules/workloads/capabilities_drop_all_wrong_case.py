"""Rule capabilities-drop-all-wrong-case."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods


@rule(
    severity=Severity.LOW,
    category="privilege",
    kinds=pods.KINDS,
    controls={"pss": ("restricted",), "owasp_k8s": ("K01",)},
)
def capabilities_drop_all_wrong_case(document: Document) -> Iterator[Spot]:
    """Drops all capabilities in a spelling that Kubernetes does not know.

    Container runtimes ignore case, so `drop: [all]` takes every capability away, as it was meant to. Admission by
    Pod Security compares exactly: in a namespace that enforces profile restricted the pod is refused, and tools
    that look for containers with too many rights list this one among them. Nobody gains anything by the spelling;
    an attacker gains where somebody exempts the namespace to make the pod start.

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
                  drop: [all]

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

    Fix safety:
        Safe. The container runtimes of Kubernetes (containerd, CRI-O) compare `ALL` without regard to case, so
        the container holds the same capabilities before and after.

    Verify:
        `kubectl label --dry-run=server --overwrite ns NAME pod-security.kubernetes.io/enforce=restricted` does
        not name the pod for its capabilities.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    for pointer, container in pods.linux_containers(document):
        dropped = pods.items(container, "securityContext", "capabilities", "drop")
        if "ALL" in dropped:
            continue
        for index, name in enumerate(dropped):
            if isinstance(name, str) and name.upper() == "ALL":
                at = (*pointer, "securityContext", "capabilities", "drop", index)
                yield at, f'{pods.label(container)} drops "{name}", which admission does not take for "ALL"'
                break
