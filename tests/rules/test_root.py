"""run-as-user-root and non-root-contradiction: every setter, what reaches whom, and fixes that travel together."""

from __future__ import annotations

import pytest
from harness import codes, findings, operations, places, pod

from rules.model import Severity
from rules.workloads.non_root_contradiction import non_root_contradiction
from rules.workloads.run_as_user_root import run_as_user_root


def of(of_pod: str, *contexts: str, more: str = "") -> str:
    items = [
        f"{{name: {name}, image: 'i:1', securityContext: {{{own}}}}}"
        for name, own in zip("abc", contexts, strict=False)
    ]
    return pod(f"{{{more}securityContext: {{{of_pod}}}, containers: [{', '.join(items)}]}}")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (of("runAsUser: 0", ""), [("/spec/securityContext/runAsUser", Severity.HIGH)]),
        (of("runAsUser: 0", "runAsUser: 1"), [("/spec/securityContext/runAsUser", Severity.LOW)]),
        (of("runAsUser: 0", "runAsUser: 1", ""), [("/spec/securityContext/runAsUser", Severity.HIGH)]),
        (
            of("runAsUser: 0", "runAsUser: 0"),
            [
                ("/spec/securityContext/runAsUser", Severity.LOW),
                ("/spec/containers/0/securityContext/runAsUser", Severity.HIGH),
            ],
        ),
        (of("runAsUser: 1", ""), []),
        (of("", "runAsUser: 1"), []),
        (of("", ""), []),
    ],
)
def test_trap_2_every_setter_is_flagged_and_severity_follows_the_effective_value(
    text: str, wanted: list[tuple[str, Severity]]
) -> None:
    severities = [finding.severity for finding, _ in findings(run_as_user_root, text)]
    assert list(zip(places(run_as_user_root, text), severities, strict=True)) == wanted


@pytest.mark.parametrize(("value", "found"), [("0", 1), ("0x0", 1), ("00", 1), ("-0", 1), ("'0'", 0), ("no", 0)])
def test_numbers_are_read_as_kubernetes_reads_them(value: str, found: int) -> None:
    assert len(findings(run_as_user_root, of("", f"runAsUser: {value}"))) == found


@pytest.mark.parametrize(
    ("version", "users", "wanted"),
    [
        ((1, 37), "false", []),
        ((1, 35), "false", []),
        ((1, 34), "false", [Severity.LOW]),
        ((1, 35), "true", [Severity.HIGH]),
        ((1, 35), "'false'", [Severity.HIGH]),
    ],
)
def test_trap_6_user_namespaces_relax_root_from_1_35(
    version: tuple[int, int], users: str, wanted: list[Severity]
) -> None:
    text = of("", "runAsUser: 0", more=f"hostUsers: {users}, ")
    assert [finding.severity for finding, _ in findings(run_as_user_root, text, version=version)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (of("", "runAsUser: 0"), ["no-other-user"]),
        (of("runAsUser: 0", ""), ["no-other-user"]),
        (of("runAsUser: 0", "runAsUser: 0"), ["unsafe", "no-other-user"]),
        (of("runAsUser: 1", "runAsUser: 0"), ["unsafe"]),
        (of("runAsUser: 0", "runAsUser: 1"), ["unsafe"]),
        (of("runAsUser: '${USER}'", "runAsUser: 0"), ["no-other-user"]),
    ],
)
def test_no_user_is_made_up(text: str, wanted: list[str]) -> None:
    assert codes(run_as_user_root, text) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (of("runAsUser: 1", "runAsUser: 0", ""), True),
        (of("runAsUser: 1", "runAsUser: 0, runAsNonRoot: false", ""), False),
        (of("runAsUser: 1, runAsNonRoot: false", "runAsUser: 0", ""), False),
        (of("runAsUser: 1, runAsNonRoot: true", "runAsUser: 0", ""), False),
    ],
)
def test_the_last_root_that_goes_lets_the_pod_say_so(text: str, said: bool) -> None:
    made = operations(run_as_user_root, text)
    assert [operation["path"] for operation in made if operation["op"] == "add"] == (
        ["/spec/securityContext/runAsNonRoot"] if said else []
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (of("runAsNonRoot: true, runAsUser: 0", "", "runAsUser: 1"), ["/spec/securityContext/runAsUser"]),
        (of("runAsNonRoot: true", "runAsUser: 0"), ["/spec/containers/0/securityContext/runAsUser"]),
        (of("runAsUser: 0", "runAsNonRoot: true"), ["/spec/securityContext/runAsUser"]),
        (of("runAsNonRoot: true, runAsUser: 0", "runAsNonRoot: false"), []),
        (of("runAsNonRoot: true, runAsUser: 0", "runAsUser: 1"), []),
        (of("runAsNonRoot: true, runAsUser: 0", "", more="os: {name: windows}, "), []),
    ],
)
def test_trap_3_non_root_with_user_0_never_starts(text: str, wanted: list[str]) -> None:
    assert places(non_root_contradiction, text) == wanted
