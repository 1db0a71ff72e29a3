"""What style new text should have: what most of the surroundings do, the nearest first.

Every habit is looked for in the edited node, then in its parent, its grandparent, and the document; where the
document shows none, the house style counts. A new list of scalars goes in brackets where all lists of scalars
beside it do, and a new item where all items like it do; what fills `{}` or `[]` goes on lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar, cast

from fixers.editor.emit import Block, Flow, must_quote
from fixers.editor.layout import indentation, is_first, newline, next_line
from fixers.editor.model import DEFAULT, Options
from rules.nodes import BREAK, Item, Node, column, line_start

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


def _own_habit(text: str, node: Node, evidence: Evidence[T], default: T, options: Options) -> T:
    """Return what most entries of the node itself do; where none shows it, what most of the surroundings do."""
    own = Counter(evidence(text, node))
    return own.most_common(1)[0][0] if own else _habit(text, node, evidence, default, options)


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


def _key_quotes(text: str, node: Node) -> Iterator[str]:
    for pair in node.pairs:
        yield from _quotes(text, pair.key)


def _quote(text: str, node: Node, options: Options) -> str:
    """Return the quote character of new text: that of the values around, else that of the keys."""
    shown = _habit(text, node, _quotes, "", options)
    return shown or _habit(text, node, _key_quotes, options.house.quote or '"', options)


def items_quote(node: Node, replaced: Node | None = None) -> str | None:
    """Return the quote that strings of a list have, or None where they are plain.

    Its own strings show it, but for one that is being replaced: where that was the only one and had to be
    quoted, as `*` has, the nearest lists of strings do, those in brackets first for a list in brackets.
    """
    quotes = {item.value.style for item in node.items if item.value is not replaced and _is_string(item.value)}
    if quotes:
        return _only(quotes)
    if replaced is None or not replaced.style or not must_quote(replaced.text, node.flow):
        return _only({replaced.style}) if replaced is not None else None
    for level in _levels(node):
        lists = [inner for inner in below(level) if inner.kind == "seq" and inner is not node]
        for alike in (True, False):
            shown = (_shown_quote(inner) for inner in lists if (inner.flow == node.flow) == alike)
            votes = Counter(quote for quote in shown if quote is not None)
            if votes:
                return votes.most_common(1)[0][0] or None
    return _only({replaced.style})


def _is_string(node: Node) -> bool:
    return node.kind == "scalar" and isinstance(node.value, str)


def _only(quotes: set[str]) -> str | None:
    return next(iter(quotes)) if quotes in ({"'"}, {'"'}) else None


def _shown_quote(node: Node) -> str | None:
    """Return the quote that all strings of a list have that need none; "" without one, None without such strings."""
    strings = (item.value for item in node.items if _is_string(item.value))
    quotes = {string.style for string in strings if not (string.style and must_quote(string.text, node.flow))}
    return (_only(quotes) or "") if quotes else None


def block(text: str, node: Node, options: Options, at: int | None = None) -> Block:
    """Return the style for new lines in, or below, a node; they are to end on the line of the index, or behind it."""
    house = options.house.over(DEFAULT)
    end = node.end if at is None else at
    quote = _quote(text, node, options)
    return Block(
        step=max(_own_habit(text, node, _steps, house.step or 2, options), 1),
        offset=max(_own_habit(text, node, _offsets, house.offset or 0, options), 0),
        gap=_own_habit(text, node, _gaps, house.gap or 1, options),
        quote=quote,
        newline=newline(text, node.end, options.newline),
        # Where one ends the text, and without a line break behind it, readers disagree on its value.
        literals=options.literals and (text.endswith(("\n", "\r")) or next_line(text, end) < len(text)),
    )


def beside(text: str, maps: Iterable[Node], options: Options) -> Flow | None:
    """Return the style of the lists of scalars in some maps where all are in brackets on one line, or None."""
    lists = [pair.value for node in maps for pair in node.pairs if _is_row(pair.value)]
    if not lists or not all(inner.flow and line_start(text, inner.end) <= inner.vstart for inner in lists):
        return None
    quotes = [quote for inner in lists if (quote := _shown_quote(inner)) is not None]
    look = replace(flow(text, lists[-1], options), lines=False)
    if not quotes:
        return look
    quote = Counter(quotes).most_common(1)[0][0]
    return replace(look, json=look.json and quote == '"', quote=quote or look.quote, always=bool(quote))


def _is_row(node: Node) -> bool:
    return node.kind == "seq" and bool(node.items) and all(item.value.kind == "scalar" for item in node.items)


def is_braced(text: str, node: Node, value: object) -> bool:
    """Are the items of a list that are of the value's kind all in brackets on one line?"""
    kind = "map" if isinstance(value, dict) else "seq"
    alike = [item.value for item in node.items if item.value.kind == kind and item.value.entries]
    return bool(alike) and all(inner.flow and line_start(text, inner.end) <= inner.vstart for inner in alike)


def brackets(node: Node) -> Node:
    """Return the outermost flow collection around a node that is in one."""
    while node.parent is not None and node.parent.flow:
        node = node.parent
    return node


def is_json(node: Node, replaced: Node | None = None) -> bool:
    """Is the text in these outermost brackets JSON? Told by its strings; without any: if it is all there is.

    An item that is being replaced shows nothing where it had to be quoted.
    """
    found = False
    for inner in below(node):
        strings = [pair.key for pair in inner.pairs]
        if _is_string(inner) and not (inner is replaced and isinstance(inner.entry, Item) and must_quote(inner.text)):
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
                between = text[pair.key.end : pair.value.start]
                if between.strip(" \t") == ":":
                    yield between


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
    json = is_json(outer, node)
    colon = _habit(text, node, _colons, ": ", options) if json else ": "
    laid_out = node if node.entries or node.parent is None else node.parent
    return Flow(
        quote='"' if json else _quote(text, node, options),
        json=json,
        colon=colon,
        comma=_own_habit(text, node, _commas, "," if colon.endswith(":") else ", ", options),
        pads=(_habit(text, node, _map_pads, "", options), _habit(text, node, _seq_pads, "", options)),
        lines=laid_out.flow and has_lines(text, laid_out),
        unit=_habit(text, node, _units, "  ", options),
        newline=newline(text, node.start, options.newline),
        inline_lists=_habit(text, outer, _inline_lists, False, options),
    )
