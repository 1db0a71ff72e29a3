"""How long the containers of a pod run."""

from __future__ import annotations

from typing import Any

from rules.pointer import Pointer


def stays(pointer: Pointer, container: dict[str, Any]) -> bool:
    """Does a container run as long as its pod? Init containers do with `restartPolicy: Always`, ephemeral ones not."""
    if "ephemeralContainers" in pointer:
        return False
    return "initContainers" not in pointer or container.get("restartPolicy") == "Always"
