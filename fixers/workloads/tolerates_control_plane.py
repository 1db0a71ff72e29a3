"""Fixer for tolerates-control-plane."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.removal import remove_entry
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.workloads import pods
from rules.workloads.tolerates_control_plane import tolerates_control_plane as rule


@fixer(
    rule,
    title="Keep the pod off the control plane's nodes",
    safety=Safety.UNSAFE,
    breaks="agents that must run on every node, and clusters without other nodes",
)
def tolerates_control_plane(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove one toleration; the others stay.

    Refused in a DaemonSet: it is there to run on every node, and an agent for security or logs that leaves the
    control plane unwatched is worse than one that stands there.
    """
    if document.kind == "DaemonSet":
        raise Unfixable(
            "a DaemonSet that tolerates the control plane runs there on purpose; a person must say if it must",
            "on-every-node",
        )
    pod = pods.pod(document)
    floor = pod.pointer if pod else ()
    yield from remove_entry(document.value, finding.pointer, floor)
