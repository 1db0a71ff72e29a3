"""All ignores of one document, and how its findings meet them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rules.ignores import comments, own, peer_annotations, peer_comments, peer_labels
from rules.ignores.model import Ignore, from_root
from rules.manifest import Document, Source
from rules.model import Finding
from rules.pointer import Pointer

# The scanners whose marks are honoured.
PEERS = frozenset([*peer_comments.PEERS, *(grammar.peer for grammar in peer_annotations.GRAMMARS), peer_labels.PEER])


@dataclass(frozen=True, eq=False)
class Ignored:
    """The ignores of one document, and how its findings meet them."""

    document: Document
    ignores: tuple[Ignore, ...]

    @cached_property
    def _places(self) -> dict[tuple[str, int | Pointer], list[Ignore]]:
        found: dict[tuple[str, int | Pointer], list[Ignore]] = {}
        lasting: dict[tuple[str, int | Pointer], Ignore] = {}
        for ignore in self.ignores:
            for name in ignore.rules:
                key = (name, ignore.line or ignore.base)
                if not ignore.peer:
                    found.setdefault(key, []).append(ignore)
                elif key not in lasting or _end(ignore) > _end(lasting[key]):
                    # Whoever repeats the marks of others a thousand times is heard once: nobody counts their use.
                    lasting[key] = ignore
        for key, ignore in lasting.items():
            found.setdefault(key, []).append(ignore)
        return found

    def of(self, finding: Finding) -> list[Ignore]:
        """Return the ignores that are about a finding, those that are over included."""
        if not self.ignores:
            return []
        whole = finding.place
        above: list[int | Pointer] = [whole[:depth] for depth in range(len(finding.base), len(whole) + 1)]
        places = [*above, *dict.fromkeys(_lines(self.document, whole))]
        return [ignore for place in places for ignore in self._places.get((finding.rule, place), ())]


def ignored(document: Document) -> Ignored:
    """Return the ignores of a document (the whole one, Lists included)."""
    found = list(comments.ignores(document, (*own.COMMENTS, *peer_comments.COMMENTS)))
    for single in document.objects():
        found.extend(own.annotated(single))
        found.extend(peer_annotations.ignores(single))
        found.extend(peer_labels.ignores(single))
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


def _end(ignore: Ignore) -> date:
    return ignore.until or date.max


def _lines(document: Document, place: Pointer) -> Iterator[int]:
    """Yield the lines on which the keys and items start that a place lies in."""
    whole = from_root(document)
    for depth in range(1, len(place) + 1):
        start, _ = whole.span(place[:depth])
        yield document.source.position(start)[0]
