"""Fixer for probe-on-init-container."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.probe_on_init_container import probe_on_init_container as rule


@fixer(
    rule,
    title="Remove what an init container may not have",
    safety=Safety.UNSAFE,
    breaks="containers that were to run beside the others: the pod is accepted and waits for their end for ever",
)
def probe_on_init_container(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the probe or the hooks.

    `validateInitContainers` of the API server refuses the pod as it is. Unsafe because who probes a container
    often means one that does not end, and lacks `restartPolicy: Always`, here or in an overlay that adds it.
    """
    yield remove(finding.pointer)
