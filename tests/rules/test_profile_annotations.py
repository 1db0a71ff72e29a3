"""Profiles that are asked for by annotations: what they mean, to which version, and what becomes of them."""

from __future__ import annotations

import pytest
from harness import codes, findings, fix, messages, patched, pod

from rules.registry import rule_by_id
from rules.workloads import apparmor, seccomp
from rules.workloads.apparmor_annotation_deprecated import apparmor_annotation_deprecated
from rules.workloads.seccomp_annotation_deprecated import seccomp_annotation_deprecated
from rules.workloads.seccomp_unconfined import seccomp_unconfined

ONE = "containers: [{name: a, image: 'i:1'}]"
OF_POD = "seccomp.security.alpha.kubernetes.io/pod"
OF_A = "container.seccomp.security.alpha.kubernetes.io/a"
FIELD = "securityContext: {seccompProfile: {type: RuntimeDefault}}"
Version = tuple[int, int]


def noted(spec: str, **annotations: str) -> str:
    names = {"of_pod": OF_POD, "of_a": OF_A, "armor": f"{apparmor.ANNOTATION}a"}
    listed = ", ".join(f"{names[key]}: '{value}'" for key, value in annotations.items())
    return pod(spec, f"{{name: web, annotations: {{{listed}}}}}")


def severities(rule: str, text: str, **settings: Version) -> list[str]:
    found = rule_by_id(rule)
    assert found is not None
    return [str(finding.severity) for finding, _ in findings(found, text, **settings)]


@pytest.mark.parametrize(
    ("annotation", "version", "field", "wanted"),
    [
        ("runtime/default", (1, 37), "", ["medium", "unsafe"]),
        ("docker/default", (1, 27), "", ["medium", "unsafe"]),
        ("localhost/a.json", (1, 37), "", ["medium", "unsafe"]),
        ("runtime/default", (1, 26), "", ["low", "unsafe"]),
        ("runtime/default", (1, 18), "", ["low", "needs-newer-version"]),
        ("runtime/default", (1, 37), FIELD, ["low", "safe"]),
        ("unconfined", (1, 37), FIELD, ["low", "safe"]),
        ("unconfined", (1, 37), "", ["low", "unsafe"]),
        ("unconfined", (1, 26), "", []),  # Another rule's business.
        ("odd", (1, 37), "", ["low", "unsafe"]),
        ("${PROFILE}", (1, 37), "", []),
    ],
)
@pytest.mark.parametrize("whom", ["of_pod", "of_a"])
def test_trap_11_seccomp_annotations(
    whom: str, annotation: str, version: Version, field: str, wanted: list[str]
) -> None:
    own = f", {field}" if field and whom == "of_a" else ""
    of_pod = f"{field}, " if field and whom == "of_pod" else ""
    text = noted(f"{{{of_pod}containers: [{{name: a, image: 'i:1'{own}}}]}}", **{whom: annotation})
    found = severities("seccomp-annotation-deprecated", text, version=version)
    assert found + codes(seccomp_annotation_deprecated, text, version=version) == wanted


def test_a_profile_in_a_file_becomes_the_field_of_the_container() -> None:
    text = noted(f"{{{FIELD}, {ONE}}}", of_a="localhost/a.json")
    ((finding, document),) = findings(seccomp_annotation_deprecated, text)
    (value,) = patched(text, fix(finding, document, text))
    profile = {"type": "Localhost", "localhostProfile": "a.json"}
    assert value["spec"]["containers"][0]["securityContext"] == {"seccompProfile": profile}
    assert value["metadata"] == {"name": "web"}


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("runtime/default", {"type": "RuntimeDefault"}),
        ("localhost/a/b.json", {"type": "Localhost", "localhostProfile": "a/b.json"}),
        ("localhost/", None),
        ("localhost", None),
        ("unconfined", {"type": "Unconfined"}),
        ("Unconfined", None),
        (None, None),
        (7, None),
    ],
)
def test_what_seccomp_annotations_mean(value: object, wanted: object) -> None:
    assert seccomp.meaning(value) == wanted


@pytest.mark.parametrize(
    ("version", "wanted"), [((1, 25), ["seccomp-annotation"]), ((1, 26), ["seccomp-annotation"]), ((1, 27), [])]
)
@pytest.mark.parametrize("whom", ["of_pod", "of_a"])
def test_annotations_switch_seccomp_off_until_1_26(whom: str, version: Version, wanted: list[str]) -> None:
    text = noted(f"{{{ONE}}}", **{whom: "unconfined"})
    assert codes(seccomp_unconfined, text, version=version) == wanted


def test_a_field_goes_before_an_annotation() -> None:
    own = f"containers: [{{name: a, image: 'i:1', {FIELD}}}]"
    assert messages(seccomp_unconfined, noted(f"{{{own}}}", of_a="unconfined"), version=(1, 26)) == []
    assert severities("seccomp-unconfined", noted(f"{{{own}}}", of_pod="unconfined"), version=(1, 26)) == ["low"]


@pytest.mark.parametrize(
    ("value", "version", "own", "wanted"),
    [
        ("runtime/default", (1, 30), "", ["unsafe"]),
        ("runtime/default", (1, 29), "", []),
        ("localhost/a", (1, 37), "", ["unsafe"]),
        ("localhost/ a", (1, 37), "", []),
        ("localhost/", (1, 37), "", []),
        ("unconfined", (1, 37), "", []),
        ("runtime/default", (1, 37), "appArmorProfile: {type: RuntimeDefault}", ["unsafe"]),
        ("runtime/default", (1, 37), "appArmorProfile: {type: Unconfined}", ["annotations-disagree"]),
    ],
)
def test_apparmor_annotations(value: str, version: Version, own: str, wanted: list[str]) -> None:
    text = noted(f"{{containers: [{{name: a, image: 'i:1', securityContext: {{{own}}}}}]}}", armor=value)
    assert codes(apparmor_annotation_deprecated, text, version=version) == wanted
