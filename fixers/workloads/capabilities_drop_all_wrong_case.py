"""Fixer for capabilities-drop-all-wrong-case."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, replace
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.capabilities_drop_all_wrong_case import capabilities_drop_all_wrong_case as rule


@fixer(rule, title="Spell ALL in capitals", safety=Safety.SAFE, breaks="nothing")
def capabilities_drop_all_wrong_case(finding: Finding, document: Document) -> Iterator[Operation]:
    """Correct the item where it stands."""
    yield replace(finding.pointer, "ALL")
