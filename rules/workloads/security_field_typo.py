"""Rule security-field-typo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer
from rules.workloads import pods
from rules.workloads.security_fields import Effect, effect, meant


@rule(
    severity=Severity.HIGH,
    category="privilege",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K01",)},
)
def security_field_typo(document: Document) -> Iterator[Spot]:
    """Misspelt security field is ignored.

    Kubernetes compares the names of fields letter by letter, case included. `readOnlyRootFileSystem` with a
    capital S is no field: the line is dropped, at best with a warning in the log of a pipeline. Everybody who
    reads the manifest believes in a protection that no container has, until an attacker finds out.

    Reported are unknown fields in the securityContext of pods and containers that differ from a known one by
    case, a separator or one or two letters. That the protection is missing is also said by the rule for it.

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
                allowPriviledgeEscalation: false  # as the guide says

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
                allowPrivilegeEscalation: false  # as the guide says

    Fix safety:
        Unsafe. The line is obeyed for the first time, with the risks that the rule for that field names. Not made
        where it would give rights instead of taking them, where the right name is there too and says something
        else, where the field belongs to another level, or where Kubernetes would refuse or not start the result.

    Verify:
        `kubectl apply --dry-run=server --validate=strict -f FILE` names no unknown field.

    References:
        https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    yield from _misspelt(pod.pointer, "the pod", pod.spec)
    for pointer, container in pods.containers(document):
        yield from _misspelt(pointer, pods.label(container), container)


def _misspelt(owner: Pointer, name: str, value: dict[str, Any]) -> Iterator[Spot]:
    for key, given in (pods.security_context(value) or {}).items():
        field = meant(key)
        if field is not None and given is not None:
            harmless = effect(field, given) in (Effect.NOTHING, Effect.WEAKENS)
            yield (
                (*owner, "securityContext", key),
                f'{name} has a field "{key}", which Kubernetes does not know; {field} is meant',
                Severity.LOW if harmless else Severity.HIGH,
            )
