"""The labels of kubeaudit: what they excuse, and how far they reach."""

from __future__ import annotations

import pytest
from marked import DEPLOYMENT, excused, reported
from trees import POD

from rules import peers
from rules.ignores import peer_labels


def labelled(label: str, text: str = DEPLOYMENT) -> str:
    return text.replace("labels: {app: web}\n", f"labels:\n        app: web\n        {label}\n", 1)


KUBEAUDIT = {
    "container.kubeaudit.io/app.allow-privileged: drivers": ("privileged-container", [True, False]),
    "container.audit.kubernetes.io/app.allow-privileged: drivers": ("privileged-container", [True, False]),
    "container.kubeaudit.io/other.allow-privileged: drivers": ("privileged-container", [False, False]),
    "kubeaudit.io/allow-privileged: drivers": ("privileged-container", [True, True]),
    "kubeaudit.io/allow-namespace-host-network: x": ("host-network", [True]),
    "audit.kubernetes.io/pod.allow-namespace-host-network: x": ("host-network", [True]),
    "kubeaudit.io/allow-namespace-host-PID: x": ("host-network", [False]),
    "kubeaudit.io/allow-run-as-root: x": ("run-as-non-root", [True]),
    "container.kubeaudit.io/app.allow-run-as-root: x": ("run-as-non-root", [False]),
    "kubeaudit.io/allow-automount-service-account-token: x": ("automount-service-account-token", [True]),
    "container.kubeaudit.io/app.allow-privilege-escalation: x": ("allow-privilege-escalation", [True, False]),
    "container.kubeaudit.io/app.allow-read-only-root-filesystem-false: x": ("read-only-root-filesystem", [True, False]),
}


@pytest.mark.parametrize(("label", "expected"), KUBEAUDIT.items(), ids=KUBEAUDIT)
def test_a_label_of_kubeaudit_excuses_its_container_or_its_pod(label: str, expected: tuple[str, list[bool]]) -> None:
    text = DEPLOYMENT
    if expected[0] == "allow-privilege-escalation":
        text = text.replace("privileged: true", "allowPrivilegeEscalation: true")
    assert [reason is not None for reason in excused(labelled(label, text), expected[0])] == expected[1]


def test_labels_of_the_object_are_not_those_of_its_pod() -> None:
    text = DEPLOYMENT.replace("name: web\n", "name: web\n  labels: {kubeaudit.io/allow-privileged: x}\n", 1)
    assert excused(text) == [None, None]
    text = POD.replace("name: web\n", "name: web\n  labels: {kubeaudit.io/allow-privileged: x}\n", 1)
    assert excused(text) == ["kubeaudit.io/allow-privileged: x"]


def test_what_all_containers_may_do_the_pod_may() -> None:
    both = (
        "container.kubeaudit.io/app.allow-run-as-root: x\n        container.kubeaudit.io/sidecar.allow-run-as-root: y"
    )
    assert excused(labelled(both), "run-as-non-root") == ["container.kubeaudit.io/app.allow-run-as-root: x"]


@pytest.mark.parametrize(
    ("added", "expected"),
    [("[NET_ADMIN]", True), ("[cap_net_admin]", True), ("[BPF]", False), ("[NET_ADMIN, SYS_ADMIN]", True)],
)
def test_one_capability_that_is_allowed_allows_no_other(added: str, expected: bool) -> None:
    text = labelled("container.kubeaudit.io/app.allow-capability-net-admin: x").replace(
        "privileged: true", f"capabilities: {{add: {added}}}", 1
    )
    assert excused(text, "capability-net-admin-added") == (
        ["container.kubeaudit.io/app.allow-capability-net-admin: x"] if expected else []
    )
    others = [one for one in reported(text) if one.finding.rule.startswith("capability-") and one.ignored is None]
    assert bool(others) == (added not in ("[NET_ADMIN]", "[cap_net_admin]"))


def test_two_capabilities_of_one_rule_need_two_labels() -> None:
    text = labelled("container.kubeaudit.io/app.allow-capability-bpf: x").replace(
        "privileged: true", "capabilities: {add: [BPF, SYSLOG]}", 1
    )
    assert excused(text, "capability-dangerous-added") == [None]
    text = text.replace("bpf: x", "bpf: x\n        container.kubeaudit.io/app.allow-capability-syslog: y")
    assert None not in excused(text, "capability-dangerous-added")


def test_a_mount_that_is_allowed_excuses_its_volume_when_nobody_else_mounts_it() -> None:
    mounted = "        - name: app\n          volumeMounts: [{name: etc, mountPath: /e}]\n"
    text = labelled("container.kubeaudit.io/app.allow-host-path-mount-etc: x").replace("        - name: app\n", mounted)
    text += "      volumes: [{name: etc, hostPath: {path: /etc}}, {name: run, hostPath: {path: /root}}]\n"
    found = {one.finding.pointer[4]: one.ignored for one in reported(text) if one.finding.rule == "host-path-sensitive"}
    assert [found[0] is not None, found[1] is not None] == [True, False]
    text = text.replace("- name: sidecar\n", "- name: sidecar\n          volumeMounts: [{name: etc, mountPath: /e}]\n")
    assert excused(text, "host-path-sensitive") == [None, None]


def test_every_check_that_a_label_silences_is_known() -> None:
    checks = {check for checks in peer_labels.ALLOWED.values() for check in checks}
    assert checks <= set(peers.PEERS[peer_labels.PEER])
