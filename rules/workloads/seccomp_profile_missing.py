"""Rule seccomp-profile-missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods, seccomp


@rule(
    severity=Severity.MEDIUM,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={
        "pss": ("restricted",),
        "cis": ("5.7.2",),
        "nsa": ("hardening",),
        "mitre": ("T1068", "T1611"),
        "owasp_k8s": ("K01",),
    },
)
def seccomp_profile_missing(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Container may call every function of the node's kernel.

    All containers of a node share its kernel, which offers more than four hundred calls; applications use
    perhaps a hundred. A bug behind a rarely used call is how attackers leave containers. A seccomp profile is
    the list of calls that a container may make, and every container runtime brings a default one that
    ordinary programs never notice. Unless the manifest asks for it, most clusters apply none. A pod that asks
    for no profile (Unconfined) is another rule's business.

    Annotations count for a target version before 1.27: the API server makes fields of them there.

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
            runAsNonRoot: true

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
            runAsNonRoot: true
            seccompProfile:
              type: RuntimeDefault

    Fix safety:
        Unsafe. It rarely breaks anything, but debuggers, some storage and virtualisation tools and programs
        that make their own namespaces use calls that the default profile refuses. Containers with a profile
        of their own keep it; privileged containers run without one in any case.

    Verify:
        `kubectl exec web -- grep Seccomp: /proc/1/status` prints 2.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/tutorials/security/seccomp/
    """
    pod = pods.pod(document)
    if pod is None or pod.declares_windows:
        return
    context = pods.security_context(pod.spec)
    if context is None or context.get("seccompProfile") is not None:  # What it says is for another rule to judge.
        return
    if seccomp.of_pod(document, cluster) is not None:
        return
    bare = [
        container
        for _, container in pods.containers(document)
        if _is_bare(container) and seccomp.of_container(document, cluster, container) is None
    ]
    if bare:
        at = (*pod.pointer, "securityContext", "seccompProfile")
        yield at, f"no seccomp profile limits the kernel calls of {pods.labels(bare)}"


def _is_bare(container: dict[str, Any]) -> bool:
    """Has the container no profile of its own? (One that is no protection is another rule's business.)"""
    context = pods.security_context(container)
    return context is not None and context.get("seccompProfile") is None
