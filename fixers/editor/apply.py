"""Operations on one document of a text -> the edited text, proven."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from fixers.editor import sharing
from fixers.editor.draft import Draft
from fixers.editor.habits import habits
from fixers.editor.layout import before_break, ends_in_text, newline
from fixers.editor.model import DEFAULT, Edit, Edited, Options, Splice, Style
from fixers.editor.patch import patched
from fixers.editor.proof import prove, value_of
from fixers.editor.refusals import refuse
from fixers.editor.shared import SharedEditor
from fixers.editor.steps import Editor
from fixers.model import Operation
from rules.errors import ManifestError, Unfixable
from rules.manifest import BOM, read, split

_BLANK = re.compile(r"(?:\r\n|\n|\r(?!\n))[ \t]*[\r\n]")
_INNER_MARK = re.compile(rf"[\r\n]{BOM}")


def apply(text: str, index: int, operations: Sequence[Operation], house: Style | None = None) -> Edited:
    """Return the text of a whole file with operations applied to its document of that index.

    The text is taken as it is, byte order mark and line breaks included. `house` is the style to write in
    where neither the document nor its neighbours in the file show one. Every edit is proven: the
    document means exactly what the operations make of its old value, and nothing else has changed.
    Raises Unfixable with a code of `fixers.editor.refusals`; the proof that failed is a code, too.
    """
    start, end, old = _document(text, index)
    before = text[start:end]
    style = habits([text]).over(house) if end - start < len(text) else house or DEFAULT
    options = Options(True, newline(text, start), style)
    draft = _first_proven(before, operations, patched(old, operations), options)
    edits = tuple(Edit(start + edit.start, start + edit.end, edit.text) for edit in draft.edits())
    return Edited(text[:start] + draft.text + text[end:], edits, tuple(dict.fromkeys(draft.notes)))


def _document(text: str, index: int) -> tuple[int, int, Any]:
    """Return where a document starts and ends in the text, byte order mark counted, and its value."""
    shift = len(BOM) if text.startswith(BOM) else 0
    body = text[shift:]
    if body.lstrip()[:1] == "{":  # Perhaps a stream of JSON objects, which no line separates.
        manifest, base, number = read(body), 0, index
    else:
        chunk = next((chunk for chunk in split(body) if chunk.index == index), None)
        if chunk is None:
            raise refuse("no-document", f"number {index}")
        manifest, base, number = read(body[chunk.start : chunk.end]), chunk.start, 0
    found = next((document for document in manifest.documents if document.index == number), None)
    if found is None:
        error = next(iter(manifest.errors), None)
        raise Unfixable(str(error), error.code) if error else refuse("no-document", f"number {index}")
    start, end = base + found.start + shift, base + found.end + shift
    if _INNER_MARK.search(text, start, end):
        raise refuse("byte-order-mark")
    try:  # JSON, too, is edited and proven as the YAML that it is.
        return start, end, value_of(text[start:end])
    except ManifestError as error:
        raise Unfixable(str(error), error.code) from None


def _first_proven(before: str, operations: Sequence[Operation], wanted: Any, options: Options) -> Draft:
    """Return the first way to edit that can be proven. Raises the Unfixable of the first one."""
    first: Unfixable | None = None
    lasting = _lasting(operations)
    for editor in _ways(before, wanted, options):
        draft = editor.draft
        root = draft.root
        try:
            for operation in lasting:
                editor.run(operation)
            draft.flush()
            _trim(draft)
            prove(before, root, draft.text, draft.root, draft.edits(), wanted)
        except Unfixable as refusal:
            first = first or refusal
            if not refusal.code.startswith(("proof-", "bad-patch")):
                break
        else:
            return draft
    raise first or refuse("proof-value")


def _trim(draft: Draft) -> None:
    """Take away the line break that a text ends in by now, if it ended in none, and no value needs one.

    Where the end was merely cut off, or a blank line stood ahead of it, the line break ahead stays where it is.
    """
    before, text = draft.original, draft.text
    if before.endswith(("\n", "\r")) or before.startswith(text) or not text.endswith(("\n", "\r")):
        return
    last = draft.pieces[-1]
    is_lent = not isinstance(last, str) and _BLANK.match(before, before_break(before, last[1])) is not None
    if not is_lent and not ends_in_text(draft.root):
        draft.change(Splice((Edit(before_break(text, len(text)), len(text), ""),)))
        draft.flush()


def _lasting(operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations without those whose work a later one replaces or removes as a whole.

    They would leave traces, such as the comments of what they replaced.
    """
    kept: list[Operation] = []
    for operation in operations:
        if operation.op in ("replace", "remove"):
            whole = _keys(operation)
            later: list[Operation] = []
            while kept and kept[-1].op in ("add", "replace", "remove", "test"):
                keys = _keys(kept[-1])
                inside = keys[: len(whole)] == whole and (len(keys) > len(whole) or kept[-1].op == "replace")
                if not inside and not _is_beside(kept[-1], keys, whole):
                    break
                if not inside or kept[-1].op == "test":
                    later.append(kept[-1])
                kept.pop()
            kept += reversed(later)
        kept.append(operation)
    return kept


def _keys(operation: Operation) -> list[str]:
    return [str(key) for key in operation.path]


def _is_beside(operation: Operation, keys: list[str], whole: list[str]) -> bool:
    """Does what stands at the pointer `whole` stand there before and after the operation, and unchanged?"""
    shared = next((at for at, (one, two) in enumerate(zip(keys, whole, strict=False)) if one != two), None)
    if shared is None:
        return False
    may_shift = operation.op in ("add", "remove") and shared == len(keys) - 1
    return not (may_shift and (keys[-1] == "-" or keys[-1].isdigit()))


def _ways(before: str, wanted: Any, best: Options) -> Iterator[Editor]:
    """Yield editors with a fresh draft each: aliases followed, then expanded; literals, then quotes.

    The first, where nothing is shared, is patient; the others take one operation at a time.
    """
    options = best, Options(False, best.newline, best.house)
    root = Draft(before).root
    shared = ("*" in before or "<<" in before) and sharing.is_shared(root)
    if not shared:
        yield Editor(Draft(before, root, patient=True), options[0])
    for follow in (True, False) if shared else (True,):
        for chosen in options:
            draft = Draft(before, root)
            yield SharedEditor(draft, chosen, wanted, follow) if shared else Editor(draft, chosen)
