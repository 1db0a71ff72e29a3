"""Probes and hooks of containers: what they ask, and at which port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.pointer import Pointer, get
from rules.workloads import pods
from rules.workloads.templates import word

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HANDLERS = (*((probe,) for probe in PROBES), ("lifecycle", "postStart"), ("lifecycle", "preStop"))
_TYPES = ("httpGet", "tcpSocket")


def ports(container: dict[str, Any]) -> Iterator[tuple[Pointer, Any]]:
    """Yield (pointer within the container, port) of each probe and hook that asks at a port which may have a name."""
    for place in _HANDLERS:
        for kind in _TYPES:
            asked = get(container, *place, kind)
            if isinstance(asked, dict) and asked.get("port") is not None:
                yield (*place, kind, "port"), asked["port"]


def names(container: dict[str, Any]) -> frozenset[str] | None:
    """Return the names of a container's ports, None when one of them cannot be told."""
    given = container.get("ports")
    if not isinstance(given, list | None):
        return None
    found = [
        word(
            get(
                port,
                "name",
            )
            or ""
        )
        if isinstance(port, dict)
        else None
        for port in given or ()
    ]
    return None if None in found else frozenset(name for name in found if name)


def number(container: dict[str, Any], port: Any) -> int | None:
    """Return the number of a port that may be given by name, or None when it cannot be told."""
    if isinstance(port, int) and not isinstance(port, bool):
        return port
    numbers = [get(one, "containerPort") for one in pods.items(container, "ports") if get(one, "name") == port]
    return numbers[0] if isinstance(port, str) and numbers and isinstance(numbers[0], int) else None


# Parts of the names of ports that answer to monitoring, debuggers and the kubelet.
_ASIDE = ("metric", "prom", "pprof", "debug", "health", "probe")


def listens(container: dict[str, Any]) -> bool:
    """Does a container declare a port that is there for others than its monitoring and its probes?"""
    return any(
        isinstance(port, dict) and port.get("protocol") in (None, "", "TCP") and not _is_watched(port.get("name"))
        for port in pods.items(container, "ports")
    )


def _is_watched(name: object) -> bool:
    return isinstance(name, str) and any(part in name.lower() for part in _ASIDE)


def question(container: dict[str, Any], probe: Any) -> tuple[Any, ...] | None:
    """Return what a probe asks, in a form that can be compared; None when it cannot be told."""
    if not isinstance(probe, dict):
        return None
    kinds = [kind for kind in ("exec", "httpGet", "tcpSocket", "grpc") if isinstance(probe.get(kind), dict)]
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    asked = probe[kind]
    if kind == "exec":
        command = pods.items(asked, "command")
        return (kind, *command) if command and all(word(part) for part in command) else None
    port = number(container, asked.get("port"))
    if port is None:
        return None
    if kind == "grpc":
        return _told(kind, port, asked.get("service") or "")
    # The host aside: a probe has no business at another one.
    if kind == "tcpSocket":
        return kind, port
    path, scheme = asked.get("path") or "/", asked.get("scheme") or "HTTP"
    headers = [(get(one, "name"), get(one, "value")) for one in pods.items(asked, "httpHeaders")]
    return _told(kind, port, path, scheme, *(text for header in headers for text in header))


def _told(kind: str, port: int, *texts: Any) -> tuple[Any, ...] | None:
    return (kind, port, *texts) if all(word(text) is not None for text in texts) else None


def patience(probe: Any) -> int | None:
    """Return after how many seconds of failure a probe takes effect, or None when it cannot be told."""
    given = [get(probe, "failureThreshold"), get(probe, "periodSeconds")]
    # Zero is read as absent.
    threshold, period = (usual if one in (None, 0) else one for one, usual in zip(given, (3, 10), strict=True))
    if any(not isinstance(one, int) or isinstance(one, bool) for one in (threshold, period)):
        return None
    return int(threshold) * int(period)
