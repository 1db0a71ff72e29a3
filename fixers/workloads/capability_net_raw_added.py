"""Fixer for capability-net-raw-added."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.added_capabilities import take_back
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.capability_net_raw_added import capability_net_raw_added as rule


@fixer(
    rule,
    title="Do not add NET_RAW",
    safety=Safety.UNSAFE,
    breaks="ping on older nodes, traceroute, recording of packets, some health checks",
)
def capability_net_raw_added(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove that name and nothing else."""
    yield from take_back(finding, document)
