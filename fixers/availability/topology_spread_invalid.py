"""Fixer for topology-spread-invalid."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put
from rules import selectors
from rules.availability.topology_spread_invalid import topology_spread_invalid as rule
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workload_objects import labels_of_pods


@fixer(
    rule,
    title="Count the pods of the workload itself",
    safety=Safety.UNSAFE,
    breaks="pods that then wait because there are too few nodes or zones for them",
)
def topology_spread_invalid(finding: Finding, document: Document) -> Iterator[Operation]:
    """Give a constraint without a selector that of its workload."""
    if finding.pointer[-1] != "labelSelector" or get(document.value, *finding.pointer) is not None:
        raise Unfixable("what the constraint is to say is for a person to decide", "needs-a-person")
    given = get(document.value, "spec", "selector")
    asked = selectors.of_selector(given)
    if not asked or not selectors.may_meet(asked, labels_of_pods(document)):
        raise Unfixable("the workload has no selector that its pods meet", "needs-a-person")
    yield put(document.value, finding.pointer, copy.deepcopy(given))
