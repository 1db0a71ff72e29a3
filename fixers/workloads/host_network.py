"""Fixer for host-network."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.node_network import leave_network
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.workloads import pods, users
from rules.workloads.host_network import host_network as rule


@fixer(
    rule,
    title="Give the pod a network of its own",
    safety=Safety.UNSAFE,
    breaks="network plugins, node agents, ingress on bare metal, and whatever is reached by the node's address",
)
def host_network(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the field with what only makes sense beside it."""
    pod = pods.pod(document)
    if pod is None:
        raise Unfixable("there is no pod", "unexpected-shape")
    for _, container in pods.containers(document):
        if users.effective(pod.spec, container, "windowsOptions", "hostProcess") is True:
            raise Unfixable(
                "a HostProcess container of Windows must use the network of its node", "windows-host-process"
            )
    yield from leave_network(document, pod)
