"""Seccomp, AppArmor, SELinux, /proc and sysctls: the verdicts of Pod Security admission, setter by setter."""

from __future__ import annotations

import pytest
from harness import codes, containers, findings, operations, places, pod

from rules.model import Severity
from rules.workloads import sysctls
from rules.workloads.apparmor_unconfined import apparmor_unconfined
from rules.workloads.proc_mount_unmasked import proc_mount_unmasked
from rules.workloads.proc_mount_unmasked_in_user_namespace import proc_mount_unmasked_in_user_namespace
from rules.workloads.seccomp_profile_missing import seccomp_profile_missing
from rules.workloads.seccomp_unconfined import seccomp_unconfined
from rules.workloads.selinux_options_custom import selinux_options_custom
from rules.workloads.unsafe_sysctl import unsafe_sysctl

APPARMOR = "container.apparmor.security.beta.kubernetes.io/a"
SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"


def of(of_pod: str, *contexts: str, more: str = "", metadata: str = "{name: web}") -> str:
    items = [
        f"{{name: {name}, image: 'i:1', securityContext: {{{own}}}}}"
        for name, own in zip("abc", contexts, strict=False)
    ]
    return pod(f"{{{more}securityContext: {{{of_pod}}}, containers: [{', '.join(items)}]}}", metadata)


FIELDS = [
    (seccomp_unconfined, "seccompProfile: {type: Unconfined}", "seccompProfile: {type: RuntimeDefault}", "/type"),
    (apparmor_unconfined, "appArmorProfile: {type: Unconfined}", "appArmorProfile: {type: RuntimeDefault}", ""),
    (selinux_options_custom, "seLinuxOptions: {type: super_t}", "seLinuxOptions: {type: container_t}", ""),
]


@pytest.mark.parametrize(("rule", "bad", "good", "end"), FIELDS, ids=lambda part: getattr(part, "id", ""))
def test_trap_2_every_setter_is_flagged_and_severity_follows_the_effective_value(
    rule: object, bad: str, good: str, end: str
) -> None:
    field = bad.partition(":")[0]
    at_pod, at_a = f"/spec/securityContext/{field}{end}", f"/spec/containers/0/securityContext/{field}{end}"

    def found(text: str) -> list[tuple[str, Severity]]:
        severities = [finding.severity for finding, _ in findings(rule, text)]  # type: ignore[arg-type]
        return list(zip(places(rule, text), severities, strict=True))  # type: ignore[arg-type]

    assert found(of(bad, "")) == [(at_pod, Severity.HIGH)]
    assert found(of(bad, good, "")) == [(at_pod, Severity.HIGH)]
    assert found(of(bad, good)) == [(at_pod, Severity.LOW)]
    assert found(of(good, bad)) == [(at_a, Severity.HIGH)]
    assert found(of(bad, bad)) == [(at_pod, Severity.LOW), (at_a, Severity.HIGH)]
    assert found(of(good, "")) == []
    windows = of(bad, "", more="os: {name: windows}, ")
    assert [place for place, _ in found(windows)] == [at_pod], "profile baseline exempts no Windows pod"


@pytest.mark.parametrize(
    ("profile", "wanted"),
    [
        ("{type: RuntimeDefault}", 0),
        ("{type: Localhost, localhostProfile: a.json}", 0),
        ("null", 0),
        ("'${PROFILE}'", 0),
        ("{type: '${PROFILE}'}", 0),
        ("{type: 7}", 0),
        ("{}", 1),
        ("{type: null}", 1),
        ("{type: ''}", 1),
        ("{type: unconfined}", 1),
        ("{type: runtimeDefault}", 1),
    ],
)
@pytest.mark.parametrize(
    ("rule", "field"), [(seccomp_unconfined, "seccompProfile"), (apparmor_unconfined, "appArmorProfile")]
)
def test_only_two_types_are_protection(rule: object, field: str, profile: str, wanted: int) -> None:
    assert len(findings(rule, containers(f"securityContext: {{{field}: {profile}}}"))) == wanted  # type: ignore[arg-type]


def test_seccomp_that_is_off_and_seccomp_that_is_missing_are_two_facts_of_two_rules() -> None:
    assert codes(seccomp_profile_missing, of("seccompProfile: {type: Unconfined}", "")) == []
    assert codes(seccomp_profile_missing, of("", "seccompProfile: {type: Unconfined}")) == []
    assert codes(seccomp_profile_missing, of("", "seccompProfile: {type: Unconfined}", "")) == ["unsafe"]


def test_trap_11_seccomp_annotations_are_read_until_1_26_and_must_agree_with_the_field() -> None:
    text = of(
        "seccompProfile: {type: Unconfined}", "", metadata=f"{{name: web, annotations: {{{SECCOMP}: unconfined}}}}"
    )
    assert codes(seccomp_unconfined, text, version=(1, 26)) == ["seccomp-annotation"]
    assert codes(seccomp_unconfined, text, version=(1, 27)) == ["unsafe"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("unconfined", 1),
        ("RuntimeDefault", 1),
        ("localhost", 1),
        ("runtime/default", 0),
        ("localhost/own", 0),
        ("localhost/", 0),
        ("''", 0),
        ("null", 0),
        ("'${PROFILE}'", 0),
    ],
)
def test_apparmor_annotations_count_on_the_pod_only(value: str, wanted: int) -> None:
    annotations = f"{{name: web, annotations: {{{APPARMOR}: {value}}}}}"
    text = pod("{containers: [{name: a, image: 'i:1'}]}", annotations)
    assert len(findings(apparmor_unconfined, text)) == wanted
    spec = "{template: {spec: {containers: [{image: a}]}}}"
    outer = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {annotations}\nspec: {spec}\n"
    assert findings(apparmor_unconfined, outer) == []


def test_trap_11_apparmor_is_removed_and_never_made_explicit() -> None:
    assert operations(apparmor_unconfined, of("appArmorProfile: {type: Unconfined}, fsGroup: 1", "")) == [
        {"op": "remove", "path": "/spec/securityContext/appArmorProfile"}
    ]


@pytest.mark.parametrize(
    ("options", "version", "wanted"),
    [
        ("{level: 's0:c1'}", (1, 37), 0),
        ("{}", (1, 37), 0),
        ("{type: ''}", (1, 37), 0),
        ("{type: container_t}", (1, 25), 0),
        ("{type: container_init_t}", (1, 25), 0),
        ("{type: container_kvm_t}", (1, 25), 0),
        ("{type: container_engine_t}", (1, 30), 1),
        ("{type: container_engine_t}", (1, 31), 0),
        ("{type: Container_t}", (1, 37), 1),
        ("{user: u}", (1, 37), 1),
        ("{role: r}", (1, 37), 1),
        ("{user: '', role: null}", (1, 37), 0),
        ("'${OPTIONS}'", (1, 37), 0),
    ],
)
def test_trap_7_selinux_types_by_version(options: str, version: tuple[int, int], wanted: int) -> None:
    assert len(findings(selinux_options_custom, of(f"seLinuxOptions: {options}", ""), version=version)) == wanted


def test_a_type_without_limits_is_critical_where_it_applies() -> None:
    ((finding, _),) = findings(selinux_options_custom, of("seLinuxOptions: {type: spc_t}", ""))
    assert finding.severity == Severity.CRITICAL
    ((finding, _),) = findings(
        selinux_options_custom, of("seLinuxOptions: {type: spc_t}", "seLinuxOptions: {level: s0}")
    )
    assert finding.severity == Severity.LOW


@pytest.mark.parametrize(
    ("users", "version", "baseline", "restricted"),
    [
        ("", (1, 34), 1, 0),
        ("", (1, 35), 1, 0),
        ("hostUsers: true, ", (1, 35), 1, 0),
        ("hostUsers: false, ", (1, 34), 1, 0),
        ("hostUsers: false, ", (1, 35), 0, 1),
        ("hostUsers: false, ", (1, 37), 0, 1),
    ],
)
def test_trap_6_user_namespaces_move_proc_mount_to_the_profile_restricted(
    users: str, version: tuple[int, int], baseline: int, restricted: int
) -> None:
    text = of("", "procMount: Unmasked", more=users)
    assert len(findings(proc_mount_unmasked, text, version=version)) == baseline
    assert len(findings(proc_mount_unmasked_in_user_namespace, text, version=version)) == restricted


@pytest.mark.parametrize(("value", "wanted"), [("Default", 0), ("null", 0), ("default", 1), ("''", 1), ("'${P}'", 0)])
def test_only_default_is_the_default_of_proc(value: str, wanted: int) -> None:
    assert len(findings(proc_mount_unmasked, of("", f"procMount: {value}"))) == wanted


@pytest.mark.parametrize(
    ("name", "since"),
    [
        ("kernel.shm_rmid_forced", (1, 25)),
        ("net.ipv4.ip_local_port_range", (1, 25)),
        ("net.ipv4.tcp_syncookies", (1, 25)),
        ("net.ipv4.ping_group_range", (1, 25)),
        ("net.ipv4.ip_unprivileged_port_start", (1, 25)),
        ("net.ipv4.ip_local_reserved_ports", (1, 27)),
        ("net.ipv4.tcp_keepalive_time", (1, 29)),
        ("net.ipv4.tcp_fin_timeout", (1, 29)),
        ("net.ipv4.tcp_keepalive_intvl", (1, 29)),
        ("net.ipv4.tcp_keepalive_probes", (1, 29)),
        ("net.ipv4.tcp_rmem", (1, 32)),
        ("net.ipv4.tcp_wmem", (1, 32)),
        ("net.ipv4.tcp_slow_start_after_idle", (1, 37)),
        ("net.ipv4.tcp_notsent_lowat", (1, 37)),
        ("net.core.somaxconn", None),
        ("kernel.msgmax", None),
        ("net.ipv4.TCP_rmem", None),
        ("net/ipv4/tcp_syncookies", None),
        ("''", None),
    ],
)
def test_trap_7_sysctls_by_version(name: str, since: tuple[int, int] | None) -> None:
    for minor in range(25, 38):
        found = findings(unsafe_sysctl, of(f"sysctls: [{{name: {name}, value: '1'}}]", ""), version=(1, minor))
        assert bool(found) is (since is None or (1, minor) < since), minor


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("net/ipv4/tcp_rmem", "net.ipv4.tcp_rmem"),
        ("net.ipv4.tcp_rmem", "net.ipv4.tcp_rmem"),
        ("net/ipv4/conf/eth0.1/rp_filter", "net.ipv4.conf.eth0/1.rp_filter"),
        ("net.ipv4.conf.eth0/1.rp_filter", "net.ipv4.conf.eth0/1.rp_filter"),
    ],
)
def test_slashes_mean_dots(name: str, wanted: str) -> None:
    assert sysctls.dotted(name) == wanted


@pytest.mark.parametrize("given", ["'${SYSCTLS}'", "[7, null, '${X}']", "[{name: 7}]", "{name: kernel.msgmax}", "null"])
def test_odd_sysctls_are_not_judged(given: str) -> None:
    assert findings(unsafe_sysctl, of(f"sysctls: {given}", "")) == []
