"""What people asked to be left alone: comments and annotations, and those of them that excuse nothing.

A comment `# kubewright: ignore[rule-id, rule-id] reason until=2027-06-30` excuses findings in the key or list
item on its line, or on the next line with content when it stands alone. The annotations
`kubewright.dev/ignore: rule-id, rule-id` and `kubewright.dev/ignore-reason` excuse those of a whole object.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rules import reader
from rules.errors import ManifestError
from rules.manifest import Document, Source
from rules.model import Finding, Rule, Severity, Spot, rule
from rules.pointer import Pointer, get

ANNOTATION = "kubewright.dev/ignore"
REASON = "kubewright.dev/ignore-reason"

_MARK = re.compile(r"#[ \t]*kubewright:[ \t]*ignore\b(?:\[([^\]\r\n]*)\])?([^\r\n]*)")
_UNTIL = re.compile(r"(?:^|(?<=\s))until=(\S*)")
_CONTENT = re.compile(r"^[ \t]*(?![ \t#\r\n])", re.MULTILINE)


@rule(severity=Severity.INFO, category="ignores", kinds=())
def unused_ignore(document: Document) -> Iterator[Spot]:
    """Ignores that excuse nothing.

    What they excused was repaired, or the rule's name is misspelt. Left in place, they would hide the next finding.

    No fix:
        whether the ignore can go or its rule is misspelt is for a person to say
    """
    yield from ()


@rule(severity=Severity.INFO, category="ignores", kinds=())
def expired_ignore(document: Document) -> Iterator[Spot]:
    """Ignores whose time is over.

    Somebody accepted a risk until a date; since then the findings count again.

    No fix:
        a person repairs what was excused, or accepts it anew
    """
    yield from ()


RULES: tuple[Rule, ...] = (expired_ignore, unused_ignore)


@dataclass(frozen=True, slots=True)
class Ignore:
    """A person's wish: the rules that are excused, why, and the last day on which that holds.

    `start` and `end` are indexes of the source's text. A comment excuses what starts on `line`; an annotation
    has line 0 and excuses the object at `base`. `problem` says what is wrong with one that cannot be read.
    """

    rules: tuple[str, ...]
    reason: str
    until: date | None
    start: int
    end: int
    line: int
    base: Pointer = ()
    problem: str = ""

    def is_over(self, today: date) -> bool:
        """Has its last day passed?"""
        return self.until is not None and self.until < today


@dataclass(frozen=True, eq=False)
class Ignored:
    """The ignores of one document, and how its findings meet them."""

    document: Document
    ignores: tuple[Ignore, ...]

    @cached_property
    def _places(self) -> dict[tuple[str, int | Pointer], list[Ignore]]:
        found: dict[tuple[str, int | Pointer], list[Ignore]] = {}
        for ignore in self.ignores:
            for name in ignore.rules:
                found.setdefault((name, ignore.line or ignore.base), []).append(ignore)
        return found

    def of(self, finding: Finding) -> list[Ignore]:
        """Return the ignores that are about a finding, those that are over included."""
        if not self.ignores:
            return []
        places: list[int | Pointer] = [finding.base, *dict.fromkeys(_lines(self.document, finding.place))]
        return [ignore for place in places for ignore in self._places.get((finding.rule, place), ())]


def ignored(document: Document) -> Ignored:
    """Return the ignores of a document (the whole one, Lists included)."""
    found = [*_comments(document), *_annotations(document)]
    return Ignored(document, tuple(found))


def excuse(today: date) -> Callable[[Finding, Document], str | None]:
    """Return a function that gives the reason why a finding of an object is ignored, or None when it is not."""
    last: list[tuple[tuple[Source, int, Pointer], Ignored]] = []

    def excused(finding: Finding, document: Document) -> str | None:
        key = (document.source, document.start, document.base)
        if not last or last[0][0] != key:
            last[:] = [(key, ignored(document))]
        valid = [ignore for ignore in last[0][1].of(finding) if not ignore.is_over(today)]
        return valid[0].reason if valid else None

    return excused


def idle(
    known: Ignored, used: Collection[Ignore], today: date, run: Collection[str], all_ids: Collection[str]
) -> Iterator[tuple[Rule, Ignore, str]]:
    """Yield (rule, ignore, message) for ignores that are over, cannot be read, or excuse nothing.

    `run` are the ids of the rules that were run: what others would have found, nobody knows.
    """
    for ignore in known.ignores:
        names = ", ".join(ignore.rules)
        unknown = [name for name in ignore.rules if name not in all_ids]
        if ignore.problem:
            yield unused_ignore, ignore, ignore.problem
        elif unknown:
            yield unused_ignore, ignore, f"the ignore names {unknown[0]!r}, and no rule is called so"
        elif ignore.is_over(today):
            yield expired_ignore, ignore, f"the ignore of {names} ended on {ignore.until}"
        elif ignore not in used and all(name in run for name in ignore.rules):
            yield unused_ignore, ignore, f"the ignore of {names} excuses nothing"


def _comments(document: Document) -> Iterator[Ignore]:
    source, start, end = document.source, document.start, document.end
    found = list(_MARK.finditer(source.text, start, end))
    if not found:
        return
    texts = list(_scalars(document))
    contents = [content.end() for content in _CONTENT.finditer(source.text, start, end)]
    for mark in found:
        before = bisect_right(texts, (mark.start(), end)) - 1
        if before >= 0 and mark.start() < texts[before][1]:
            continue  # Text that looks like a comment, in a block scalar or between quotes.
        line, column = source.position(mark.start())
        if not source.text[mark.start() - column + 1 : mark.start()].strip():
            following = bisect_right(contents, mark.start())
            line = source.position(contents[following])[0] if following < len(contents) else line
        yield _ignore(mark.group(1), mark.group(2), mark.start(), mark.end(), line)


def _ignore(names: str | None, rest: str, start: int, end: int, line: int, base: Pointer = ()) -> Ignore:
    rules = tuple(part.strip() for part in (names or "").split(",") if part.strip())
    problem = "" if rules else "the ignore names no rule: write ignore[rule-id] reason"
    until = None
    said = _UNTIL.search(rest)
    if said:
        rest = rest[: said.start()] + rest[said.end() :]
        try:
            until = date.fromisoformat(said.group(1))
        except ValueError:
            rules = ()
            problem = f"the ignore ends on no date: until={said.group(1)}; write it like until=2027-06-30"
    return Ignore(rules, " ".join(rest.split()) or "no reason given", until, start, end, line, base, problem)


def _scalars(document: Document) -> Iterator[tuple[int, int]]:
    """Yield where text stands that is no comment."""
    body = document.source.text[document.start : document.end]
    try:
        for code, event in reader.events(body):
            if code == reader.SCALAR:
                yield document.start + event.start_mark.index, document.start + event.end_mark.index
    except ManifestError:
        return


def _annotations(document: Document) -> Iterator[Ignore]:
    for single in document.objects():
        annotations = get(single.value, "metadata", "annotations")
        names = get(annotations, ANNOTATION)
        if isinstance(names, str):
            reason = get(annotations, REASON)
            place = (*single.base, "metadata", "annotations", ANNOTATION)
            start, end = _from_root(document).span(place)
            yield _ignore(names, reason if isinstance(reason, str) else "", start, end, 0, single.base)


def _from_root(document: Document) -> Document:
    """Return a document whose pointers start at its root: `objects` of a List know theirs from their base."""
    if not document.base:
        return document
    return Document(document.source, document.index, document.start, document.end, None)


def _lines(document: Document, place: Pointer) -> Iterator[int]:
    """Yield the lines on which the keys and items start that a place lies in."""
    whole = _from_root(document)
    for depth in range(1, len(place) + 1):
        start, _ = whole.span(place[:depth])
        yield document.source.position(start)[0]
