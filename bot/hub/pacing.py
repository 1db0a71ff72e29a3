"""How fast GitHub may be asked, how long it is waited for, and when a run ends instead. No network.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

from __future__ import annotations

import random
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.hub.calls import Limited

TRIES = 4  # Of one read.
MAX_WAIT = 60.0  # Seconds that one wait may take.
MAX_WAITS = 600.0  # Seconds that all waits of a run for GitHub's limits may take.
MAX_PAUSES = 5  # Of one request.
HOUR = 3600.0

# GitHub takes 80 writes that make content a minute and 500 an hour. A second between two of them keeps the first,
# and counting those of the last hour keeps the second.
BETWEEN_REQUESTS = 0.25
BETWEEN_WRITES = 1.0
WRITES_PER_HOUR = 480
# What is kept back, of our own budget and of GitHub's, for what is written last.
RESERVE_WRITES = 10
RESERVE_REQUESTS = 25

_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)
_LIMIT_TEXTS = ("rate limit", "abuse detection")


class Pacing:
    """The pace of one run, whatever number of repositories and connections it has: one request after another.

    `pace` is the unit of all waiting, in seconds: 0 waits for nothing, and still ends where it would wait too long.
    """

    def __init__(
        self,
        pace: float = 1.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._pace = pace
        self.clock = clock
        self._sleep = sleep
        self._chance = chance
        self._writes: deque[float] = deque()
        self._last = self._last_write = float("-inf")
        self._waited = 0.0
        self._until = float("-inf")  # When GitHub takes requests again.
        self._left: dict[str, tuple[float, float]] = {}  # Of each of GitHub's limits: what is left of it, till when.
        self._reserve = True

    @property
    def is_used_up(self) -> bool:
        """Does GitHub take nothing more for longer than a run may wait?"""
        return self.clock() < self._until

    def spend(self) -> None:
        """Let what is written last have what was kept back for it."""
        self._reserve = False

    def keep_back(self) -> None:
        """Keep something back again, for the last words about the next repository."""
        self._reserve = True

    def before(self, *, is_write: bool) -> None:
        """Wait until a request may be sent. Raises Limited where that takes longer than a run may."""
        now = self.clock()
        if now < self._until:
            raise self._limited(self._until - now)
        if is_write:
            self._count(now)
        ready = max(self._last + BETWEEN_REQUESTS * self._pace, now)
        if is_write:
            ready = max(self._last_write + BETWEEN_WRITES * self._pace, ready)
        if ready > now:
            self._sleep(min(ready - now, MAX_WAIT))  # The cap is for a clock that was set back.
        if is_write:
            self._writes.append(self.clock())

    def after(self, headers: Mapping[str, str], *, is_write: bool) -> None:
        """Take note of a request that is over, and of what GitHub says is left of a limit."""
        self._last = self.clock()
        if is_write:
            self._last_write = self._last
        left, reset = _number(headers.get("x-ratelimit-remaining")), _number(headers.get("x-ratelimit-reset"))
        if left is not None and reset is not None:
            self._left[headers.get("x-ratelimit-resource", "core")] = (
                left,
                self._last + reset - _now(headers, self._last),
            )

    def back_off(self, tries: int, headers: Mapping[str, str]) -> None:
        """Wait before a read is sent again, after `tries` tries: longer each time, and never twice the same."""
        asked = _after(headers, self.clock()) or 0.0
        self._sleep(min(MAX_WAIT, max(2.0 ** (tries - 1), asked) + self._chance()) * self._pace)

    def rest(self, tries: int) -> None:
        """Wait before a write that GitHub did not take is sent again, after `tries` tries."""
        self.back_off(tries + 1, {})

    def wait(self, seconds: float, pauses: int) -> None:
        """Wait because GitHub says so, for the `pauses`th time for one request. Raises Limited."""
        self._waited += seconds
        if seconds > MAX_WAIT or self._waited > MAX_WAITS or pauses > MAX_PAUSES:
            self._until = self.clock() + seconds  # Whoever goes on asking meanwhile is shut out.
            raise self._limited(seconds)
        self._sleep((seconds + self._chance()) * self._pace)

    def _count(self, now: float) -> None:
        while self._writes and self._writes[0] <= now - HOUR:
            self._writes.popleft()
        if len(self._writes) >= WRITES_PER_HOUR - (RESERVE_WRITES if self._reserve else 0):
            raise self._limited(self._writes[0] + HOUR - now, "this run has written as much as GitHub takes in an hour")
        if self._reserve:
            self._left = {name: (left, end) for name, (left, end) in self._left.items() if end > now}
            for left, end in self._left.values():
                if left < RESERVE_REQUESTS:
                    raise self._limited(end - now, "GitHub's rate limit is nearly used up")

    def _limited(self, seconds: float, why: str = "GitHub's rate limit is used up") -> Limited:
        seconds = min(max(seconds, 60.0), 24 * HOUR)
        when = datetime.fromtimestamp(self.clock() + seconds, UTC)
        return Limited(
            f"{why}; what was done so far stays",
            f"run again later: after {when:%H:%M} UTC, in {round(seconds / 60)} min; it goes on from there",
        )


def pause(status: int, headers: Mapping[str, str], text: str, pauses: int, now: float) -> float | None:
    """Return for how many seconds GitHub wants us to wait after an answer, None where it does not limit us.

    `pauses` is how often this request has waited already. Nothing happened at GitHub, so a write may be sent again.
    """
    said = text[:5000].lower()
    after = _after(headers, now)
    used_up = headers.get("x-ratelimit-remaining") == "0"
    is_limit = {
        429: True,
        403: used_up or after is not None or any(sign in said for sign in _LIMIT_TEXTS),
        422: "submitted too quickly" in said,  # Too many new issues or comments.
    }
    if not is_limit.get(status, False):
        return None
    if after is not None:
        return max(after, 1.0)
    reset = _number(headers.get("x-ratelimit-reset"))
    if used_up and reset is not None:
        return max(reset - _now(headers, now), 1.0)
    return MAX_WAIT * 2.0**pauses  # "Wait for at least one minute", and longer each time.


def _after(headers: Mapping[str, str], now: float) -> float | None:
    """Return what Retry-After says, in seconds: it is a number or a date (RFC 9110, 10.2.3)."""
    given = headers.get("retry-after", "").strip()
    number = _number(given)
    if number is not None:
        return number
    date = _date(given)
    return None if date is None else max(0.0, date - _now(headers, now))


def _now(headers: Mapping[str, str], now: float) -> float:
    """Return the time of the answer by GitHub's clock: ours may be wrong."""
    date = _date(headers.get("date", ""))
    return now if date is None else date


def _date(given: str) -> float | None:
    try:
        return parsedate_to_datetime(given).timestamp()
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None


def _number(given: str | None) -> float | None:
    return float(given) if given is not None and _NUMBER.fullmatch(given.strip()) else None
