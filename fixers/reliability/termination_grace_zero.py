"""Fixer for termination-grace-zero."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.manifest import Document
from rules.model import Finding
from rules.reliability.termination_grace_zero import termination_grace_zero as rule


@fixer(
    rule,
    title="Give the pod the usual 30 seconds to finish",
    safety=Safety.UNSAFE,
    breaks="the speed of rollouts and of draining nodes, when programs ignore the request to stop",
)
def termination_grace_zero(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the zero, which leaves the 30 seconds of Kubernetes."""
    yield remove(finding.pointer)
