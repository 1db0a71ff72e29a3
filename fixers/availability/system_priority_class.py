"""Fixer for system-priority-class."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.availability.system_priority_class import system_priority_class as rule
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import exists


@fixer(
    rule,
    title="Use the default priority class",
    safety=Safety.UNSAFE,
    breaks="applications that must run when nodes are full: they may wait, or be stopped for others",
)
def system_priority_class(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the class, and the number that Kubernetes would compare with that of the default class."""
    yield remove(finding.pointer)
    number = (*finding.pointer[:-1], "priority")
    if exists(document.value, number):
        yield remove(number)
