"""The oracle: no text leaves the program unless these proofs hold (contract: "Verified, or not made").

It judges one document's text before and after a fix. It knows nothing of how the editor works: it parses
both texts afresh, applies the operations with `jsonpatch`, and compares.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jsonpatch

from fixers.editor.model import Edit, Edited
from fixers.model import Operation
from fixers.refusals import refuse
from rules import manifest, reader
from rules.cluster import Version
from rules.errors import Bug, Unfixable
from rules.manifest import Document

if TYPE_CHECKING:
    from fixers.schemas import Schemas

_REMOVING = ("remove", "replace", "move")


def document(before: Document, text: str) -> Document:
    """Return the document that a new text of `before` holds (proof 1: it parses, and is still one).

    Raises Unfixable (`proof-parse`, `proof-count`).
    """
    read = manifest.read(text, before.path, partial=before.partial)
    if read.errors:
        raise Unfixable(f"the result cannot be read: {read.errors[0]}", "proof-parse")
    if len(read.documents) != 1:
        raise Unfixable(f"the result holds {len(read.documents)} documents instead of one", "proof-count")
    return read.documents[0]


def whole(before: Document, text: str, edited: Edited, operations: Sequence[Operation]) -> Document:
    """Return the document that an edit makes of `before`, whose text is given: proofs 1 to 4. Raises Unfixable."""
    fixed = replace(document(before, edited.text), index=before.index, partial=before.partial)
    values(before.value, fixed.value, operations)
    edits(text, edited.text, edited.edits)
    comments(text, edited.text, edited.edits, operations)
    return fixed


def file(before: str, after: str, spans: Sequence[tuple[int, int]]) -> None:
    """Prove of a whole file what was proven of its documents alone: it falls apart at the same places.

    `spans` are where the documents must stand in the new text, byte order mark not counted. Raises Bug: when
    this fails, something of ours is wrong.
    """
    if len(manifest.split(before.removeprefix(manifest.BOM))) != len(manifest.split(after.removeprefix(manifest.BOM))):
        raise Bug("the file would hold another number of documents")
    found = {(document.start, document.end) for document in manifest.read(after).documents}
    if not found.issuperset(spans):
        raise Bug("the documents of the file would begin or end elsewhere")


def values(before: Any, after: Any, operations: Sequence[Operation]) -> None:
    """Proof 2: the new value is what `jsonpatch` makes of the old one. Raises Unfixable (`proof-value`)."""
    try:
        expected = jsonpatch.apply_patch(unshared(before), [operation.as_json() for operation in operations])
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        raise Unfixable(f"the patch does not apply: {error}", "patch-does-not-apply") from None
    if not same(expected, after):
        raise Unfixable("the text would not mean what the patch says", "proof-value")


def edits(before: str, after: str, made: Sequence[Edit]) -> None:
    """Proof 3: outside the edits every byte is as it was. Raises Unfixable (`proof-bytes`)."""
    pieces, position = [], 0
    for edit in made:
        if not position <= edit.start <= edit.end <= len(before):
            raise Unfixable("edits overlap or leave the document", "proof-bytes")
        pieces += [before[position : edit.start], edit.text]
        position = edit.end
    if "".join([*pieces, before[position:]]) != after:
        raise Unfixable("something outside the edits changed", "proof-bytes")


def comments(before: str, after: str, made: Sequence[Edit], operations: Sequence[Operation]) -> None:
    """Proof 4: no comment is lost but in the span of something removed. Raises Unfixable (`proof-comment`)."""
    found = list(comments_of(before))
    lost = Counter(text for _, text in found) - Counter(text for _, text in comments_of(after))
    if not lost:
        return
    if any(operation.op in _REMOVING for operation in operations):
        for place, text in found:
            if lost[text] and any(edit.start <= place < edit.end for edit in made):
                lost[text] -= 1
    if any(lost.values()):
        words = next(text for text, count in lost.items() if count)
        raise Unfixable(f"the comment {words!r} would be lost", "proof-comment")


def validity(before: Document | None, after: Document, schemas: Schemas | None, version: Version) -> None:
    """Proof 7: an object is no less valid at a version of Kubernetes than it was. Raises Unfixable (`proof-schema`).

    `before` is None for a new object. Nothing is judged without schemas.
    """
    from fixers.validity import worse  # A scan imports this module, and makes no fix.

    if schemas and (fault := worse(before, after, schemas, version)):
        raise refuse("proof-schema", f"Kubernetes {version[0]}.{version[1]}: {fault}")


def comments_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield (index, comment) for every comment of a text of one document that parses."""
    position = 0
    for start, end in _quoted(text):
        yield from _in_gap(text, position, start)
        position = end
    yield from _in_gap(text, position, len(text))


def _quoted(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans in which a `#` is no comment: scalars, without the header line of block scalars."""
    for code, event in reader.events(text):
        if code == reader.SCALAR:
            start, end = event.start_mark.index, min(event.end_mark.index, len(text))
            if event.style in ("|", ">"):
                lines = [at for at in (text.find("\n", start, end), text.find("\r", start, end)) if at >= 0]
                start = min(lines, default=end)
            if start < end:
                yield start, end


def _in_gap(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    position = start
    while (position := text.find("#", position, end)) >= 0:
        if position == 0 or text[position - 1] in " \t\r\n\ufeff":
            stops = [at for at in (text.find("\n", position, end), text.find("\r", position, end)) if at >= 0]
            stop = min(stops, default=end)
            yield position, text[position:stop].rstrip()
            position = stop
        else:
            position += 1
        if position >= end:
            return


def unshared(value: Any) -> Any:
    """Return a deep copy in which aliases share nothing, so that an operation changes one place only."""
    return json.loads(json.dumps(value))


def same(one: Any, other: Any) -> bool:
    """Are two values equal as JSON? To Python True == 1, to JSON it is not."""
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)
