"""Fixer for deprecated-service-account-field."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, move, remove
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.deprecated_service_account_field import deprecated_service_account_field as rule


@fixer(rule, title="Use the field's present name", safety=Safety.SAFE, breaks="nothing")
def deprecated_service_account_field(finding: Finding, document: Document) -> Iterator[Operation]:
    """Rename the key where it stands; where the present name is there already, remove the old one.

    Safe: `Convert_v1_PodSpec_To_core_PodSpec` of the API server takes the old field exactly when the new
    one is empty.
    """
    spec, at = get(document.value, *finding.pointer[:-1]), (*finding.pointer[:-1], "serviceAccountName")
    if spec.get("serviceAccountName"):
        yield remove(finding.pointer)
        return
    if document.partial or pods.is_fragment(document):
        raise Unfixable(
            "this is part of an object; if the other part has a serviceAccountName, renaming would override it",
            "part-of-an-object",
        )
    yield move(finding.pointer, at)  # Over a serviceAccountName that is there but empty, too.
