"""privileged-container, allow-privilege-escalation, capabilities-not-dropped-all: what they must not get wrong."""

from __future__ import annotations

import pytest
from harness import codes, containers, findings, fix, messages, operations, patched, places, pod

from rules.workloads.allow_privilege_escalation import allow_privilege_escalation
from rules.workloads.capabilities_not_dropped_all import capabilities_not_dropped_all
from rules.workloads.privileged_container import privileged_container


@pytest.mark.parametrize("word", ["true", "yes", "On", "y", "TRUE"])
def test_yes_means_true_as_it_does_to_kubernetes(word: str) -> None:
    assert messages(privileged_container, containers(f"securityContext: {{privileged: {word}}}")) == [
        'container "a" is privileged'
    ]


@pytest.mark.parametrize("word", ["false", "no", "'true'", '"yes"', "1", "null", "'${DEBUG}'", "[true]"])
def test_only_true_is_privileged(word: str) -> None:
    assert messages(privileged_container, containers(f"securityContext: {{privileged: {word}}}")) == []


def test_all_three_lists_of_containers_are_searched() -> None:
    item = "[{name: a, image: 'i:1', securityContext: {privileged: true}}]"
    text = pod(f"{{initContainers: {item}, containers: {item}, ephemeralContainers: {item}}}")
    assert places(privileged_container, text) == [
        f"/spec/{name}/0/securityContext/privileged" for name in ("initContainers", "containers", "ephemeralContainers")
    ]


def test_a_key_at_pod_level_makes_nobody_privileged() -> None:
    text = pod("{securityContext: {privileged: true}, containers: [{name: a, image: 'i:1'}]}")
    assert messages(privileged_container, text) == []


def test_privilege_escalation_beside_privileged_is_left_alone() -> None:
    text = containers("securityContext: {privileged: true, allowPrivilegeEscalation: true}")
    assert [made["path"] for made in operations(privileged_container, text)] == [
        "/spec/containers/0/securityContext/privileged"
    ]


def test_mounts_in_both_directions_need_a_privileged_container() -> None:
    mount = "volumeMounts: [{name: v, mountPath: /v, mountPropagation: Bidirectional}]"
    assert codes(privileged_container, containers(f"securityContext: {{privileged: true}}, {mount}")) == [
        "needs-privileged"
    ]


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ("", ["unsafe"]),
        ("securityContext: null", ["unsafe"]),
        ("securityContext: {}", ["unsafe"]),
        ("securityContext: {allowPrivilegeEscalation: null}", ["unsafe"]),
        ("securityContext: {allowPrivilegeEscalation: yes}", ["unsafe"]),
        ("securityContext: {allowPrivilegeEscalation: false}", []),
        ("securityContext: {allowPrivilegeEscalation: off}", []),
        ("securityContext: {allowPrivilegeEscalation: '${ESCALATE}'}", []),
        ("securityContext: '${CONTEXT}'", []),
        ("securityContext: {privileged: true}", ["privileged-stays"]),
        ("securityContext: {privileged: false}", ["unsafe"]),
        ("securityContext: {capabilities: {add: [SYS_ADMIN]}}", ["sys-admin-stays"]),
        ("securityContext: {capabilities: {add: [NET_ADMIN, CAP_SYS_ADMIN]}}", ["sys-admin-stays"]),
        ("securityContext: {capabilities: {add: [ALL]}}", ["sys-admin-stays"]),
        ("securityContext: {capabilities: {add: [all]}}", ["sys-admin-stays"]),
        ("securityContext: {capabilities: {add: [NET_ADMIN, null, 7]}}", ["unsafe"]),
        ("securityContext: {capabilities: {drop: [SYS_ADMIN]}}", ["unsafe"]),
    ],
)
def test_forbidding_escalation_beside_privilege_is_refused(fields: str, wanted: list[str]) -> None:
    assert codes(allow_privilege_escalation, containers(fields)) == wanted


def test_escalation_can_be_forbidden_once_the_container_is_unprivileged() -> None:
    text = containers("securityContext: {privileged: true}")
    ((finding, document),) = findings(privileged_container, text)
    (value,) = patched(text, fix(finding, document, text))
    spec = value["spec"]
    assert codes(allow_privilege_escalation, pod(str(spec).replace("False", "false"))) == ["unsafe"]


@pytest.mark.parametrize(
    ("drop", "wanted"),
    [
        ("[ALL]", []),
        ("[NET_RAW, ALL]", []),
        ("[]", ["unsafe"]),
        ("null", ["unsafe"]),
        ("[NET_RAW]", ["unsafe"]),
        ("[NET_RAW, null, 7]", ["unsafe"]),
        ("[all]", []),
        ("[All, NET_RAW]", []),
        ("[CAP_ALL]", ["unsafe"]),
        ("'${DROP}'", []),
        ("{ALL: true}", []),
    ],
)
def test_exactly_all_must_be_dropped(drop: str, wanted: list[str]) -> None:
    text = containers(f"securityContext: {{capabilities: {{drop: {drop}}}}}")
    assert codes(capabilities_not_dropped_all, text) == wanted


@pytest.mark.parametrize("context", ["", "securityContext: null", "securityContext: {capabilities: null}"])
def test_missing_parents_are_made_with_the_list(context: str) -> None:
    text = containers(context)
    ((finding, document),) = findings(capabilities_not_dropped_all, text)
    (value,) = patched(text, fix(finding, document, text))
    assert value["spec"]["containers"][0]["securityContext"] == {"capabilities": {"drop": ["ALL"]}}


def test_added_capabilities_stay() -> None:
    text = containers("securityContext: {capabilities: {add: [NET_BIND_SERVICE], drop: [NET_RAW]}}")
    assert operations(capabilities_not_dropped_all, text) == [
        {"op": "replace", "path": "/spec/containers/0/securityContext/capabilities/drop", "value": ["ALL"]}
    ]


def test_capabilities_are_not_inherited_from_the_pod() -> None:
    text = pod("{securityContext: {capabilities: {drop: [ALL]}}, containers: [{name: a, image: 'i:1'}]}")
    assert messages(capabilities_not_dropped_all, text) == ['container "a" drops no capabilities']


@pytest.mark.parametrize("rule", [allow_privilege_escalation, capabilities_not_dropped_all], ids=lambda rule: rule.id)
def test_pods_that_declare_windows_are_exempt(rule: object) -> None:
    text = pod("{os: {name: windows}, containers: [{name: a, image: 'i:1'}]}")
    assert messages(rule, text) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", [allow_privilege_escalation, capabilities_not_dropped_all], ids=lambda rule: rule.id)
@pytest.mark.parametrize("label", ["kubernetes.io/os", "beta.kubernetes.io/os"])
def test_linux_fields_are_never_written_to_pods_selected_for_windows(rule: object, label: str) -> None:
    text = pod(f"{{nodeSelector: {{{label}: windows}}, containers: [{{name: a, image: 'i:1'}}]}}")
    assert codes(rule, text) == ["windows"]  # type: ignore[arg-type]


def test_absence_means_nothing_in_a_part_of_an_object() -> None:
    text = pod("{containers: [{name: a, env: []}]}")
    assert messages(allow_privilege_escalation, text) == []
    assert messages(capabilities_not_dropped_all, text) == []
