"""Rule automount-service-account-token."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import accounts, pods


@rule(
    severity=Severity.MEDIUM,
    category="service-account",
    kinds=pods.KINDS,
    controls={
        "cis": ("5.1.6",),
        "nsa": ("sa-token",),
        "mitre": ("T1528", "T1552.007"),
        "owasp_k8s": ("K01", "K03"),
    },
)
def automount_service_account_token(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Pod receives a key to the cluster's API that it may not need.

    Unless told otherwise, Kubernetes puts a token into every container: a key with which it can talk to the
    cluster as its service account. Most applications never use it. Whoever can read files in the container,
    by a path traversal for instance, can take the key away and use it from anywhere that reaches the API.

    Reported as information where the service account is bound to a role in the scanned files: then the
    application very likely uses its token. Not found is a pod that asks for a token for the API as a volume:
    somebody thought of who needs it. A token with another `audience`, for a cloud, Vault or a service mesh, is no
    reason to have this one as well.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
          automountServiceAccountToken: false

    Fix safety:
        Unsafe. Whatever talks to the cluster's API needs the token: controllers, operators, leader election,
        proxies of some service meshes. Written to the pod and not to the service account, so other users of
        the account are not affected. Not made where the account is bound to a role in the scanned files.

    Verify:
        `kubectl exec web -- ls /var/run/secrets/kubernetes.io/serviceaccount` finds no such directory.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
        https://kubernetes.io/docs/concepts/security/service-accounts/
    """
    pod = pods.pod(document)
    if pod is None or accounts.declares_a_token(pod.spec):
        return
    given = pod.spec.get("automountServiceAccountToken")
    if given is not None and given is not True:
        return
    name = accounts.name(pod.spec)
    if given is None and accounts.withholds_token(cluster, document.namespace, name):
        return
    at = (*pod.pointer, "automountServiceAccountToken")
    if accounts.has_role(cluster, document.namespace, name):
        yield at, f'the token of service account "{name}", which has a role here, is mounted', Severity.INFO
    else:
        yield at, f'the token of service account "{name}" is mounted'
