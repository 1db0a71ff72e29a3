"""Rule service-account-fields-disagree."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods
from rules.workloads.templates import word


@rule(
    severity=Severity.MEDIUM,
    category="service-account",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K03",)},
)
def service_account_fields_disagree(document: Document) -> Iterator[Spot]:
    """Two fields name two different service accounts.

    `serviceAccount` is the old spelling of `serviceAccountName`. Where both are given, Kubernetes uses
    `serviceAccountName` and says nothing about the other, so whoever reads the old field believes in rights
    that the pod does not have, or overlooks those that it has: a reviewer takes an account with power for a
    harmless one.

    Where both name the same account, or the old field is alone, deprecated-service-account-field says so.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          serviceAccountName: shop-admin
          serviceAccount: shop-web
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          serviceAccountName: shop-admin
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Safe. The API server takes the old field only where the new one is empty, so the one that goes has no
        effect today. Whether the account that stays is the one that was meant is worth a look: the repair
        shows it, and does not choose it.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.serviceAccountName}'` prints the same name before and after.

    References:
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    old, new = pod.spec.get("serviceAccount"), word(pod.spec.get("serviceAccountName"))
    # A name that a template engine fills in may become empty, and the old field then counts.
    if isinstance(old, str) and old and new and old != new:
        yield (*pod.pointer, "serviceAccount"), f'serviceAccount says "{old}", but the pod runs as "{new}"'
