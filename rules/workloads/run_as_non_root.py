"""Rule run-as-non-root."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods, user_namespaces, users


@rule(
    severity=Severity.MEDIUM,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "pss": ("restricted",),
        "cis": ("5.2.7",),
        "nsa": ("non-root",),
        "mitre": ("T1611", "T1548"),
        "owasp_k8s": ("K01",),
    },
)
def run_as_non_root(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Container may run as root.

    Root inside a container is root of the node, held back only by walls. Should a wall have a hole, a bug of
    the kernel or a file of the node that is mounted, an attacker who is root walks through it and one who is
    an ordinary user does not. With `runAsNonRoot` Kubernetes refuses to start a container as root, whatever
    its image says. A user number alone says who it runs as today; this line says that it must stay so.

    One line for the whole pod covers every container, also those that are added later. Where a container
    runs as root on purpose, the others are covered one by one. Nothing is asked of pods with a user namespace
    of their own (`hostUsers: false`) when the target is Kubernetes 1.35 or later: their root is nobody outside.

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
            fsGroup: 2000

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
            fsGroup: 2000
            runAsNonRoot: true

    Fix safety:
        Safe where every container that the line reaches has a user number above zero: then it only states what
        happens already. The number stands in the manifest, or in the Dockerfile of this repository that the
        image is built from. The latter counts when skaffold.yaml, a Compose file or a GitHub workflow names both
        the image and the Dockerfile, nothing in them could build the image otherwise, the last `USER` of its last
        stage is a plain number, and the manifest names no digest; the fix then names the line. That the tag which
        runs was built from the Dockerfile as it is today is taken for granted. Otherwise, and always on Windows,
        where user numbers mean nothing, unsafe: a container whose image starts as root, or names its user by a
        word instead of a number, is not started any more. Not made for a container that is told to run as user 0.

    Verify:
        `kubectl exec web -- id -u` prints a number other than 0.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
        https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
    """
    pod = pods.pod(document)
    if pod is None or user_namespaces.relax(document, cluster):
        return
    context = pods.security_context(pod.spec)
    of_pod = None if context is None else context.get("runAsNonRoot")
    if context is None or not (of_pod is None or isinstance(of_pod, bool)):
        return
    at = (*pod.pointer, "securityContext", "runAsNonRoot")
    silent = [(pointer, container) for pointer, container in pods.containers(document) if _is_silent(container)]
    covers_roots = any(users.is_root(pod.spec, container) for _, container in silent)
    if of_pod is False:
        yield at, "the pod says that its containers may run as root"
    elif of_pod is None and silent and not covers_roots:
        yield at, f"nothing keeps {pods.labels([container for _, container in silent])} from running as root"
    if of_pod is not True and covers_roots:
        for pointer, container in silent:
            yield (*pointer, "securityContext", "runAsNonRoot"), _reason(pod.spec, container)
    for pointer, container in pods.containers(document):
        if get(container, "securityContext", "runAsNonRoot") is False:
            yield (*pointer, "securityContext", "runAsNonRoot"), f"{pods.label(container)} says that it may run as root"


def _is_silent(container: dict[str, Any]) -> bool:
    """Does the container leave the question to its pod?"""
    context = pods.security_context(container)
    return context is not None and context.get("runAsNonRoot") is None


def _reason(spec: dict[str, Any], container: dict[str, Any]) -> str:
    if users.is_root(spec, container):
        return f"{pods.label(container)} is told to run as root"
    return f"nothing keeps {pods.label(container)} from running as root"
