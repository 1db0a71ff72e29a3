"""Rule privileged-container."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods


@rule(
    severity=Severity.CRITICAL,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.2",),
        "nsa": ("pod-security",),
        "mitre": ("T1611", "T1610"),
        "owasp_k8s": ("K01",),
    },
)
def privileged_container(document: Document) -> Iterator[Spot]:
    """Container runs in privileged mode.

    A container is a process of its node behind walls. Privileged mode takes the walls away: the process may
    do what the node's administrator may do, and sees every disk and device of the node. Whoever breaks into
    the application mounts the node's disk and owns the machine, and with it every other container there.

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
                privileged: true  # for debugging

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
                privileged: false  # for debugging

    Fix safety:
        Unsafe. Network and storage plugins, monitoring agents, Docker in Docker and whatever opens a device
        or loads kernel objects stop working. Not made where Kubernetes would refuse the result: a container
        that shares its mounts with the node (mountPropagation Bidirectional) must be privileged.

    Verify:
        `kubectl exec web -- grep CapEff /proc/1/status` no longer prints `000001ffffffffff`.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    for pointer, container in pods.containers(document):
        if get(container, "securityContext", "privileged") is True:
            yield (*pointer, "securityContext", "privileged"), f"{pods.label(container)} is privileged"
