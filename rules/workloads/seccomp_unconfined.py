"""Rule seccomp-unconfined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer, get
from rules.workloads import pods, seccomp
from rules.workloads.setters import inherited, setters
from rules.workloads.templates import word


@rule(
    severity=Severity.HIGH,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.7.2",),
        "nsa": ("hardening",),
        "mitre": (
            "T1611",
            "T1068",
        ),
        "owasp_k8s": ("K01",),
    },
)
def seccomp_unconfined(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Seccomp is switched off.

    All containers of a node share its kernel, and every call into the kernel may have a hole. A seccomp profile
    keeps a container from the calls that it has no business with; `Unconfined` takes the profile away, also
    where the cluster gives every pod one. An attacker who got into the application then tries every known hole
    of the kernel instead of the few behind common calls.

    Every such line counts to admission by Pod Security, also one on the pod that each container overrules; that
    is reported with low severity. The same goes for a profile without a type, or of a type that does not exist.
    No line at all is another rule's business. Annotations count for a target version before 1.27, where the API
    server makes fields of them; since then nobody reads them.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            seccompProfile:
              type: Unconfined
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
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. Debuggers, sandboxes, profilers and programs that make their own namespaces use calls that the
        default profile refuses; so do some programs that use io_uring or keyctl. Not made where a profile in a
        file of the node is named beside an unknown type: that is most likely meant.

    Verify:
        `kubectl exec web -- grep Seccomp: /proc/1/status` prints 2.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/tutorials/security/seccomp/
    """
    for setter in setters(document, "seccompProfile"):
        if not isinstance(setter.value, dict):
            continue
        given = setter.value.get("type")
        named = "" if given is None else word(given)
        if named is None or named in seccomp.TYPES:
            continue
        yield (*setter.pointer, "type"), _reason(setter.name, named), setter.severity(Severity.HIGH)
    pod = pods.pod(document)
    if pod is not None and seccomp.are_read(cluster.version):
        yield from _annotations(document, cluster, pod)


def _annotations(document: Document, cluster: Cluster, pod: pods.Pod) -> Iterator[Spot]:
    """Yield the annotations of which the API server makes a field that switches seccomp off."""
    at: Pointer = (*pod.pointer[:-1], "metadata", "annotations")
    if _is_off(seccomp.of_pod(document, cluster), pod.spec):
        reaches = inherited(document, "seccompProfile")
        message = "an annotation switches seccomp off for the whole pod"
        yield (*at, seccomp.OF_POD), message, Severity.HIGH if reaches else Severity.LOW
    for _, container in pods.containers(document):
        if _is_off(seccomp.of_container(document, cluster, container), container):
            name = container["name"]
            message = f'an annotation switches seccomp off for container "{name}"'
            yield (*at, f"{seccomp.OF_CONTAINER}{name}"), message


def _is_off(copied: dict[str, str] | None, owner: dict[str, Any]) -> bool:
    """Does an annotation say Unconfined where no field of the owner goes before it?"""
    return copied == {"type": "Unconfined"} and get(owner, "securityContext", "seccompProfile") is None


def _reason(name: str, given: str) -> str:
    if given == "Unconfined":
        return f"{name} switches seccomp off"
    if given:
        return f'{name} asks for a seccomp profile of the type "{given}", which does not exist'
    return f"{name} asks for a seccomp profile without saying which"
