"""Helpers of the editor's tests: short operations, and a judge that shares no code with the editor."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml

from fixers.editor import Edited, apply
from fixers.model import Operation
from rules import scalars
from rules.pointer import parse


def add(path: str, value: Any) -> Operation:
    return Operation("add", parse(path), value)


def replace(path: str, value: Any) -> Operation:
    return Operation("replace", parse(path), value)


def remove(path: str) -> Operation:
    return Operation("remove", parse(path))


def move(source: str, path: str) -> Operation:
    return Operation("move", parse(path), None, parse(source))


def copy(source: str, path: str) -> Operation:
    return Operation("copy", parse(path), None, parse(source))


def from_json(patch: list[dict[str, Any]]) -> list[Operation]:
    return [Operation(op["op"], parse(op["path"]), op.get("value"), parse(op.get("from", ""))) for op in patch]


def to_json(operations: list[Operation]) -> list[dict[str, Any]]:
    def pointer(path: tuple[str | int, ...]) -> str:
        return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)

    made: list[dict[str, Any]] = []
    for operation in operations:
        entry: dict[str, Any] = {"op": operation.op, "path": pointer(operation.path)}
        if operation.op in ("move", "copy"):
            entry["from"] = pointer(operation.source)
        elif operation.op != "remove":
            entry["value"] = operation.value
        made.append(entry)
    return made


def edited(text: str, *operations: Operation, index: int = 0) -> str:
    """Return the edited text, after checking that the edits say exactly what was done."""
    result = apply(text, index, operations)
    check_edits(text, result)
    return result.text


def check_edits(text: str, result: Edited) -> None:
    """The edits are sorted, apart, and turn the one text into the other."""
    made, cursor = "", 0
    for edit in result.edits:
        assert cursor <= edit.start <= edit.end <= len(text)
        made += text[cursor : edit.start] + edit.text
        cursor = edit.end
    assert made + text[cursor:] == result.text
    gaps = zip(result.edits, result.edits[1:], strict=False)
    assert all(one.end < other.start for one, other in gaps)


def canonical(value: Any) -> str:
    """Return a form in which true, 1 and "1" differ."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def reading(text: str) -> list[Any]:
    """Return the values of all documents, by PyYAML's nodes and our table of scalars."""
    return [_value(node) for node in yaml.compose_all(text.removeprefix("\ufeff"), Loader=yaml.CSafeLoader)]


def _value(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _map(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    return _scalar(node)


def _map(node: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in node.value:
        if key.value == "<<" and not key.style:
            sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for source in reversed(sources):
                made.update(_map(source))
        else:
            made[_key(key)] = _value(value)
    return made


def _scalar(node: Any) -> Any:
    if node is None:
        return None
    quoted = node.style or (node.tag == "tag:yaml.org,2002:str" and node.value == "")
    return node.value if quoted else scalars.plain(node.value)


def _key(node: Any) -> str:
    return str(scalars.key(_scalar(node)))


def comments(text: str) -> list[tuple[int, str]]:
    """Return line (from 0) and text of every comment, found between PyYAML's tokens."""
    body = text.removeprefix("\ufeff")
    found: list[tuple[int, str]] = []
    cursor = 0
    for token in yaml.scan(body, Loader=yaml.CSafeLoader):
        start, end = token.start_mark.index, token.end_mark.index
        found += _hashes(body, cursor, start)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            found += _hashes(body, start, start + len(body[start:].splitlines()[0]))
        cursor = max(cursor, end)
    return [*found, *_hashes(body, cursor, len(body))]


def _hashes(body: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    at = start
    for line in body[start:end].splitlines(keepends=True):
        if "#" in line:
            yield body.count("\n", 0, at), line[line.index("#") :].strip()
        at += len(line)


def lines_of(text: str, index: int, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Return the first and last line (from 0) of an entry, by PyYAML's marks."""
    node = list(yaml.compose_all(text.removeprefix("\ufeff"), Loader=yaml.CSafeLoader))[index]
    first = node.start_mark.line
    for key in path:
        if isinstance(node, yaml.MappingNode):
            name, node = next((k, v) for k, v in reversed(node.value) if _key(k) == str(key))
            first = name.start_mark.line
        else:
            items, node = node, node.value[int(key)]
            first = node.start_mark.line
            if not items.flow_style:  # The dash may stand alone, lines above its value.
                previous = items.value[int(key) - 1] if int(key) else None
                start = _last_line(previous, 0) + 1 if previous is not None else items.start_mark.line
                lines = text.splitlines()
                first = next((n for n in range(start, first) if lines[n].lstrip().startswith("-")), first)
    return first, _last_line(node, first)


def _last_line(node: Any, least: int) -> int:
    if isinstance(node, yaml.ScalarNode):
        beyond = node.style in ("|", ">") and node.end_mark.column == 0
        return max(node.end_mark.line - beyond, least)
    if node.flow_style:
        return node.end_mark.line
    children = [child for entry in node.value for child in (entry if isinstance(entry, tuple) else (entry,))]
    return max((_last_line(child, least) for child in children), default=least)


def lost_comments(before: str, after: str) -> Counter[str]:
    """Return the comments that the first text has and the second has not."""
    return Counter(words for _, words in comments(before)) - Counter(words for _, words in comments(after))
