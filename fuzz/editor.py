"""Fuzz the editor: an operation on any text is done exactly and proven, or refused."""

from __future__ import annotations

from typing import Any

import atheris

with atheris.instrument_imports(include=["rules", "fixers"]):
    from fixers import editor, verify
    from fixers.model import Operation
    from rules import manifest
    from rules.errors import Unfixable
    from rules.pointer import Pointer

from harness import fuzz

_VALUES: tuple[Any, ...] = (
    *(False, True, None, 0, 420, 1.5, "", "x", "yes", "0755", "a: b", "# c", "a\nb\n", " lead", "*a", "- x", "é\u2028"),
    *({}, [], {"a": 1}, {"type": "RuntimeDefault"}, ["ALL"], [{"a": {"b": ["c"]}}], {"y": None, "k": "v"}),
)
_STEPS = 3


def judge(data: bytes) -> None:
    """Raise AssertionError when editing breaks a promise.

    The first bytes choose the operations, the rest is the text.
    """
    head, body = data[: 4 * _STEPS], data[4 * _STEPS :]
    text = body.decode("utf-8", errors="replace")
    read = manifest.read(text, "fuzz.yaml")
    if not read.documents or not head:
        return
    document = read.documents[head[0] % len(read.documents)]
    operations = _operations(document.value, head)
    if not operations:
        return
    try:
        made = editor.apply(text, document.index, operations)
    except Unfixable as refusal:
        assert refusal.code
        assert str(refusal)
        return
    verify.edits(text, made.text, made.edits)
    again = manifest.read(made.text, "fuzz.yaml")
    assert [one.index for one in again.documents] == [one.index for one in read.documents], "documents appeared or went"
    for before, after in zip(read.documents, again.documents, strict=True):
        if before.index == document.index:
            verify.values(before.value, after.value, operations)
        else:
            assert _text(read, before) == _text(again, after), "another document changed"


def _text(read: manifest.Manifest, document: manifest.Document) -> str:
    return read.source.text[document.start : document.end]


def _operations(value: Any, head: bytes) -> list[Operation]:
    """Return up to three operations that mostly make sense on the value."""
    places = _places(value)
    found: list[Operation] = []
    for step in range(_STEPS):
        part = head[4 * step : 4 * step + 4]
        if len(part) < 4 or (step and part[0] % 2):
            break
        pointer, here = places[part[1] % len(places)]
        new = _VALUES[part[2] % len(_VALUES)]
        kind = part[3] % 5
        if kind == 0 and isinstance(here, dict):
            found.append(Operation("add", (*pointer, ("added", "on", "a b", "0x1", "<<")[part[3] % 5]), new))
        elif kind == 0 and isinstance(here, list):
            found.append(Operation("add", (*pointer, "-" if part[3] & 8 else part[3] % (len(here) + 1)), new))
        elif kind == 1 and pointer:
            found.append(Operation("remove", pointer))
        elif kind == 2 and pointer and isinstance(pointer[-1], str):
            found.append(Operation("move", (*pointer[:-1], "renamed"), None, pointer))
        elif pointer:
            found.append(Operation("replace", pointer, new))
    return found


def _places(value: Any) -> list[tuple[Pointer, Any]]:
    found: list[tuple[Pointer, Any]] = []
    pending: list[tuple[Any, Pointer]] = [(value, ())]
    while pending and len(found) < 256:
        here, place = pending.pop(0)
        found.append((place, here))
        if isinstance(here, dict):
            pending += [(child, (*place, key)) for key, child in here.items()]
        elif isinstance(here, list):
            pending += [(child, (*place, index)) for index, child in enumerate(here)]
    return found


if __name__ == "__main__":
    fuzz("editor", judge, prefix=bytes([0, 3, 5, 0] + [1] * 8))
