"""What an ignore is, whoever's words it is written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.manifest import Document
from rules.pointer import Pointer

_MOST = 200  # Characters of a reason: it is foreign text, and shown in one line.


@dataclass(frozen=True, slots=True)
class Ignore:
    """A person's wish: the rules that are excused, why, and the last day on which that holds.

    `start` and `end` are indexes of the source's text. A comment excuses what starts on `line`; any other mark
    has line 0 and excuses what stands at or below `base`, counted from the root of the document. `problem` says
    what is wrong with one that cannot be read. `peer` is the other scanner that the mark was written for.
    """

    rules: tuple[str, ...]
    reason: str
    until: date | None
    start: int
    end: int
    line: int
    base: Pointer = ()
    problem: str = ""
    peer: str = ""

    def is_over(self, today: date) -> bool:
        """Has its last day passed?"""
        return self.until is not None and self.until < today


def foreign(
    peer: str,
    rules: frozenset[str],
    mark: str,
    reason: object,
    base: Pointer = (),
    *,
    line: int = 0,
    until: date | None = None,
) -> Ignore:
    """Return the ignore that a mark of another scanner means; `mark` is how that scanner writes it."""
    why = short(reason) if isinstance(reason, str) else ""
    said = f"{short(mark)}: {why}" if why else short(mark)
    return Ignore(tuple(sorted(rules)), said, until, 0, 0, line, base, peer=peer)


def short(text: str) -> str:
    """Return foreign text as one line of what can be seen."""
    one = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 4 * _MOST]).split())
    return one if len(one) <= _MOST else f"{one[:_MOST]}…"


def from_root(document: Document) -> Document:
    """Return a document whose pointers start at its root: `objects` of a List know theirs from their base."""
    if not document.base:
        return document
    return Document(document.source, document.index, document.start, document.end, None)
