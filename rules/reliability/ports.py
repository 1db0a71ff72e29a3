"""Names of ports: `IsValidPortName` of k8s.io/apimachinery."""

from __future__ import annotations

import re

_LONGEST = 15
_CHARACTERS = re.compile(r"[-a-z0-9]+\Z")
_LETTER = re.compile(r"[a-z]")


def name_problem(name: str) -> str:
    """Return what makes a name none for a port, as the end of a sentence, or ""."""
    if len(name) > _LONGEST:
        return f"has more than {_LONGEST} characters"
    if not _CHARACTERS.match(name):
        return "has other characters than small letters, digits and hyphens"
    if not _LETTER.search(name):
        return "has no letter"
    if "--" in name or name[0] == "-" or name[-1] == "-":
        return "has a hyphen at an end or two in a row"
    return ""
