"""Fixer for label-value-invalid."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, replace
from rules.errors import ManifestError, Unfixable
from rules.manifest import Document
from rules.metadata.label_value_invalid import complaint
from rules.metadata.label_value_invalid import label_value_invalid as rule
from rules.model import Finding
from rules.nodes import child
from rules.pointer import get


@fixer(rule, title="Put the label's value in quotes", safety=Safety.SAFE, breaks="nothing")
def label_value_invalid(finding: Finding, document: Document) -> Iterator[Operation]:
    """Replace a number or truth value by the text that stands in the file.

    Safe: the API server refuses an object whose label is no text.
    """
    value = get(document.value, *finding.pointer)
    text = None if isinstance(value, str | dict | list) else _written(document, finding)
    if not text or complaint(text):
        raise Unfixable("what the label should say is for a person; Kubernetes refuses it as it is", "no-valid-label")
    yield replace(finding.pointer, text)


def _written(document: Document, finding: Finding) -> str | None:
    """Return the text of the scalar as it stands in the file: 1.10, not 1.1."""
    try:
        node = document.root
    except ManifestError:
        return None
    for key in finding.place:
        below = child(node, key)
        if below is None:
            return None
        # Quoted at one of its places, the value would stay a number at the others: labels and selectors that
        # belong together would part.
        if below.kind == "alias" or below.anchor or below.parent is not node:
            raise Unfixable(
                "the value stands at several places through an anchor; put it in quotes where the anchor is",
                "shared-by-anchor",
            )
        node = below
    return node.text if node.kind == "scalar" else None
