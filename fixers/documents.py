"""New documents: values -> YAML in the style of the file that they go to, or of its neighbour."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fixers import verify
from fixers.editor import Style, emit, habits, layout
from fixers.editor.model import DEFAULT
from fixers.refusals import refuse
from rules import manifest
from rules.manifest import BOM, Document, is_api

Value = Mapping[str, Any]

# Plain on every system, and nothing that hides, leads elsewhere or could be taken for an option.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.)){0,99}\.ya?ml\Z")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\.", re.IGNORECASE)
# Names that give a file another meaning than that of a manifest.
_TAKEN = re.compile(r"(?:kustomization|chart|values[^/]*|requirements|gotk-components|action)\.ya?ml\Z", re.IGNORECASE)
_OPEN = re.compile(r"---[ \t]*(?:#[^\r\n]*)?(?:[\r\n][ \r\n]*)?\Z")
_STARTS_WITH_SEPARATOR = re.compile(r"---[ \t]*(?:[\r\n]|#)")


def check_name(name: str) -> None:
    """Raise Unfixable (`bad-file-name`) unless this is the plain name of a YAML file, in no directory."""
    if not _NAME.match(name) or _DEVICE.match(name) or _TAKEN.match(name):
        raise refuse("bad-file-name", ascii(name[:100]))


def appended(text: str, path: str, values: Sequence[Value], house: Style | None = None) -> str:
    """Return the text of a manifest with documents added behind its last one; what is there stays as it is.

    Raises Unfixable where that cannot be done, or not be proven.
    """
    read = manifest.read(text, path)
    source = read.source.text
    if path.lower().endswith(".json") or source.lstrip()[:1] == "{":
        raise refuse("json-file")
    if read.errors:
        raise refuse("broken-file", str(read.errors[0]))
    line_break = layout.newline(text, len(text))
    head = "" if text.endswith(("\n", "\r")) else line_break
    last = read.documents[-1] if read.documents else None
    if head and last is not None and last.value is not None and layout.is_unterminated(source, last.root):
        raise refuse("unterminated-block-scalar")
    # Behind a last separator there is a document already, an empty one.
    opened = last is not None and last.index > 0 and bool(_OPEN.match(source[last.start :]))
    after = text + head + _written(values, text, line_break, house, opened=opened)
    _prove([one for one in read.documents if one.value is not None], after, path, values)
    return after


def created(path: str, values: Sequence[Value], neighbour: str, house: Style | None = None) -> str:
    """Return the text of a new manifest, written like its neighbour. Raises Unfixable when it cannot be proven."""
    body = neighbour.removeprefix(BOM)
    opened = not _STARTS_WITH_SEPARATOR.match(body)
    text = _written(values, neighbour, layout.newline(body, 0), house, opened=opened)
    _prove([], text, path, values)
    return text


def _written(values: Sequence[Value], like: str, line_break: str, house: Style | None, *, opened: bool) -> str:
    style = habits([like]).over(house).over(DEFAULT)
    look = emit.Block(
        step=max(style.step or 2, 1),
        offset=max(style.offset or 0, 0),
        gap=max(style.gap or 1, 1),
        quote=style.quote or '"',
        newline=line_break,
    )
    separator = f"---{line_break}"
    texts = []
    for value in values:
        if not (isinstance(value.get("kind"), str) and is_api(str(value.get("apiVersion")))):
            raise refuse("bad-document")
        try:
            plain = verify.unshared(dict(value))
        except (TypeError, ValueError) as error:
            raise refuse("bad-value", str(error)) from None
        texts.append(emit.entries(plain, 0, look) + line_break)
    return ("" if opened else separator) + separator.join(texts)


def _prove(old: Sequence[Document], after: str, path: str, values: Sequence[Value]) -> None:
    """Prove that the old documents are what they were, and that behind them are the values, and nothing else."""
    read = manifest.read(after, path)
    if read.errors:
        raise refuse("proof-yaml", str(read.errors[0]))
    found = [one for one in read.documents if one.value is not None]
    if len(found) != len(old) + len(values):
        raise refuse("proof-documents")
    expected = [*(one.value for one in old), *(dict(value) for value in values)]
    if not all(verify.same(one.value, value) for one, value in zip(found, expected, strict=True)):
        raise refuse("proof-value")
