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
    controls={"pss": ("baseline",), "cis": ("5.2.2",), "nsa": ("pod-security",), "mitre": ("T1611", "T1610")},
)
def privileged_container(document: Document) -> Iterator[Spot]:
    """Container runs in privileged mode.

    A privileged container has every capability and sees every device of its node. Whoever breaks into
    the container owns the node, and with it every other pod that runs there.

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
        or loads kernel objects stop working.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
    """
    for pointer, container in pods.containers(document):
        if get(container, "securityContext", "privileged") is True:
            yield (*pointer, "securityContext", "privileged"), f"{pods.label(container)} is privileged"
