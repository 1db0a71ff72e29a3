"""Fixer for capability-all-added."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.added_capabilities import take_back
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.capability_all_added import capability_all_added as rule


@fixer(
    rule,
    title="Do not add every capability",
    safety=Safety.UNSAFE,
    breaks="whatever needed one of the capabilities: node agents, network and storage plugins",
)
def capability_all_added(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove `ALL` and nothing else: the names beside it are what the container is known to need."""
    yield from take_back(finding, document)
