"""Fixer for service-account-fields-disagree."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.service_account_fields_disagree import service_account_fields_disagree as rule


@fixer(rule, title="Remove the service account that does not count", safety=Safety.SAFE, breaks="nothing")
def service_account_fields_disagree(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the old field.

    Safe: `Convert_v1_PodSpec_To_core_PodSpec` of the API server takes it exactly when the new one is empty.
    """
    yield remove(finding.pointer)
