"""Fixer for host-port."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.node_network import close_port
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads.host_port import host_port as rule


@fixer(
    rule,
    title="Open no port of the node",
    safety=Safety.UNSAFE,
    breaks="whatever is reached by a node's address: ingress without a load balancer, DNS caches, log collectors",
)
def host_port(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the port of the node and the address on which it would be open; the container's port stays."""
    at = finding.pointer[:-1]
    yield from close_port(at, get(document.value, *at))
