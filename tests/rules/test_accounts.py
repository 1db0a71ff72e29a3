"""automount-service-account-token and deprecated-service-account-field: who a pod is to the cluster."""

from __future__ import annotations

import pytest
from harness import codes, findings, messages, operations, patched, pod
from harness import fix as fix_of

from fixers import registry
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.model import Severity
from rules.workloads.automount_service_account_token import automount_service_account_token as automount
from rules.workloads.deprecated_service_account_field import deprecated_service_account_field as deprecated

APP = "containers: [{name: a, image: 'i:1'}]"


def account(name: str, namespace: str = "", token: str = "false") -> str:
    metadata = f"{{name: {name}" + (f", namespace: {namespace}" if namespace else "") + "}"
    return f"---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {metadata}\n" + (
        f"automountServiceAccountToken: {token}\n" if token else ""
    )


def binding(name: str, namespace: str = "shop") -> str:
    return (
        "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n"
        f"metadata: {{name: b, namespace: {namespace}}}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\n"
        f"subjects: [{{kind: ServiceAccount, name: {name}, namespace: {namespace}}}]\n"
    )


def app(fields: str = "", namespace: str = "") -> str:
    metadata = "{name: web" + (f", namespace: {namespace}" if namespace else "") + "}"
    return pod(f"{{{fields}{', ' if fields else ''}{APP}}}", metadata)


TOKEN = "volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}]}}]"


def token_for(audience: str) -> str:
    return TOKEN.replace("{path: t}", f"{{path: t, audience: '{audience}'}}")


OTHER_VOLUMES = "volumes: [null, {name: t, projected: {sources: [{configMap: {name: c}}, null]}}, {projected: 7}]"

MOUNTS = {
    "nobody says anything": (app(), 1),
    "the pod says false": (app("automountServiceAccountToken: false"), 0),
    "the pod says no": (app("automountServiceAccountToken: no"), 0),
    "the pod says true": (app("automountServiceAccountToken: true"), 1),
    "text that is replaced later": (app("automountServiceAccountToken: '${TOKEN}'"), 0),
    "the default account says false": (app() + account("default"), 0),
    "the account says false": (app("serviceAccountName: web") + account("web"), 0),
    "the account by its old name": (app("serviceAccount: web") + account("web"), 0),
    "the new name wins": (app("serviceAccount: web, serviceAccountName: other") + account("web"), 1),
    "an empty new name does not": (app("serviceAccount: web, serviceAccountName: ''") + account("web"), 0),
    "the account says true": (app("serviceAccountName: web") + account("web", token="true"), 1),
    "the account says nothing": (app("serviceAccountName: web") + account("web", token=""), 1),
    "the pod's true beats the account's false": (app("automountServiceAccountToken: true") + account("default"), 1),
    "the account of another namespace": (app("serviceAccountName: web", "shop") + account("web", "bank"), 1),
    "the account of the namespace": (app("serviceAccountName: web", "shop") + account("web", "shop"), 0),
    "a token by name": (app(TOKEN), 0),
    "a token for the API": (app(token_for("https://kubernetes.default.svc.cluster.local")), 0),
    "a token for the API without scheme": (app(token_for("kubernetes.default.svc")), 0),
    "a token for whom a template says": (app(token_for("${AUDIENCE}")), 0),
    "a token for a cloud": (app(token_for("sts.amazonaws.com")), 1),
    "a token for a service mesh": (app(token_for("istio-ca")), 1),
    "a token for another cluster's name": (app(token_for("https://kubernetes.default.example")), 1),
    "volumes without a token": (app(OTHER_VOLUMES), 1),
}


@pytest.mark.parametrize(("text", "found"), MOUNTS.values(), ids=MOUNTS)
def test_whose_token_is_mounted(text: str, found: int) -> None:
    assert len(messages(automount, text)) == found


ROLES = {
    "no binding": (app("serviceAccountName: web", "shop"), Severity.MEDIUM, "unsafe"),
    "its own": (app("serviceAccountName: web", "shop") + binding("web"), Severity.INFO, "account-has-role"),
    "another account's": (app("serviceAccountName: web", "shop") + binding("api"), Severity.MEDIUM, "unsafe"),
    "another namespace's": (app("serviceAccountName: web", "shop") + binding("web", "bank"), Severity.MEDIUM, "unsafe"),
    "a pod without namespace": (app("serviceAccountName: web") + binding("web"), Severity.INFO, "account-has-role"),
    "every namespace has a default account": (app() + binding("default"), Severity.MEDIUM, "unsafe"),
}


@pytest.mark.parametrize(("text", "severity", "outcome"), ROLES.values(), ids=ROLES)
def test_an_account_with_a_role_keeps_its_token(text: str, severity: Severity, outcome: str) -> None:
    ((finding, _),) = findings(automount, text)
    assert finding.severity is severity
    assert codes(automount, text) == [outcome]


def test_true_is_replaced_and_absence_filled_on_the_pod() -> None:
    path = "/spec/automountServiceAccountToken"
    assert operations(automount, app("automountServiceAccountToken: true")) == [
        {"op": "replace", "path": path, "value": False}
    ]
    assert operations(automount, app()) == [{"op": "add", "path": path, "value": False}]


def test_windows_pods_have_tokens_too() -> None:
    assert codes(automount, app("os: {name: windows}")) == ["unsafe"]


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ("serviceAccount: web", {"serviceAccountName": "web"}),
        ("serviceAccount: web, serviceAccountName: null", {"serviceAccountName": "web"}),
        ("serviceAccount: web, serviceAccountName: ''", {"serviceAccountName": "web"}),
        ("serviceAccount: web, serviceAccountName: web", {"serviceAccountName": "web"}),
    ],
)
def test_one_name_is_left_and_the_fix_is_safe(fields: str, left: dict[str, str]) -> None:
    text = app(fields)
    ((finding, document),) = findings(deprecated, text)
    made = fix_of(finding, document, text)
    (value,) = patched(text, made)
    assert {key: name for key, name in value["spec"].items() if key != "containers"} == left
    assert str(made.safety) == "safe"


@pytest.mark.parametrize(
    "fields",
    [
        "serviceAccountName: web",
        "serviceAccount: web, serviceAccountName: other",
        "serviceAccount: ''",
        "serviceAccount: null",
        "serviceAccount: 7",
        "serviceAccount: [web]",
    ],
)
def test_nothing_to_say_where_names_differ_or_none_is_given(fields: str) -> None:
    assert messages(deprecated, app(fields)) == []


def test_what_an_export_of_a_live_object_repeats_is_information() -> None:
    ((finding, _),) = findings(deprecated, app("serviceAccount: web, serviceAccountName: web"))
    assert finding.severity is Severity.INFO


def test_a_patch_is_not_renamed_because_the_base_may_have_the_new_name() -> None:
    (document,) = manifest.parse(pod("{serviceAccount: web}"), partial=True)
    (finding,) = deprecated.findings(document, Cluster())
    with pytest.raises(Unfixable) as refusal:
        registry.fix(finding, document, Cluster())
    assert refusal.value.code == "part-of-an-object"
