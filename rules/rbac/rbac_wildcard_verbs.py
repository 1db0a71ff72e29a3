"""Rule rbac-wildcard-verbs."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.rbac import grants


@rule(
    severity=Severity.HIGH,
    category="rbac",
    kinds=grants.KINDS,
    controls={
        "cis": ("5.1.3",),
        "nsa": ("authentication-and-authorization",),
        "mitre": ("T1078",),
        "owasp_k8s": ("K03",),
    },
)
def rbac_wildcard_verbs(document: Document) -> Iterator[Spot]:
    """Wildcard verb on built-in resources.

    A wildcard grants more than reading and writing: it holds verbs such as escalate, bind and impersonate,
    deletion of whole collections, and whatever verb a later Kubernetes adds. Nobody who reads the role sees
    which of them the program needs, and whoever breaks into it has them all: with bind or impersonate on
    the right resource, the whole cluster.

    Example:
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata:
          name: job-runner
          namespace: shop
        rules:
          - apiGroups: ["batch"]
            resources: ["jobs", "jobs/status"]  # started by the importer
            verbs: ["*"]

    Use instead:
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata:
          name: job-runner
          namespace: shop
        rules:
          - apiGroups: ["batch"]
            resources: ["jobs", "jobs/status"]  # started by the importer
            verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]

    Fix safety:
        Safe where the API server can ask for nothing else on these resources, and the scanned files show who
        holds the role: service accounts, none of which may write roles or bindings. Unsafe otherwise: whoever
        hands out rights must hold them, and only a wildcard counts as holding a wildcard, so a controller
        that creates roles with one would be refused. Unsafe too where the wildcard also granted a verb such
        as escalate, bind, impersonate or use, where a resource leads to credentials, nodes or rights, where
        requests are passed on to a proxy, where any API group may be meant, and where resourceNames limit
        creation.

    Verify:
        `kubectl auth can-i '*' jobs.batch -n shop --as=system:serviceaccount:shop:importer` prints no, and the
        same with `create` in place of the wildcard prints yes.

    References:
        https://kubernetes.io/docs/concepts/security/rbac-good-practices/
        https://kubernetes.io/docs/reference/access-authn-authz/rbac/
    """
    for pointer, grant in grants.rules(document):
        items = get(grant, "verbs")
        if not isinstance(items, list) or "*" not in items:
            continue
        reached = grants.endpoints(grant)
        if reached:
            message = f"verb wildcard on {_some(grants.strings(grant, 'resources'))}; name the verbs"
            yield (*pointer, "verbs", items.index("*")), message, _severity(reached)


def _severity(reached: tuple[grants.Endpoint, ...]) -> Severity:
    if any(endpoint.is_critical for endpoint in reached):
        return Severity.CRITICAL
    return Severity.MEDIUM if all(endpoint.is_minor for endpoint in reached) else Severity.HIGH


def _some(names: list[str], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
