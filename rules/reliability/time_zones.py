"""Names of time zones, as far as they can be told without the database of IANA, which gets new cities."""

from __future__ import annotations

import re

# Zones that stand in no area. These stay as they are: what is new is a city, and stands in one.
_ALONE = frozenset(
    [
        *("CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "Factory"),
        *("GB", "GB-Eire", "GMT", "GMT+0", "GMT-0", "GMT0", "Greenwich", "HST", "Hongkong"),
        *("Iceland", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein", "Libya", "MET", "MST"),
        *("MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC", "PST8PDT", "Poland", "Portugal", "ROC"),
        *("ROK", "Singapore", "Turkey", "UCT", "UTC", "Universal", "W-SU", "WET", "Zulu"),
        *("localtime", "posixrules"),
    ]
)
_AREAS = frozenset(
    [
        *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Brazil", "Canada", "Chile"),
        *("Etc", "Europe", "Indian", "Mexico", "Pacific", "US", "posix", "right", "SystemV"),
    ]
)
_FORM = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,3}\Z")


def is_zone(name: str) -> bool:
    """May a name be one of a time zone? It matters which letters are capitals; `Local` and abbreviations are none."""
    area, slash, _ = name.partition("/")
    return bool(_FORM.match(name)) and (area in _AREAS if slash else name in _ALONE)
