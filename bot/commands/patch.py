"""`kubewright patch`: apply an RFC 6902 patch to one document, format kept, proven."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from bot import files, log
from bot.commands import options
from bot.errors import CLEAN, FINDINGS, RepositoryError
from bot.output import stdout
from bot.tree import MAX_BYTES
from fixers import editor, verify
from fixers.model import Operation
from rules import manifest, pointer
from rules.errors import Unfixable

_MEMBERS = {
    "add": {"path", "value"},
    "remove": {"path"},
    "replace": {"path", "value"},
    "move": {"path", "from"},
    "copy": {"path", "from"},
    "test": {"path", "value"},
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("patch", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--document",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="The document to change, from 0 (default: 0).",
)
@click.option("--diff", is_flag=True, help="Print a unified diff instead and write nothing.")
@options.verbosity
def command(file: Path, patch: Path, document: int, diff: bool) -> int:
    """Apply a JSON Patch (RFC 6902) to one document of a YAML or JSON file and change nothing else.

    PATCH is a JSON file with a list of operations, or "-" for standard input. The result is proven before it is
    written: where an operation cannot be carried out safely, the reason is given and the file stays as it is.

    Exits with 0 when the file is patched, 1 when the patch is refused; with --diff 1 when there is a diff.
    """
    if str(file) == str(patch) == "-":
        raise click.UsageError("FILE and PATCH cannot both be standard input")
    data = _read(file)
    wanted = _patch(patch)
    try:
        before = _text(data)
        after = patched(before, document, wanted, str(file))
    except Unfixable as refusal:
        log.error(f"{refusal.code}: {file}: {refusal}", "the file was left as it is")
        return FINDINGS
    if diff:
        return _show(str(file), before, after)
    if before != after:
        files.replace(file, data, after.encode())
    return CLEAN


def patched(text: str, index: int, patch: Sequence[dict[str, Any]], path: str = "") -> str:
    """Return the text with a patch applied to the document of an index. Raises Unfixable."""
    read = manifest.read(text, path)
    document = next((known for known in read.documents if known.index == index), None)
    if document is None:
        for error in read.errors:
            raise Unfixable(f"line {error.line}: {error}", "unreadable")
        raise Unfixable(f"there is no document {index}; it has {len(read.documents)}, counted from 0", "no-document")
    made = tuple(operations(document.value, patch))
    part = read.source.text[document.start : document.end]
    edited = editor.apply(part, 0, made)
    proven = verify.document(document, edited.text)
    verify.values(document.value, proven.value, made)
    verify.edits(part, edited.text, edited.edits)
    verify.comments(part, edited.text, edited.edits, made)
    for note in edited.notes:
        log.say(f"note: {note}")
    mark = manifest.BOM if read.source.bom else ""
    return mark + read.source.text[: document.start] + edited.text + read.source.text[document.end :]


def operations(value: Any, patch: Sequence[dict[str, Any]]) -> Iterator[Operation]:
    """Yield the operations of a patch on a value: tests are carried out, copies become additions.

    A pointer says only by the value before each operation whether `0` is a key or an index. Raises Unfixable.
    """
    import jsonpatch

    now = verify.unshared(value)
    for number, given in enumerate(patch):
        try:
            path = _located(now, given["path"])
            source = _located(now, given["from"]) if "from" in given else ()
            then = jsonpatch.apply_patch(now, [given])
        except jsonpatch.JsonPatchTestFailed:
            raise Unfixable(f"operation {number}: the test of {given['path']} fails", "test-failed") from None
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, ValueError, TypeError) as error:
            raise Unfixable(f"operation {number} does not apply: {error}", "patch-does-not-apply") from None
        if given["op"] == "copy":
            yield Operation("add", path, copy.deepcopy(pointer.get(now, *source)))
        elif given["op"] != "test":
            yield Operation(given["op"], path, given.get("value"), source)
        now = then


def _located(value: Any, text: str) -> pointer.Pointer:
    """Return a pointer whose list indexes are numbers. Raises ValueError."""
    keys: list[str | int] = []
    for key in map(str, pointer.parse(text)):
        is_index = isinstance(value, list) and key.isascii() and key.isdigit()
        keys.append(int(key) if is_index else key)
        value = pointer.get(value, keys[-1])
    return tuple(keys)


def _read(file: Path) -> bytes:
    """Return what a file holds, a pipe from the shell included. Raises RepositoryError."""
    if not file.exists() or file.is_dir():
        raise click.UsageError(f"{log.harmless(str(file))}: no such file")
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise RepositoryError(f"{file}: cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise RepositoryError(f"{file}: larger than {MAX_BYTES} bytes")
    return data


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unfixable(f"byte {error.start} is no UTF-8; save the file as UTF-8 first", "encoding") from None


def _patch(path: Path) -> list[dict[str, Any]]:
    """Return the operations of a patch file. A file that is no patch is a mistake in usage."""
    data = sys.stdin.buffer.read() if str(path) == "-" else _read(path)
    name = log.harmless(str(path))
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{name}: not JSON: {error}") from None
    if not isinstance(value, list):
        raise click.UsageError(f"{name}: a JSON Patch is a list of operations")
    for number, operation in enumerate(value):
        problem = _problem(operation)
        if problem:
            raise click.UsageError(f"{name}: operation {number}: {problem}")
    return value


def _problem(operation: Any) -> str:
    """Return what is wrong with an operation's form, or ''."""
    if not isinstance(operation, dict):
        return "expected an object"
    kind = operation.get("op")
    if not isinstance(kind, str) or kind not in _MEMBERS:
        return f"op: expected one of {', '.join(_MEMBERS)}"
    missing = sorted(_MEMBERS[kind] - operation.keys())
    if missing:
        return f"{missing[0]} is missing"
    for name in ("path", "from"):
        given = operation.get(name, "")
        if not isinstance(given, str) or (given and not given.startswith("/")):
            return f"{name}: expected a JSON Pointer such as /spec/replicas"
    return ""


def _show(path: str, before: str, after: str) -> int:
    from bot.diffs import unified
    from bot.output.diff import shown

    text = unified(path, before, after)
    if stdout.is_seen():
        stdout.write(shown(text))
    else:
        stdout.exactly(text)
    return FINDINGS if text else CLEAN
