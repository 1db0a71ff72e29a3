"""Operations on one document of a text -> the edited text, proven."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from fixers.editor.draft import Draft
from fixers.editor.model import Edit, Edited
from fixers.editor.proof import prove, value_of
from fixers.editor.refusals import refuse
from fixers.editor.steps import Editor
from fixers.model import Operation
from rules.errors import ManifestError, Unfixable
from rules.manifest import BOM, read, split
from rules.pointer import text as written


def apply(text: str, index: int, operations: Sequence[Operation]) -> Edited:
    """Return the text of a whole file with operations applied to its document of that index.

    The text is taken as it is, byte order mark and line breaks included. Every edit is proven: the
    document means exactly what the operations make of its old value, and nothing else has changed.
    Raises Unfixable with a code of `fixers.editor.refusals`; the proof that failed is a code, too.
    """
    start, end = _bounds(text, index)
    before = text[start:end]
    try:
        old = value_of(before)
    except ManifestError as error:
        raise Unfixable(str(error), error.code) from None
    wanted = patched(old, operations)
    draft = _prove_one(before, operations, wanted)
    edits = tuple(Edit(start + edit.start, start + edit.end, edit.text) for edit in draft.edits())
    return Edited(text[:start] + draft.text + text[end:], edits, tuple(draft.notes))


def _prove_one(before: str, operations: Sequence[Operation], wanted: Any) -> Draft:
    """Return the first way to edit that can be proven. Raises the first Unfixable."""
    try:
        return _edit(before, operations, wanted, literals=True)
    except Unfixable as refusal:
        if refusal.code.startswith("proof-"):
            with suppress(Unfixable):
                return _edit(before, operations, wanted, literals=False)
        raise


def _bounds(text: str, index: int) -> tuple[int, int]:
    """Return where a document starts and ends in the text, byte order mark counted."""
    shift = len(BOM) if text.startswith(BOM) else 0
    body = text[shift:]
    if body.lstrip()[:1] == "{":  # Perhaps a stream of JSON objects, which no line separates.
        places = {found.index: (found.start, found.end) for found in read(body).documents}
    else:
        places = {chunk.index: (chunk.start, chunk.end) for chunk in split(body)}
    if index not in places:
        raise refuse("no-document", f"number {index}")
    start, end = places[index]
    return start + shift, end + shift


def patched(value: Any, operations: Sequence[Operation]) -> Any:
    """Return what the operations make of a value, as jsonpatch does it. Raises Unfixable."""
    import jsonpatch
    import jsonpointer

    try:
        patch = json.loads(json.dumps([_as_json(operation) for operation in operations], allow_nan=False))
    except (TypeError, ValueError) as error:
        raise refuse("bad-value", str(error)) from None
    try:
        # A copy, because the value shares objects where the document has aliases.
        return jsonpatch.apply_patch(json.loads(json.dumps(value)), patch, in_place=True)
    except jsonpatch.JsonPatchTestFailed as error:
        raise refuse("test-failed", str(error)) from None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, KeyError, IndexError) as error:
        raise refuse("bad-patch", str(error)) from None


def _as_json(operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {"op": operation.op, "path": written(operation.path)}
    kind: str = operation.op
    if kind in ("move", "copy"):
        made["from"] = written(operation.source)
    elif kind != "remove":
        made["value"] = operation.value
    return made


def _edit(before: str, operations: Sequence[Operation], wanted: Any, literals: bool) -> Draft:
    """Return the draft with all operations applied and proven."""
    draft = Draft(before)
    root = draft.root
    editor = Editor(draft, literals)
    for operation in operations:
        editor.run(operation)
    prove(before, root, draft.text, draft.root, draft.edits(), wanted)
    return draft
