"""Fixer for proc-mount-unmasked."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.removal import remove_entry
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.proc_mount_unmasked import proc_mount_unmasked as rule


@fixer(
    rule,
    title="Mount /proc with the default masks",
    safety=Safety.UNSAFE,
    breaks="builders of images and others that start containers inside the container",
)
def proc_mount_unmasked(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the line: absent means Default."""
    yield from remove_entry(document.value, finding.pointer, finding.pointer[:-2])
