"""Rule service-account-not-found."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import accounts, images, pods

# Made by the platform in every namespace: OpenShift, and its pipelines.
_MADE_BY_PLATFORM = frozenset([accounts.DEFAULT, "builder", "deployer", "pipeline"])


@rule(
    severity=Severity.MEDIUM,
    category="service-account",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K03",)},
)
def service_account_not_found(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Pod names a service account that its own manifests do not make.

    The API server refuses a pod whose service account does not exist, and a Deployment then waits for ever without
    a pod. Mostly the name is mistyped, or one of the two was renamed. Where somebody helps out by creating an
    account of that name by hand, nobody reviews the roles that it gets.

    A scan sees only a part of most clusters, so the absence of an account alone is no finding: found are accounts
    that exist in another namespace only, and names that nothing in the scan has although the files beside the
    manifest make other accounts for the same namespace. Not meant are `default` and the accounts that OpenShift
    makes in each namespace.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          serviceAccountName: wbe
          containers:
            - name: web
              image: registry.example/web:1.4.2
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: web

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
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: web

    No fix:
        Which account is meant, or which one is missing and with what roles, cannot be guessed.

    Verify:
        `kubectl get serviceaccount` in the namespace of the pod lists the account, and the pod starts.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
    """
    pod = pods.pod(document)
    if pod is None or document.partial or pods.is_fragment(document):
        return
    name = accounts.name(pod.spec)
    if name in _MADE_BY_PLATFORM or images.is_template(name):
        return
    namespace = document.namespace
    field = "serviceAccountName" if pod.spec.get("serviceAccountName") else "serviceAccount"
    same = cluster.accounts_named(name)
    if same:
        elsewhere = sorted({account.namespace for account in same})
        if namespace and "" not in elsewhere and namespace not in elsewhere:
            where = f'namespace "{elsewhere[0]}"' if len(elsewhere) == 1 else "other namespaces"
            message = f'service account "{name}" is made in {where}, and the pod runs in "{namespace}"'
            yield (*pod.pointer, field), message
        return
    beside = [
        one.name for one in cluster.accounts_beside(document) if one.namespace in ("", namespace) or not namespace
    ]
    if beside:
        others = ", ".join(f'"{other}"' for other in sorted(set(beside))[:3])
        yield (*pod.pointer, field), f'no manifest makes service account "{name}"; beside this one there is {others}'
