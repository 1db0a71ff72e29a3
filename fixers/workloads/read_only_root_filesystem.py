"""Fixer for read-only-root-filesystem."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put
from fixers.workloads.windows import refuse_windows
from fixers.workloads.writable_tmp import writable_tmp
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.read_only_root_filesystem import read_only_root_filesystem as rule


@fixer(
    rule,
    title="Make the root filesystem read-only",
    safety=Safety.UNSAFE,
    breaks="programs that write outside of volumes and /tmp: caches, logs, files with process numbers",
)
def read_only_root_filesystem(finding: Finding, document: Document) -> Iterator[Operation]:
    """Say true, and give the container a /tmp of its own in the same edit."""
    refuse_windows(document, "read-only root filesystem")
    if "ephemeralContainers" in finding.pointer:
        raise Unfixable("an ephemeral container cannot be changed, nor be in a template", "ephemeral-container")
    yield put(document.value, finding.pointer, True)
    yield from writable_tmp(document, [finding.pointer[:-2]])
