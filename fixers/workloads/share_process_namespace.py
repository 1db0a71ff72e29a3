"""Fixer for share-process-namespace."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.share_process_namespace import share_process_namespace as rule


@fixer(
    rule,
    title="Keep the processes of containers apart",
    safety=Safety.UNSAFE,
    breaks="sidecars that signal or watch the main program, debuggers, programs that leave zombies as process 1",
)
def share_process_namespace(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the field: absent means apart."""
    yield remove(finding.pointer)
