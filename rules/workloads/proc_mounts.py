"""How containers have /proc mounted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.workloads import pods
from rules.workloads.templates import word


def unmasked(document: Document) -> Iterator[tuple[Pointer, dict[str, Any], str]]:
    """Yield (pointer to procMount, container, value) where it is something else than Default."""
    for pointer, container in pods.containers(document):
        value = word(get(container, "securityContext", "procMount"))
        if value is not None and value != "Default":
            yield (*pointer, "securityContext", "procMount"), container, value
