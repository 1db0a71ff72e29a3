"""Fixer for replicas-with-autoscaler."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.availability.replicas_with_autoscaler import replicas_with_autoscaler as rule
from rules.manifest import Document
from rules.model import Finding


@fixer(
    rule,
    title="Leave the number of pods to the autoscaler",
    safety=Safety.UNSAFE,
    breaks="the next `kubectl apply` on the client's side, which scales to 1 once, and clusters without the autoscaler",
)
def replicas_with_autoscaler(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the number."""
    yield remove(finding.pointer)
