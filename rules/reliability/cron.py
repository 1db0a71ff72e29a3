"""Schedules as the CronJob controller reads them: five fields or a name, from `ParseStandard` of robfig/cron v3."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

NAMED = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_EVERY = "@every "
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST_MONTH = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
# A number in Go's `Atoi`: a sign may stand before it.
_NUMBER = re.compile(r"[+-]?[0-9]+\Z")
_ZONED = re.compile(r"(?:CRON_)?TZ=(?P<zone>[^ ]*) (?P<rest>.*)\Z", re.DOTALL)
# White space to Go's `strings.Fields`.
_SPACE = re.compile(r"[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_MAX_LENGTH = 1000
_DURATION = re.compile(r"(?P<amount>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?P<unit>ns|us|\xb5s|\u03bcs|ms|s|m|h)")
_UNITS = {"ns": 1, "us": 10**3, "\xb5s": 10**3, "\u03bcs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9}
_UNITS["h"] = 3600 * 10**9


class Field(NamedTuple):
    """One of the five fields, with the values that it takes."""

    name: str
    least: int
    most: int
    names: dict[str, int]


FIELDS = (
    Field("minute", 0, 59, {}),
    Field("hour", 0, 23, {}),
    Field("day of month", 1, 31, {}),
    Field("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    Field("day of week", 0, 6, {name: number for number, name in enumerate(_DAYS)}),
)


class Schedule(NamedTuple):
    """The values of the five fields; `starred` are the fields that say "any"."""

    values: tuple[frozenset[int], ...]
    starred: tuple[bool, ...]

    @property
    def comes(self) -> bool:
        """Is there a moment that the schedule means?"""
        minutes, hours, days, months, weekdays = self.values
        dated = any(day <= _LONGEST_MONTH.get(month, 31) for month in months for day in days)
        _, _, any_day, _, any_weekday = self.starred
        # Of two fields about the day that both say something, one is enough.
        falls = dated and bool(weekdays) if any_day or any_weekday else dated or (bool(weekdays) and bool(months))
        return bool(minutes) and bool(hours) and falls


class Invalid(ValueError):
    """A schedule that Kubernetes refuses; the message says why."""


def parse(text: str) -> Schedule | None:
    """Return what a schedule without time zone means, None for one by name (`@daily`, `@every 5m`).

    Raises Invalid.
    """
    if len(text) > _MAX_LENGTH:
        raise Invalid("it is too long")
    if text.startswith("@"):
        if text.startswith(_EVERY):
            _check_duration(text.removeprefix(_EVERY))
        elif text not in NAMED:
            raise Invalid(f"there is no {quoted(text)}, only {', '.join(NAMED)} and @every with a duration")
        return None
    given = [part for part in _SPACE.split(text) if part]
    if len(given) != len(FIELDS):
        raise Invalid(f"it has {len(given)} field{'s' * (len(given) != 1)} instead of five")
    read = [_values(part, field) for part, field in zip(given, FIELDS, strict=True)]
    return Schedule(tuple(values for values, _ in read), tuple(starred for _, starred in read))


def zoned(text: str) -> tuple[str, str] | None:
    """Return (time zone, the rest) of a schedule that starts with `TZ=` or `CRON_TZ=`, or None."""
    found = _ZONED.match(text)
    return (found["zone"], found["rest"].strip()) if found else None


def _values(text: str, field: Field) -> tuple[frozenset[int], bool]:
    """Return the values that a field means, and whether a part of it says "any". Raises Invalid."""
    values: set[int] = set()
    starred = False
    for part in text.split(","):
        if part:  # Commas too many mean nothing.
            start, end, step, is_star = _range(part, field)
            values.update(range(start, end + 1, step))
            starred = starred or is_star
    return frozenset(values), starred


def _range(text: str, field: Field) -> tuple[int, int, int, bool]:
    """Return (first, last, step, does it say "any") of one part of a field. Raises Invalid."""
    ends, *steps = text.split("/")
    low, *highs = ends.split("-")
    is_star = low in ("*", "?")
    if is_star:
        start, end = field.least, field.most
    else:
        start = _number(low, field, text)
        end = _number(highs[0], field, text) if highs else start
        if len(highs) > 1:
            raise Invalid(f"{field.name} {quoted(text)} has too many hyphens")
    if len(steps) > 1:
        raise Invalid(f"{field.name} {quoted(text)} has too many slashes")
    step = _number(steps[0], None, text, field.name) if steps else 1
    if steps and not highs:
        end = field.most
    if start < field.least or end > field.most:
        hint = "; Sunday is 0" if field is FIELDS[4] and 7 in (start, end) else ""
        raise Invalid(f"{field.name} {quoted(text)} is not within {field.least} and {field.most}{hint}")
    if start > end:
        raise Invalid(f"{field.name} {quoted(text)} ends before it starts")
    if step == 0:
        raise Invalid(f"{field.name} {quoted(text)} has a step of zero")
    return start, end, step, is_star and step == 1


def _number(text: str, field: Field | None, part: str, name: str = "") -> int:
    known = field.names.get(text.lower()) if field else None
    if known is not None:
        return known
    if not _NUMBER.match(text) or not 0 <= int(text) < 2**63:
        raise Invalid(f"{field.name if field else name} {quoted(part)} is no number, range or step")
    return int(text)


def _check_duration(text: str) -> None:
    """Raise Invalid unless the text is a duration of Go: `90m`, `1h30m`, `1.5h`; days are unknown to it."""
    rest = text[1:] if text[:1] in ("+", "-") else text
    total = Fraction(0)
    at = 0
    while rest != "0" and at < len(rest):
        found = _DURATION.match(rest, at)
        if found is None:
            break
        total += Fraction(found["amount"].rstrip(".")) * _UNITS[found["unit"]]
        at = found.end()
    if rest == "" or (rest != "0" and at < len(rest)) or total >= 2**63:
        raise Invalid(f"{quoted(text)} is no duration such as 1h30m")


def quoted(text: str) -> str:
    """Return how messages show a schedule or a part of it; of a long one the start."""
    return f'"{text if len(text) <= 40 else text[:39] + "…"}"'
