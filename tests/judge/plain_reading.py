"""A second reading of manifests, written apart from the code under test and sharing nothing with it.

PyYAML's events become a small node tree with places in the text; scalars are resolved as go-yaml v2 does.
"""

from __future__ import annotations

import base64
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

Loader: Any = getattr(yaml, "CLoader", yaml.Loader)
SEPARATOR = re.compile(r"^---", re.MULTILINE)
WORDS: dict[str, Any] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"], True),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"], False),
}


class Unreadable(Exception):
    """Not one YAML document that has a JSON value."""


@dataclass(eq=False)
class Node:
    """A node of the text: `text[start:end]` is its source, tags and anchors included.

    `kind` is map, seq, scalar or alias. `pairs` of a map are (key, value), `items` those of a list; `target`
    is what an alias stands for.
    """

    kind: str
    start: int
    end: int
    flow: bool = False
    value: Any = None
    style: str = ""
    tag: str | None = None
    anchor: str | None = None
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    target: Node | None = None
    implicit: bool = False

    @property
    def empty(self) -> bool:
        return not self.pairs and not self.items


@dataclass(frozen=True, slots=True)
class Piece:
    """One document of a file: its place, separator included."""

    start: int
    end: int


def pieces(text: str) -> list[Piece]:
    """Return the documents of a text, numbered as people count them: what stands before a first `---` is one
    only if it has content; JSON objects in a row are one document each."""
    if text.lstrip()[:1] == "{":
        objects = _objects(text)
        if objects:
            return objects
    starts = [found.start() for found in SEPARATOR.finditer(text)]
    if not starts:
        return [Piece(0, len(text))] if _content(text) else []
    if _content(text[: starts[0]]):
        starts.insert(0, 0)
    else:
        starts[0] = 0
    return [Piece(*bounds) for bounds in zip(starts, [*starts[1:], len(text)], strict=True)]


def _objects(text: str) -> list[Piece]:
    """Return the objects of a stream, each with the white space behind it, the first one with that ahead, too."""
    starts, at = [], 0
    decoder = json.JSONDecoder()
    while (at := len(text) - len(text[at:].lstrip())) < len(text):
        starts.append(at if starts else 0)
        try:
            _, at = decoder.raw_decode(text, at)
        except ValueError:
            return []
    return [Piece(*bounds) for bounds in itertools.pairwise([*starts, len(text)])]


def _content(text: str) -> bool:
    return any(line.strip() and not line.strip().startswith("#") and line[0] not in "%." for line in text.splitlines())


def compose(text: str, piece: Piece) -> Node | None:
    """Return the node tree of one document, None for an empty one. Raises Unreadable."""
    body = text[piece.start : piece.end]
    closed = body if body.endswith(("\n", "\r")) else body + "\n"
    try:
        events = list(yaml.parse(closed, Loader=Loader))
    except yaml.YAMLError as error:
        raise Unreadable(str(error)) from error
    starts = [at for at, event in enumerate(events) if isinstance(event, yaml.DocumentStartEvent)]
    if len(starts) > 1:
        raise Unreadable("more than one document")
    if not starts:
        return None
    return _Composer(events[starts[0] + 1 :], piece.start, piece.start + len(body)).node()


class _Composer:
    def __init__(self, events: list[Any], offset: int, limit: int) -> None:
        self.events: Iterator[Any] = iter(events)
        self.offset = offset
        self.limit = limit
        self.anchors: dict[str, Node] = {}
        self.open: set[int] = set()

    def node(self, event: Any = None) -> Node:
        event = event or next(self.events)
        start = event.start_mark.index + self.offset
        end = min(event.end_mark.index + self.offset, self.limit)
        if isinstance(event, yaml.AliasEvent):
            target = self.anchors.get(event.anchor)
            if target is None or id(target) in self.open:
                raise Unreadable(f"alias {event.anchor}")
            return Node("alias", start, end, value=event.anchor, target=target)
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and not event.style
            made = Node("scalar", start, end, value=event.value, style=event.style or "", tag=event.tag)
            made.implicit = event.implicit[0]
            if not plain and event.tag in (None, "!"):
                made.tag = "tag:yaml.org,2002:str"
            self._keep(made, event)
            return made
        made = Node("map" if isinstance(event, yaml.MappingStartEvent) else "seq", start, end, tag=event.tag)
        made.flow = bool(event.flow_style)
        self._keep(made, event)
        self.open.add(id(made))
        while not isinstance(following := next(self.events), yaml.CollectionEndEvent):
            child = self.node(following)
            if made.kind == "seq":
                made.items.append(child)
            else:
                made.pairs.append((child, self.node()))
        self.open.discard(id(made))
        if made.flow:
            made.end = following.end_mark.index + self.offset
        else:  # A block ends with its last child; the parser says: where the next token starts.
            children = made.items or [part for pair in made.pairs for part in pair]
            made.end = max([child.end for child in children], default=start)
        return made

    def _keep(self, made: Node, event: Any) -> None:
        made.anchor = event.anchor
        if event.anchor:
            self.anchors[event.anchor] = made


def plain(text: str) -> Any:
    """Return what go-yaml v2 makes of a plain scalar."""
    if text in WORDS:
        return WORDS[text]
    digits = text.replace("_", "")
    sign, bare = (-1, digits[1:]) if digits[:1] == "-" else (1, digits.removeprefix("+"))
    if text[0] in "+-.0123456789":
        if re.fullmatch(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", text):
            raise Unreadable(text)
        for pattern, base in ((r"0[xX]([0-9a-fA-F]+)", 16), (r"0[bB]([01]+)", 2), (r"0[oO]?([0-7]+)", 8)):
            if text[0] != "." and (found := re.fullmatch(pattern, bare)):
                return sign * int(found[1], base)
        if text[0] != "." and re.fullmatch(r"0|[1-9][0-9]{0,300}", bare):
            number = sign * int(bare)
            return number if -(2**63) <= number < 2**64 else _whole(float(number))
        if re.fullmatch(r"(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", bare) and (
            text[0] != "." or not re.search(r"_(?![0-9])|(?<![0-9])_", text)
        ):
            number = sign * float(bare)
            return text if abs(number) == float("inf") else _whole(number)
    return text


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) < 1e21 else number


def value(node: Node | None) -> Any:
    """Return the JSON value of a node. Raises Unreadable where Kubernetes would refuse."""
    if node is None:
        return None
    if node.kind == "alias":
        return value(node.target)
    if node.kind == "seq":
        return [value(item) for item in node.items]
    if node.kind == "scalar":
        return _scalar(node)
    made: dict[str, Any] = {}
    for key, child in node.pairs:
        if is_merge(key):
            sources = child.items if child.kind == "seq" else [child]
            for source in reversed(sources):
                merged = value(source)
                if not isinstance(merged, dict):
                    raise Unreadable("merge of no map")
                made.update(merged)
        else:
            made[key_text(key)] = value(child)
    return made


def is_merge(key: Node) -> bool:
    """Is this the key `<<`, unquoted, or with a tag that says so? To go-yaml v2 even `! "<<"` is."""
    return key.kind == "scalar" and key.value == "<<" and (key.implicit or key.tag == "tag:yaml.org,2002:merge")


def key_text(key: Node) -> str:
    """Return the JSON key of a key node."""
    found = value(key)
    if found is None or isinstance(found, dict | list):
        raise Unreadable("a key that is no text")
    return found if isinstance(found, str) else json.dumps(found)


def _scalar(node: Node) -> Any:
    if node.tag is None:
        return plain(node.value)
    name = node.tag.removeprefix("tag:yaml.org,2002:")
    if name == "binary":
        return base64.b64decode(node.value).decode(errors="replace")
    if name in ("int", "float", "bool", "null"):
        return plain(node.value)
    return str(node.value)


def canonical(found: Any) -> str:
    """Return a text that is the same for two values exactly if they are the same JSON: `1` and `true` differ."""
    return json.dumps(_numbers(found), sort_keys=True, ensure_ascii=False)


def _numbers(found: Any) -> Any:
    if isinstance(found, dict):
        return {str(key): _numbers(child) for key, child in found.items()}
    if isinstance(found, list):
        return [_numbers(child) for child in found]
    return _whole(found) if isinstance(found, float) and abs(found) != float("inf") else found
