"""Fixer for revision-history-disabled."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.manifest import Document
from rules.model import Finding
from rules.reliability.revision_history_disabled import revision_history_disabled as rule


@fixer(
    rule,
    title="Keep old revisions, as Kubernetes does unless told otherwise",
    safety=Safety.UNSAFE,
    breaks="rollouts in a namespace whose quota of ReplicaSets the old revisions use up",
)
def revision_history_disabled(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the limit, which leaves that of Kubernetes: ten."""
    yield remove(finding.pointer)
