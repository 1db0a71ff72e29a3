"""A document's text while operations are applied to it one by one."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator
from typing import Any

from fixers.editor.model import Edit, Splice, perform
from fixers.editor.refusals import refuse
from fixers.editor.style import below
from rules.errors import ManifestError
from rules.nodes import BREAKS, Node, compose, line_start, members

_COMMENT = re.compile(f"(?:(?<=[ \t{BREAKS}])|\\A)#[^{BREAKS}]*")


class Stale(Exception):
    """An edit touches one that is pending: compute it again, from the text as it is now."""


class Draft:
    """The text so far, its node tree, and which pieces of it are still the original's.

    `pieces` are ranges of the original text and new strings, in order. Where `patient`, edits are pending
    until one touches another, so that operations far apart cost one parse and not one each; `touched` are
    the nodes that the pending ones change.
    """

    def __init__(self, text: str, root: Node | None = None, patient: bool = False) -> None:
        self.patient = patient
        self.pending: list[Edit] = []
        self.touched: set[int] = set()
        self.original = text
        self.text = text
        self.pieces: list[tuple[int, int] | str] = [(0, len(text))]
        self.notes: list[str] = []
        self._root = root

    @property
    def root(self) -> Node:
        """The node tree of the text as it is now. Raises Unfixable."""
        if self._root is None:
            try:
                self._root = compose(self.text, 0, len(self.text))
            except ManifestError as error:
                raise refuse("proof-yaml", str(error)) from None
        return self._root

    def change(self, splice: Splice) -> None:
        """Take the splice of one operation.

        Raises Unfixable (`proof-comment`) if it drops a foreign comment, and Stale.
        """
        edits = sorted((edit for edit in splice.edits if edit.text or edit.start != edit.end), key=_start)
        if not edits:
            return
        if self._collides(edits):
            self.flush()
            raise Stale
        self._check_comments(edits, splice)
        for edit in edits:
            insort(self.pending, edit, key=_start)
        if not self.patient:
            self.flush()

    def _collides(self, edits: list[Edit]) -> bool:
        """Does an edit touch a pending one, or stand right beside it?"""
        for edit in edits:
            at = bisect_left(self.pending, (edit.start, edit.end), key=_start)
            if at and self.pending[at - 1].end >= edit.start:
                return True
            if at < len(self.pending) and self.pending[at].start <= edit.end:
                return True
        return False

    def flush(self) -> None:
        """Apply what is pending. Raises Unfixable, `proof-comment` where a new block scalar swallows a comment."""
        if not self.pending:
            return
        beside = self._comments_beside() if any("|" in edit.text for edit in self.pending) else Counter()
        self.text = perform(self.text, self.pending)
        for edit in reversed(self.pending):
            self._cut(edit)
        self.pending, self.touched, self._root = [], set(), None
        # The next operation may replace what was swallowed: then no proof of the whole would miss it.
        if beside and beside - self._comments_beside():
            raise refuse("proof-comment")

    def _comments_beside(self) -> Counter[str]:
        """Return the texts of all comments that no pending edit cuts."""
        return Counter(
            self.text[start:end]
            for start, end in comments(self.text, self.root)
            if not any(edit.start < end and start < edit.end for edit in self.pending)
        )

    def _check_comments(self, edits: list[Edit], splice: Splice) -> None:
        """Refuse to delete a comment that does not belong to what the operation removes."""
        if not any("#" in self.text[edit.start : edit.end] for edit in edits):
            return
        for start, end in comments(self.text, self.root):
            cut = any(edit.start < end and start < edit.end for edit in edits)
            owned = any(low <= start and end <= high for low, high in splice.gone)
            if cut and (not owned or self._is_left_behind(start)):
                raise refuse("proof-comment", self.text[start:end].strip())

    def _is_left_behind(self, comment: int) -> bool:
        """Is a comment the original's, and all that is ahead of it on its line new? Then it was another value's."""
        ahead = range(line_start(self.text, comment), comment)
        marks = [at for at in ahead if self.text[at] not in " \t"]
        return bool(marks) and self._is_original(comment) and not any(map(self._is_original, marks))

    def _is_original(self, index: int) -> bool:
        """Is the character at an index a piece of the original?"""
        for piece in self.pieces:
            size = len(piece) if isinstance(piece, str) else piece[1] - piece[0]
            if index < size:
                return not isinstance(piece, str)
            index -= size
        return True

    def _cut(self, edit: Edit) -> None:
        """Put the edit's text in place of its range in the pieces."""
        made: list[tuple[int, int] | str] = []
        cursor, done = 0, False
        for piece in self.pieces:
            size = len(piece) if isinstance(piece, str) else piece[1] - piece[0]
            left, right = max(edit.start - cursor, 0), edit.end - cursor
            if not done and left <= size:
                made += [_slice(piece, 0, left), edit.text]
                done = True
                if right < size:
                    made.append(_slice(piece, right, size))
            elif not done or right <= 0:
                made.append(piece)
            elif right < size:
                made.append(_slice(piece, right, size))
            cursor += size
        self.pieces = [piece for piece in made if piece and not (isinstance(piece, tuple) and piece[0] == piece[1])]

    def edits(self) -> tuple[Edit, ...]:
        """Return what was done, as edits of the original text."""
        found: list[Edit] = []
        cursor, written = 0, ""
        for piece in [*self.pieces, (len(self.original), len(self.original))]:
            if isinstance(piece, str):
                written += piece
                continue
            if written or piece[0] > cursor:
                found.append(Edit(cursor, piece[0], written))
            cursor, written = piece[1], ""
        return tuple(found)


def _start(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end


def _slice(piece: tuple[int, int] | str, start: int, end: int) -> tuple[int, int] | str:
    return piece[start:end] if isinstance(piece, str) else (piece[0] + start, piece[0] + end)


def plain(node: Node) -> Any:
    """Return the value of a node as Kubernetes reads it. Call only what `rules.construct` has accepted."""
    node = node.resolved
    if node.kind == "map":
        return {name: plain(inner) for name, inner in members(node).items()}
    if node.kind == "seq":
        return [plain(item.value) for item in node.items]
    return node.value


def comments(text: str, root: Node) -> list[tuple[int, int]]:
    """Return where the comments of a document stand."""
    found: list[tuple[int, int]] = []
    cursor = 0
    for start, end in sorted(_taken(text, root)):
        if start > cursor:
            found += _comments_in(text, cursor, start)
        cursor = max(cursor, end)
    return found + _comments_in(text, cursor, len(text))


def _taken(text: str, root: Node) -> Iterator[tuple[int, int]]:
    """Yield the ranges of scalars, in which no comment can stand."""
    for node in below(root):
        for pair in node.pairs:
            yield pair.key.start, pair.key.end
        if node.kind == "scalar" and node.style in ("|", ">"):
            # The header may have a comment.
            header = min(
                (at for at in (text.find(mark, node.vstart, node.end) for mark in BREAKS) if at >= 0), default=-1
            )
            if header >= 0:
                yield header, node.end
        elif node.kind in ("scalar", "alias"):
            yield node.vstart, node.end


def _comments_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if "#" not in text[start:end]:
        return []
    return [found.span() for found in _COMMENT.finditer(text, start, end)]
