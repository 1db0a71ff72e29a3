"""Comments that ask to leave something alone: which are really comments, and what stands on the lines they excuse."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rules import reader
from rules.errors import ManifestError
from rules.ignores.model import Ignore, from_root
from rules.manifest import Document

_CONTENT = re.compile(r"^[ \t]*(?![ \t#\r\n])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A comment that matched: the groups of its pattern, where it stands, and the line that it excuses.

    `is_first` says that this is the first line of the document's only object: what stands there may be meant for
    the whole of it.
    """

    groups: tuple[str | None, ...]
    start: int
    end: int
    line: int
    is_first: bool


@dataclass(frozen=True, slots=True)
class Grammar:
    """How comments of one tool look: a `word` that all of them hold, their pattern, and what one of them means."""

    word: str
    pattern: re.Pattern[str]
    read: Callable[[Mark], Iterator[Ignore]]


def ignores(document: Document, grammars: Iterable[Grammar]) -> Iterator[Ignore]:
    """Yield what the comments of a document mean. A comment before `---` belongs to what stands before it."""
    source, start, end = document.source, document.start, document.end
    found = [
        (grammar, match)
        for grammar in grammars
        if source.text.find(grammar.word, start, end) >= 0
        for match in grammar.pattern.finditer(source.text, start, end)
    ]
    texts = _scalars(document) if found else None
    if texts is None:
        return
    contents = [content.end() for content in _CONTENT.finditer(source.text, start, end)]
    first = _first_line(document)
    for grammar, match in found:
        before = bisect_right(texts, (match.start(), end)) - 1
        if before >= 0 and match.start() < texts[before][1]:
            continue  # Text that looks like a comment, in a block scalar or between quotes.
        line, column = source.position(match.start())
        if not source.text[match.start() - column + 1 : match.start()].strip():
            following = bisect_right(contents, match.start())
            line = source.position(contents[following])[0] if following < len(contents) else line
        yield from grammar.read(Mark(match.groups(), match.start(), match.end(), line, line <= first))


def _first_line(document: Document) -> int:
    """Return the line on which the only object of a document starts; 0 for a List, whose objects are several."""
    if document.base or next(document.objects(), None) is not document:
        return 0
    return document.source.position(from_root(document).span(())[0])[0]


def _scalars(document: Document) -> list[tuple[int, int]] | None:
    """Return where text stands that is no comment; None for JSON that is no YAML: it has no comments."""
    body = document.source.text[document.start : document.end]
    try:
        return [
            (document.start + event.start_mark.index, document.start + event.end_mark.index)
            for code, event in reader.events(body)
            if code == reader.SCALAR
        ]
    except ManifestError:
        return None
