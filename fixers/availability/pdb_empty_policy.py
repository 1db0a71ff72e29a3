"""Fixer for pdb-empty-policy."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put
from rules.availability.pdb_empty_policy import pdb_empty_policy as rule
from rules.manifest import Document
from rules.model import Finding


@fixer(
    rule,
    title="Let one pod be evicted at a time",
    safety=Safety.UNSAFE,
    breaks="applications that must not lose a single pod, or that can spare more",
)
def pdb_empty_policy(finding: Finding, document: Document) -> Iterator[Operation]:
    """Let one pod be missing at a time."""
    yield put(document.value, finding.pointer, 1)
