"""Taking back capabilities that a container adds: the same edit for every rule about them."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation
from fixers.workloads.removal import remove_entries
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import capabilities


def take_back(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the names that the finding is about from the list; others are other findings.

    A list that would be empty goes, with the maps around it that hold nothing else.
    """
    owner = finding.pointer[:-3]
    found = capabilities.added(get(document.value, *owner), finding.rule)
    yield from remove_entries(document.value, finding.pointer, [index for index, _ in found], owner)
