"""Fixer for pdb-blocks-eviction."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.availability.budgets import spare_one
from fixers.model import Operation, Safety, fixer
from rules.availability.pdb_blocks_eviction import pdb_blocks_eviction as rule
from rules.manifest import Document
from rules.model import Finding


@fixer(
    rule,
    title="Let one pod be evicted at a time",
    safety=Safety.UNSAFE,
    breaks="applications that must not lose a single pod: quorums that lost one already, and those of one pod",
)
def pdb_blocks_eviction(finding: Finding, document: Document) -> Iterator[Operation]:
    """Let one pod be missing, in the place of what allows none."""
    yield from spare_one(finding, document)
