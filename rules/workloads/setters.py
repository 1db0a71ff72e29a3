"""Who sets a field of the securityContext that containers inherit from their pod.

Admission by Pod Security judges every setter, also one whose value reaches nobody; how bad it is depends on
whether it reaches somebody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rules.manifest import Document
from rules.model import Severity
from rules.pointer import Pointer, get
from rules.workloads import pods


class Setter(NamedTuple):
    """A pod or container (`owner` points to it) that sets a field at `pointer` to something else than null."""

    owner: Pointer
    pointer: Pointer
    name: str
    value: Any
    reaches: bool  # Does the value apply to a container, or do all of them say something else?

    def severity(self, reaching: Severity) -> Severity:
        """Return how bad the value is, given how bad it is where it applies."""
        return reaching if self.reaches else min(reaching, Severity.LOW)


def setters(document: Document, field: str) -> Iterator[Setter]:
    """Yield who sets a field of the securityContext: first the pod, then its containers."""
    pod = pods.pod(document)
    if pod is None:
        return
    given = get(pod.spec, "securityContext", field)
    if given is not None:
        yield Setter(
            pod.pointer, (*pod.pointer, "securityContext", field), "the pod", given, inherited(document, field)
        )
    for pointer, container in pods.containers(document):
        own = get(container, "securityContext", field)
        if own is not None:
            yield Setter(pointer, (*pointer, "securityContext", field), pods.label(container), own, True)


def inherited(document: Document, field: str) -> bool:
    """May a container take the field from its pod? In a part of an object one that is not seen may."""
    if document.partial or pods.is_fragment(document):
        return True
    return any(get(container, "securityContext", field) is None for _, container in pods.containers(document))
