"""Fixer for probe-on-init-container."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.probe_on_init_container import probe_on_init_container as rule


@fixer(rule, title="Remove what an init container may not have", safety=Safety.SAFE, breaks="nothing")
def probe_on_init_container(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the probe or the hooks.

    Safe: `validateInitContainers` of the API server refuses the pod as it is.
    """
    yield remove(finding.pointer)
