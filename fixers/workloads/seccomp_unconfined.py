"""Fixer for seccomp-unconfined."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put, remove
from fixers.workloads.windows import refuse_windows
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import seccomp
from rules.workloads.seccomp_unconfined import seccomp_unconfined as rule


@fixer(
    rule,
    title="Ask for the default seccomp profile",
    safety=Safety.UNSAFE,
    breaks="debuggers, sandboxes, profilers and programs that make their own namespaces",
)
def seccomp_unconfined(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Operation]:
    """Ask for the one type that needs no file on the node; the name of a file is invalid beside it."""
    refuse_windows(document, "seccomp profiles")
    if seccomp.has_annotations(document, cluster):
        # The API server refuses a pod whose annotation and field differ.
        raise Unfixable("the pod has seccomp annotations, which must agree with the field", "seccomp-annotation")
    profile = get(document.value, *finding.pointer[:-1])
    if profile.get("localhostProfile"):
        if profile.get("type") != "Unconfined":
            raise Unfixable(
                "a profile in a file of the node is named beside; it needs the type Localhost, if it is meant",
                "profile-unclear",
            )
        yield remove((*finding.pointer[:-1], "localhostProfile"))
    yield put(document.value, finding.pointer, "RuntimeDefault")
