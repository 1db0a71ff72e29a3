"""host-pid, host-ipc and host-port: what exactly counts, and what goes with it."""

from __future__ import annotations

import pytest
from harness import containers, messages, operations, places, pod

from rules.model import Rule
from rules.workloads.host_ipc import host_ipc
from rules.workloads.host_network import host_network
from rules.workloads.host_pid import host_pid
from rules.workloads.host_port import host_port

NAMESPACES = pytest.mark.parametrize(("rule", "field"), [(host_pid, "hostPID"), (host_ipc, "hostIPC")])


@pytest.mark.parametrize(("word", "found"), [("true", 1), ("yes", 1), ("false", 0), ("'true'", 0), ("null", 0)])
@NAMESPACES
def test_only_true_counts(rule: Rule, field: str, word: str, found: int) -> None:
    assert len(messages(rule, pod(f"{{{field}: {word}, containers: []}}"))) == found


@NAMESPACES
def test_user_namespaces_excuse_nothing(rule: Rule, field: str) -> None:
    text = pod(f"{{{field}: true, hostUsers: false, containers: [{{name: a, image: 'i:1'}}]}}")
    for version in ((1, 25), (1, 37)):
        assert len(messages(rule, text, version=version)) == 1


@NAMESPACES
def test_the_fix_removes_the_field_alone(rule: Rule, field: str) -> None:
    text = pod("{hostNetwork: true, hostPID: true, hostIPC: true, dnsPolicy: Default, containers: [{name: a}]}")
    assert operations(rule, text) == [{"op": "remove", "path": f"/spec/{field}"}]


@NAMESPACES
def test_a_field_elsewhere_means_nothing(rule: Rule, field: str) -> None:
    assert messages(rule, containers(f"{field}: true, securityContext: {{{field}: true}}")) == []


@pytest.mark.parametrize(
    ("port", "found"),
    [
        ("{containerPort: 80, hostPort: 80}", 1),
        ("{containerPort: 80, hostPort: 8080}", 1),
        ("{hostPort: 1}", 1),
        ("{containerPort: 80, hostPort: -1}", 1),  # Invalid, but to Pod Security everything but 0 is a port.
        ("{containerPort: 80, hostPort: 0}", 0),
        ("{containerPort: 80, hostIP: 10.0.0.1}", 0),
        ("{containerPort: 80, hostPort: null}", 0),
        ("{containerPort: 80, hostPort: '80'}", 0),
        ("{containerPort: 80, hostPort: true}", 0),
        ("hostPort", 0),
        ("null", 0),
    ],
)
def test_host_port_0_is_unset(port: str, found: int) -> None:
    assert len(messages(host_port, containers(f"ports: [{port}]"))) == found


def test_host_ports_of_all_three_lists_are_found() -> None:
    item = "[{name: a, image: 'i:1', ports: [{containerPort: 1}, {containerPort: 2, hostPort: 2}]}]"
    text = pod(f"{{initContainers: {item}, containers: {item}, ephemeralContainers: {item}}}")
    lists = ("initContainers", "containers", "ephemeralContainers")
    assert places(host_port, text) == [f"/spec/{name}/0/ports/1/hostPort" for name in lists]


def test_in_the_network_of_the_node_a_repeated_port_is_one_finding() -> None:
    ports = "ports: [{containerPort: 80, hostPort: 80}, {containerPort: 81, hostPort: 82}]"
    text = pod(f"{{hostNetwork: true, containers: [{{name: a, image: 'i:1', {ports}}}]}}")
    assert messages(host_network, text) == ["the pod uses the network of its node"]
    assert messages(host_port, text) == ['container "a" opens port 82 of its node']


def test_the_address_of_a_port_goes_with_it() -> None:
    port = "{containerPort: 80, hostPort: 80, hostIP: 10.0.0.1}"
    removed = ["/spec/containers/0/ports/0/hostPort", "/spec/containers/0/ports/0/hostIP"]
    assert [made["path"] for made in operations(host_port, containers(f"ports: [{port}]"))] == removed
    text = pod(f"{{hostNetwork: true, containers: [{{name: a, image: 'i:1', ports: [{port}]}}]}}")
    assert [made["path"] for made in operations(host_network, text)] == ["/spec/hostNetwork", *removed]
