"""Fixer for sysctl-value-injection."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.removal import remove_entries
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import sysctls
from rules.workloads.sysctl_value_injection import sysctl_value_injection as rule


@fixer(
    rule,
    title="Remove the smuggled kernel setting",
    safety=Safety.UNSAFE,
    breaks="nothing that works: no setting of a pod has such a value",
)
def sysctl_value_injection(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove every setting that carries a second one."""
    owner = finding.pointer[:-2]
    goes = [index for index, _, _ in sysctls.smuggled(get(document.value, *owner))]
    yield from remove_entries(document.value, finding.pointer, goes, owner)
