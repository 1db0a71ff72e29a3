"""Edits of maps and lists in brackets, JSON included."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fixers.editor import emit, style
from fixers.editor.layout import comments_above, indentation, is_first, line_end, next_line
from fixers.editor.model import Edit, Options, Splice
from fixers.editor.refusals import refuse
from rules.nodes import BREAKS, Item, Node, Pair, line_start, skip_gap


def add_pair(text: str, node: Node, name: str, value: Any, options: Options) -> Splice:
    """Add a key behind the last one, laid out as its neighbours are."""
    look = style.flow(text, node, options)
    if not node.pairs:
        return _fill(text, node, {name: value}, look)
    written = emit.flow_pair(name, value, _indent(text, node, look), _inside(text, node, look))
    return _append(text, node, written, look)


def insert_item(text: str, node: Node, index: int, value: Any, options: Options) -> Splice:
    """Insert an item."""
    look = style.flow(text, node, options)
    if not node.items:
        return _fill(text, node, [value], look)
    quote = style.items_quote(node)
    look = replace(look, quote=quote) if quote and not look.json and isinstance(value, str) else look
    written = emit.flow(value, _indent(text, node, look), _inside(text, node, look), always=quote is not None)
    if index == len(node.items):
        return _append(text, node, written, look)
    start = node.items[index].start
    starts_line = look.lines or all(is_first(text, item.start) for item in node.items[index : index + 2])
    space = look.newline + indentation(text, start) if starts_line else look.comma[1:]
    return Splice((Edit(start, start, written + "," + space),))


def _inside(text: str, node: Node, look: emit.Flow) -> emit.Flow:
    """Return the style of a new entry's value: on one line where the collections beside it are."""
    beside = [entry.value for entry in node.entries if entry.value.flow and entry.value.entries]
    if beside and all(line_start(text, inner.end) <= inner.vstart for inner in beside):
        return replace(look, lines=False)
    return look


def _indent(text: str, node: Node, look: emit.Flow) -> str:
    """Return the white space that starts the lines of a collection's entries."""
    return indentation(text, node.entries[-1].start) if look.lines else indentation(text, node.vstart)


def _fill(text: str, node: Node, value: Any, look: emit.Flow) -> Splice:
    """Write the first entry between brackets."""
    opening, closing = node.vstart + 1, node.end - 1
    written = emit.flow(value, indentation(text, node.vstart), look)
    if text[opening:closing].strip(" \t" + BREAKS):  # A comment: it stays where it is.
        return Splice((Edit(opening, opening, written[1:-1]),))
    return Splice((Edit(node.vstart, node.end, written),), ((node.vstart, node.end),))


def _comma(text: str, node: Node, index: int) -> int | None:
    """Return where the comma behind an entry stands, or None."""
    at = skip_gap(text, node.entries[index].end, node.end - 1)
    return at if text[at] == "," else None


def _drop_comma(text: str, node: Node, index: int) -> Edit:
    """Return the edit that removes the comma behind an entry that is not the last."""
    at = start = skip_gap(text, node.entries[index].end, node.end - 1)
    if not text[at + 1 : line_end(text, at)].strip(" \t"):
        if is_first(text, at):
            return Edit(line_start(text, at), next_line(text, at), "")
        while text[start - 1] in " \t":  # Ahead of a comma stands what keeps it apart from an alias.
            start -= 1
    return Edit(start, at + 1, "")


def _end(text: str, entry: Pair | Item) -> int:
    """Return where an entry ends: the white space behind a colon without a value keeps that apart from a comma."""
    end = entry.end
    if isinstance(entry, Pair) and entry.colon is not None and entry.value.is_empty:
        while text[end] in " \t":
            end += 1
    return end


def _append(text: str, node: Node, written: str, look: emit.Flow) -> Splice:
    last = node.entries[-1]
    comma = _comma(text, node, -1)
    last_end = _end(text, last)
    behind = last_end if comma is None else comma + 1
    starts_line = is_first(text, last.start) and (len(node.entries) > 1 or look.lines)
    space = look.newline + indentation(text, last.start) if starts_line else look.comma[1:]
    end = line_end(text, behind)
    if not starts_line or end >= node.end:
        return Splice((Edit(last_end, last_end, "," + space + written),))
    # Behind the comment of the last entry. The line may end in nothing else: the bracket is further down.
    if comma is not None:
        return Splice((Edit(end, end, space + written + ","),))
    return Splice((Edit(last_end, last_end, ","), Edit(end, end, space + written)))


def remove_entry(text: str, node: Node, index: int, options: Options) -> Splice:
    """Remove an entry with one comma; with its whole lines where it has its own."""
    entry = node.entries[index]
    comma = _comma(text, node, index)
    behind = entry.end if comma is None else comma + 1
    if len(node.entries) == 1:
        return _empty(text, node, behind)
    is_final = index == len(node.entries) - 1
    end = line_end(text, behind)
    if is_first(text, entry.start) and _line_is_own(text, behind) and end < node.end:
        start = line_start(text, entry.start)
        if index:
            floor = next_line(text, node.entries[index - 1].end)
            start = comments_above(text, start, entry.start - start, floor)
        edits = [Edit(start, next_line(text, end), "")]
        if is_final and comma is None:
            edits.insert(0, _drop_comma(text, node, index - 1))
        return Splice(tuple(edits), ((start, end),))
    if not is_final:
        return _remove_ahead(text, node, index, behind)
    previous = _end(text, node.entries[index - 1])
    if "#" in text[previous : entry.start]:  # The comment of the previous entry stays.
        edits = [_drop_comma(text, node, index - 1), Edit(entry.start, entry.end, "")]
        if not text[edits[0].end : entry.start].strip(" \t"):  # The comma starts the entry's line.
            edits = [Edit(edits[0].start, entry.end, "")]
        return Splice(tuple(edits), ((entry.start, entry.end),))
    return Splice((Edit(previous, entry.end, ""),), ((entry.start, entry.end),))


def _line_is_own(text: str, behind: int) -> bool:
    rest = text[behind : line_end(text, behind)].strip(" \t")
    return not rest or rest.startswith("#")


def _remove_ahead(text: str, node: Node, index: int, behind: int) -> Splice:
    """Remove an entry that is not the last, and has others or the bracket on its line."""
    entry, following = node.entries[index], node.entries[index + 1]
    end = line_end(text, behind)
    gone = ((entry.start, max(end, behind) if _line_is_own(text, behind) else behind),)
    if end < following.start and _line_is_own(text, behind) and _is_beside(text, node, index):
        start = text.rindex(",", 0, entry.start) + 1  # The comma of the one ahead now ends the line.
        return Splice((Edit(start, end, ""),), gone)
    if end < following.start and text[end : following.start].strip(" \t" + BREAKS):
        if not _line_is_own(text, behind):
            return Splice((Edit(entry.start, behind, ""),), gone)
        start = entry.start
        while text[start - 1] in " \t":  # The line ends there now.
            start -= 1
        return Splice((Edit(start, end, ""),), gone)
    return Splice((Edit(entry.start, following.start, ""),), gone)


def _is_beside(text: str, node: Node, index: int) -> bool:
    """Does an entry stand on the line on which the one ahead of it and that one's comma end?"""
    comma = _comma(text, node, index - 1) if index else None
    if comma is None or is_first(text, comma):
        return False
    return not text[comma + 1 : node.entries[index].start].strip(" \t")


def _empty(text: str, node: Node, behind: int) -> Splice:
    """Remove the only entry; comments of others keep their lines."""
    entry = node.entries[0]
    own = line_end(text, behind) if _line_is_own(text, behind) else behind
    others = text[node.vstart + 1 : entry.start] + text[own : node.end - 1]
    if others.strip(" \t" + BREAKS):
        start = line_start(text, entry.start)
        if start > node.vstart and is_first(text, entry.start) and _line_is_own(text, behind) and own < node.end:
            return Splice((Edit(start, next_line(text, own), ""),), ((start, own),))
        return Splice((Edit(entry.start, own, ""),), ((entry.start, own),))
    return Splice((Edit(node.vstart + 1, node.end - 1, ""),), ((entry.start, own),))


def set_value(text: str, node: Node, value: Any, options: Options) -> Splice:
    """Put a value in place of a node that stands in brackets, or of a root in brackets."""
    look = style.flow(text, node, options)
    in_list = node.parent is not None and node.parent.kind == "seq"
    if (
        isinstance(value, str)
        and node.style in ("'", '"')
        and isinstance(node.value, str)
        and not look.json
        and not (in_list and emit.must_quote(node.text, flow=True))
    ):
        written = emit.quoted(value, node.style)
    else:
        quote = style.items_quote(node.parent, node) if node.parent and in_list else None
        look = replace(look, quote=quote) if quote and not look.json and isinstance(value, str) else look
        written = emit.flow(value, indentation(text, node.start), look, always=quote is not None)
    gone = ((node.start, node.end),)
    anchor = f"&{node.anchor} " if node.anchor else ""
    if node.is_empty and node.start == node.end:
        return Splice((_into_gap(node, written),))
    if node.tag is not None or node.is_empty:
        return Splice((Edit(node.start, node.end, anchor + written),), gone)
    return Splice((Edit(node.vstart, node.end, written),), gone)


def _into_gap(node: Node, written: str) -> Edit:
    """Return the edit that writes a value where there is none: behind its colon, or with a colon."""
    pair = node.entry
    if not isinstance(pair, Pair):
        raise refuse("no-colon")
    if pair.colon is None:
        return Edit(pair.key.end, pair.key.end, ": " + written)
    return Edit(pair.colon + 1, pair.colon + 1, " " + written)


def is_single_pair(text: str, node: Node) -> bool:
    """Is this the map of `[a: 1]`, which has no braces?"""
    return node.kind == "map" and node.flow and text[node.vstart] != "{"
