"""rbac-wildcard-everything: found by evaluation, judged by who holds the role."""

from __future__ import annotations

import pytest

from fixers import registry
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.model import Finding, Severity
from rules.rbac.rbac_wildcard_everything import rbac_wildcard_everything
from rules.rbac.rbac_wildcard_verbs import rbac_wildcard_verbs

ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata:
  name: {name}
rules:
  - apiGroups: ["*"]
    resources: ["*"]
    verbs: ["*"]
"""
BINDING = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata:
  name: b
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {role}
  name: deployer
subjects:
"""
ACCOUNT = "  - {kind: ServiceAccount, name: ci, namespace: build}\n"
CLUSTER_BINDING = BINDING.format(kind="ClusterRoleBinding", role="ClusterRole")
LOCAL_BINDING = BINDING.format(kind="RoleBinding", role="ClusterRole")


def findings(text: str) -> list[Finding]:
    documents = manifest.parse(text)
    cluster = Cluster.of(documents)
    return [finding for document in documents for finding in rbac_wildcard_everything.findings(document, cluster)]


@pytest.mark.parametrize(
    ("text", "severity", "message"),
    [
        (
            ROLE.format(kind="ClusterRole", name="deployer") + CLUSTER_BINDING + ACCOUNT,
            Severity.CRITICAL,
            "grants everything in the cluster to ServiceAccount build/ci",
        ),
        (
            ROLE.format(kind="ClusterRole", name="deployer") + LOCAL_BINDING + "  - {kind: Group, name: dev}\n",
            Severity.HIGH,
            "grants everything in its namespace to Group dev",
        ),
        (
            ROLE.format(kind="ClusterRole", name="deployer") + LOCAL_BINDING + ACCOUNT + CLUSTER_BINDING + ACCOUNT,
            Severity.CRITICAL,
            "grants everything in the cluster to ServiceAccount build/ci",
        ),
        (
            ROLE.format(kind="Role", name="deployer")
            + BINDING.format(kind="RoleBinding", role="Role")
            + "".join(f"  - {{kind: User, name: u{number}}}\n" for number in range(5)),
            Severity.HIGH,
            "grants everything in its namespace to User u0, User u1, User u2 and 2 more",
        ),
        (
            ROLE.format(kind="ClusterRole", name="deployer"),
            Severity.INFO,
            "grants everything in the cluster; nothing in this scan binds it",
        ),
        (
            ROLE.format(kind="Role", name="deployer") + CLUSTER_BINDING + ACCOUNT,
            Severity.INFO,
            "grants everything in its namespace; nothing in this scan binds it",
        ),
        (
            ROLE.format(kind="ClusterRole", name="deployer") + CLUSTER_BINDING + "  - 7\n",
            Severity.CRITICAL,
            "grants everything in the cluster to an unnamed subject",
        ),
    ],
)
def test_severity_and_message_follow_the_bindings(text: str, severity: Severity, message: str) -> None:
    (finding,) = findings(text)
    assert (finding.severity, finding.message, finding.pointer) == (severity, message, ("rules", 0))


@pytest.mark.parametrize(
    "text",
    [
        ROLE.format(kind="ClusterRole", name="cluster-admin"),
        ROLE.format(kind="ClusterRole", name="system:x\n  labels: {kubernetes.io/bootstrapping: rbac-defaults}"),
        ROLE.format(kind="ClusterRole", name="x") + "aggregationRule: {clusterRoleSelectors: []}\n",
        ROLE.format(kind="ClusterRole", name="x") + '    resourceNames: ["one"]\n',
        ROLE.format(kind="ClusterRole", name="x").replace('verbs: ["*"]', "verbs: [get]"),
        ROLE.format(kind="ClusterRole", name="x").replace('apiGroups: ["*"]', 'apiGroups: [""]'),
        ROLE.format(kind="ClusterRole", name="x").replace('resources: ["*"]', 'resources: ["*/*"]'),
    ],
)
def test_what_is_built_in_or_less_than_everything_is_not_found(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    "text",
    [
        ROLE.format(kind="ClusterRole", name="system:x"),
        ROLE.format(kind="ClusterRole", name="x\n  labels: {kubernetes.io/bootstrapping: rbac-defaults}"),
        ROLE.format(kind="Role", name="cluster-admin"),
        ROLE.format(kind="ClusterRole", name="x").replace('verbs: ["*"]', 'verbs: [get, "*"]'),
    ],
)
def test_a_name_or_label_alone_excuses_nothing(text: str) -> None:
    assert len(findings(text)) == 1


def test_there_is_no_fix_and_the_reason_says_why() -> None:
    text = ROLE.format(kind="ClusterRole", name="x")
    (document,) = manifest.parse(text)
    (finding,) = findings(text)
    with pytest.raises(Unfixable, match="would leave the same power") as refused:
        registry.fix(finding, document, Cluster())
    assert refused.value.code == "no-fix"


def test_everything_is_not_reported_twice() -> None:
    (document,) = manifest.parse(ROLE.format(kind="ClusterRole", name="x"))
    assert list(rbac_wildcard_verbs.findings(document)) == []
