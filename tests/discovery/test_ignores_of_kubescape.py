"""What exceptions for Kubescape say: which objects they excuse from what, and what of them is not understood."""

from __future__ import annotations

import json
from typing import Any

import pytest
from excepted import EVERYTHING, exception, excused, problems, resource, scanned
from hypothesis import given
from hypothesis import strategies as st
from marked import DEPLOYMENT
from trees import POD, classes, scan_of

from bot.output import html, text
from bot.output.report import Report
from rules import ignores, kubescape_controls, manifest, peers
from rules.ignores import peer_exceptions
from rules.model import Finding, Severity
from rules.registry import all_rules
from rules.workloads.privileged_container import privileged_container


def test_an_exception_excuses_an_object_in_another_file_and_says_where_it_stands() -> None:
    found = scanned(exception(name="other", posturePolicies=[{"controlID": "C-0041"}]), exception(reason="a driver"))
    assert excused(found) == ["kubescape exception drivers (exceptions.json:24): a driver"]
    assert problems(found) == []
    assert classes(found) == {"exceptions.json": "kubescape-exceptions"}


RESOURCES = {
    "kind": {"kind": "Pod"},
    "name": {"name": "web"},
    "all of a namespace": {"namespace": "shop"},
    "several": {"kind": "Pod", "name": "web", "namespace": "shop", "apiVersion": "v1"},
    "a pattern": {"kind": "Pod", "name": "w.*"},
    "a choice": {"kind": "Deployment|Pod"},
    "anchored": {"name": "^web$"},
    "everything": EVERYTHING,
    "any cluster": {"cluster": ".*", "name": "web"},
    "with an empty attribute": {"cluster": "", "name": "web"},
    "a label": {"app": "web"},
    "labels": {"kind": "Pod", "app": "web", "tier": "v1.2"},
}


@pytest.mark.parametrize("attributes", RESOURCES.values(), ids=RESOURCES)
def test_a_resource_that_describes_the_object_excuses_it(attributes: dict[str, str]) -> None:
    found = scanned(exception(resources=[resource(kind="Job"), resource(**attributes)]))
    assert excused(found) == ["kubescape exception drivers (exceptions.json:3)"]
    assert problems(found) == []


OTHERS = {
    "another kind": {"kind": "Deployment", "name": "web"},
    "another name": {"kind": "Pod", "name": "we"},
    "part of a name": {"name": "eb"},
    "a longer name": {"name": "web-.*"},
    "another case": {"kind": "pod"},
    "another namespace": {"name": "web", "namespace": "default"},
    "another apiVersion": {"name": "web", "apiVersion": "apps/v1"},
    "another label": {"name": "web", "app": "api"},
    "a label that is a pattern elsewhere": {"tier": "v1..."},
    "no label of that name": {"name": "web", "part-of": "web"},
}


@pytest.mark.parametrize("attributes", OTHERS.values(), ids=OTHERS)
def test_a_resource_that_describes_another_object_excuses_nothing_and_is_no_finding(attributes: dict[str, str]) -> None:
    found = scanned(exception(resources=[resource(**attributes)]))
    assert (excused(found), problems(found)) == ([None], [])


@pytest.mark.parametrize(("namespace", "holds"), [("shop", True), ("sho", False), ("default", False)])
def test_a_namespace_lies_in_itself(namespace: str, holds: bool) -> None:
    (document,) = manifest.read("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n").documents
    finding = Finding("x", Severity.LOW, "n.yaml", 0, (), (), "", "v1", "Namespace", "", "shop")
    entries = [exception(resources=[resource(namespace=namespace)])]
    (granted,) = ignores.exceptions([manifest.Document(document.source, 0, 0, 0, entries)]).granted
    assert granted.meets(finding, document) == holds


POLICIES = {
    "an id": {"controlID": "C-0057"},
    "an id in small letters": {"controlID": "c-0057"},
    "a name": {"controlName": "Privileged container"},
    "a name in other letters": {"controlName": "privileged Container"},
    "a pattern of names": {"controlName": "Privileged .*"},
    "a choice of ids": {"controlID": "C-0016|C-0057"},
    "both": {"controlID": "C-0057", "controlName": "Privileged container"},
    "with a framework": {"frameworkName": "NSA", "controlID": "C-0057"},
    "with empty texts": {"frameworkName": "", "controlID": "C-0057", "ruleName": ""},
    "everything": {"frameworkName": "AllControls"},
    "every framework": {"frameworkName": ".*"},
    "what contains it": {"controlID": "C-0211"},
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_a_policy_that_names_the_control_excuses(policy: dict[str, str]) -> None:
    found = scanned(exception(posturePolicies=[{"controlID": "C-0044"}, policy]))
    assert (excused(found), problems(found)) == (["kubescape exception drivers (exceptions.json:3)"], [])


NOTHING = {
    "another id": {"controlID": "C-0041"},
    "another name": {"controlName": "HostNetwork access"},
    "a control without a rule": {"controlName": "Ingress and Egress blocked"},
    "an id that is new": {"controlID": "C-9999"},
    "name and id of two controls": {"controlID": "C-0057", "controlName": "HostNetwork access"},
}


@pytest.mark.parametrize("policy", NOTHING.values(), ids=NOTHING)
def test_a_policy_for_another_control_excuses_nothing_and_is_no_finding(policy: dict[str, str]) -> None:
    found = scanned(exception(posturePolicies=[policy]))
    assert (excused(found), problems(found)) == ([None], [])


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no resources": ({"resources": None}, "it has no list 'resources': say what it is about"),
    "empty resources": ({"resources": []}, "it has no list 'resources': say what it is about"),
    "no policies": ({"posturePolicies": None}, "it has no list 'posturePolicies': say what it is about"),
    "empty policies": ({"posturePolicies": []}, "it has no list 'posturePolicies': say what it is about"),
    "an empty policy": ({"posturePolicies": [{}]}, "a policy is empty: name its control by controlID"),
    "a policy that is none": ({"posturePolicies": ["C-0057"]}, "a policy is empty: name its control by controlID"),
    "a framework": (
        {"posturePolicies": [{"frameworkName": "NSA"}]},
        "a policy names no control, only a framework: name its controls by controlID",
    ),
    "part of a control": (
        {"posturePolicies": [{"controlID": "C-0057", "ruleName": "rule-privileged-container"}]},
        "of a policy only controlID, controlName, frameworkName are understood, as texts",
    ),
    "a number": (
        {"posturePolicies": [{"controlID": 57}]},
        "of a policy only controlID, controlName, frameworkName are understood, as texts",
    ),
    "a name that nobody knows": (
        {"posturePolicies": [{"controlName": "Privileged containers"}]},
        "no control is known to have the controlName 'Privileged containers'",
    ),
    "an id that is none": (
        {"posturePolicies": [{"controlID": "CKV_K8S_16"}]},
        "no control is known to have the controlID 'CKV_K8S_16'",
    ),
    "an empty resource": ({"resources": [resource()]}, "a resource has no attribute that describes an object"),
    "empty attributes": (
        {"resources": [resource(kind="", name="")]},
        "a resource has no attribute that describes an object",
    ),
    "any cluster alone": (
        {"resources": [resource(cluster=".*")]},
        "a resource has no attribute that describes an object",
    ),
    "another designator": (
        {"resources": [{"designatorType": "Wlid", "wlid": "wlid://cluster-a/namespace-b/pod-web"}]},
        "a resource is described by something else than attributes",
    ),
    "a cluster": (
        {"resources": [resource(name="web", cluster="prod-.*")]},
        "the attribute 'cluster' cannot be told from a manifest",
    ),
    "a path": (
        {"resources": [resource(name="web", path="a.yaml")]},
        "the attribute 'path' cannot be told from a manifest",
    ),
    "a pattern that runs away": (
        {"resources": [resource(name="(w+)+eb")]},
        "of regular expressions only text, '|' and '.*' are understood, not '(w+)+eb'",
    ),
    "a pattern of controls": (
        {"posturePolicies": [{"controlID": "C-00[0-9]+"}]},
        "of regular expressions only text, '|' and '.*' are understood, not 'c-00[0-9]+'",
    ),
    "a pattern of labels": ({"resources": [resource(app="w.*")]}, "'w.*' is no value that the label 'app' can have"),
    "a name that is no text": ({"resources": [resource(name=1)]}, "the attribute 'name' is no text"),
    "no actions": ({"actions": None}, "its actions are not understood: write [alertOnly]"),
    "other actions": ({"actions": ["alertOnly", {}]}, "its actions are not understood: write [alertOnly]"),
    "a time that is none": (
        {"expirationDate": "soon"},
        "its expirationDate is not understood: write it like 2027-06-30T00:00:00Z",
    ),
    "a time that nobody lives": (
        {"expirationDate": "0001-01-01T00:00:00+14:00"},
        "its expirationDate is not understood: write it like 2027-06-30T00:00:00Z",
    ),
}


@pytest.mark.parametrize(("changed", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_understood_excuses_nothing_and_is_told(changed: dict[str, Any], message: str) -> None:
    found = scanned(exception(**changed), exception(name="b", resources=[resource(kind="Job")]))
    assert (excused(found), problems(found)) == ([None], [f"kubescape exception 'drivers': {message}"])
    (told,) = (one for one in found.findings if one.finding.rule == "unused-ignore")
    assert (told.finding.path, told.line, told.column) == ("exceptions.json", 3, 5)


def test_another_policy_type_beside_is_told() -> None:
    found = scanned(exception(policyType="vulnerabilityExceptionPolicy"), exception())
    assert excused(found) == ["kubescape exception drivers (exceptions.json:24)"]
    assert problems(found) == ["kubescape exception 'drivers': its policyType is not postureExceptionPolicy"]


def test_what_is_understood_counts_beside_what_is_not() -> None:
    found = scanned(
        exception(
            resources=[resource(name="[a-z]+"), resource(name="web")],
            posturePolicies=[{"frameworkName": "NSA"}, {"controlID": "C-0057"}],
        )
    )
    assert excused(found) == ["kubescape exception drivers (exceptions.json:3)"]
    assert len(problems(found)) == 1


@pytest.mark.parametrize(
    ("until", "holds"),
    [
        ("2026-06-01", True),
        ("2026-05-31", False),
        ("2026-06-02T00:00:00Z", True),
        ("2026-06-01T12:00:00Z", True),
        ("2026-06-01T00:00:00Z", False),
        ("2026-06-02T00:00:00+02:00", True),
        ("2026-06-01T01:00:00+02:00", False),
        ("2030-01-01T00:00:00.000Z", True),
    ],
)
def test_an_exception_ends(until: str, holds: bool) -> None:
    found = scanned(exception(expirationDate=until))
    assert [reason is not None for reason in excused(found)] == [holds]
    assert problems(found) == []


@pytest.mark.parametrize("action", ["alertOnly", "disable"])
def test_an_object_is_excused_whether_it_is_still_shown_or_not(action: str) -> None:
    assert None not in excused(scanned(exception(actions=[action])))


def test_an_exception_reaches_no_other_rule_and_no_other_object() -> None:
    found = scan_of(
        {"web.yaml": f"{DEPLOYMENT}---\n{POD}", "e.json": json.dumps([exception(resources=[resource(name="we.")])])},
        every_rule=True,
    )
    assert {one.ignored for one in found.findings} == {None}
    found = scan_of({"web.yaml": f"{DEPLOYMENT}---\n{POD}", "e.json": json.dumps([exception()])}, every_rule=True)
    assert {(one.finding.kind, one.finding.rule) for one in found.findings if one.ignored} == {
        ("Pod", "privileged-container")
    }


def test_an_item_of_a_list_is_an_object_of_its_own() -> None:
    pod = "  - " + POD.replace("\n", "\n    ").rstrip() + "\n"
    items = f"apiVersion: v1\nkind: List\nitems:\n{pod.replace('name: web', 'name: api')}{pod}"
    assert excused(scanned(exception(), manifest=items)) == [
        None,
        "kubescape exception drivers (exceptions.json:3)",
    ]


HOSTILE = "a\u202e\x1b[31m\n::error::x | `y` <script>alert(1)</script> ##[error]y " + "z" * 5000


def test_what_an_exception_says_is_one_short_line_of_what_can_be_seen() -> None:
    found = scanned(exception(name=HOSTILE, reason=HOSTILE), exception(name=HOSTILE, actions=[]))
    for said in [*excused(found), *problems(found)]:
        assert said is not None
        assert said.isprintable()
        assert len(said) < 700
    report = Report(found, (privileged_container, *ignores.RULES), (1, 34), show_ignored=True)
    assert "<script>" not in html.render(report)
    assert "##[error]" not in text.render(report)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["Attributes", "C-0057", ".*"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=3)
            | st.sampled_from(
                ["attributes", "designatorType", "controlID", "controlName", "frameworkName", "kind", "name", "cluster"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
ENTRIES = st.dictionaries(
    st.sampled_from(["name", "actions", "resources", "posturePolicies", "expirationDate", "reason", "policyType"]), ANY
).map(lambda changed: exception(**changed))


@given(st.lists(ENTRIES | ANY, max_size=3))
def test_no_exception_can_break_a_scan(entries: list[Any]) -> None:
    document = manifest.Document(manifest.Source("e.json", ""), 0, 0, 0, entries)
    known = ignores.exceptions([document])
    for one in known.granted:
        assert one.rules <= peers.every("kubescape")
        assert one.reason.isprintable()
        assert one.resources
    assert all(problem.message.isprintable() for problem in known.problems)


MANY = 6_000
CROWDS = {
    "exceptions": [exception(resources=[resource(name=f"a{number}.*b")]) for number in range(MANY)],
    "resources": [exception(resources=[resource(name=f"a{number}.*b") for number in range(MANY)])],
    "policies": [exception(posturePolicies=[{"controlName": f"a{number}.*b"} for number in range(MANY)])],
    "choices": [exception(resources=[resource(name="|".join(["a.*b"] * 200)) for _ in range(MANY // 200)])],
    "labels": [exception(resources=[resource(**{f"l{number}": "a" for number in range(MANY)})])],
    "pieces": [exception(resources=[resource(name=".*".join(["w"] * 200) + "b")]) for _ in range(MANY // 200)],
    "what is none": [0] * MANY,
}


@pytest.mark.usefixtures("hang_guard")
@pytest.mark.parametrize("entries", CROWDS.values(), ids=CROWDS)
def test_there_is_an_end_to_exceptions(entries: list[Any]) -> None:
    pods = "---\n".join(POD.replace("web", f"web{number}") for number in range(100))
    found = scan_of({"pod.yaml": pods, "e.json": json.dumps([*entries, exception()])})
    assert excused(found) == [None] * 100
    assert problems(found)[-1].endswith(
        f"from here on exceptions are left out: all files together have more than {peer_exceptions.MOST} parts"
    )


def test_every_control_that_a_rule_names_has_a_name_or_goes_by_its_id() -> None:
    assert all(peers.same("kubescape", control) for control in peers.PEERS["kubescape"])
    names = [name.lower() for names in kubescape_controls.CONTROLS.values() for name in names]
    assert len(names) == len(set(names)) + 1  # One name is that of two controls, of two editions.
    assert set(peers.every("kubescape")) <= {rule.id for rule in all_rules()}
