"""Templates of titles and commit subjects: a text in which some `{words}` stand for something. Pure.

Words are put in once, from left to right, and what is put in is never read again: no text of a manifest can use
them, and none of them reaches anything but these values.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

TITLE_WORDS = ("about", "fixes", "count", "safety", "base")
SUBJECT_WORDS = ("fix", "object", "kind", "name", "rule", "severity")
MAX_LENGTH = 200

_WORD = re.compile(r"\{([a-z]+)\}")


def check(template: str, words: Collection[str]) -> str:
    """Return a template that holds only words that are known. Raises ValueError, in words for people."""
    known = ", ".join(f"{{{word}}}" for word in words)
    for word in _WORD.findall(template):
        if word not in words:
            raise ValueError(f"{{{word}}} stands for nothing; known are {known}")
    if re.search(r"[{}]", _WORD.sub("", template)):
        raise ValueError(f"braces are for words: {known}")
    if not template.strip() or not template.isprintable() or len(template) > MAX_LENGTH:
        raise ValueError(f"expected one line of at most {MAX_LENGTH} characters")
    return template.strip()


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return a checked template with its words replaced."""
    return _WORD.sub(lambda found: values[found[1]], template)
