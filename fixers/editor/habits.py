"""The habits of a file or a repository, told from its lines: cheap, and right often enough for a default."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from fixers.editor.model import Style

MAX_LINES = 150  # Of one text.

# White space, dashes with what follows each, a key, what stands behind its colon.
_LINE = re.compile(
    r"( *)((?:- +)*)(?:(?!- |[#{\[&*!|>@`%])(?:\"[^\"]*\"|'[^']*'|[^\s:#'\"][^:#]*):(?=\s|$)|(?=\S))[ \t]*(.*)\Z"
)
_BLOCK = re.compile(r"(?:\S+ +)?[|>][-+0-9]*(?:\s+#.*)?\Z")
_Vote = tuple[str, Any]


def habits(texts: Iterable[str]) -> Style:
    """Return what most of the texts do; in each, what most of its first lines do."""
    votes: dict[str, Counter[Any]] = {"step": Counter(), "offset": Counter(), "gap": Counter(), "quote": Counter()}
    for text in texts:
        own: dict[str, Counter[Any]] = {}
        for name, vote in _votes(text):
            own.setdefault(name, Counter())[vote] += 1
        for name, counted in own.items():
            votes[name][counted.most_common(1)[0][0]] += 1
    return Style(**{name: counted.most_common(1)[0][0] for name, counted in votes.items() if counted})


def _votes(text: str) -> Iterator[_Vote]:
    """Yield what each line shows: an open key gives the line below it a meaning."""
    opened: int | None = None  # The column of the key whose value starts below.
    closed: int | None = None  # The column of the key whose block scalar is being skipped.
    for line in islice(_lines(text), MAX_LINES):
        found = _LINE.match(line)
        if found is None or (found[3].startswith("#") and found.end(2) == found.start(3)):
            continue  # Blank, or a comment.
        indent = len(found[1])
        if closed is not None and indent > closed:
            continue
        closed = None
        if opened is not None and indent >= opened:
            if found[2]:
                yield "offset", indent - opened
            elif indent > opened:
                yield "step", indent - opened
        for dash in re.findall("- +", found[2]):
            yield "gap", len(dash) - 1
        at = indent + len(found[2])
        value = found[3]
        has_key = line[found.end(2) : found.start(3)].rstrip().endswith(":")
        opened = at if has_key and (not value or value.startswith("#")) else None
        if value[:1] in ("'", '"') and (has_key or found[2]):
            yield "quote", value[0]
        elif _BLOCK.match(value):
            closed = at if has_key else indent


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text, without cutting up the rest of a long one."""
    position = 0
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        yield text[position:end].rstrip("\r")
        position = end + 1
