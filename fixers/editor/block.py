"""Edits of maps and lists that are written in lines.

Each function returns the splice for one change and leaves everything else as it is: comments behind a value,
blank lines, the way the neighbours are written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fixers.editor import emit, style
from fixers.editor.layout import (
    before_break,
    behind_comments,
    comments_above,
    ends_in_text,
    is_first,
    is_unterminated,
    line_end,
    next_line,
)
from fixers.editor.model import Edit, Options, Splice
from fixers.editor.refusals import refuse
from fixers.editor.values import is_lines, set_value
from rules.nodes import BREAKS, Item, Node, Pair, column, line_start


def add_pair(text: str, node: Node, name: str, value: Any, options: Options) -> Splice:
    """Add a key behind the last one: ahead of the comments and blank lines that follow the map."""
    at = column(text, node.pairs[0].start)
    last = node.pairs[-1]
    end = behind_comments(text, last.end, at)
    look = style.block(text, node, options, end)
    if emit.is_row(value):
        look = replace(look, lists=style.beside(text, [node], options))
    written = emit.pair(name, value, at, look)
    if is_unterminated(text, last.value):
        return Splice((Edit(last.start, last.start, written + look.newline + " " * at),))
    return Splice((Edit(end, end, look.newline + " " * at + written),))


def refill_root(text: str, node: Node, name: str, value: Any, options: Options) -> Splice:
    """Write the first key of a document that was a map of lines before its last key went."""
    written = emit.pair(name, value, column(text, node.vstart), style.block(text, node, options))
    return Splice((Edit(node.vstart, node.end, written),), ((node.vstart, node.end),))


def insert_item(text: str, node: Node, index: int, value: Any, options: Options) -> Splice:
    """Insert an item behind the previous one, or as the first: then ahead of the comment of the old first."""
    first = node.items[0]
    at = column(text, first.start)
    end = behind_comments(text, node.items[index - 1].end, at) if index else first.start
    look = style.block(text, node, options, end)
    quote = style.items_quote(node)
    look = replace(look, quote=quote or look.quote) if isinstance(value, str) else look
    if emit.is_nested(value) and style.is_braced(text, node, value):
        braces = style.flow(text, next(item.value for item in node.items if item.value.flow), options)
        written = "-" + " " * look.gap + emit.flow(value, "", braces)
    else:
        if isinstance(value, dict):
            maps = (item.value for item in node.items if item.value.kind == "map")
            look = replace(look, lists=style.beside(text, maps, options))
        written = "-" + emit.after_dash(value, at, look, always=quote is not None)
    if index > 0:
        previous = node.items[index - 1]
        if is_unterminated(text, previous.value):
            raise refuse("unterminated-block-scalar")
        return Splice((Edit(end, end, look.newline + " " * at + written),))
    start = first.start
    if not is_first(text, start):
        return Splice((Edit(start, start, written + look.newline + " " * at),))
    start = comments_above(text, line_start(text, start), at, _floor(text, node))
    return Splice((Edit(start, start, " " * at + written + look.newline),))


def _floor(text: str, node: Node) -> int:
    """Return where the first line below a collection's key starts."""
    entry = node.entry
    if entry is None:
        return 0
    return next_line(text, entry.key.end if isinstance(entry, Pair) else entry.start)


def remove_entry(text: str, node: Node, index: int, options: Options) -> Splice:
    """Remove an entry with its lines and, unless it is the first, the comment directly above it.

    The comment above a first entry stays: it may be about the whole map.
    """
    entry = node.entries[index]
    end = line_end(text, entry.end)
    if len(node.entries) == 1 and node.entry is not None and node.start == entry.start and _indicator_line(text, node):
        empty = "{}" if node.kind == "map" else "[]"  # Behind a dash: the comment on the line is the entry's.
        return Splice((Edit(entry.start, end, empty),), ((entry.start, end),))
    if len(node.entries) == 1:
        return set_value(text, node, {} if node.kind == "map" else [], options)
    start = line_start(text, entry.start)
    if not is_first(text, entry.start):
        return _pull_up(text, node, entry, end)
    if index:
        floor = next_line(text, node.entries[index - 1].end)
        start = comments_above(text, start, entry.start - start, floor)
    gone = ((start, end),)
    if end < len(text):
        return Splice((Edit(start, next_line(text, end), ""),), gone)
    # The last line of a text without a final line break: the one ahead goes, unless a value needs it.
    if index and not ends_in_text(node.entries[index - 1].value):
        start = before_break(text, start)
    return Splice((Edit(start, end, ""),), gone)


def _indicator_line(text: str, node: Node) -> bool:
    """Does a block collection start on the line of its dash?"""
    return isinstance(node.entry, Item) and not is_lines(text, node)


def _pull_up(text: str, node: Node, entry: Pair | Item, end: int) -> Splice:
    """Remove the first entry of a collection that starts behind a dash: the next one takes its place."""
    following = node.entries[1].start
    gone = ((entry.start, end),)
    if text[end:following].strip(" \t" + BREAKS):  # A comment of the next entry: it keeps its line.
        start = entry.start
        while text[start - 1] in " \t":
            start -= 1
        return Splice((Edit(start, end, ""),), gone)
    return Splice((Edit(entry.start, following, ""),), gone)
