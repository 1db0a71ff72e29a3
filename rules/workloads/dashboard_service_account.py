"""Rule dashboard-service-account."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import accounts, dashboards, images, pods
from rules.workloads.image_references import references

_ACCOUNT = "kubernetes-dashboard"


@rule(
    severity=Severity.HIGH,
    category="service-account",
    kinds=pods.KINDS,
    controls={"mitre": ("T1078",), "owasp_k8s": ("K03",)},
)
def dashboard_service_account(document: Document) -> Iterator[Spot]:
    """Program borrows the account of the Kubernetes dashboard.

    The service account `kubernetes-dashboard` can read the dashboard's Secrets and, in many clusters, was made
    administrator of everything so that the web interface can show it. Another program that runs under this
    account has all of that without anybody having granted it, and whoever breaks into the program has it, too;
    in the audit log they look like the dashboard.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          serviceAccountName: kubernetes-dashboard
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          serviceAccountName: web
          containers:
            - name: web
              image: registry.example/web:1.4.2

    No fix:
        The program needs an account of its own with the roles that it uses, and a person must find out which.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.serviceAccountName}'` prints another name.

    References:
        https://kubernetes.io/docs/concepts/security/service-accounts/
    """
    pod = pods.pod(document)
    if pod is None or accounts.name(pod.spec) != _ACCOUNT or "dashboard" in document.name:
        return
    found = [images.parse(reference.text) for reference in references(document)]
    if not found or any(image is None or dashboards.is_of_dashboard(image.name) for image in found):
        return
    field = "serviceAccountName" if pod.spec.get("serviceAccountName") else "serviceAccount"
    yield (*pod.pointer, field), f'the pod is not the dashboard and runs under its service account "{_ACCOUNT}"'
