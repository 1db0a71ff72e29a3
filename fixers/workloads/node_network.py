"""Leaving the network of the node: what goes together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, remove
from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.workloads import pods


def leave_network(document: Document, pod: pods.Pod) -> Iterator[Operation]:
    """Yield what removes hostNetwork from a pod that has it, with what only makes sense beside it.

    The DNS policy would otherwise be one for pods in the node's network. A host port that repeats the
    container's port is what the field implies; left behind, it would keep the port open on the node.
    """
    yield remove((*pod.pointer, "hostNetwork"))
    if pod.spec.get("dnsPolicy") == "ClusterFirstWithHostNet":
        yield remove((*pod.pointer, "dnsPolicy"))
    for pointer, container in pods.containers(document):
        for index, port in enumerate(pods.items(container, "ports")):
            if get(port, "hostPort") is not None and get(port, "hostPort") == get(port, "containerPort"):
                yield from close_port((*pointer, "ports", index), port)


def close_port(at: Pointer, port: dict[str, Any]) -> Iterator[Operation]:
    """Yield what closes a port of the node; the address hostIP means nothing without it."""
    yield remove((*at, "hostPort"))
    if "hostIP" in port:
        yield remove((*at, "hostIP"))
