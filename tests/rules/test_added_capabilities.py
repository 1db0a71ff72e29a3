"""Added capabilities: every name is reported by exactly one rule, and admission's verdict is kept."""

from __future__ import annotations

import pytest
from harness import codes, containers, findings, operations, pod

from rules.model import Severity
from rules.registry import all_rules
from rules.workloads import capabilities
from rules.workloads.capability_added_beyond_net_bind_service import capability_added_beyond_net_bind_service
from rules.workloads.capability_beyond_baseline_added import capability_beyond_baseline_added
from rules.workloads.capability_dangerous_added import capability_dangerous_added
from rules.workloads.capability_net_admin_added import capability_net_admin_added
from rules.workloads.capability_sys_admin_added import capability_sys_admin_added

RULES = [rule for rule in all_rules() if rule.id.startswith("capability-")]


def owners(text: str, **settings: object) -> list[str]:
    return [rule.id.removeprefix("capability-") for rule in RULES for _ in findings(rule, text, **settings)]


def adding(names: str, more: str = "") -> str:
    return containers(f"securityContext: {{capabilities: {{add: {names}}}{more}}}")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ALL", "all-added"),
        ("all", "all-added"),
        ("CAP_ALL", "all-added"),
        ("SYS_ADMIN", "sys-admin-added"),
        ("CAP_SYS_ADMIN", "sys-admin-added"),
        ("cap_sys_admin", "sys-admin-added"),
        ("SYS_MODULE", "sys-module-added"),
        ("NET_ADMIN", "net-admin-added"),
        ("NET_RAW", "net-raw-added"),
        ("net_raw", "net-raw-added"),
        ("SYS_PTRACE", "dangerous-added"),
        ("BPF", "dangerous-added"),
        ("SYSLOG", "dangerous-added"),
        ("SYS_NICE", "beyond-baseline-added"),
        ("SYS_CHROOTS", "beyond-baseline-added"),
        ("chown", "beyond-baseline-added"),
        ("CAP_CHOWN", "beyond-baseline-added"),
        ("CAP_NET_BIND_SERVICE", "beyond-baseline-added"),
        ("net_bind_service", "beyond-baseline-added"),
        ("''", "beyond-baseline-added"),
        ("CHOWN", "added-beyond-net-bind-service"),
        ("MKNOD", "added-beyond-net-bind-service"),
        ("SYS_CHROOT", "added-beyond-net-bind-service"),
    ],
)
def test_every_name_is_reported_by_exactly_one_rule(name: str, wanted: str) -> None:
    assert owners(adding(f"[NET_BIND_SERVICE, {name}]")) == [wanted]


@pytest.mark.parametrize("names", ["[NET_BIND_SERVICE]", "[]", "null", "'${ADD}'", "['${CAPABILITY}', 7, null]", "7"])
def test_nothing_else_is_reported(names: str) -> None:
    assert owners(adding(names)) == []


@pytest.mark.parametrize("version", [(1, 25), (1, 31), (1, 37)])
@pytest.mark.parametrize("name", sorted(capabilities.BASELINE))
def test_baseline_is_the_same_in_every_version(name: str, version: tuple[int, int]) -> None:
    found = owners(adding(f"[{name}]"), version=version)
    assert found == ([] if name == "NET_BIND_SERVICE" else ["added-beyond-net-bind-service"])


def test_trap_5_add_wins_over_drop_all() -> None:
    assert owners(containers("securityContext: {capabilities: {drop: [ALL], add: [ALL]}}")) == ["all-added"]


def test_trap_6_a_user_namespace_relaxes_nothing_about_capabilities() -> None:
    item = "{name: a, image: 'i:1', securityContext: {capabilities: {add: [SYS_ADMIN, CHOWN]}}}"
    assert len(owners(pod(f"{{hostUsers: false, containers: [{item}]}}"))) == 2


def test_trap_8_windows_exempts_from_restricted_but_not_from_baseline() -> None:
    item = "{name: a, image: 'i:1', securityContext: {capabilities: {add: [CHOWN, SYS_ADMIN]}}}"
    assert owners(pod(f"{{os: {{name: windows}}, containers: [{item}]}}")) == ["sys-admin-added"]
    selected = pod(f"{{nodeSelector: {{kubernetes.io/os: windows}}, containers: [{item}]}}")
    assert owners(selected) == ["added-beyond-net-bind-service", "sys-admin-added"]


def test_all_three_lists_of_containers_are_searched() -> None:
    item = "[{name: a, image: 'i:1', securityContext: {capabilities: {add: [SYS_ADMIN]}}}]"
    text = pod(f"{{initContainers: {item}, containers: {item}, ephemeralContainers: {item}}}")
    assert len(findings(capability_sys_admin_added, text)) == 3


@pytest.mark.parametrize(
    ("spec", "names", "rule", "wanted"),
    [
        ("hostNetwork: true, ", "NET_ADMIN", capability_net_admin_added, Severity.CRITICAL),
        ("", "NET_ADMIN", capability_net_admin_added, Severity.HIGH),
        ("hostPID: true, ", "SYS_PTRACE", capability_dangerous_added, Severity.CRITICAL),
        ("hostPID: true, ", "BPF", capability_dangerous_added, Severity.HIGH),
        (
            "securityContext: {seccompProfile: {type: Unconfined}}, ",
            "DAC_READ_SEARCH",
            capability_dangerous_added,
            Severity.CRITICAL,
        ),
        (
            "securityContext: {seccompProfile: {type: RuntimeDefault}}, ",
            "DAC_READ_SEARCH",
            capability_dangerous_added,
            Severity.HIGH,
        ),
    ],
)
def test_the_other_half_of_a_way_out_makes_it_critical(spec: str, names: str, rule: object, wanted: Severity) -> None:
    item = f"{{name: a, image: 'i:1', securityContext: {{capabilities: {{add: [{names}]}}}}}}"
    ((finding, _),) = findings(rule, pod(f"{{{spec}containers: [{item}]}}"))  # type: ignore[arg-type]
    assert finding.severity == wanted


def test_several_names_of_one_rule_are_one_fix_and_others_stay() -> None:
    at = "/spec/containers/0/securityContext/capabilities/add"
    assert operations(capability_dangerous_added, adding("[BPF, CHOWN, SYSLOG, 7]")) == [
        {"op": "remove", "path": f"{at}/2"},
        {"op": "remove", "path": f"{at}/0"},
    ]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (adding("[BPF]"), "securityContext"),
        (adding("[BPF]", ", privileged: false"), "securityContext/capabilities"),
        (containers("securityContext: {capabilities: {add: [BPF], drop: []}}"), "securityContext/capabilities/add"),
    ],
)
def test_parents_that_would_be_empty_go_too(text: str, path: str) -> None:
    assert operations(capability_dangerous_added, text) == [{"op": "remove", "path": f"/spec/containers/0/{path}"}]


def test_another_spelling_of_an_allowed_name_is_for_a_person() -> None:
    assert codes(capability_beyond_baseline_added, adding("[CAP_CHOWN]")) == ["odd-capability-name"]


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("capabilities: {drop: [ALL], add: [CHOWN]}, runAsUser: 0", "root-uses-capabilities"),
        ("capabilities: {drop: [all], add: [CHOWN]}, runAsUser: 0", "root-uses-capabilities"),
        ("capabilities: {drop: [NET_RAW], add: [CHOWN]}, runAsUser: 0", "unsafe"),
        ("capabilities: {drop: [ALL], add: [CHOWN]}, runAsUser: 1000", "unsafe"),
        ("capabilities: {drop: [ALL], add: [CHOWN]}", "unsafe"),
    ],
)
def test_root_that_was_given_exactly_these_keeps_them(more: str, wanted: str) -> None:
    text = containers(f"securityContext: {{{more}}}")
    assert codes(capability_added_beyond_net_bind_service, text) == [wanted]
