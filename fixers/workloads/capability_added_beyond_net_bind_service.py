"""Fixer for capability-added-beyond-net-bind-service."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.added_capabilities import take_back
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import capabilities, pods, users
from rules.workloads.capability_added_beyond_net_bind_service import (
    capability_added_beyond_net_bind_service as rule,
)


@fixer(
    rule,
    title="Add NET_BIND_SERVICE at most",
    safety=Safety.UNSAFE,
    breaks="images that start as root, change owners of files and then switch to another user",
)
def capability_added_beyond_net_bind_service(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove what profile restricted refuses, unless root was given exactly these on purpose."""
    container, pod = get(document.value, *finding.pointer[:-3]), pods.pod(document)
    if pod is not None and users.is_root(pod.spec, container) and capabilities.drops_all(container):
        raise Unfixable(
            f"{pods.label(container)} is told to run as root with these capabilities and no others; "
            "find out which of them it uses, or choose another user first",
            "root-uses-capabilities",
        )
    yield from take_back(finding, document)
