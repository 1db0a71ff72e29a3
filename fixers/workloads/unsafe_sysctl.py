"""Fixer for unsafe-sysctl."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, replace
from fixers.workloads.removal import remove_entries
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import sysctls
from rules.workloads.unsafe_sysctl import unsafe_sysctl as rule


@fixer(
    rule,
    title="Leave kernel settings to the node",
    safety=Safety.UNSAFE,
    breaks="servers that were tuned for many connections or large messages",
)
def unsafe_sysctl(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Operation]:
    """Write a safe setting as admission compares it, and remove the others."""
    safe, goes = sysctls.safe(cluster.version), []
    for index, name in sysctls.unsafe(get(document.value, *finding.pointer[:-2]), cluster.version):
        if sysctls.dotted(name) in safe:
            yield replace((*finding.pointer, index, "name"), sysctls.dotted(name))
        else:
            goes.append(index)
    if goes:
        yield from remove_entries(document.value, finding.pointer, goes, finding.pointer[:-2])
