"""Fixer for selinux-options-custom."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.removal import remove_entries
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import selinux
from rules.workloads.selinux_options_custom import selinux_options_custom as rule


@fixer(
    rule,
    title="Leave the SELinux type to the container runtime",
    safety=Safety.UNSAFE,
    breaks="agents that read files of the node",
)
def selinux_options_custom(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Operation]:
    """Remove what admission refuses; the level stays, by which volumes are shared."""
    options = get(document.value, *finding.pointer)
    refused = selinux.refused(options, cluster.version)
    yield from remove_entries(document.value, finding.pointer, refused, finding.pointer[:-2])
