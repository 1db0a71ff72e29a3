"""What fixes of disruption budgets share."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, move, replace
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import exists, get

_MOST = ("spec", "maxUnavailable")
_LEAST = ("spec", "minAvailable")


def spare_one(finding: Finding, document: Document) -> Iterator[Operation]:
    """Yield what makes a budget allow one pod to be missing: the least that lets a node be emptied.

    Only one of both fields may be set. Raises Unfixable where both are.
    """
    if get(document.value, *_MOST) is not None and get(document.value, *_LEAST) is not None:
        raise Unfixable("minAvailable and maxUnavailable are both set, which Kubernetes refuses", "needs-a-person")
    if finding.pointer == _LEAST:
        if exists(document.value, _MOST):
            raise Unfixable("maxUnavailable is written as null beside minAvailable", "unexpected-shape")
        yield move(_LEAST, _MOST)
    yield replace(_MOST, 1)
