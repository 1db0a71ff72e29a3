"""Fixer for resource-quantity-suspicious."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, replace
from fixers.refusals import refuse
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.resources import quantities, units
from rules.resources.amounts import SIDES
from rules.resources.resource_quantity_suspicious import resource_quantity_suspicious as rule


@fixer(
    rule,
    title="Write the unit that was meant",
    safety=Safety.UNSAFE,
    breaks="pods that find no node with so much room, and containers for which the amount was meant",
)
def resource_quantity_suspicious(finding: Finding, document: Document) -> Iterator[Operation]:
    """Repair request and limit of the resource together: one without the other may be larger than it."""
    *owner, _, resource = finding.pointer
    places = {side: (*owner, side, resource) for side in SIDES}
    given = {side: get(document.value, *place) for side, place in places.items()}
    repaired = {side: units.meant(str(resource), value) for side, value in given.items()}
    if repaired[str(finding.pointer[-2])] is None:
        raise refuse("needs-a-person")
    request, limit = (quantities.parse(repaired[side] or given[side]) for side in SIDES)
    if request is not None and limit is not None and request > limit:
        raise refuse("needs-a-person", "the request would be larger than the limit")
    for side, new in repaired.items():
        if new is not None:
            yield replace(places[side], new)
