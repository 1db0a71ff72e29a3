"""What tests of every folder may use."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

# Seconds of processor time. No measure of speed, which other load would change: what backtracks takes hours.
HANG = 60


@pytest.fixture
def hang_guard() -> Iterator[None]:
    """Fail a test that would practically not end."""

    def give_up(*_: object) -> None:
        raise AssertionError(f"not done after {HANG} seconds of processor time")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
