"""Rule default-service-account."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import accounts, pods


@rule(
    severity=Severity.LOW,
    category="service-account",
    kinds=pods.KINDS,
    controls={"nsa": ("sa-token",), "mitre": ("T1528",), "owasp_k8s": ("K03",)},
)
def default_service_account(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Pod talks to the cluster's API as the account that all others share.

    Every namespace has a service account `default`, and every pod that names no other runs under it. A role for it
    is a role for all of them: the forgotten test, the next chart, the container that an attacker starts. And
    whoever reads the audit log cannot tell which of them it was. An account of its own for each application costs
    a few lines and can be taken away alone.

    Found where a pod under `default` uses its token: the pod says that the token is to be mounted, or mounts one as
    a volume, or the scanned files bind a role to the account (medium then). Where the token is mounted only
    because nobody said otherwise, automount-service-account-token speaks, and its fix is enough.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          automountServiceAccountToken: true
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
          automountServiceAccountToken: true
          containers:
            - name: web
              image: registry.example/web:1.4.2

    No fix:
        A new service account needs the roles that the program uses, and what those are is for a person to find
        out; a pod that names an account without them, or one that does not exist, does not work.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.serviceAccountName}'` prints another name than default.

    References:
        https://kubernetes.io/docs/concepts/security/service-accounts/
        https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
    """
    pod = pods.pod(document)
    if pod is None or accounts.name(pod.spec) != "default":
        return
    given = pod.spec.get("automountServiceAccountToken")
    mounted = given is True or (
        given is None and not accounts.withholds_token(cluster, document.namespace, accounts.DEFAULT)
    )
    at = (*pod.pointer, "serviceAccountName")
    declared = accounts.declares_a_token(pod.spec)
    if (mounted or declared) and accounts.has_role(cluster, document.namespace, accounts.DEFAULT):
        message = 'the pod runs under service account "default", which has a role here that every other pod gets, too'
        yield at, message, Severity.MEDIUM
    elif given is True or declared:
        yield at, 'the pod asks for a token and runs under service account "default", which every other pod shares'
