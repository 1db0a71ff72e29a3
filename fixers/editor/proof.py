"""The proof that an edit did what was asked for, and nothing else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from fixers.editor import emit
from fixers.editor.difference import same
from fixers.editor.draft import comments
from fixers.editor.model import Edit
from fixers.editor.refusals import refuse
from fixers.editor.style import below
from rules.construct import construct
from rules.errors import ManifestError
from rules.manifest import split
from rules.nodes import Node


def value_of(text: str) -> Any:
    """Return what Kubernetes reads in a document's text. Raises ManifestError."""
    return construct(text if text.endswith(("\n", "\r")) else text + "\n")


def prove(before: str, root: Node, after: str, new_root: Node, edits: Sequence[Edit], wanted: Any) -> None:
    """Compare a document's text before and after; its neighbours are untouched by construction.

    Raises Unfixable with the code of the proof that failed.
    """
    try:
        value = value_of(after)
    except ManifestError as error:
        raise refuse("proof-yaml", str(error)) from None
    if not same(value, wanted):
        raise refuse("proof-value")
    if len(split(after)) != len(split(before)):
        raise refuse("proof-documents")
    _prove_line_breaks(before, after)
    moves = _Moves(edits)
    _prove_structure(root, new_root, moves)
    kept = {place for start, end in comments(before, root) if (place := moves.place(start, end))}
    if not kept <= set(comments(after, new_root)):
        raise refuse("proof-comment")


class _Moves:
    """Where places outside the edits have moved to."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self.edits = edits
        self.starts = [edit.start for edit in edits]
        self.shifts = [0]
        for edit in edits:
            self.shifts.append(self.shifts[-1] + len(edit.text) - (edit.end - edit.start))

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the new place of a range, or None if an edit lies in it or cuts it."""
        ahead = bisect_right(self.starts, start)
        if ahead and self.edits[ahead - 1].end > start:
            return None
        if ahead < len(self.edits) and self.starts[ahead] < end:
            return None
        shift = self.shifts[ahead]
        return start + shift, end + shift


def _leaves(root: Node) -> Iterator[Node]:
    for node in below(root):
        for pair in node.pairs:
            yield pair.key
        if node.kind in ("scalar", "alias"):
            yield node


def _identity(node: Node) -> tuple[Any, ...]:
    return node.kind, node.style, node.tag, node.anchor, node.text


def _prove_structure(root: Node, new_root: Node, moves: _Moves) -> None:
    """Every scalar and alias outside the edits is still there, written in the same way.

    What is new and plain means the same to every reader, unless it is a text that the edits took from elsewhere.
    """
    there = {(node.start, node.end): node for node in _leaves(new_root)}
    gone: set[str] = set()
    for node in _leaves(root):
        if node.start == node.end:
            continue  # A value that was left out has no text to keep; the comparison of values covers it.
        place = moves.place(node.start, node.end)
        if place is None:
            gone.add(node.text)
            continue
        kept = there.pop(place, None)
        if kept is None or _identity(kept) != _identity(node):
            raise refuse("proof-structure", node.text[:40])
    for node in there.values():
        if _is_bare(node) and node.text not in gone and not emit.is_clear(node.text):
            raise refuse("proof-readers", node.text[:40])


def _is_bare(node: Node) -> bool:
    return node.kind == "scalar" and node.style == "" and node.tag is None and node.vstart < node.end


def _kinds(text: str) -> set[str]:
    crlf = text.count("\r\n")
    return {
        kind
        for kind, count in (("\r\n", crlf), ("\n", text.count("\n") - crlf), ("\r", text.count("\r") - crlf))
        if count
    }


def _prove_line_breaks(before: str, after: str) -> None:
    """No new kind of line break, unless there was none at all; a final line break stays."""
    known = _kinds(before)
    if known and not _kinds(after) <= known:
        raise refuse("proof-line-breaks")
    if before.endswith(("\n", "\r")) and not after.endswith(("\n", "\r")):
        raise refuse("proof-line-breaks")
