"""Rule privilege-escalation-contradiction."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods


@rule(
    severity=Severity.MEDIUM,
    category="privilege",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K01",)},
)
def privilege_escalation_contradiction(document: Document) -> Iterator[Spot]:
    """Container is privileged and must not gain privileges.

    A privileged container has every right already, and so nearly has one with CAP_SYS_ADMIN. Forbidding it to
    gain rights (`allowPrivilegeEscalation: false`) contradicts that, and the API server refuses the pair: of a
    Deployment nothing is updated any more, and the old pods run on with the holes that the update should close.
    What somebody does in a hurry then is remove the line that protects, and the attacker's way stays open.

    Only the spelling `CAP_SYS_ADMIN` is refused; `SYS_ADMIN` passes.

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
                privileged: true
                allowPrivilegeEscalation: false

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
                privileged: false
                allowPrivilegeEscalation: false

    No fix:
        Which of the two lines is meant is for a person to say; try without the privileges first.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
    """
    for pointer, container in pods.linux_containers(document):
        if get(container, "securityContext", "allowPrivilegeEscalation") is not False:
            continue
        at = (*pointer, "securityContext", "allowPrivilegeEscalation")
        refused = f"{pods.label(container)} must not gain privileges, and "
        if get(container, "securityContext", "privileged") is True:
            yield at, f"{refused}is privileged; Kubernetes refuses that"
        elif "CAP_SYS_ADMIN" in pods.items(container, "securityContext", "capabilities", "add"):
            yield at, f"{refused}adds CAP_SYS_ADMIN; Kubernetes refuses that"
