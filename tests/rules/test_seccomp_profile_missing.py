"""seccomp-profile-missing: one edit on the pod, and what it must leave alone."""

from __future__ import annotations

import pytest
from harness import codes, containers, messages, operations, pod

from rules.workloads.seccomp_profile_missing import seccomp_profile_missing as rule

DEFAULT = "seccompProfile: {type: RuntimeDefault}"
LOCAL = "seccompProfile: {type: Localhost, localhostProfile: web.json}"
NONE = "seccompProfile: {type: Unconfined}"
OLD = "seccomp.security.alpha.kubernetes.io/pod"

# Fields of the pod, of container a, of container b -> what becomes of the finding.
CASES = {
    "nobody asks": ("", "", "", ["unsafe"]),
    "the pod asks": (DEFAULT, "", "", []),
    "the pod asks for a file": (LOCAL, "", "", []),
    "every container asks": ("", DEFAULT, LOCAL, []),
    "one container does not": ("", DEFAULT, "", ["unsafe"]),
    "empty is another rule's": ("seccompProfile: {}", "", "", []),
    "null": ("seccompProfile: null", "", "", ["unsafe"]),
    "the pod asks for none, which is another rule's": (NONE, "", "", []),
    "the pod asks for none, the containers for one": (NONE, DEFAULT, DEFAULT, []),
    "a container that asks for none is another rule's": ("", NONE, DEFAULT, []),
    "text that is replaced later": ("seccompProfile: {type: '${PROFILE}'}", "", "", []),
    "text in the place of a map": ("seccompProfile: '${PROFILE}'", "", "", []),
}


@pytest.mark.parametrize(("of_pod", "of_a", "of_b", "wanted"), CASES.values(), ids=CASES)
def test_who_asks_for_a_profile(of_pod: str, of_a: str, of_b: str, wanted: list[str]) -> None:
    text = pod(
        f"{{securityContext: {{{of_pod}}}, containers: ["
        f"{{name: a, image: 'i:1', securityContext: {{{of_a}}}}}, "
        f"{{name: b, image: 'i:1', securityContext: {{{of_b}}}}}]}}"
    )
    assert codes(rule, text) == wanted


def test_one_edit_on_the_pod_covers_init_containers() -> None:
    text = pod("{initContainers: [{name: i, image: 'i:1'}], containers: [{name: a, image: 'i:1'}]}")
    assert messages(rule, text) == ['no seccomp profile limits the kernel calls of containers "i" and "a"']
    assert operations(rule, text) == [
        {"op": "add", "path": "/spec/securityContext", "value": {"seccompProfile": {"type": "RuntimeDefault"}}}
    ]


@pytest.mark.parametrize(
    ("version", "value", "wanted"),
    [
        ((1, 37), "runtime/default", ["unsafe"]),
        ((1, 27), "runtime/default", ["unsafe"]),
        ((1, 26), "runtime/default", []),
        ((1, 26), "localhost/web.json", []),
        ((1, 25), "docker/default", []),
        ((1, 26), "unconfined", []),  # Another rule's business.
        ((1, 26), "odd", ["seccomp-annotation"]),
        ((1, 18), "odd", ["needs-newer-version"]),
        ((1, 27), "localhost/web.json", ["seccomp-annotation"]),
        ((1, 27), "unconfined", ["unsafe"]),
    ],
)
def test_annotations_protect_nobody_since_1_27(version: tuple[int, int], value: str, wanted: list[str]) -> None:
    text = pod("{containers: [{name: a, image: 'i:1'}]}", f"{{name: web, annotations: {{{OLD}: {value}}}}}")
    assert codes(rule, text, version=version) == wanted


@pytest.mark.parametrize(
    ("version", "value", "wanted"),
    [
        ((1, 25), "runtime/default", []),
        ((1, 26), "localhost/web.json", []),
        ((1, 26), "unconfined", []),  # Another rule's business.
        ((1, 26), "odd", ["seccomp-annotation"]),
        ((1, 27), "runtime/default", ["unsafe"]),
        ((1, 37), "unconfined", ["unsafe"]),
    ],
)
def test_an_annotation_of_a_container_becomes_its_field_until_1_26(
    version: tuple[int, int], value: str, wanted: list[str]
) -> None:
    name = "container.seccomp.security.alpha.kubernetes.io/a"
    text = pod("{containers: [{name: a, image: 'i:1'}]}", f"{{name: web, annotations: {{{name}: {value}}}}}")
    assert codes(rule, text, version=version) == wanted


def test_an_annotation_of_one_container_leaves_the_others_without_a_profile() -> None:
    name = "container.seccomp.security.alpha.kubernetes.io/a"
    text = pod(
        "{containers: [{name: a, image: 'i:1'}, {name: b, image: 'i:1'}]}",
        f"{{name: web, annotations: {{{name}: runtime/default}}}}",
    )
    assert messages(rule, text, version=(1, 26)) == ['no seccomp profile limits the kernel calls of container "b"']
    assert codes(rule, text, version=(1, 26)) == ["seccomp-annotation"]


def test_windows() -> None:
    assert codes(rule, pod("{os: {name: windows}, containers: [{name: a, image: 'i:1'}]}")) == []
    text = pod("{nodeSelector: {kubernetes.io/os: windows}, containers: [{name: a, image: 'i:1'}]}")
    assert codes(rule, text) == ["windows"]


def test_a_text_in_the_place_of_a_context_is_not_judged() -> None:
    assert messages(rule, containers("securityContext: '${CONTEXT}'")) == []
