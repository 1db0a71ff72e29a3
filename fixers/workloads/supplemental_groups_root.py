"""Fixer for supplemental-groups-root."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.removal import remove_entries
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import users
from rules.workloads.supplemental_groups_root import supplemental_groups_root as rule


@fixer(
    rule,
    title="Leave the group root",
    safety=Safety.UNSAFE,
    breaks="access to volumes, sockets and files that only the group root may read or write",
)
def supplemental_groups_root(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the number 0, and the list with it where nothing else is there."""
    owner = finding.pointer[:-2]
    goes = users.root_groups(get(document.value, *owner))
    yield from remove_entries(document.value, finding.pointer, goes, owner)
