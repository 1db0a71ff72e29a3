"""Fixer for bidirectional-mount-propagation."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, replace
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.bidirectional_mount_propagation import bidirectional_mount_propagation as rule


@fixer(
    rule,
    title="Keep the container's mounts off the node",
    safety=Safety.UNSAFE,
    breaks="plugins for storage, and programs that mount file systems for other pods",
)
def bidirectional_mount_propagation(finding: Finding, document: Document) -> Iterator[Operation]:
    """Let mounts go one way only: those of the node still reach the container."""
    yield replace(finding.pointer, "HostToContainer")
