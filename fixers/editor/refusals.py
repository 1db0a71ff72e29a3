"""Why an edit is refused: a stable code, and the sentence for people."""

from __future__ import annotations

from rules.errors import Unfixable

REASONS = {
    "dup-key": "a key of the map occurs twice, and tools disagree on which one counts; remove one of them",
    "complex-key": "a list or map is used as a key",
    "null-key": "a key is null",
    "odd-key": "the key is an alias, has a tag, is too long or spans lines",
    "merge-after-keys": "'<<' follows a key that it also provides, and tools disagree on which one counts",
    "bad-merge": "'<<' merges something that is not a map",
    "single-pair-flow": "the map is a bare pair in brackets, as in [a: 1]; put it in braces",
    "no-colon": "the key has no ':' after which a value could stand",
    "yaml-error": "the document is no valid YAML",
    "bad-separator": "Kubernetes allows nothing but a comment behind '---'",
    "bad-escape": "half of a surrogate pair is no character",
    "text-after-end": "text after '...' is ignored by Kubernetes",
    "byte-order-mark": "a byte order mark stands inside the file, and tools disagree on the column of what follows it",
    "too-deep": "the document is nested too deeply",
    "too-many-aliases": "the document's aliases expand to too many nodes",
    "too-many-events": "the document is too large to edit",
    "cyclic-alias": "an alias contains itself",
    "undefined-alias": "an alias names no anchor",
    "bad-scalar": "a value has no JSON form",
    "no-document": "the file has no such document",
    "whole-document": "a whole document cannot be replaced by something of another type",
    "bad-patch": "the patch does not fit the document",
    "test-failed": "a test of the patch does not hold",
    "bad-value": "the new value has no JSON form",
    "unterminated-block-scalar": (
        "the file ends inside a block scalar without a line break, and adding one would change its value"
    ),
    "proof-yaml": "the edited text would not be valid YAML",
    "proof-documents": "the edit would change the number of documents",
    "proof-value": "the edited text would not mean exactly what was asked for",
    "proof-structure": "the edit would change a value that was not asked for",
    "proof-readers": "a value would be written so that tools read it differently",
    "proof-comment": "the edit would lose a comment",
    "proof-line-breaks": "the edit would change the kind of line breaks",
}


def refuse(code: str, detail: str = "") -> Unfixable:
    """Return the refusal of a code; `detail` names the thing it is about."""
    reason = REASONS[code]
    return Unfixable(f"{reason} ({detail})" if detail else reason, code)
