"""Rule deprecated-service-account-field."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods


@rule(
    severity=Severity.LOW,
    category="service-account",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K10",)},
)
def deprecated_service_account_field(document: Document) -> Iterator[Spot]:
    """Service account is named by an old spelling of the field.

    `serviceAccount` is the former name of `serviceAccountName`. Kubernetes still understands it, people and
    tools often do not: a review or a scanner that looks for the new name believes that the pod runs under the
    default account, and a patch that sets the new name silently wins over the old one. Who a pod is to the
    cluster should be readable at one place.

    Not found where both names are there and differ: that is what service-account-fields-disagree is about.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          serviceAccount: shop-web  # may read its own settings
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          serviceAccountName: shop-web  # may read its own settings
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Safe. The API server copies the old field to the new one when the new one is empty, so both manifests
        mean the same. Not made in a patch or another part of an object that names no `serviceAccountName`: the
        other part may name one, and it would win today.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.serviceAccountName}'` prints the same name before and after.

    References:
        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    old, new = pod.spec.get("serviceAccount"), pod.spec.get("serviceAccountName")
    if not (isinstance(old, str) and old):
        return
    at = (*pod.pointer, "serviceAccount")
    if new in (None, ""):
        yield at, "serviceAccount is the old name of serviceAccountName"
    elif new == old:  # What an export of a live object looks like: harmless.
        yield at, "serviceAccount repeats serviceAccountName", Severity.INFO
