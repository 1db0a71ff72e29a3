"""container-only-field-at-pod-level and security-field-typo: lines that protect nobody."""

from __future__ import annotations

import pytest
from harness import codes, containers, findings, operations, places, pod

from rules.model import Severity
from rules.workloads.container_only_field_at_pod_level import container_only_field_at_pod_level
from rules.workloads.security_field_typo import security_field_typo
from rules.workloads.security_fields import CONTAINER, POD, Effect, effect, meant


def of(of_pod: str, *contexts: str, more: str = "") -> str:
    items = [
        f"{{name: {name}, image: 'i:1', securityContext: {{{own}}}}}"
        for name, own in zip("abc", contexts, strict=False)
    ]
    return pod(f"{{{more}securityContext: {{{of_pod}}}, containers: [{', '.join(items)}]}}")


@pytest.mark.parametrize(
    ("line", "severity", "wanted"),
    [
        ("allowPrivilegeEscalation: false", Severity.HIGH, "unsafe"),
        ("allowPrivilegeEscalation: true", Severity.LOW, "safe"),
        ("readOnlyRootFilesystem: true", Severity.HIGH, "unsafe"),
        ("readOnlyRootFilesystem: false", Severity.LOW, "safe"),
        ("privileged: false", Severity.LOW, "safe"),
        ("privileged: true", Severity.LOW, "safe"),
        ("procMount: Default", Severity.LOW, "safe"),
        ("procMount: Unmasked", Severity.LOW, "safe"),
        ("capabilities: {drop: [ALL]}", Severity.HIGH, "unsafe"),
        ("capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}", Severity.HIGH, "unsafe"),
        ("capabilities: {drop: [ALL], add: [CHOWN]}", Severity.LOW, "would-weaken"),
        ("capabilities: {}", Severity.LOW, "safe"),
        ("capabilities: {drop: '${DROP}'}", Severity.HIGH, "unclear"),
        ("readOnlyRootFilesystem: '${RO}'", Severity.HIGH, "unclear"),
    ],
)
def test_trap_1_container_fields_are_void_at_pod_level(line: str, severity: Severity, wanted: str) -> None:
    text = of(line, "")
    ((finding, _),) = findings(container_only_field_at_pod_level, text)
    assert finding.severity == severity
    assert codes(container_only_field_at_pod_level, text) == [wanted]


@pytest.mark.parametrize("line", ["runAsNonRoot: true", "fsGroup: 1", "privileged: null", "x: true"])
def test_other_fields_at_pod_level_are_no_finding(line: str) -> None:
    assert findings(container_only_field_at_pod_level, of(line, "")) == []


def test_only_the_dead_line_goes_where_every_container_says_it() -> None:
    text = of("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", "allowPrivilegeEscalation: false")
    assert codes(container_only_field_at_pod_level, text) == ["safe"]
    assert operations(container_only_field_at_pod_level, text) == [{"op": "remove", "path": "/spec/securityContext"}]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (of("allowPrivilegeEscalation: false", "privileged: true"), "privileged-stays"),
        (of("allowPrivilegeEscalation: false", "capabilities: {add: [SYS_ADMIN]}"), "sys-admin-stays"),
        (of("allowPrivilegeEscalation: false", "", more="nodeSelector: {kubernetes.io/os: windows}, "), "windows"),
        (of("allowPrivilegeEscalation: true", "", more="os: {name: windows}, "), "safe"),
        (pod("{securityContext: {allowPrivilegeEscalation: false}}"), "part-of-an-object"),
    ],
)
def test_trap_4_what_moves_must_be_valid_where_it_lands(text: str, wanted: str) -> None:
    assert codes(container_only_field_at_pod_level, text) == [wanted]


def test_every_securitycontext_around_the_pod_is_searched() -> None:
    text = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  securityContext: {privileged: false}
  jobTemplate:
    spec:
      securityContext: {privileged: false}
      template:
        spec:
          securityContext: {privileged: false}
          containers: [{name: a, image: 'a:1', securityContext: {privileged: false}}]
"""
    assert places(container_only_field_at_pod_level, text) == [
        "/spec/jobTemplate/spec/template/spec/securityContext/privileged",
        "/spec/securityContext/privileged",
        "/spec/jobTemplate/spec/securityContext/privileged",
    ]


def test_custom_resources_may_have_such_a_field_beside_their_pod() -> None:
    text = """
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  securityContext: {privileged: false}
  template:
    spec:
      securityContext: {privileged: false}
      containers: [{name: a, image: 'a:1'}]
"""
    assert places(container_only_field_at_pod_level, text) == ["/spec/template/spec/securityContext/privileged"]


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("readOnlyRootFileSystem", "readOnlyRootFilesystem"),
        ("readonlyRootFilesystem", "readOnlyRootFilesystem"),
        ("runAsNonroot", "runAsNonRoot"),
        ("runAsNoRoot", "runAsNonRoot"),
        ("run_as_non_root", "runAsNonRoot"),
        ("allowPriviledgeEscalation", "allowPrivilegeEscalation"),
        ("allowPrivilegedEscalation", "allowPrivilegeEscalation"),
        ("allowPrivilegeEsclation", "allowPrivilegeEscalation"),
        ("seccompProfiles", "seccompProfile"),
        ("seccomProfile", "seccompProfile"),
        ("appArmourProfile", "appArmorProfile"),
        ("capabilites", "capabilities"),
        ("capabilities ", "capabilities"),
        ("priviledged", "privileged"),
        ("runAsUsr", "runAsUser"),
        ("fsgroup", "fsGroup"),
        ("fsGroups", "fsGroup"),
        ("sysctl", "sysctls"),
        ("supplementalGroup", "supplementalGroups"),
        ("supplementalGroupPolicy", "supplementalGroupsPolicy"),
        ("SELinuxOptions", "seLinuxOptions"),
        ("procmount", "procMount"),
        # Another word, perhaps the opposite one.
        ("runAsRoot", None),
        ("unprivileged", None),
        ("notReadOnlyRootFilesystem", None),
        ("disallowPrivilegeEscalation", None),
        ("runAs", None),
        ("user", None),
        ("", None),
        ("x-comment", None),
        ("runAsUserName", None),
    ],
)
def test_which_field_is_meant(key: str, wanted: str | None) -> None:
    assert meant(key) == wanted


@pytest.mark.parametrize("field", sorted(CONTAINER | POD))
def test_no_field_is_taken_for_another(field: str) -> None:
    assert meant(field) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (containers("securityContext: {runAsNonroot: true}"), "unsafe"),
        (containers("securityContext: {runAsNonroot: false}"), "would-weaken"),
        (containers("securityContext: {runAsNonroot: 'true'}"), "unclear"),
        (containers("securityContext: {runAsNonroot: true, runAsUser: 0}"), "runs-as-root"),
        (of("runAsNonroot: true", "runAsUser: 0"), "runs-as-root"),
        (of("runAsNonroot: true", "runAsUser: 0, runAsNonRoot: false"), "unsafe"),
        (containers("securityContext: {priviledged: true}"), "would-weaken"),
        (containers("securityContext: {priviledged: false}"), "unsafe"),
        (containers("securityContext: {runAsuser: 0}"), "would-weaken"),
        (containers("securityContext: {seccompProfiles: {type: Unconfined}}"), "would-weaken"),
        (containers("securityContext: {allowPriviledgeEscalation: false, privileged: true}"), "privileged-stays"),
        (containers("securityContext: {runAsgroup: 5}"), "group-without-user"),
        (containers("securityContext: {runAsgroup: 5, runAsUser: 5}"), "unsafe"),
        (containers("securityContext: {runAsgroup: 5, runAsGroup: 5}"), "unsafe"),
        (containers("securityContext: {runAsgroup: 5, runAsGroup: 6}"), "names-disagree"),
        (containers("securityContext: {fsgroup: 5}"), "wrong-level"),
        (of("readonlyRootFilesystem: true", ""), "wrong-level"),
        (of("", "procmount: Default", more="nodeSelector: {kubernetes.io/os: windows}, "), "windows"),
    ],
)
def test_a_rename_must_not_weaken_nor_break(text: str, wanted: str) -> None:
    assert codes(security_field_typo, text) == [wanted]


def test_a_null_under_the_right_name_is_replaced() -> None:
    text = containers("securityContext: {runAsNonRoot: null, runAsNonroot: true}")
    at = "/spec/containers/0/securityContext"
    assert operations(security_field_typo, text) == [
        {"op": "move", "path": f"{at}/runAsNonRoot", "from": f"{at}/runAsNonroot"}
    ]


@pytest.mark.parametrize(("value", "wanted"), [("true", Severity.LOW), ("false", Severity.LOW), ("x", Severity.HIGH)])
def test_a_misspelling_that_gives_no_rights_is_no_loss(value: str, wanted: Severity) -> None:
    ((finding, _),) = findings(security_field_typo, containers(f"securityContext: {{priviledged: {value}}}"))
    assert finding.severity == wanted


@pytest.mark.parametrize("value", [None, True, 1.5, "", "${X}", [], [7], {}, {"add": 7}, {"type": 7}, {"drop": [None]}])
@pytest.mark.parametrize("field", sorted(CONTAINER | POD))
def test_every_value_has_an_effect(field: str, value: object) -> None:
    assert isinstance(effect(field, value), Effect)
