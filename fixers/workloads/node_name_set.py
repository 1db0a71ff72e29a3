"""Fixer for node-name-set."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.node_name_set import node_name_set as rule


@fixer(
    rule,
    title="Let the scheduler choose the node",
    safety=Safety.UNSAFE,
    breaks="what needs this one node: its hostPath data, its hardware, its address",
)
def node_name_set(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the name of the node; which label the node has instead is known to the cluster only."""
    yield remove(finding.pointer)
