"""Service accounts that do not exist, or that everybody shares; by files and folders."""

from __future__ import annotations

import pytest
from harness import findings, messages, pod

from rules import manifest
from rules.cluster import Cluster
from rules.model import Severity
from rules.workloads.default_service_account import default_service_account as default
from rules.workloads.service_account_not_found import service_account_not_found as not_found

WEB = "containers: [{name: web, image: 'registry.example/web:1.4.2'}]"


def account(name: str, namespace: str = "") -> str:
    place = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {name}{place}}}\n"


def app(name: str, namespace: str = "", kind: str = "") -> str:
    text = pod(f"{{serviceAccountName: {name}, {WEB}}}", "{name: web, namespace: " + (namespace or '""') + "}")
    return text.replace("kind: Pod\n", kind) if kind else text


FOLDERS = {
    "beside, and mistyped": ("shop/web.yaml", app("wbe"), {"shop/account.yaml": account("web")}, 1),
    "in another folder": ("shop/web.yaml", app("wbe"), {"bank/account.yaml": account("web")}, 0),
    "in a folder below": ("shop/web.yaml", app("wbe"), {"shop/base/account.yaml": account("web")}, 0),
    "made elsewhere": (
        "shop/web.yaml",
        app("wbe"),
        {"shop/account.yaml": account("web"), "x/y.yaml": account("wbe")},
        0,
    ),
    "beside, for another namespace": (
        "shop/web.yaml",
        app("wbe", "shop"),
        {"shop/account.yaml": account("web", "bank")},
        0,
    ),
    "one account in two folders": (
        "shop/web.yaml",
        app("wbe"),
        {"shop/account.yaml": account("web"), "zoo/account.yaml": account("web")},
        1,
    ),
    "only elsewhere": ("shop/web.yaml", app("web", "shop"), {"bank/account.yaml": account("web", "bank")}, 1),
    "elsewhere, and nobody says where the pod is": (
        "shop/web.yaml",
        app("web"),
        {"bank/account.yaml": account("web", "bank")},
        0,
    ),
    "nothing else in sight": ("shop/web.yaml", app("web"), {}, 0),
}


@pytest.mark.parametrize(("path", "text", "others", "count"), FOLDERS.values(), ids=FOLDERS)
def test_accounts_are_looked_for_beside_the_pod(path: str, text: str, others: dict[str, str], count: int) -> None:
    (document,) = manifest.parse(text, path)
    cluster = Cluster.of([document, *(one for at, other in others.items() for one in manifest.parse(other, at))])
    assert len(list(not_found.findings(document, cluster))) == count


def test_a_part_of_an_object_is_not_judged() -> None:
    text = f"{pod('{serviceAccountName: wbe, containers: [{name: web}]}')}---\n{account('web')}"
    assert messages(not_found, text) == []


def test_custom_resources_that_an_operator_completes_are_not_judged() -> None:
    for rule, field in ((not_found, "serviceAccountName: wbe"), (default, "automountServiceAccountToken: true")):
        text = (
            "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: web}\n"
            f"spec: {{{field}}}\n---\n{account('web')}"
        )
        assert messages(rule, text) == []


BINDING = (
    "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: shop}\n"
    "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\n"
    "subjects: [{kind: ServiceAccount, name: default, namespace: shop}]\n"
)
HERE = "{name: web, namespace: shop}"
TOKEN_OF_A_MESH = "{serviceAccountToken: {path: t, audience: istio-ca}}"
SHARED = {
    "nobody said anything": (pod(f"{{{WEB}}}"), []),
    "asked for": (pod(f"{{automountServiceAccountToken: true, {WEB}}}"), [Severity.LOW]),
    "asked for by name": (
        pod(f"{{serviceAccountName: default, automountServiceAccountToken: true, {WEB}}}"),
        [Severity.LOW],
    ),
    "for somebody else than the API": (
        pod(f"{{volumes: [{{name: t, projected: {{sources: [{TOKEN_OF_A_MESH}]}}}}], {WEB}}}"),
        [],
    ),
    "not wanted": (pod(f"{{automountServiceAccountToken: false, {WEB}}}", HERE) + BINDING, []),
    "with a role": (pod(f"{{{WEB}}}", HERE) + BINDING, [Severity.MEDIUM]),
    "with a role in another namespace": (pod(f"{{{WEB}}}", "{name: web, namespace: bank}") + BINDING, []),
    "with a role, and the account keeps its token": (
        pod(f"{{{WEB}}}", HERE)
        + BINDING
        + "---\n"
        + account("default", "shop")
        + "automountServiceAccountToken: false\n",
        [],
    ),
    "an account of its own": (pod(f"{{serviceAccount: web, automountServiceAccountToken: true, {WEB}}}"), []),
    "text that is replaced later": (pod(f"{{automountServiceAccountToken: '${{TOKEN}}', {WEB}}}"), []),
}


@pytest.mark.parametrize(("text", "severities"), SHARED.values(), ids=SHARED)
def test_the_account_that_all_share(text: str, severities: list[Severity]) -> None:
    assert [finding.severity for finding, _ in findings(default, text)] == severities
