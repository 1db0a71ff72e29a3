"""Groups, accounts, aliases and the rest of what a pod says about itself: the traps, as tables."""

from __future__ import annotations

import pytest
from harness import codes, containers, findings, fix, messages, operations, places, pod

from rules.errors import Unfixable
from rules.registry import rule_by_id
from rules.workloads import capabilities, sysctls
from rules.workloads.capability_name_malformed import capability_name_malformed
from rules.workloads.host_aliases import host_aliases
from rules.workloads.host_users_conflict import host_users_conflict
from rules.workloads.linux_field_on_windows_pod import linux_field_on_windows_pod
from rules.workloads.pod_only_field_at_container_level import pod_only_field_at_container_level
from rules.workloads.run_as_group_without_user import run_as_group_without_user
from rules.workloads.run_as_user_root import run_as_user_root
from rules.workloads.share_process_namespace import share_process_namespace
from rules.workloads.ssh_port import ssh_port
from rules.workloads.sudo_in_command import sudo_in_command
from rules.workloads.windows_host_process import windows_host_process
from rules.workloads.windows_run_as_administrator import windows_run_as_administrator

ONE = "containers: [{name: a, image: 'i:1'}]"
WINDOWS = "os: {name: windows}, "
Version = tuple[int, int]


def severities(rule: str, text: str, **settings: Version) -> list[str]:
    found = rule_by_id(rule)
    assert found is not None
    return [str(finding.severity) for finding, _ in findings(found, text, **settings)]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("NET_RAW", []),
        ("net_raw", ["safe"]),
        ("CAP_NET_RAW", ["unsafe"]),
        ("cap_net_raw", ["unsafe"]),
        ("CAP_ALL", ["unsafe"]),
        ("CAP_NONSENSE", ["no-such-capability"]),
        ("all", []),
        ("", []),
        ("${NAME}", []),
        ("7", []),
    ],
)
def test_names_of_dropped_capabilities(name: str, wanted: list[str]) -> None:
    given = name if name == "7" else f"'{name}'"
    text = containers(f"securityContext: {{capabilities: {{drop: [{given}]}}}}")
    assert codes(capability_name_malformed, text) == wanted


def test_every_capability_that_a_rule_speaks_of_is_known() -> None:
    assert len(capabilities.KNOWN) == 41  # CAP_LAST_CAP is 40.
    assert set(capabilities._OWNERS) - {"ALL"} <= capabilities.KNOWN


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (f"securityContext: {{runAsGroup: 5}}, {ONE}", 1),
        (f"securityContext: {{runAsGroup: 0}}, {ONE}", 1),
        (f"securityContext: {{runAsGroup: 5, runAsUser: 5}}, {ONE}", 0),
        (f"securityContext: {{runAsGroup: '5'}}, {ONE}", 0),
        (f"nodeSelector: {{kubernetes.io/os: windows}}, securityContext: {{runAsGroup: 5}}, {ONE}", 0),
        # The kubelet takes the user from the image.
        ("containers: [{name: a, image: 'i:1', securityContext: {runAsGroup: 5}}]", 0),
        ("securityContext: {runAsGroup: 5}", 0),
    ],
)
def test_the_sandbox_needs_a_user_beside_a_group(spec: str, found: int) -> None:
    assert len(messages(run_as_group_without_user, pod(f"{{{spec}}}"))) == found


def test_a_fix_does_not_take_the_user_away_from_a_group() -> None:
    own = "containers: [{name: a, image: 'i:1', securityContext: {runAsUser: 5}}]"
    assert codes(run_as_user_root, pod(f"{{securityContext: {{runAsUser: 0, runAsGroup: 5}}, {own}}}")) == [
        "group-without-user"
    ]
    assert codes(run_as_user_root, pod(f"{{securityContext: {{runAsUser: 0}}, {own}}}")) == ["unsafe"]


@pytest.mark.parametrize(
    ("value", "second"),
    [
        ("1+kernel.core_pattern=|/x", "kernel.core_pattern"),
        ("1 + kernel/modprobe =/x", "kernel/modprobe"),
        ("1+kernel.core_pattern", None),
        ("a=b", None),
        ("+1", None),
        ("${A:=1}", None),
    ],
)
def test_values_that_set_a_second_setting(value: str, second: str | None) -> None:
    spec = {"securityContext": {"sysctls": [{"name": "n", "value": value}]}}
    assert [found for _, _, found in sysctls.smuggled(spec)] == ([second] if second else [])


@pytest.mark.parametrize(
    ("spec", "version", "wanted"),
    [
        ("hostPID: true", (1, 37), ["medium"]),
        ("hostIPC: true", (1, 25), ["medium"]),
        ("hostNetwork: true", (1, 34), ["medium"]),
        ("hostNetwork: true", (1, 35), ["low"]),
        ("hostNetwork: false", (1, 34), []),
        ("hostNetwork: true, hostPID: true", (1, 35), ["medium"]),
        ("os: {name: windows}, hostPID: true", (1, 37), []),
    ],
)
def test_trap_6_user_namespaces_beside_those_of_the_node(spec: str, version: Version, wanted: list[str]) -> None:
    assert severities("host-users-conflict", pod(f"{{hostUsers: false, {spec}, {ONE}}}"), version=version) == wanted


def test_all_that_conflicts_is_named() -> None:
    text = pod(f"{{hostUsers: false, hostPID: true, hostNetwork: true, {ONE}}}")
    assert messages(host_users_conflict, text, version=(1, 30)) == [
        "the pod wants users of its own beside the network of its node and the processes of its node; "
        "Kubernetes refuses that"
    ]


@pytest.mark.parametrize(
    ("context", "of_pod", "wanted"),
    [
        ("fsGroup: 5", "", ["unsafe"]),
        ("fsGroup: 5", "fsGroup: 6", ["safe"]),
        ("fsGroup: 0", "", ["would-weaken"]),
        ("fsGroup: '${G}'", "", ["unclear"]),
        ("supplementalGroups: [5]", "", ["unsafe"]),
        ("supplementalGroups: [0]", "", ["would-weaken"]),
        ("sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}]", "", ["unsafe"]),
        ("sysctls: [{name: '${S}', value: '1'}]", "", ["would-weaken"]),
        ("sysctls: [{name: net.ipv4.tcp_syncookies, value: '1+kernel.core_pattern=x'}]", "", ["would-weaken"]),
        ("seLinuxChangePolicy: MountOption", "", ["unsafe"]),
        ("runAsUser: 5", "", []),
    ],
)
def test_trap_1_pod_fields_are_void_at_container_level(context: str, of_pod: str, wanted: list[str]) -> None:
    text = pod(
        f"{{securityContext: {{{of_pod}}}, containers: [{{name: a, image: 'i:1', securityContext: {{{context}}}}}]}}"
    )
    assert codes(pod_only_field_at_container_level, text) == wanted


@pytest.mark.parametrize(
    "name", ["allow-privilege-escalation", "capabilities-not-dropped-all", "seccomp-profile-missing"]
)
def test_who_only_selects_windows_is_told_to_declare_it(name: str) -> None:
    rule = rule_by_id(name)
    text = pod(f"{{nodeSelector: {{kubernetes.io/os: windows}}, {ONE}}}")
    ((finding, document),) = findings(rule, text)
    with pytest.raises(Unfixable, match=r"write `os: \{name: windows\}` into the pod, and nobody asks for it"):
        fix(finding, document, text)
    assert messages(rule, pod(f"{{{WINDOWS}nodeSelector: {{kubernetes.io/os: windows}}, {ONE}}}")) == []


def test_pod_fields_do_not_move_where_they_would_be_refused() -> None:
    item = "containers: [{name: a, image: 'i:1', securityContext: {fsGroup: 5}}]"
    assert codes(pod_only_field_at_container_level, pod(f"{{{WINDOWS}{item}}}")) == ["windows"]
    good = "containers: [{name: a, image: 'i:1'}]"
    debug = "ephemeralContainers: [{name: d, image: 'i:1', securityContext: {fsGroup: 5}}]"
    assert codes(pod_only_field_at_container_level, pod(f"{{{good}, {debug}}}")) == ["ephemeral-container"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ContainerAdministrator", 1),
        ("user manager\\CONTAINERADMINISTRATOR", 1),
        ("NT AUTHORITY\\SYSTEM", 1),
        (".\\Administrator", 1),
        ("ContainerUser", 0),
        ("NT AUTHORITY\\LOCAL SERVICE", 0),
        ("CORP\\administrator", 0),
        ("${WHO}", 0),
    ],
)
def test_administrators_of_windows(name: str, found: int) -> None:
    text = pod(f"{{securityContext: {{windowsOptions: {{runAsUserName: '{name}'}}}}, {ONE}}}")
    assert len(messages(windows_run_as_administrator, text)) == found


@pytest.mark.parametrize(
    ("name", "found"), [("NT AUTHORITY\\SYSTEM", 0), ("NT AUTHORITY\\LocalService", 0), ("ContainerAdministrator", 1)]
)
def test_host_process_containers_name_accounts_of_the_node(name: str, found: int) -> None:
    options = f"{{windowsOptions: {{hostProcess: true, runAsUserName: '{name}'}}}}"
    text = pod(f"{{hostNetwork: true, securityContext: {options}, {ONE}}}")
    assert len(messages(windows_run_as_administrator, text)) == found


def test_accounts_of_the_node_leave_with_the_host_process() -> None:
    options = "windowsOptions: {hostProcess: true, runAsUserName: 'NT AUTHORITY\\SYSTEM'}"
    text = pod(f"{{hostNetwork: true, securityContext: {{{options}}}, {ONE}}}")
    assert messages(windows_run_as_administrator, text) == []
    assert [made["path"] for made in operations(windows_host_process, text)] == [
        "/spec/securityContext",
        "/spec/hostNetwork",
    ]


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ("hostPID: true", ["/spec/hostPID"]),
        ("hostPID: false", []),
        ("hostUsers: false", ["/spec/hostUsers"]),
        ("shareProcessNamespace: false", ["/spec/shareProcessNamespace"]),
        ("securityContext: {sysctls: [], supplementalGroups: [], runAsNonRoot: true}", []),
        ("securityContext: {seLinuxChangePolicy: Recursive}", ["/spec/securityContext/seLinuxChangePolicy"]),
        ("securityContext: {runAsUser: '${ID}'}", []),
        ("hostNetwork: true", []),
    ],
)
def test_trap_8_what_windows_refuses(spec: str, wanted: list[str]) -> None:
    assert places(linux_field_on_windows_pod, pod(f"{{{WINDOWS}{spec}, {ONE}}}")) == wanted
    assert places(linux_field_on_windows_pod, pod(f"{{os: {{name: linux}}, {spec}, {ONE}}}")) == []


def test_a_mount_in_both_directions_keeps_privileged_on_windows() -> None:
    mount = "volumeMounts: [{name: v, mountPath: /v, mountPropagation: Bidirectional}]"
    text = pod(f"{{{WINDOWS}containers: [{{name: a, image: 'i:1', {mount}, securityContext: {{privileged: true}}}}]}}")
    assert codes(linux_field_on_windows_pod, text) == ["needs-privileged"]


@pytest.mark.parametrize(
    ("items", "wanted"),
    [
        ("containers: [{name: a, image: 'i:1'}]", "info"),
        ("containers: [{name: a, image: 'i:1'}, {name: b, image: 'i:1'}]", "low"),
        ("containers: [{name: a, image: 'i:1'}, {name: b, image: 'j:1'}]", "medium"),
        ("initContainers: [{name: b, image: 'j:1'}], containers: [{name: a, image: 'i:1'}]", "info"),
        (
            "initContainers: [{name: b, image: 'j:1', restartPolicy: Always}], containers: [{name: a, image: 'i:1'}]",
            "medium",
        ),
        (
            "containers: [{name: a, image: 'i:1', securityContext: {capabilities: {add: [CAP_SYS_PTRACE]}}}]",
            "medium",
        ),
    ],
)
def test_who_shares_processes(items: str, wanted: str) -> None:
    text = pod(f"{{shareProcessNamespace: true, {items}}}")
    assert severities("share-process-namespace", text) == [wanted]
    assert codes(share_process_namespace, text) == ["unsafe"]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("command: [sudo, x]", 1),
        ("command: [/usr/bin/sudo]", 1),
        ("command: [env, sudo, x]", 1),
        ("command: [sh, -c, 'a && sudo b']", 1),
        ("command: [sh, -c, 'if sudo -n true; then b; fi']", 1),
        ('command: [sh, -c, "a\\n  A=1 B=2 /usr/bin/sudo b"]', 1),
        ("args: ['$(sudo id)']", 1),
        ("command: [addgroup, sudo]", 0),
        ("command: [sh, -c, 'apt-get install sudo']", 0),
        ("command: [sh, -c, 'pseudo x; sudoedit y; echo a sudo b']", 0),
        ("command: [sh, -c, '# sudo x']", 0),
        ("command: sudo", 0),
        ("command: [7, null]", 0),
    ],
)
def test_sudo_as_a_command(fields: str, found: int) -> None:
    assert len(messages(sudo_in_command, containers(fields))) == found


@pytest.mark.parametrize(
    ("image", "ports", "wanted"),
    [
        ("i:1", "{containerPort: 22}", ["medium"]),
        ("i:1", "{containerPort: 2222}", ["low"]),
        ("i:1", "{containerPort: 2222, name: ssh}", ["medium"]),
        ("i:1", "{containerPort: 22, protocol: UDP}", []),
        ("i:1", "{containerPort: 22, protocol: SCTP}", []),
        ("i:1", "{containerPort: true}", []),
        ("localhost:5000/sshd", "", ["medium"]),
        ("linuxserver/openssh-server:9", "{containerPort: 2222}", ["medium"]),
        ("sshd:22", "{containerPort: 22}", ["medium"]),
        ("gitlab/gitlab-ce:17", "{containerPort: 22}", []),
        ("${IMAGE}", "{containerPort: 22}", ["medium"]),
    ],
)
def test_what_offers_ssh(image: str, ports: str, wanted: list[str]) -> None:
    text = pod(f"{{containers: [{{name: a, image: '{image}', ports: [{ports}]}}]}}")
    assert severities("ssh-port", text) == wanted
    assert codes(ssh_port, text) == ["no-fix"] * len(wanted)


@pytest.mark.parametrize(
    ("alias", "wanted"),
    [
        ("{ip: 10.0.0.1, hostnames: [db]}", "low"),
        ("{ip: 10.0.0.1, hostnames: [db.shop.internal]}", "low"),
        ("{ip: 10.0.0.1, hostnames: [api.shop.com]}", "medium"),
        ("{ip: 10.0.0.1, hostnames: [API.shop.com.]}", "medium"),
        ("{ip: 10.0.0.1, hostnames: [db.shop.svc]}", "medium"),
        ("{ip: 10.0.0.1, hostnames: [kubernetes.default.svc.cluster.local]}", "medium"),
        ("{ip: 127.0.0.1, hostnames: [api.shop.com]}", "low"),
        ("{ip: '::1', hostnames: [api.shop.com]}", "low"),
        ("{ip: '${IP}', hostnames: [api.shop.com]}", "low"),
        ("{ip: 10.0.0.1, hostnames: ['${HOST}.com']}", "low"),
        ("7", "low"),
    ],
)
def test_whose_names_are_led_away(alias: str, wanted: str) -> None:
    text = pod(f"{{hostAliases: [{alias}], {ONE}}}")
    assert severities("host-aliases", text) == [wanted]
    assert codes(host_aliases, text) == ["unsafe"]
