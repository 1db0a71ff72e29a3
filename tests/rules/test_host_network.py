"""host-network: the companions that travel with it."""

from __future__ import annotations

import pytest
from harness import codes, containers, messages, operations, pod

from rules.workloads.host_network import host_network as rule


def removed(fields: str) -> list[str]:
    """Return the places that the fix of a pod with these fields removes."""
    made = operations(rule, pod(f"{{hostNetwork: true, {fields}}}"))
    assert {operation["op"] for operation in made} == {"remove"}
    return [operation["path"] for operation in made]


APP = "containers: [{name: a, image: 'i:1', ports: [%s]}]"


@pytest.mark.parametrize(
    ("fields", "also"),
    [
        (APP % "", []),
        ("dnsPolicy: ClusterFirstWithHostNet, " + APP % "", ["/spec/dnsPolicy"]),
        ("dnsPolicy: ClusterFirst, " + APP % "", []),
        ("dnsPolicy: None, " + APP % "", []),
        (APP % "{containerPort: 80, hostPort: 80}", ["/spec/containers/0/ports/0/hostPort"]),
        (APP % "{containerPort: 80}, {containerPort: 81, hostPort: 81}", ["/spec/containers/0/ports/1/hostPort"]),
        (APP % "{containerPort: 80, hostPort: 8080}", []),
        (APP % "{hostPort: null}", []),
        (APP % "null, 7, web", []),
    ],
)
def test_what_only_makes_sense_beside_it_goes_in_the_same_fix(fields: str, also: list[str]) -> None:
    assert removed(fields) == ["/spec/hostNetwork", *also]


def test_ports_of_init_containers_are_companions_too() -> None:
    port = "ports: [{containerPort: 80, hostPort: 80}]"
    fields = f"initContainers: [{{name: i, image: 'i:1', {port}}}], containers: [{{name: a, image: 'i:1', {port}}}]"
    assert removed(fields)[1:] == [
        "/spec/initContainers/0/ports/0/hostPort",
        "/spec/containers/0/ports/0/hostPort",
    ]


@pytest.mark.parametrize(("word", "found"), [("true", 1), ("yes", 1), ("false", 0), ("'true'", 0), ("null", 0)])
def test_only_true_counts(word: str, found: int) -> None:
    assert len(messages(rule, pod(f"{{hostNetwork: {word}, containers: []}}"))) == found


def test_host_process_pods_of_windows_must_keep_it() -> None:
    context = "securityContext: {windowsOptions: {hostProcess: true}}"
    assert codes(rule, pod(f"{{hostNetwork: true, {context}, containers: [{{name: a}}]}}")) == ["windows-host-process"]


def test_absent_is_fine() -> None:
    assert messages(rule, containers("")) == []
