"""Places in texts of YAML, and edits there; what mutations share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plain_reading import Node, compose, pieces


def trees(text: str) -> list[Node]:
    """Return the node trees of all documents that have one. Raises Unreadable."""
    return [node for piece in pieces(text) if (node := compose(text, piece))]


def nodes(node: Node) -> Iterator[tuple[Node, Node | None, Node]]:
    """Yield (parent, key or None, child) for every child below a node, in the order of the text."""
    children = [(None, item) for item in node.items] + list(node.pairs)
    for key, child in children:
        yield node, key, child
        yield from nodes(child)


def every(text: str) -> list[tuple[Node, Node | None, Node]]:
    return [found for tree in trees(text) for found in nodes(tree)]


def plain_below(node: Node) -> bool:
    """Is nothing shared, tagged or merged here and below?"""
    both = [node, *(part for _, key, child in nodes(node) for part in (key, child) if part)]
    return all(one.kind != "alias" and not one.anchor for one in both) and all(not one.tag or one.style for one in both)


def replaced(text: str, made: list[tuple[int, int, str]]) -> str:
    """Return the text with these spans replaced; one inside or across another is left out."""
    out, at = [], 0
    for start, end, new in sorted(made, key=lambda one: (one[0], -one[1])):
        if start >= at:
            out += [text[at:start], new]
            at = end
    return "".join([*out, text[at:]])


def colon_of(text: str, key: Node) -> int | None:
    """Return the index behind the `:` of a key, None for `? key`."""
    found = re.compile(r"[ \t]*:").match(text, key.end)
    return found.end() if found else None
