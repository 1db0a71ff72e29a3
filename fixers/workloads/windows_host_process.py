"""Fixer for windows-host-process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, fixer
from fixers.workloads.node_network import leave_network
from fixers.workloads.removal import remove_entries
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods, windows_accounts
from rules.workloads.windows_host_process import windows_host_process as rule

_OPTIONS = ("securityContext", "windowsOptions")


@fixer(
    rule,
    title="Run as an ordinary container",
    safety=Safety.UNSAFE,
    breaks="whatever administers the Windows node: storage and network plugins, collectors of logs and metrics",
)
def windows_host_process(_: Finding, document: Document) -> Iterator[Operation]:
    """Remove the field wherever it is true, with the accounts and the network of the node.

    Kubernetes refuses pods in which only some containers are HostProcess, so one finding's fix is the fix of
    all. Such pods must use the node's network, and no other pod of Windows can. Without the name of an account
    the image's own counts.
    """
    pod = pods.pod(document)
    if pod is None:
        raise Unfixable("there is no pod", "unexpected-shape")
    for pointer, owner in [(pod.pointer, pod.spec), *pods.containers(document)]:
        options = get(owner, *_OPTIONS)
        goes = [key for key, value in options.items() if _goes(key, value)] if isinstance(options, dict) else []
        if goes:
            yield from remove_entries(document.value, (*pointer, *_OPTIONS), goes, floor=pointer)
    if pod.spec.get("hostNetwork") is True:
        yield from leave_network(document, pod)


def _goes(key: str, value: Any) -> bool:
    return (key == "hostProcess" and value is True) or (key == "runAsUserName" and windows_accounts.is_of_node(value))
