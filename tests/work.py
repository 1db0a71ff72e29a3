"""How much work something is, in a number that no other load of the machine changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def calls(work: Callable[[], object]) -> int:
    """Return how many functions are called, and generators resumed."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    profiler = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(profiler)
    return count
