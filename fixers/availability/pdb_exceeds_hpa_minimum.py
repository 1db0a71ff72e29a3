"""Fixer for pdb-exceeds-hpa-minimum."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.availability.budgets import spare_one
from fixers.model import Operation, Safety, fixer
from rules.availability.pdb_exceeds_hpa_minimum import pdb_exceeds_hpa_minimum as rule
from rules.manifest import Document
from rules.model import Finding


@fixer(
    rule,
    title="Let one pod be evicted at a time",
    safety=Safety.UNSAFE,
    breaks="applications that need all pods of the autoscaler's minimum",
)
def pdb_exceeds_hpa_minimum(finding: Finding, document: Document) -> Iterator[Operation]:
    """Let one pod be missing, in the place of a number that must be there."""
    yield from spare_one(finding, document)
