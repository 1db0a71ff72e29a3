"""Fixer for capability-sys-module-added."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.added_capabilities import take_back
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.capability_sys_module_added import capability_sys_module_added as rule


@fixer(
    rule,
    title="Do not let it load kernel modules",
    safety=Safety.UNSAFE,
    breaks="installers of drivers: graphics cards, VPN, storage",
)
def capability_sys_module_added(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove that name and nothing else."""
    yield from take_back(finding, document)
