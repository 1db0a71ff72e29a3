"""What reader and editor promise for any bytes. Imported with instrumentation by the targets, plainly by the tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fixers import editor, verify
from fixers.editor.refusals import REASONS
from fixers.model import Operation
from rules import composer, manifest, nodes
from rules.errors import ManifestError, Unfixable
from rules.pointer import Pointer

LAZY = (composer, nodes)  # Imported late by the reader: named here so that they are instrumented.
VALUES: tuple[Any, ...] = (
    *(False, True, None, 0, 420, 1.5, "", "x", "yes", "0755", "a: b", "# c", "a\nb\n", " lead", "*a", "- x", "é\u2028"),
    *({}, [], {"a": 1}, {"type": "RuntimeDefault"}, ["ALL"], [{"a": {"b": ["c"]}}], {"y": None, "k": "v"}),
)
STEPS = 3
HEAD = 4 * STEPS  # Bytes that choose the operations, in front of the text.


def read(data: bytes) -> None:
    """Any bytes make documents or errors, and every value has a place in the text. Raises AssertionError."""
    text = data.decode("utf-8", errors="replace")
    found = manifest.read(text, "fuzz.yaml")
    length = len(found.source.text)
    for error in found.errors:
        assert error.line >= 1
        assert error.column >= 1
        assert error.code
    end = 0
    for document in found.documents:
        assert end <= document.start <= document.end <= length, "documents overlap"
        end = document.end
        for pointer, _ in _places(document.value, 200):
            start, stop = document.span(pointer)
            assert document.start <= start <= stop <= document.end, f"{pointer} at {start}-{stop}"
    # What is asked for by kind must be what parsing everything finds.
    asked = manifest.read(text, "fuzz.yaml", wanted=lambda version, kind: kind == "Pod")
    pods = [document.index for document in found.documents if document.kind == "Pod"]
    assert pods == [document.index for document in asked.documents if document.kind == "Pod"], "a Pod was hidden"
    try:
        manifest.parse(text)
    except ManifestError:
        assert found.errors


def edit(data: bytes) -> None:
    """The first bytes choose operations, the rest is the text: see `edited`. Raises AssertionError."""
    drawn = drawn_from(data)
    if drawn:
        edited(*drawn)


def drawn_from(data: bytes) -> tuple[str, int, list[Operation]] | None:
    """Return text, index of the document and operations that bytes stand for."""
    head, text = data[:HEAD], data[HEAD:].decode("utf-8", errors="replace")
    documents = manifest.read(text, "fuzz.yaml").documents
    if not documents or not head:
        return None
    document = documents[head[0] % len(documents)]
    operations = _operations(document.value, head)
    return (text, document.index, operations) if operations else None


def edited(text: str, index: int, operations: Sequence[Operation]) -> None:
    """Operations on any text are done exactly and proven, or refused. Raises AssertionError."""
    found = manifest.read(text, "fuzz.yaml")
    try:
        made = editor.apply(text, index, operations)
    except Unfixable as refusal:
        assert refusal.code in REASONS, refusal.code
        assert str(refusal)
        return
    verify.edits(text, made.text, made.edits)
    again = manifest.read(made.text, "fuzz.yaml")
    assert [one.index for one in again.documents] == [one.index for one in found.documents], "documents came or went"
    for before, after in zip(found.documents, again.documents, strict=True):
        if before.index == index:
            verify.values(before.value, after.value, operations)
        else:
            assert _text(found, before) == _text(again, after), "another document changed"


def _text(found: manifest.Manifest, document: manifest.Document) -> str:
    return found.source.text[document.start : document.end]


def _operations(value: Any, head: bytes) -> list[Operation]:
    """Return up to three operations that mostly make sense on the value."""
    places = _places(value, 256)
    found: list[Operation] = []
    for step in range(STEPS):
        part = head[4 * step : 4 * step + 4]
        if len(part) < 4 or (step and part[0] % 2):
            break
        pointer, here = places[part[1] % len(places)]
        new = VALUES[part[2] % len(VALUES)]
        kind = part[3] % 5
        if kind == 0 and isinstance(here, dict):
            found.append(Operation("add", (*pointer, ("added", "on", "a b", "0x1", "<<")[part[3] // 5 % 5]), new))
        elif kind == 0 and isinstance(here, list):
            found.append(Operation("add", (*pointer, "-" if part[3] & 8 else part[3] % (len(here) + 1)), new))
        elif kind == 1 and pointer:
            found.append(Operation("remove", pointer))
        elif kind == 2 and pointer and isinstance(pointer[-1], str):
            found.append(Operation("move", (*pointer[:-1], "renamed"), None, pointer))
        elif pointer:
            found.append(Operation("replace", pointer, new))
    return found


def _places(value: Any, most: int) -> list[tuple[Pointer, Any]]:
    """Return pointers and values of the first places of a document, breadth first."""
    found: list[tuple[Pointer, Any]] = []
    pending: list[tuple[Any, Pointer]] = [(value, ())]
    while pending and len(found) < most:
        here, place = pending.pop(0)
        found.append((place, here))
        if isinstance(here, dict):
            pending += [(child, (*place, key)) for key, child in here.items()]
        elif isinstance(here, list):
            pending += [(child, (*place, index)) for index, child in enumerate(here)]
    return found
