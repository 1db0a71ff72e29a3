"""Fixer for rolling-update-all-at-once."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, replace
from rules.availability.counts import share
from rules.availability.rolling_update_all_at_once import rolling_update_all_at_once as rule
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get


@fixer(
    rule,
    title="Update a part of the pods at a time",
    safety=Safety.UNSAFE,
    breaks="updates that must be quick, or whose old and new pods cannot run beside each other",
)
def rolling_update_all_at_once(finding: Finding, document: Document) -> Iterator[Operation]:
    """Write the default of Kubernetes: a quarter of a Deployment, one pod of a DaemonSet."""
    surge = get(document.value, *finding.pointer[:-1], "maxSurge")
    if document.kind == "DaemonSet" and surge is not None and share(surge, 100, up=True) != 0:
        raise Unfixable("a DaemonSet with maxSurge must have maxUnavailable 0: choose one of both", "needs-a-person")
    yield replace(finding.pointer, 1 if document.kind == "DaemonSet" else "25%")
