"""Fixer for apparmor-annotation-orphan."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.removal import remove_entry
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.apparmor_annotation_orphan import apparmor_annotation_orphan as rule


@fixer(
    rule,
    title="Remove the annotation without a container",
    safety=Safety.UNSAFE,
    breaks="the confinement of a container that an overlay, an operator or a webhook adds under this name",
)
def apparmor_annotation_orphan(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the annotation, and the map of annotations with it if nothing else is there.

    `ValidateAppArmorPodAnnotations` of the API server refuses the pod as it is. Unsafe because a pod to which
    somebody adds the container is accepted with and without the annotation, and without it nothing confines it.
    """
    yield from remove_entry(document.value, finding.pointer, finding.pointer[:-2])
