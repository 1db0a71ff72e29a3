"""Fixer for capability-net-admin-added."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.added_capabilities import take_back
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.capability_net_admin_added import capability_net_admin_added as rule


@fixer(
    rule,
    title="Do not add NET_ADMIN",
    safety=Safety.UNSAFE,
    breaks="init containers of service meshes, VPN sidecars, network plugins",
)
def capability_net_admin_added(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove that name and nothing else."""
    yield from take_back(finding, document)
