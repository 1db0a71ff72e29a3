"""Fixer for privileged-container."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, fixer, replace
from fixers.workloads.windows import refuse_windows
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.privileged_container import privileged_container as rule


@fixer(
    rule,
    title="Run unprivileged",
    safety=Safety.UNSAFE,
    breaks="containers that use devices, load kernel modules, run Docker or configure the node",
)
def privileged_container(finding: Finding, document: Document) -> Iterator[Operation]:
    """Say false instead of removing the key: the intent stays visible and survives a merge with other values.

    allowPrivilegeEscalation is left as it is: false was invalid before, true stays another rule's finding.
    """
    refuse_windows(document, "privileged mode")
    container = get(document.value, *finding.pointer[:-2])
    refuse_beside_shared_mounts(container)
    yield replace(finding.pointer, False)


def refuse_beside_shared_mounts(container: Any) -> None:
    """Raise Unfixable where the API server refuses the container unless it is privileged."""
    # `ValidateVolumeMounts`: only privileged containers may mount in both directions.
    if any(get(mount, "mountPropagation") == "Bidirectional" for mount in pods.items(container, "volumeMounts")):
        raise Unfixable(
            f"{pods.label(container)} shares mounts with its node (mountPropagation: Bidirectional), "
            "which Kubernetes allows only to privileged containers",
            "needs-privileged",
        )
