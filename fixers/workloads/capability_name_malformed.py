"""Fixer for capability-name-malformed."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, replace
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import capabilities
from rules.workloads.capability_name_malformed import capability_name_malformed as rule


def _safety(finding: Finding, document: Document) -> Safety:
    """Safe when only the case changes: container runtimes make capitals of what they get."""
    name = str(get(document.value, *finding.pointer))
    return Safety.SAFE if name.upper() in capabilities.KNOWN else Safety.UNSAFE


@fixer(
    rule,
    title="Name the capability as Kubernetes does",
    safety=_safety,
    breaks="programs that use the capability, which was perhaps never dropped until now",
)
def capability_name_malformed(finding: Finding, document: Document) -> Iterator[Operation]:
    """Correct the item where it stands."""
    given = str(get(document.value, *finding.pointer))
    name = capabilities.plain(given)
    if name not in capabilities.KNOWN and name != "ALL":
        raise Unfixable(f'no capability is called "{given}"; say which is meant', "no-such-capability")
    yield replace(finding.pointer, name)
