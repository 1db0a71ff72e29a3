"""Fixer for capabilities-not-dropped-all."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put
from fixers.workloads.windows import refuse_windows
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.capabilities_not_dropped_all import capabilities_not_dropped_all as rule


@fixer(
    rule,
    title="Drop all capabilities",
    safety=Safety.UNSAFE,
    breaks="images that start as root and change owners, switch users or listen below port 1024",
)
def capabilities_not_dropped_all(finding: Finding, document: Document) -> Iterator[Operation]:
    """Drop ALL in place of single names, all of which it includes; what is added back stays."""
    refuse_windows(document, "capabilities")
    yield put(document.value, finding.pointer, ["ALL"])
