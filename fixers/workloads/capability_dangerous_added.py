"""Fixer for capability-dangerous-added."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.added_capabilities import take_back
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.capability_dangerous_added import capability_dangerous_added as rule


@fixer(
    rule,
    title="Do not add dangerous capabilities",
    safety=Safety.UNSAFE,
    breaks="debuggers, profilers, monitoring by eBPF, access to hardware",
)
def capability_dangerous_added(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove those names and no others."""
    yield from take_back(finding, document)
