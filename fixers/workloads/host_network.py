"""Fixer for host-network."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods, users
from rules.workloads.host_network import host_network as rule


@fixer(
    rule,
    title="Give the pod a network of its own",
    safety=Safety.UNSAFE,
    breaks="network plugins, node agents, ingress on bare metal, and whatever is reached by the node's address",
)
def host_network(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the field with what only makes sense beside it.

    The DNS policy would otherwise be one for pods in the node's network. A host port that repeats the
    container's port is what the field implies; left behind, it would keep the port open on the node.
    """
    spec, at = get(document.value, *finding.pointer[:-1]), finding.pointer[:-1]
    for _, container in pods.containers(document):
        if users.effective(spec, container, "windowsOptions", "hostProcess") is True:
            raise Unfixable(
                "a HostProcess container of Windows must use the network of its node", "windows-host-process"
            )
    yield remove(finding.pointer)
    if spec.get("dnsPolicy") == "ClusterFirstWithHostNet":
        yield remove((*at, "dnsPolicy"))
    for pointer, container in pods.containers(document):
        for index, port in enumerate(pods.items(container, "ports")):
            if get(port, "hostPort") is not None and get(port, "hostPort") == get(port, "containerPort"):
                yield remove((*pointer, "ports", index, "hostPort"))
