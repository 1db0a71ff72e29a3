"""What kustomize and Flux read in a plain scalar where kubectl reads something else.

kubectl reads with go-yaml v2 (`rules.scalars`); kustomize and Flux read with go-yaml v3 into Go maps and write
JSON. Measured with both libraries (`tests/judge/test_kustomize_reading.py`): numbers mean the same to both,
`0644`, `0b1`, `1_000` and `1:30` included. Not the same are the words of YAML 1.1 for true and false, days and
times, and keys below the root that are no text.
"""

from __future__ import annotations

import calendar
import re
from functools import lru_cache

from rules import scalars

REFUSED = ""
WORDS = (scalars.TRUE | scalars.FALSE) - {"true", "True", "TRUE", "false", "False", "FALSE"}

# The four forms of go-yaml v3's `parseTimestamp`, as lenient as Go's `time.Parse` takes them.
_TIME = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?:(?P<zoned>[Tt])| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})"
    r"(?:[.,](?P<fraction>[0-9]+))?"
    r"(?P<zone>Z|(?P<sign>[-+])(?P<hours>[0-9]{2}):(?P<minutes>[0-9]{2}))?)?\Z"
)


@lru_cache(maxsize=65536)
def value(text: str) -> str | None:
    """Return what kustomize reads in a plain value: REFUSED if it refuses it, None if it agrees with kubectl."""
    if text in WORDS:
        return text
    read = time(text)
    return None if read == text else read


@lru_cache(maxsize=65536)
def key(text: str, root: bool = False) -> str | None:
    """Return the same for a plain key; the keys of an object's root are text to kustomize, however written.

    Raises scalars.BadScalar for keys that `rules.scalars.key` has no text for.
    """
    known = scalars.plain(text)
    if text in WORDS or (root and scalars.key(known, text) != text):
        return text
    return REFUSED if not root and (not isinstance(known, str) or time(text) is not None) else None


def time(text: str) -> str | None:
    """Return a day or time as go-yaml v3 writes it in JSON, REFUSED where JSON has no such zone, None for other text.

    `2024-1-2` is `2024-01-02T00:00:00Z`.
    """
    found = _TIME.match(text) if text[4:5] == "-" else None
    if found is None or (found["hour"] is not None and (found["zone"] is None) == bool(found["zoned"])):
        return None
    year, month, day = (int(found[name]) for name in ("year", "month", "day"))
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year or 2000, month)[1]:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    hours, minutes = int(found["hours"] or 0), int(found["minutes"] or 0)
    if hours > 24 or minutes > 60:
        return None
    offset = 60 * hours + minutes
    if offset >= 24 * 60:
        return REFUSED
    fraction = (found["fraction"] or "")[:9].rstrip("0")
    zone = f"{found['sign']}{offset // 60:02}:{offset % 60:02}" if offset else "Z"
    moment = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    return moment + (f".{fraction}" if fraction else "") + zone
