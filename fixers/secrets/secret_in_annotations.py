"""Fixer for secret-in-annotations."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.removal import remove_entry
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.secrets.secret_in_annotations import LAST_APPLIED
from rules.secrets.secret_in_annotations import secret_in_annotations as rule


@fixer(rule, title="Remove the old copy of the object", safety=Safety.SAFE, breaks="nothing")
def secret_in_annotations(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the annotation that `kubectl apply` writes itself; leave other values to a person.

    Safe: `GetModifiedConfiguration` of kubectl drops it from what it reads.
    """
    if finding.pointer[-1] != LAST_APPLIED:
        raise Unfixable(
            "the value is burnt, as Git keeps it: replace it where it is issued, and let what reads it here read a "
            "Secret",
            "credential-is-burnt",
        )
    yield from remove_entry(document.value, finding.pointer, ("metadata",))
