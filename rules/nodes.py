"""Where everything stands in the text of a document: a tree of nodes with places.

A block collection ends with its last child, an empty value stands right behind its `:` or `-`, a block
scalar ends with its content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rules import reader, scalars
from rules.pointer import Pointer

Kind = Literal["map", "seq", "scalar", "alias"]

# YAML 1.1, libyaml and go-yaml count these five as line breaks.
BREAKS = "\r\n\u0085\u2028\u2029"
_MARKS = sorted(BREAKS)
BREAK = re.compile(f"\r\n|[{BREAKS}]")
_GAP = re.compile(f"(?:[ \t\ufeff{BREAKS}]+|#[^{BREAKS}]*)*")
PROPERTY = re.compile(r"!<[^>]*>|[&!][^\s,\[\]{}]*")
HEADER = re.compile(r"[|>]([-+0-9]*)")


class Node:
    """A value, a key or an alias in the text.

    `start` includes anchor and tag, `vstart` does not; `end` is the end of the content. `text` is the
    scalar's content or the alias's name, `value` what Kubernetes reads (scalars only), `style` the quote or
    block indicator ("" for plain), `flow` whether a collection is written with brackets, `target` the node
    that an alias stands for. `entry` is the pair or item that holds this node.
    """

    __slots__ = (
        "anchor",
        "end",
        "entry",
        "flow",
        "items",
        "kind",
        "known",
        "own",
        "pairs",
        "parent",
        "start",
        "style",
        "tag",
        "target",
        "text",
        "value",
        "vstart",
    )

    def __init__(self, kind: Kind, start: int, vstart: int, end: int) -> None:
        self.kind = kind
        self.start = start
        self.vstart = vstart
        self.end = end
        self.style = ""
        self.flow = False
        self.text = ""
        self.value: scalars.Scalar = None
        self.tag: str | None = None
        self.anchor: str | None = None
        self.parent: Node | None = None
        self.entry: Pair | Item | None = None
        self.pairs: list[Pair] = [] if kind == "map" else _NO_PAIRS
        self.items: list[Item] = [] if kind == "seq" else _NO_ITEMS
        self.target: Node | None = None
        self.known: dict[str, Node] | None = None
        self.own: dict[str, Node] | None = None

    @property
    def entries(self) -> Sequence[Pair | Item]:
        """The pairs of a map, the items of a list."""
        return self.pairs if self.kind == "map" else self.items

    @property
    def resolved(self) -> Node:
        """This node, or the one an alias stands for."""
        return self.target if self.target is not None else self

    @property
    def is_empty(self) -> bool:
        """Is this the null of a value that was left out, as in `key:`?"""
        return self.kind == "scalar" and self.vstart == self.end

    def __repr__(self) -> str:
        return f"<{self.kind} {self.start}:{self.end} {self.text!r}>"


class Pair:
    """An entry of a map: `name` is the key as Kubernetes reads it (`on:` is "true"), `merge` marks `<<`.

    `start` is the key's (the `?` of an explicit pair), `colon` the index of `:` if there is one.
    """

    __slots__ = ("colon", "end", "explicit", "key", "merge", "name", "start", "value")

    def __init__(self, key: Node, name: str, merge: bool, start: int, colon: int | None, value: Node) -> None:
        self.key = key
        self.name = name
        self.merge = merge
        self.start = start
        self.explicit = start != key.start
        self.colon = colon
        self.value = value
        self.end = max(value.end, key.end if colon is None else colon + 1)


class Item:
    """An entry of a list; `start` is the dash's, or in brackets the value's."""

    __slots__ = ("end", "start", "value")

    def __init__(self, start: int, value: Node) -> None:
        self.start = start
        self.value = value
        self.end = value.end


# Shared by all nodes without entries, and never filled: most nodes are scalars.
_NO_PAIRS: list[Pair] = []
_NO_ITEMS: list[Item] = []


def skip_gap(text: str, index: int, limit: int) -> int:
    """Return the index behind white space, line breaks and comments."""
    return _GAP.match(text, index, limit).end()  # type: ignore[union-attr]


def column(text: str, index: int, start: int = 0) -> int:
    """Return how many characters precede an index on its line; `start` bounds the search."""
    return index - line_start(text, index, start)


def line_start(text: str, index: int, start: int = 0) -> int:
    """Return where the line of an index starts."""
    # Step by step this would be quadratic in a file of one long line, such as compact JSON. The line feed is
    # looked for first: what it finds bounds the search for the rare ones.
    for mark in _MARKS:
        start = max(start, text.rfind(mark, start, index) + 1)
    return min(start, index)


def compose(text: str, start: int, end: int, using: reader.Backend | None = None) -> Node:
    """Return the node tree of the one document in text[start:end]; all places are indexes of `text`.

    Raises ManifestError with the codes of `rules.construct`, its `column` an index of text[start:end].
    Keys that occur twice are kept: each is a pair.
    """
    from rules.composer import Composer

    return Composer(text, start, end, using).run()


def provided(node: Node) -> dict[str, Node]:
    """Return what the merge keys of a map give it: values by key; the first map of a list wins."""
    found: dict[str, Node] = {}
    for pair in node.pairs:
        if pair.merge:
            value = pair.value.resolved
            sources = [item.value.resolved for item in value.items] if value.kind == "seq" else [value]
            for source in reversed(sources):
                found.update(members(source))
    return found


def members(node: Node) -> dict[str, Node]:
    """Return the value of each key of a map, merged ones included; what stands later wins, as in go-yaml."""
    if node.known is None:  # Remembered, because maps that merge each other twice make 2^n visits.
        found: dict[str, Node] = {}
        for pair in node.pairs:
            if not pair.merge:
                found[pair.name] = pair.value
                continue
            value = pair.value.resolved
            sources = [item.value.resolved for item in value.items] if value.kind == "seq" else [value]
            for source in reversed(sources):
                found.update(members(source))
        node.known = found
    return node.known


def child(node: Node, key: str | int) -> Node | None:
    """Return the node (alias not followed) at a key or index, or None."""
    node = node.resolved
    if node.kind == "map":
        name = str(key)
        if node.own is None:  # Remembered, because there may be a finding at each of many thousand keys.
            node.own = {pair.name: pair.value for pair in node.pairs if not pair.merge}
        if name in node.own:
            return node.own[name]
        return provided(node).get(name) if any(pair.merge for pair in node.pairs) else None
    if node.kind == "seq":
        text = str(key)
        index = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else len(node.items)
        return node.items[index].value if index < len(node.items) else None
    return None


def span(root: Node, pointer: Pointer) -> tuple[int, int]:
    """Return where the entry at a pointer stands: a map entry from its key on, an item from its value on.

    If it is absent: the key of the nearest ancestor that exists, or the start of an item or of the document.
    Behind an alias or a merge key there is nothing of its own to show: the alias or `<<` entry stands for
    all of it.
    """
    node = root
    for depth, key in enumerate(pointer):
        if node.kind == "alias":
            return _whole(node)
        below = child(node, key)
        if below is None:
            return _head(root, node) if depth else (root.start, root.start)
        if below.parent is not node:
            merge = next(pair for pair in node.pairs if pair.merge)
            return merge.start, merge.end
        node = below
    return _whole(node)


def _whole(node: Node) -> tuple[int, int]:
    entry = node.entry
    return (entry.start, entry.end) if isinstance(entry, Pair) else (node.start, node.end)


def _head(root: Node, node: Node) -> tuple[int, int]:
    entry = node.entry
    if isinstance(entry, Pair):
        return entry.key.start, entry.key.end
    return node.start, node.start
