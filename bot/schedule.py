"""When pull requests may be written: windows of days and hours in a time zone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from bot.errors import ConfigError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WHOLE_DAY = 24 * 60
_HOURS = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?\s*-\s*([0-9]{1,2})(?::([0-9]{2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours that return every week: `days` count from Monday, 0; `start` and `end` are minutes, the end excluded.

    One that ends before it starts goes on into the next day.
    """

    days: frozenset[int] = frozenset(range(7))
    start: int = 0
    end: int = _WHOLE_DAY

    def holds(self, now: datetime) -> bool:
        """Is a time, as the clock on the wall shows it, in the window?"""
        minute = now.hour * 60 + now.minute
        if self.start < self.end:
            return now.weekday() in self.days and self.start <= minute < self.end
        if minute >= self.start:
            return now.weekday() in self.days
        return minute < self.end and (now - timedelta(days=1)).weekday() in self.days


@dataclass(frozen=True, slots=True)
class Schedule:
    """The windows in which pull requests are written; `words` are theirs for people."""

    windows: tuple[Window, ...]
    timezone: str = "UTC"
    words: tuple[str, ...] = ()

    def holds(self, now: datetime) -> bool:
        """Is it time? `now` must know its time zone. Raises ConfigError where nobody knows that of the schedule."""
        here = now.astimezone(zone(self.timezone))
        return any(window.holds(here) for window in self.windows)

    def __str__(self) -> str:
        return f"{', '.join(self.words)} ({self.timezone})"


def zone(name: str) -> tzinfo:
    """Return a time zone by its name in the IANA database. Raises ConfigError."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, available_timezones  # Only who has a schedule pays for it.

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # Not found; no such path; a directory of zones.
        pass
    if not available_timezones():
        raise ConfigError(f"time zone {name!r}: this machine has no time zones", "install tzdata, or write UTC")
    raise ConfigError(f"time zone {name!r} is not known", "it looks like Europe/Berlin")


def days(texts: Iterable[str]) -> frozenset[int]:
    """Return the days that names and ranges stand for: `mon`, `Friday`, `sat-mon`. Raises ValueError."""
    found: set[int] = set()
    for text in texts:
        first, dash, last = (part.strip() for part in text.partition("-"))
        start, end = _day(first), _day(last if dash else first)
        found.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(found)


def hours(text: str) -> tuple[int, int]:
    """Return the minutes at which hours start and end: `9-17`, `09:30-17:00`, `22-6`, `0-24`. Raises ValueError."""
    found = _HOURS.fullmatch(text.strip())
    if found:
        start, end = (int(found[at]) * 60 + int(found[at + 1] or 0) for at in (1, 3))
        minutes = (int(found[2] or 0), int(found[4] or 0))
        if start < _WHOLE_DAY and end <= _WHOLE_DAY and start != end and max(minutes) < 60:
            return start, end
    raise ValueError("expected hours such as 9-17 or 22:30-06:00")


def _day(text: str) -> int:
    name = text.lower()
    if name in DAYS or name in _LONG:
        return (DAYS if name in DAYS else _LONG).index(name)
    raise ValueError(f"expected days such as mon or mon-fri, not {text!r}")
