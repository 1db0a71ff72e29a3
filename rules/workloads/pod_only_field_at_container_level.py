"""Rule pod-only-field-at-container-level."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.security_fields import POD_ONLY


@rule(
    severity=Severity.MEDIUM,
    category="privilege",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K01",)},
)
def pod_only_field_at_container_level(document: Document) -> Iterator[Spot]:
    """Security field of pods stands in a container.

    `fsGroup`, `supplementalGroups`, `sysctls` and the policies beside them belong to pods. In the securityContext
    of a container Kubernetes does not know them: it drops the line, with a warning that hardly anybody sees. The
    author believes that volumes belong to a group, finds that the program cannot write to them, and often solves
    that by running it as root: then an attacker who gets in is root.

    A line that the pod repeats in the right place is reported with low severity.

    Example:
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
                runAsUser: 10001
                fsGroup: 10001

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsNonRoot: true
            fsGroup: 10001
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                runAsUser: 10001

    Fix safety:
        Unsafe where the line moves to the pod: it is obeyed for the first time, for every container, and fsGroup
        changes the owner of files in volumes. Safe where the pod has the field already: only the dead line goes.
        Not made where containers say different things, where it would give rights instead of taking them (the
        group root, an unsafe kernel setting), and in parts of objects.

    Verify:
        `kubectl apply --dry-run=server --validate=strict -f FILE` names no unknown field.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
        https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
    """
    pod = pods.pod(document)
    if pod is None or not pod.is_spec:  # Types that are like a container may have fields of their own.
        return
    for pointer, container in pods.containers(document):
        for field, value in (pods.security_context(container) or {}).items():
            if field in POD_ONLY and value is not None:
                repeated = get(pod.spec, "securityContext", field) is not None
                yield (
                    (*pointer, "securityContext", field),
                    f"{field} has no effect in {pods.label(container)}; only pods have it",
                    Severity.LOW if repeated else Severity.MEDIUM,
                )
