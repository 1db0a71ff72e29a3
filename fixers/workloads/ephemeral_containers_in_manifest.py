"""Fixer for ephemeral-containers-in-manifest."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.manifest import Document
from rules.model import Finding
from rules.workloads import pods
from rules.workloads.ephemeral_containers_in_manifest import ephemeral_containers_in_manifest as rule


def _safety(finding: Finding, document: Document) -> Safety:
    kind = f"{document.kind}.{document.group}" if document.group else document.kind
    return Safety.SAFE if kind in pods.POD_SPECS else Safety.UNSAFE


@fixer(
    rule,
    title="Remove the ephemeral containers",
    safety=_safety,
    breaks="a controller of the custom resource that reads the list itself",
)
def ephemeral_containers_in_manifest(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the list.

    Safe for Kubernetes' own kinds: `ValidatePodTemplateSpec` and `ValidatePodCreate` of the API server forbid it.
    """
    yield remove(finding.pointer)
