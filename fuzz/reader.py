"""Fuzz the reader: any bytes make documents or errors, and every value has a place in the text."""

from __future__ import annotations

from typing import Any

import atheris

with atheris.instrument_imports(include=["rules"]):
    from rules import composer, manifest, nodes
    from rules.errors import ManifestError
    from rules.pointer import Pointer

from harness import fuzz

LAZY = (composer, nodes)  # Imported late by the reader: named here so that they are instrumented.


def judge(data: bytes) -> None:
    """Raise AssertionError when reading breaks a promise."""
    text = data.decode("utf-8", errors="replace")
    read = manifest.read(text, "fuzz.yaml")
    length = len(read.source.text)
    for error in read.errors:
        assert error.line >= 1
        assert error.column >= 1
        assert error.code
    end = 0
    for document in read.documents:
        assert end <= document.start <= document.end <= length, "documents overlap"
        end = document.end
        for pointer in _some(document.value):
            start, stop = document.span(pointer)
            assert document.start <= start <= stop <= document.end, f"{pointer} at {start}-{stop}"
    # What is asked for by kind must be what parsing everything finds.
    asked = manifest.read(text, "fuzz.yaml", wanted=lambda version, kind: kind == "Pod")
    pods = [document.index for document in read.documents if document.kind == "Pod"]
    assert pods == [document.index for document in asked.documents if document.kind == "Pod"], "a Pod was hidden"
    try:
        manifest.parse(text)
    except ManifestError:
        assert read.errors


def _some(value: Any, pointer: Pointer = (), most: int = 200) -> list[Pointer]:
    """Return the pointers of the first values of a document, breadth first."""
    found: list[Pointer] = []
    pending: list[tuple[Any, Pointer]] = [(value, pointer)]
    while pending and len(found) < most:
        here, place = pending.pop(0)
        found.append(place)
        if isinstance(here, dict):
            pending += [(child, (*place, key)) for key, child in here.items()]
        elif isinstance(here, list):
            pending += [(child, (*place, index)) for index, child in enumerate(here)]
    return found


if __name__ == "__main__":
    fuzz("reader", judge)
