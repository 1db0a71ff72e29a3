"""windows-host-process: found wherever it is said, removed everywhere at once."""

from __future__ import annotations

import pytest
from harness import codes, findings, fix, messages, operations, patched, places, pod

from rules.workloads.host_network import host_network
from rules.workloads.windows_host_process import windows_host_process as rule

ON = "securityContext: {windowsOptions: {hostProcess: true}}"
OFF = "securityContext: {windowsOptions: {hostProcess: false}}"
ITEM = f"[{{name: a, image: 'i:1', {ON}}}]"


def test_every_setter_is_found() -> None:
    text = pod(f"{{{ON}, initContainers: {ITEM}, containers: {ITEM}, ephemeralContainers: {ITEM}}}")
    owners = ["/spec", *(f"/spec/{name}/0" for name in ("initContainers", "containers", "ephemeralContainers"))]
    assert places(rule, text) == [f"{owner}/securityContext/windowsOptions/hostProcess" for owner in owners]


def test_a_pod_that_is_overridden_by_all_containers_is_found_all_the_same() -> None:
    assert len(messages(rule, pod(f"{{{ON}, containers: [{{name: a, {OFF}}}]}}"))) == 1


@pytest.mark.parametrize(
    ("word", "found"), [("true", 1), ("on", 1), ("false", 0), ("'true'", 0), ("null", 0), ("{}", 0)]
)
def test_only_true_counts(word: str, found: int) -> None:
    text = pod(f"{{securityContext: {{windowsOptions: {{hostProcess: {word}}}}}, containers: []}}")
    assert len(messages(rule, text)) == found


@pytest.mark.parametrize("context", ["null", "windows", "[]", "{windowsOptions: true}", "{windowsOptions: [true]}"])
def test_other_shapes_are_left_alone(context: str) -> None:
    assert messages(rule, pod(f"{{securityContext: {context}, containers: [{{securityContext: {context}}}]}}")) == []


def test_one_fix_removes_it_everywhere_because_all_containers_must_agree() -> None:
    text = pod(f"{{{ON}, hostNetwork: true, initContainers: {ITEM}, containers: {ITEM}}}")
    bare = [{"name": "a", "image": "i:1"}]
    for finding, document in findings(rule, text):
        (value,) = patched(text, fix(finding, document, text))
        assert value["spec"] == {"initContainers": bare, "containers": bare}


def test_the_network_of_the_node_goes_with_its_companions() -> None:
    ports = "ports: [{containerPort: 80, hostPort: 80}, {containerPort: 81}]"
    text = pod(f"{{{ON}, hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet, containers: [{{name: a, {ports}}}]}}")
    assert [made["path"] for made in operations(rule, text)] == [
        "/spec/securityContext",
        "/spec/hostNetwork",
        "/spec/dnsPolicy",
        "/spec/containers/0/ports/0/hostPort",
    ]


def test_host_network_alone_is_refused_while_a_container_needs_it() -> None:
    text = pod(f"{{{ON}, hostNetwork: true, containers: [{{name: a}}]}}")
    assert codes(host_network, text) == ["windows-host-process"]
    assert codes(rule, text) == ["unsafe"]
