"""What style new text should have: what most of the surroundings do, the nearest first.

Every habit is looked for in the edited node, then in its parent, its grandparent, and the document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar, cast

from fixers.editor.emit import Block, Flow
from fixers.editor.layout import indentation, is_first, newline
from fixers.editor.model import DEFAULT, Options
from rules.nodes import BREAK, Node, column, line_start

T = TypeVar("T")
Evidence = Callable[[str, Node], Iterator[T]]


def _levels(node: Node) -> Iterator[Node]:
    """Yield the node, its parent, its grandparent and the root."""
    for _ in range(3):
        yield node
        if node.parent is None:
            return
        node = node.parent
    while node.parent is not None:
        node = node.parent
    yield node


def below(node: Node) -> Iterator[Node]:
    """Yield a node and everything in it, keys left out, in the order of the text."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(entry.value for entry in reversed(current.entries))


def _habit(text: str, node: Node, evidence: Evidence[T], default: T, options: Options) -> T:
    """Return what most of the surroundings do, the nearest that do it at all."""
    for level in _levels(node):
        if level.parent is None:
            return _document_habit(text, level, evidence, default, options)
        votes = Counter(vote for inner in below(level) for vote in evidence(text, inner))
        if votes:
            return votes.most_common(1)[0][0]
    return default


def _document_habit(text: str, root: Node, evidence: Evidence[T], default: T, options: Options) -> T:
    """Return what most of the document does; looked up once for all operations on one tree."""
    known = options.habits.get(evidence)
    if known is None or known[0] is not root:
        votes = Counter(vote for inner in below(root) for vote in evidence(text, inner))
        known = options.habits[evidence] = (root, votes.most_common(1)[0][0] if votes else default)
    return cast(T, known[1])


def _own_line(text: str, node: Node) -> bool:
    """Is this a block collection that starts on a line of its own, below its key?"""
    return not node.flow and bool(node.entries) and is_first(text, node.entries[0].start)


def _steps(text: str, node: Node) -> Iterator[int]:
    if node.kind == "map" and not node.flow:
        outer = column(text, node.vstart)
        for pair in node.pairs:
            if pair.value.kind == "map" and _own_line(text, pair.value):
                yield column(text, pair.value.vstart) - outer


def _offsets(text: str, node: Node) -> Iterator[int]:
    if node.kind == "map" and not node.flow:
        outer = column(text, node.vstart)
        for pair in node.pairs:
            if pair.value.kind == "seq" and _own_line(text, pair.value):
                yield column(text, pair.value.vstart) - outer


def _gaps(text: str, node: Node) -> Iterator[int]:
    if node.kind == "seq" and not node.flow:
        for item in node.items:
            between = text[item.start + 1 : item.value.start]
            if between and not between.strip(" "):
                yield len(between)


def _quotes(text: str, node: Node) -> Iterator[str]:
    if node.style in ("'", '"'):
        yield node.style


def siblings_quote(node: Node) -> str | None:
    """Return the quote that all strings of a list have, or None."""
    quotes = {item.value.style for item in node.items if isinstance(item.value.value, str)}
    only = quotes.pop() if len(quotes) == 1 else ""
    return only if only in ("'", '"') else None


def block(text: str, node: Node, options: Options) -> Block:
    """Return the style for new lines in, or below, a node."""
    house = options.house.over(DEFAULT)
    quote = _habit(text, node, _quotes, house.quote or '"', options)
    return Block(
        step=max(_habit(text, node, _steps, house.step or 2, options), 1),
        offset=max(_habit(text, node, _offsets, house.offset or 0, options), 0),
        gap=_habit(text, node, _gaps, house.gap or 1, options),
        quote=quote,
        newline=newline(text, node.end, options.newline),
        # The text could end in one, and without a line break behind it readers disagree on its value.
        literals=options.literals and text.endswith(("\n", "\r")),
    )


def brackets(node: Node) -> Node:
    """Return the outermost flow collection around a node that is in one."""
    while node.parent is not None and node.parent.flow:
        node = node.parent
    return node


def is_json(node: Node) -> bool:
    """Is the text in these outermost brackets JSON? Told by its strings; without any: if it is all there is."""
    found = False
    for inner in below(node):
        strings = [pair.key for pair in inner.pairs]
        if inner.kind == "scalar" and isinstance(inner.value, str):
            strings.append(inner)
        for scalar in strings:
            if scalar.style != '"':
                return False
            found = True
    return found or node.parent is None


def has_lines(text: str, node: Node) -> bool:
    """Has each entry of this flow collection a line of its own?"""
    return bool(node.entries) and all(is_first(text, entry.start) for entry in node.entries)


def _commas(text: str, node: Node) -> Iterator[str]:
    for entry, following in zip(node.entries, node.entries[1:], strict=False):
        head, comma, tail = text[entry.end : following.start].partition(",")
        if comma and not head.strip() and not BREAK.search(tail) and not tail.strip():
            yield "," + tail


def _colons(text: str, node: Node) -> Iterator[str]:
    if node.flow:
        for pair in node.pairs:
            if pair.colon is not None and not pair.value.is_empty:
                between = text[pair.colon + 1 : pair.value.start]
                if not between.strip(" \t"):
                    yield ":" + between


def _map_pads(text: str, node: Node) -> Iterator[str]:
    if node.kind == "map":
        yield from _pads(text, node)


def _seq_pads(text: str, node: Node) -> Iterator[str]:
    if node.kind == "seq":
        yield from _pads(text, node)


def _pads(text: str, node: Node) -> Iterator[str]:
    """Yield the white space behind an opening bracket."""
    if node.flow and node.entries:
        between = text[node.vstart + 1 : node.entries[0].start]
        if not between.strip(" "):
            yield between


def _units(text: str, node: Node) -> Iterator[str]:
    if node.flow and has_lines(text, node):
        closing = node.end - 1
        outer = indentation(text, closing if is_first(text, closing) else node.vstart)
        inner = indentation(text, node.entries[0].start)
        if inner.startswith(outer) and inner != outer:
            yield inner[len(outer) :]


def _inline_lists(text: str, node: Node) -> Iterator[bool]:
    if node.flow and node.kind == "seq" and node.items and all(item.value.kind == "scalar" for item in node.items):
        yield line_start(text, node.end) <= node.vstart


def flow(text: str, node: Node, options: Options) -> Flow:
    """Return the style for new text in a flow collection, or in place of a value that is in one."""
    outer = brackets(node)
    json = is_json(outer)
    laid_out = node if node.entries or node.parent is None else node.parent
    return Flow(
        quote='"' if json else _habit(text, node, _quotes, options.house.quote or '"', options),
        json=json,
        colon=_habit(text, node, _colons, ": ", options) if json else ": ",
        comma=_habit(text, node, _commas, ", ", options),
        pads=(_habit(text, node, _map_pads, "", options), _habit(text, node, _seq_pads, "", options)),
        lines=laid_out.flow and has_lines(text, laid_out),
        unit=_habit(text, node, _units, "  ", options),
        newline=newline(text, node.start, options.newline),
        inline_lists=_habit(text, outer, _inline_lists, False, options),
    )
