"""Fixer for host-aliases."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.host_aliases import host_aliases as rule


@fixer(
    rule,
    title="Ask DNS for names",
    safety=Safety.UNSAFE,
    breaks="names that only this list knows",
)
def host_aliases(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the list."""
    yield remove(finding.pointer)
