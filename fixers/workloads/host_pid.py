"""Fixer for host-pid."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.host_pid import host_pid as rule


@fixer(
    rule,
    title="Give the pod processes of its own",
    safety=Safety.UNSAFE,
    breaks="agents that watch, profile or protect the processes of a node, and jobs that enter it with nsenter",
)
def host_pid(finding: Finding, _: Document) -> Iterator[Operation]:
    """Remove the field: absent means false."""
    yield remove(finding.pointer)
