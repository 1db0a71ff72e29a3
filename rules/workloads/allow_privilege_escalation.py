"""Rule allow-privilege-escalation."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods


@rule(
    severity=Severity.MEDIUM,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "pss": ("restricted",),
        "cis": ("5.2.6",),
        "nsa": ("pod-security",),
        "mitre": ("T1548.001", "T1068"),
        "owasp_k8s": ("K01",),
    },
)
def allow_privilege_escalation(document: Document) -> Iterator[Spot]:
    """Process in a container may gain more rights than it was started with.

    Some programs, such as `sudo` or `su`, run with the rights of their owner instead of their caller. An
    attacker who controls an application that was started without rights looks for such a program, or for a
    bug in one, to become root inside the container; most ways out to the node begin there. One line tells
    the kernel never to hand out more rights than a process has. Without it, Kubernetes allows the gain.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              ports:
                - containerPort: 8080

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              ports:
                - containerPort: 8080
              securityContext:
                allowPrivilegeEscalation: false

    Fix safety:
        Unsafe. Programs that gain rights when they start stop doing so: sudo, su, some mail and cron daemons,
        ping where it carries file capabilities. Images that give rights up (gosu, su-exec) are not affected.
        Not made while the container is privileged or holds the capability SYS_ADMIN: Kubernetes
        refuses a manifest that says both.

    Verify:
        `kubectl exec web -- grep NoNewPrivs /proc/1/status` prints 1.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
        https://docs.kernel.org/userspace-api/no_new_privs.html
    """
    for pointer, container in pods.linux_containers(document):
        context = pods.security_context(container)
        if context is None:
            continue
        given = context.get("allowPrivilegeEscalation")
        at = (*pointer, "securityContext", "allowPrivilegeEscalation")
        if given is True:
            yield at, f"{pods.label(container)} allows privilege escalation"
        elif given is None:
            yield at, f"{pods.label(container)} does not forbid privilege escalation, which allows it"
