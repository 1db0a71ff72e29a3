"""Fixer for host-path-writable."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.host_path_writable import host_path_writable as rule


@fixer(
    rule,
    title="Mount the node's folder read-only",
    safety=Safety.UNSAFE,
    breaks="programs that write there: positions in logs, sockets for others, plugins, data on the node",
)
def host_path_writable(finding: Finding, document: Document) -> Iterator[Operation]:
    """Say so on this mount only: each container may use the volume in its own way."""
    if get(document.value, *finding.pointer[:-1], "mountPropagation") == "Bidirectional":
        container = get(document.value, *finding.pointer[:-3])
        raise Unfixable(
            f"{pods.label(container)} shares mounts with its node (mountPropagation: Bidirectional), "
            "which it does in order to put something there",
            "shares-mounts",
        )
    yield put(document.value, finding.pointer, True)
