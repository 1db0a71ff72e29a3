"""rbac-wildcard-verbs: RBAC is evaluated, and the fix decides every real request as before."""

from __future__ import annotations

from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st
from roles import RBAC, bound, grant, role

from fixers import registry
from fixers.model import Fix, Safety
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding, Severity
from rules.rbac import verbs
from rules.rbac.rbac_wildcard_everything import rbac_wildcard_everything
from rules.rbac.rbac_wildcard_verbs import rbac_wildcard_verbs

ALL = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
BY_NAME = ["delete", "get", "list", "patch", "update", "watch"]
EDIT = ["get", "patch", "update"]


def only(document: Document, *others: Document) -> tuple[Finding, Fix]:
    """Return the only finding of a role that a service account holds, with its fix."""
    (finding,) = rbac_wildcard_verbs.findings(document)
    cluster = Cluster.of([document, bound("ClusterRoleBinding", ("ServiceAccount", "importer")), *others])
    return finding, registry.fix(finding, document, cluster)


SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE
HIGH, CRITICAL, MEDIUM = Severity.HIGH, Severity.CRITICAL, Severity.MEDIUM


@pytest.mark.parametrize(
    ("rule", "wanted", "safety", "severity"),
    [
        (grant(["apps"], ["deployments", "statefulsets"]), ALL, SAFE, HIGH),
        (grant([""], ["pods/log"]), ["get"], SAFE, HIGH),
        (grant(["networking.k8s.io"], ["ingresses/status"]), EDIT, SAFE, MEDIUM),
        (grant(["authentication.k8s.io"], ["tokenreviews"]), ["create"], SAFE, HIGH),
        (grant([""], ["namespaces"]), [verb for verb in ALL if verb != "deletecollection"], SAFE, HIGH),
        (grant([""], ["namespaces/finalize"]), ["update"], SAFE, HIGH),
        (grant([""], ["pods/eviction", "bindings"]), ["create"], SAFE, HIGH),
        (grant([""], ["componentstatuses"]), ["get", "list"], SAFE, HIGH),
        (grant([""], ["pods/ephemeralcontainers"]), EDIT, SAFE, HIGH),
        (grant(["batch"], ["jobs", "jobs/status", "cronjobs"]), ALL, SAFE, HIGH),
        (grant(["apps"], ["deployments/finalizers"]), ["update"], SAFE, HIGH),
        (grant(["metrics.k8s.io"], ["pods", "nodes"]), ["get", "list"], SAFE, HIGH),
        (grant(["", "events.k8s.io"], ["events"]), ALL, SAFE, MEDIUM),
        (grant(["coordination.k8s.io"], ["leases"]), ALL, SAFE, MEDIUM),
        # Combinations that do not exist count for nothing.
        (grant(["", "apps"], ["pods", "deployments"]), ALL, SAFE, HIGH),
        (grant([""], ["pods/log", "deployments"]), ["get"], SAFE, HIGH),
        (grant(["", "networking.k8s.io"], ["ingresses/status", "pods/log"]), EDIT, SAFE, HIGH),
        # Subresource wildcards work one way round only.
        (grant(["*"], ["*/scale"]), EDIT, SAFE, MEDIUM),
        (grant(["apps"], ["*/status"]), EDIT, SAFE, MEDIUM),
        (grant(["*"], ["*/finalizers"]), ["update"], SAFE, HIGH),
        (grant([""], ["*/exec"]), ["create", "get"], UNSAFE, CRITICAL),
        (grant([""], ["pods/*", "pods/log"]), ["get"], SAFE, HIGH),
        # Any group: custom resources of the name are meant as well.
        (grant(["*"], ["pods"]), ALL, SAFE, HIGH),
        (grant(["*"], ["tokenreviews"]), ["create"], UNSAFE, HIGH),
        # Verbs that only authorizers know are left out, or kept where they stand beside the wildcard.
        (grant([RBAC], ["roles", "rolebindings"]), ALL, UNSAFE, CRITICAL),
        (grant([RBAC], ["roles"], ["*", "escalate"]), sorted([*ALL, "escalate"]), UNSAFE, CRITICAL),
        (grant(["apps"], ["deployments"], ["get", "*"]), ALL, SAFE, HIGH),
        (grant(["apps"], ["deployments"], ["*", "*"]), ALL, SAFE, HIGH),
        (grant([""], ["serviceaccounts"]), ALL, UNSAFE, HIGH),
        (grant([""], ["users"]), ["impersonate"], UNSAFE, CRITICAL),
        (grant(["authentication.k8s.io"], ["userextras/scopes"]), ["impersonate"], UNSAFE, HIGH),
        (grant(["certificates.k8s.io"], ["signers"]), ["approve", "attest", "sign"], UNSAFE, CRITICAL),
        (grant(["policy"], ["podsecuritypolicies"]), ALL, UNSAFE, HIGH),
        # What leads to credentials, nodes or rights needs a reviewer.
        (grant([""], ["secrets"]), ALL, UNSAFE, CRITICAL),
        (grant([""], ["pods", "pods/exec", "services"]), ALL, UNSAFE, CRITICAL),
        (grant([""], ["nodes/proxy"]), ["create", "delete", "get", "patch", "update"], UNSAFE, CRITICAL),
        (grant([""], ["services/proxy"]), ["create", "delete", "get", "patch", "update"], UNSAFE, HIGH),
        (grant([""], ["serviceaccounts/token"]), ["create"], UNSAFE, CRITICAL),
        # Names: a collection request has none; a subresource's POST does.
        (grant([""], ["configmaps"], resourceNames=["leader"]), BY_NAME, UNSAFE, HIGH),
        (grant([""], ["pods/eviction"], resourceNames=["web-0"]), ["create"], SAFE, HIGH),
        (grant(["apps"], ["deployments/scale"], resourceNames=["web"]), EDIT, SAFE, MEDIUM),
        (grant([""], ["configmaps"], resourceNames=[]), ALL, SAFE, HIGH),
    ],
)
def test_the_wildcard_becomes_the_verbs_that_exist(
    rule: dict[str, Any], wanted: list[str], safety: Safety, severity: Severity
) -> None:
    finding, fix = only(role(rule))
    assert [operation.as_json() for operation in fix.operations] == [
        {"op": "replace", "path": "/rules/0/verbs", "value": wanted}
    ]
    assert (fix.safety, finding.severity) == (safety, severity)


@pytest.mark.parametrize(
    "rule",
    [
        grant(["apps"], ["deployments"], ["get", "list"]),
        grant(["apps"], ["*"]),
        grant(["*"], ["*"]),
        grant(["apps"], ["deployments", "*"]),
        grant(["kubeflow.org"], ["notebooks"]),
        grant(["apps", "kubeflow.org"], ["deployments"]),
        grant(["networking.k8s.io"], ["gateways"]),
        grant(["*"], ["notebooks"]),
        grant([""], ["pods/*"]),
        grant([""], ["*/*"]),
        grant(["apps"], ["pods"]),
        grant([], ["pods"]),
        {"nonResourceURLs": ["*"], "verbs": ["*"]},
        {"verbs": ["*"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": "*"},
        "*",
        None,
    ],
)
def test_what_is_not_a_verb_wildcard_on_built_in_resources_is_left_to_other_rules(rule: Any) -> None:
    assert list(rbac_wildcard_verbs.findings(role(rule))) == []


def test_an_aggregated_cluster_role_is_never_touched() -> None:
    selectors = {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}
    assert list(rbac_wildcard_verbs.findings(role(grant(["apps"], ["deployments"]), aggregationRule=selectors))) == []


def test_names_on_resources_that_are_only_created_are_for_a_person() -> None:
    rule = grant(["authentication.k8s.io"], ["tokenreviews"], resourceNames=["x"])
    with pytest.raises(Unfixable, match="grants nothing"):
        only(role(rule))


def test_the_place_is_the_wildcard_itself() -> None:
    finding, _ = only(role(grant(["apps"], ["deployments"], ["get"]), grant(["batch"], ["jobs"], ["get", "*"])))
    assert finding.pointer == ("rules", 1, "verbs", 1)
    assert finding.message == "verb wildcard on jobs; name the verbs"


@pytest.mark.parametrize(
    ("neighbour", "first", "last"),
    [
        ('["get", "list", "watch", "create", "update", "patch", "delete"]', "get", "deletecollection"),
        (
            "\n      - get\n      - list\n      # read, then write\n      - create\n      - delete",
            "get",
            "deletecollection",
        ),
        ('["create", "delete", "get"]', "create", "watch"),
        ('["get", "list", "watch"]', "create", "watch"),
        ("[list, frobnicate]", "create", "watch"),
    ],
)
def test_verbs_are_written_in_the_order_of_the_manifest(neighbour: str, first: str, last: str) -> None:
    text = f"""\
apiVersion: {RBAC}/v1
kind: Role
metadata:
  name: r
rules:
  - apiGroups: [apps]
    resources: [deployments]
    verbs: ["*"]
  - apiGroups: [batch]
    resources: [jobs]
    verbs: {neighbour}
"""
    (document,) = manifest.parse(text)
    _, fix = only(document)
    value = fix.operations[0].value
    assert (value[0], value[-1], sorted(value)) == (first, last, ALL)


# An evaluator of its own, written after the reference documentation and sharing nothing with rules.rbac.grants.
Request = tuple[str, str, str, str]  # group, resource[/subresource], verb, name ("" on collections)


def allows(rule: dict[str, Any], request: Request) -> bool:
    group, resource, verb, name = request
    sub = resource.split("/", 1)[1] if "/" in resource else None
    return (
        any(known in ("*", group) for known in rule["apiGroups"])
        and any(known in ("*", resource) or (sub and known == f"*/{sub}") for known in rule["resources"])
        and any(known in ("*", verb) for known in rule["verbs"])
        and (not rule.get("resourceNames") or name in rule["resourceNames"])
    )


def requests() -> list[Request]:
    made = []
    for group in sorted(verbs.GROUPS):
        for resource, served in verbs.served(group).items():
            for verb in sorted(served):
                collection = verb == "deletecollection" or (verb == "create" and "/" not in resource)
                made += [(group, resource, verb, "" if collection else name) for name in ("a", "b")]
    return made


REQUESTS = requests()
RESOURCES = [
    *sorted({resource for _, resource, _, _ in REQUESTS}),
    "*/scale",
    "*/status",
    "*/proxy",
    "pods/*",
    "nothing",
]
RULES = st.builds(
    grant,
    st.lists(st.sampled_from([*sorted(verbs.GROUPS), "*"]) | st.sampled_from(["", "*"]), min_size=1, max_size=3),
    st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=4),
    st.lists(st.sampled_from(["get", "bind", "escalate"]), max_size=1).map(lambda more: ["*", *more]),
    resourceNames=st.lists(st.just("a"), max_size=1),
)


@given(RULES)
def test_every_real_request_is_decided_as_before(rule: dict[str, Any]) -> None:
    document = role(rule)
    for finding in rbac_wildcard_verbs.findings(document):
        try:
            fix = registry.fix(finding, document, Cluster())
        except Unfixable:
            assert not any(allows(rule, request) for request in REQUESTS)
            continue
        patched = jsonpatch.apply_patch(document.value, [operation.as_json() for operation in fix.patch])["rules"][0]
        assert "*" not in patched["verbs"]
        # And no verb is written that nothing asks for, unless it stood there.
        reachable = {request[2] for request in REQUESTS if allows(rule, request)}
        assert set(patched["verbs"]) == reachable | set(rule["verbs"]) - {"*"}
        for request in REQUESTS:
            assert allows(rule, request) == allows(patched, request), request


def rare_requests() -> list[Request]:
    """What may be asked beside the usual: authorizer verbs, OPTIONS to a proxy, apply that creates by name."""
    made = []
    for group in sorted(verbs.GROUPS):
        for resource, served in verbs.served(group).items():
            made += [(group, resource, verb, "a") for verb in sorted(verbs.special(group, resource))]
            made += [(group, resource, "", "a")] if resource.endswith("/proxy") else []
            made += [(group, resource, "create", "a")] if "create" in served else []
    return made + [("shop.example", name, verb, "a") for name in CUSTOM for verb in CUSTOM[name]]


# A custom resource may be called like anything that is built in.
CUSTOM = {
    **dict.fromkeys(("pods", "tokenreviews", "namespaces", "deployments", "componentstatuses"), verbs.STANDARD),
    **dict.fromkeys(("pods/status", "deployments/scale"), ("get", "patch", "update")),
}
RARE_REQUESTS = rare_requests()
HELD = bound("ClusterRoleBinding", ("ServiceAccount", "importer"))


@given(RULES)
def test_a_safe_fix_decides_even_rare_requests_as_before(rule: dict[str, Any]) -> None:
    document = role(rule)
    for finding in rbac_wildcard_verbs.findings(document):
        try:
            fix = registry.fix(finding, document, Cluster.of([document, HELD]))
        except Unfixable:
            continue
        if fix.safety is Safety.SAFE:
            patched = {**rule, "verbs": fix.operations[0].value}
            for request in RARE_REQUESTS:
                assert allows(rule, request) == allows(patched, request), request


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["*", "", "pods", "*/*", "/", "get"])
    | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["apiGroups", "resources", "verbs", "resourceNames", "nonResourceURLs", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(ANY, ANY)
def test_odd_shapes_never_crash(rules: Any, aggregation: Any) -> None:
    document = role(rules=rules, aggregationRule=aggregation)
    list(rbac_wildcard_everything.findings(document))
    for finding in rbac_wildcard_verbs.findings(document):
        try:
            registry.fix(finding, document, Cluster())
        except Unfixable:
            continue


def test_the_order_of_verbs_is_looked_up_once_for_a_manifest_of_many_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    from fixers.rbac import rbac_wildcard_verbs as module

    searched: list[str] = []

    class Counted:
        def finditer(self, text: str) -> list[object]:
            searched.append(text)
            return []

    monkeypatch.setattr(module, "_LISTS", Counted())
    rules = "".join(
        f"  - {{apiGroups: [batch], resources: [jobs], verbs: ['*'], x: {number}}}\n" for number in range(9)
    )
    text = f"apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: many}}\nrules:\n{rules}"
    (document,) = manifest.parse(text)
    made = [registry.fix(finding, document, Cluster()) for finding in rbac_wildcard_verbs.findings(document, Cluster())]
    assert (len(made), len(searched)) == (9, 1)
