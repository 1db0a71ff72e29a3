"""Fixer for host-ipc."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.host_ipc import host_ipc as rule


@fixer(
    rule,
    title="Give the pod shared memory of its own",
    safety=Safety.UNSAFE,
    breaks="software that shares memory with processes outside its pod, such as drivers of shared graphics cards",
)
def host_ipc(finding: Finding, _: Document) -> Iterator[Operation]:
    """Remove the field: absent means false."""
    yield remove(finding.pointer)
