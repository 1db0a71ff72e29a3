"""Rule seccomp-annotation-deprecated."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods, seccomp
from rules.workloads.templates import word


@rule(
    severity=Severity.MEDIUM,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={"cis": ("5.7.2",), "owasp_k8s": ("K01", "K10")},
)
def seccomp_annotation_deprecated(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Seccomp annotation has no effect any more.

    Before there was a field for it, annotations of the pod asked for a seccomp profile, the list of calls that a
    container may make into the kernel of its node. Since Kubernetes 1.27 nothing reads them. The line is still
    there, people and some scanners take it for protection, and an attacker finds a container that may call
    everything.

    A line that asks for no profile, or beside which the field is there, is reported with low severity; so is
    every line for a target version before 1.27, where the API server makes fields of the annotations. That the
    profile is missing is said by seccomp-profile-missing as well.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          annotations:
            seccomp.security.alpha.kubernetes.io/pod: runtime/default
        spec:
          securityContext:
            runAsNonRoot: true
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsNonRoot: true
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe where the field takes the annotation's place: the profile counts for the first time since 1.27, and
        programs that need calls which it refuses fail. Safe where the field is there already, since it counts and
        the annotation does not. Unsafe as well where the annotation asks for nothing and only goes: clusters
        before 1.27 still read it. Not made where the annotations of the pod and of a container want different
        things, and in parts of objects.

    Verify:
        `kubectl exec web -- grep Seccomp: /proc/1/status` prints 2.

    References:
        https://kubernetes.io/docs/tutorials/security/seccomp/
        https://kubernetes.io/docs/reference/labels-annotations-taints/
    """
    pod = pods.pod(document)
    if pod is None or pod.is_windows:
        return
    alive = seccomp.are_read(cluster.version)
    at = (*pod.pointer[:-1], "metadata", "annotations")
    for key, value in pods.pod_annotations(document).items():
        named = word(value)
        if not named or not (key == seccomp.OF_POD or key.startswith(seccomp.OF_CONTAINER)):
            continue
        if alive and seccomp.meaning(named) == {"type": "Unconfined"}:  # Another rule's business.
            continue
        name = key.removeprefix(seccomp.OF_CONTAINER)
        whom = "the pod" if key == seccomp.OF_POD else f'container "{name}"'
        what = f'the seccomp annotation "{named}" for {whom}'
        missed = not alive and seccomp.is_protection(named) and not _has_field(document, pod, key)
        said = "is deprecated; the field seccompProfile takes its place" if alive else "has no effect any more"
        yield (*at, key), f"{what} {said}", Severity.MEDIUM if missed else Severity.LOW


def _has_field(document: Document, pod: pods.Pod, key: str) -> bool:
    """Has the pod or container that an annotation is about the field, or is there no such container?"""
    if key == seccomp.OF_POD:
        return get(pod.spec, "securityContext", "seccompProfile") is not None
    name = key.removeprefix(seccomp.OF_CONTAINER)
    found = [container for _, container in pods.containers(document) if container.get("name") == name]
    return all(get(container, "securityContext", "seccompProfile") is not None for container in found)
