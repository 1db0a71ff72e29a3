"""Fixer for windows-host-process."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.node_network import leave_network
from fixers.workloads.removal import remove_entry
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.windows_host_process import windows_host_process as rule

_FIELD = ("securityContext", "windowsOptions", "hostProcess")


@fixer(
    rule,
    title="Run as an ordinary container",
    safety=Safety.UNSAFE,
    breaks="whatever administers the Windows node: storage and network plugins, collectors of logs and metrics",
)
def windows_host_process(_: Finding, document: Document) -> Iterator[Operation]:
    """Remove the field wherever it is true, with the network of the node.

    Kubernetes refuses pods in which only some containers are HostProcess, so one finding's fix is the fix of
    all. Such pods must use the node's network, and no other pod of Windows can.
    """
    pod = pods.pod(document)
    if pod is None:
        raise Unfixable("there is no pod", "unexpected-shape")
    for pointer, owner in [(pod.pointer, pod.spec), *pods.containers(document)]:
        if get(owner, *_FIELD) is True:
            yield from remove_entry(document.value, (*pointer, *_FIELD), floor=pointer)
    if pod.spec.get("hostNetwork") is True:
        yield from leave_network(document, pod)
