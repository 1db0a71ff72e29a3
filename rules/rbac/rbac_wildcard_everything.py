"""Rule rbac-wildcard-everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.cluster import Binding, Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.rbac import grants

# The label of the roles that the API server writes and repairs itself.
_BOOTSTRAPPING = "kubernetes.io/bootstrapping"


@rule(
    severity=Severity.CRITICAL,
    category="rbac",
    kinds=grants.KINDS,
    controls={
        "cis": ("5.1.1", "5.1.3"),
        "nsa": ("authentication-and-authorization",),
        "mitre": ("T1078", "T1098.006"),
        "owasp_k8s": ("K03",),
    },
)
def rbac_wildcard_everything(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Rule grants every verb on every resource of every group.

    Whoever holds this owns the cluster, or with a RoleBinding the namespace: secrets, roles, running
    commands in pods, and resources that are installed later. One stolen token is enough.

    Reported as high for a Role, and where only RoleBindings hold the role; as information where nothing in the
    scanned files binds it: look then for a binding that is kept elsewhere.

    Example:
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata:
          name: deployer
        rules:
          - apiGroups: ["*"]
            resources: ["*"]
            verbs: ["*"]

    Use instead:
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata:
          name: deployer
        rules:
          - apiGroups: ["apps"]
            resources: ["deployments"]
            verbs: ["get", "list", "watch", "patch"]

    No fix:
        Writing out every resource would leave the same power, hide it from every reader and break on custom
        resources; only somebody who knows what the holder does can choose the few verbs and resources it needs.

    Verify:
        `kubectl auth can-i '*' '*' --as=system:serviceaccount:shop:deployer` prints no.

    References:
        https://kubernetes.io/docs/concepts/security/rbac-good-practices/
        https://kubernetes.io/docs/reference/access-authn-authz/rbac/
    """
    if _is_built_in(document):
        return
    for pointer, grant in grants.rules(document):
        wild = all("*" in grants.strings(grant, key) for key in ("apiGroups", "resources", "verbs"))
        if wild and not grants.named(grant):
            held = cluster.holders(document)
            yield pointer, _message(document, held), _severity(document, held)


def _is_built_in(document: Document) -> bool:
    """Is this a role that comes with Kubernetes?"""
    if document.kind != "ClusterRole":
        return False
    if document.name == "cluster-admin":
        return True
    return document.name.startswith("system:") and get(document.value, "metadata", "labels", _BOOTSTRAPPING) is not None


def _severity(document: Document, held: tuple[Binding, ...]) -> Severity:
    if not held:
        return Severity.INFO
    if document.kind == "Role" or all(binding.document.kind == "RoleBinding" for binding in held):
        return Severity.HIGH
    return Severity.CRITICAL


def _message(document: Document, held: tuple[Binding, ...]) -> str:
    wide = document.kind == "ClusterRole" and any(binding.document.kind == "ClusterRoleBinding" for binding in held)
    where = "in the cluster" if wide or (document.kind == "ClusterRole" and not held) else "in its namespace"
    if not held:
        return f"grants everything {where}; nothing in this scan binds it"
    names = list(dict.fromkeys(_subject(binding.subject, binding.namespace) for binding in held))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"grants everything {where} to {', '.join(names[:3])}{more}"


def _subject(subject: Any, namespace: str) -> str:
    kind, name = get(subject, "kind"), get(subject, "name")
    if not (isinstance(kind, str) and isinstance(name, str)):
        return "an unnamed subject"
    home = get(subject, "namespace") or namespace
    return f"{kind} {home}/{name}" if kind == "ServiceAccount" and isinstance(home, str) and home else f"{kind} {name}"
