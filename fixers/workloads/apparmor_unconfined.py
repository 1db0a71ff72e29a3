"""Fixer for apparmor-unconfined."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.removal import remove_entry
from rules.manifest import Document
from rules.model import Finding
from rules.workloads import pods
from rules.workloads.apparmor_unconfined import apparmor_unconfined as rule


@fixer(
    rule,
    title="Leave AppArmor to the container runtime",
    safety=Safety.UNSAFE,
    breaks="programs that mount, trace others or write below /proc and /sys",
)
def apparmor_unconfined(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the field or the annotation: absent means the runtime's profile, on every node."""
    pod = pods.pod(document)
    # Of an annotation, its map may go; the metadata around it stay.
    floor = finding.pointer[:-2]
    if pod is not None and "annotations" in finding.pointer[: len(pod.pointer) + 1]:
        floor = (*pod.pointer[:-1], "metadata")
    yield from remove_entry(document.value, finding.pointer, floor)
