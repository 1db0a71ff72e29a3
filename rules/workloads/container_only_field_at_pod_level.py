"""Rule container-only-field-at-pod-level."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer, get
from rules.workloads import pods
from rules.workloads.security_fields import CONTAINER_ONLY, Effect, effect


@rule(
    severity=Severity.HIGH,
    category="privilege",
    kinds=pods.KINDS,
    controls={"cis": ("5.7.3",), "owasp_k8s": ("K01",)},
)
def container_only_field_at_pod_level(document: Document) -> Iterator[Spot]:
    """Security field stands where it has no effect.

    `privileged`, `allowPrivilegeEscalation`, `readOnlyRootFilesystem`, `capabilities` and `procMount` belong to
    containers. In the securityContext of the pod, or of the object around its template, Kubernetes does not know
    them: it drops the line, with a warning that hardly anybody sees. The author, the reviewer and the auditor
    read a protection that does not exist, and the attacker finds the container without it.

    A line that would protect nobody in the right place either is reported with low severity.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsNonRoot: true
            allowPrivilegeEscalation: false
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
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                allowPrivilegeEscalation: false

    Fix safety:
        Unsafe where the line would protect: it goes to every container that does not say otherwise, and is obeyed
        there for the first time, with the risks that the rule for that field names. Safe where every container
        says it already, or where it would give rights instead of taking them: then only the dead line goes. Not
        made where Kubernetes would refuse the result, or where it would add capabilities.

    Verify:
        `kubectl apply --dry-run=server --validate=strict -f FILE` names no unknown field.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
        https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    contexts = [(pod.pointer, get(pod.spec, "securityContext"))]
    contexts += [(owner, get(document.value, *owner, "securityContext")) for owner in _around(document, pod.pointer)]
    for owner, context in contexts:
        for field, value in context.items() if isinstance(context, dict) else ():
            if field in CONTAINER_ONLY and value is not None:
                where = "the pod's securityContext" if owner == pod.pointer else "a securityContext outside the pod"
                dead = effect(field, value) in (Effect.NOTHING, Effect.WEAKENS)
                yield (
                    (*owner, "securityContext", field),
                    f"{field} has no effect in {where}; only containers have it",
                    Severity.LOW if dead else Severity.HIGH,
                )


def _around(document: Document, pod: Pointer) -> Iterator[Pointer]:
    """Yield the specs around the pod of a kind of Kubernetes' own; other kinds may have such a field there."""
    kind = f"{document.kind}.{document.group}" if document.group else document.kind
    if kind in pods.POD_SPECS:
        yield from (pod[:depth] for depth in range(1, len(pod)) if pod[depth - 1] == "spec")
