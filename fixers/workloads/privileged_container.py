"""Fixer for privileged-container."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, replace
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.privileged_container import privileged_container as rule


@fixer(
    rule,
    title="Run unprivileged",
    safety=Safety.UNSAFE,
    breaks="containers that use devices, load kernel modules, run Docker or configure the node",
)
def privileged_container(finding: Finding, document: Document) -> Iterator[Operation]:
    """Say false instead of removing the key: the intent stays visible and survives a merge with other values."""
    yield replace(finding.pointer, False)
