"""probe-or-hook-host: every place where a host can stand, since the version that refuses it."""

from __future__ import annotations

import itertools

import pytest
from harness import codes, containers, messages, operations, places, pod

from rules.workloads.probe_or_hook_host import probe_or_hook_host as rule

LISTS = ("initContainers", "containers", "ephemeralContainers")
OWNERS = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle/postStart", "lifecycle/preStop")
HANDLERS = ("httpGet", "tcpSocket")


def one(owner: str, handler: str, rest: str = "host: 10.0.0.1, port: 80") -> str:
    """Return the field of a container in which a handler says something."""
    outer, _, inner = owner.partition("/")
    value = f"{{{handler}: {{{rest}}}}}"
    return f"{outer}: {{{inner}: {value}}}" if inner else f"{outer}: {value}"


@pytest.mark.parametrize(("name", "owner", "handler"), list(itertools.product(LISTS, OWNERS, HANDLERS)))
def test_every_setter_is_found(name: str, owner: str, handler: str) -> None:
    text = pod(f"{{containers: [], {name}: [{{name: a, image: 'i:1', {one(owner, handler)}}}]}}")
    assert places(rule, text) == [f"/spec/{name}/0/{owner}/{handler}/host"]


@pytest.mark.parametrize(
    ("version", "found"),
    [((1, 25), 0), ((1, 33), 0), ((1, 34), 1), ((1, 35), 1), ((1, 36), 1), ((1, 37), 1)],
)
def test_pod_security_looks_since_1_34(version: tuple[int, int], found: int) -> None:
    assert len(messages(rule, containers(one("livenessProbe", "httpGet")), version=version)) == found


@pytest.mark.parametrize("rest", ["port: 80", "host: ''", "host: null", "host: 7", "host: [a]", "host: {a: b}"])
def test_no_host_is_fine(rest: str) -> None:
    assert messages(rule, containers(one("livenessProbe", "httpGet", rest))) == []


@pytest.mark.parametrize("handler", ["grpc", "exec", "sleep", "host"])
def test_other_handlers_have_no_host(handler: str) -> None:
    assert messages(rule, containers(one("livenessProbe", handler), one("lifecycle/preStop", handler))) == []


@pytest.mark.parametrize("spec", ["livenessProbe: web", "lifecycle: [preStop]", "readinessProbe: {httpGet: host}"])
def test_other_shapes_are_left_alone(spec: str) -> None:
    assert messages(rule, containers(spec)) == []


@pytest.mark.parametrize(
    ("owner", "host", "network", "code"),
    [
        ("livenessProbe", "127.0.0.1", "true", "listens-on-loopback"),
        ("livenessProbe", "127.1.2.3", "true", "listens-on-loopback"),
        ("readinessProbe", "LOCALHOST", "true", "listens-on-loopback"),
        ("lifecycle/preStop", "'::1'", "true", "listens-on-loopback"),
        ("livenessProbe", "127.0.0.1", "false", "unsafe"),
        ("lifecycle/preStop", "localhost", "false", "unsafe"),
        ("livenessProbe", "db.example", "false", "unsafe"),
        ("livenessProbe", "db.example", "true", "unsafe"),
        ("lifecycle/postStart", "db.example", "false", "hook-calls-elsewhere"),
        ("lifecycle/preStop", "169.254.169.254", "true", "hook-calls-elsewhere"),
    ],
)
def test_what_becomes_of_a_host(owner: str, host: str, network: str, code: str) -> None:
    field = one(owner, "httpGet", f"host: {host}, port: 80")
    assert codes(rule, pod(f"{{hostNetwork: {network}, containers: [{{name: lifecycle, {field}}}]}}")) == [code]


def test_nothing_but_the_host_goes() -> None:
    text = containers(one("startupProbe", "tcpSocket"))
    assert operations(rule, text) == [{"op": "remove", "path": "/spec/containers/0/startupProbe/tcpSocket/host"}]
