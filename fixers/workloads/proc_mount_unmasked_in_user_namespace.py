"""Fixer for proc-mount-unmasked-in-user-namespace."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.removal import remove_entry
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.proc_mount_unmasked_in_user_namespace import proc_mount_unmasked_in_user_namespace as rule


@fixer(
    rule,
    title="Mount /proc with the default masks",
    safety=Safety.UNSAFE,
    breaks="builders of images and others that start containers inside the container",
)
def proc_mount_unmasked_in_user_namespace(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the line: absent means Default."""
    yield from remove_entry(document.value, finding.pointer, finding.pointer[:-2])
