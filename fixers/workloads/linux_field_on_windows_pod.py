"""Fixer for linux-field-on-windows-pod."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import PART, Operation, Safety, fixer
from fixers.workloads.privileged_container import refuse_beside_shared_mounts
from fixers.workloads.removal import remove_entry
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.linux_field_on_windows_pod import linux_field_on_windows_pod as rule


def _safety(_: Finding, document: Document) -> Safety:
    """Safe when the manifest is the whole pod, which the API server refuses."""
    return Safety.UNSAFE if document.partial or pods.is_fragment(document) else Safety.SAFE


@fixer(rule, title="Remove the field of Linux", safety=_safety, breaks=PART)
def linux_field_on_windows_pod(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the field, and its securityContext with it where nothing else is there."""
    if finding.pointer[-1] == "privileged" and get(document.value, *finding.pointer) is True:
        refuse_beside_shared_mounts(get(document.value, *finding.pointer[:-2]))
    floor = finding.pointer[:-2] if "securityContext" in finding.pointer else finding.pointer[:-1]
    yield from remove_entry(document.value, finding.pointer, floor)
