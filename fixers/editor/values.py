"""A value in place of another one that is written in lines, or behind a key or dash that starts a line."""

from __future__ import annotations

from typing import Any

from fixers.editor import emit, style
from fixers.editor.layout import before_break, comment_after, is_last, line_end, next_line
from fixers.editor.model import Edit, Options, Splice
from fixers.editor.refusals import refuse
from rules.nodes import BREAKS, Item, Node, Pair, column, line_start


def set_value(text: str, node: Node, value: Any, options: Options) -> Splice:
    """Put a value in place of a node that is the value of a block entry, or the root.

    Quotes stay as they are, comments behind the old value stay, an anchor stays; a tag goes, because it
    would re-type the new value.
    """
    look = style.block(text, node.parent or node, options, node.end)
    if node.entry is None:
        return _set_root(text, node, value, look)
    if emit.is_nested(value):
        return _set_nested(text, node, value, look)
    if emit.is_literal(value, look) and node.style not in ("'", '"'):
        return _set_literal(text, node, value, look)
    return _set_inline(text, node, _inline(node, value, look))


def _inline(node: Node, value: Any, look: emit.Block) -> str:
    """Return a scalar or empty collection as text, quoted like the old value or its neighbours."""
    if isinstance(value, str):
        in_list = node.parent is not None and node.parent.kind == "seq"
        if node.style in ("'", '"') and isinstance(node.value, str) and not (in_list and emit.must_quote(node.text)):
            return emit.quoted(value, node.style)
        quote = style.items_quote(node.parent, node) if node.parent and in_list else None
        return emit.string(value, quote or look.quote, always=quote is not None)
    return emit.scalar(value, look.quote)


def _set_root(text: str, node: Node, value: Any, look: emit.Block) -> Splice:
    if emit.is_nested(value) or node.is_empty or node.kind not in ("map", "seq"):
        raise refuse("whole-document")
    end = node.end if node.flow else line_end(text, node.end)  # The comment on the last line is the last entry's.
    return Splice((Edit(node.vstart, end, emit.scalar(value, look.quote)),), ((node.start, end),))


def _indicator_end(node: Node) -> int:
    """Return the index behind the `:` or `-` that introduces a node. Raises Unfixable without one."""
    entry = node.entry
    if isinstance(entry, Pair):
        if entry.colon is None:
            raise refuse("no-colon")
        return entry.colon + 1
    return entry.start + 1 if isinstance(entry, Item) else node.start


def _entry_column(text: str, node: Node) -> int:
    """Return the column of the key or dash that introduces a node."""
    return column(text, node.start if node.entry is None else node.entry.start)


def _anchor(node: Node) -> str:
    return f"&{node.anchor}" if node.anchor else ""


def is_lines(text: str, node: Node) -> bool:
    """Is this a block collection below the line of its key or dash?"""
    return (
        node.kind in ("map", "seq")
        and not node.flow
        and any(mark in text[_indicator_end(node) : node.vstart] for mark in BREAKS)
    )


def _lines_start(text: str, node: Node) -> int:
    """Return where the line break ahead of a collection's first line, or its anchor's own, begins.

    Comments ahead of it stay.
    """
    is_below = any(mark in text[_indicator_end(node) : node.start] for mark in BREAKS)
    return before_break(text, line_start(text, node.start if is_below else node.vstart))


def _without_blank_lines(text: str, end: int) -> int:
    """Return the end of the last line that is not blank, looking back from the end of a line."""
    while (start := line_start(text, end)) and not text[start:end].strip(" \t"):
        end = before_break(text, start)
    return end


def _head(text: str, node: Node, written: str) -> Edit:
    """Return the edit that puts text behind the key of a collection of lines, where its tag stood."""
    start = _indicator_end(node)
    words = " ".join(part for part in (_anchor(node), written) if part)
    end = start
    if node.start < node.vstart and line_end(text, start) == line_end(text, node.start):
        end = node.start  # Anchor and tag stand on the key's line, and nothing but they.
        while end < node.vstart and text[end] not in " \t" + BREAKS:
            end += 1
        rest = text[end : line_end(text, end)]
        if rest.lstrip(" \t")[:1] in ("&", "!"):
            end += len(rest) - len(rest.lstrip(" \t"))
            while end < node.vstart and text[end] not in " \t" + BREAKS:
                end += 1
    return Edit(start, end, f" {words}" if words else "")


def _set_inline(text: str, node: Node, written: str) -> Splice:
    """Put text on one line in place of a node."""
    anchor = _anchor(node) + " " if node.anchor else ""
    if node.is_empty and node.start == node.end:
        at = _indicator_end(node)
        return Splice((Edit(at, at, " " + written),))
    if node.style in ("|", ">"):
        header = _header_end(text, node)
        body = line_end(text, header)
        edits = (Edit(node.start, header, anchor + written), Edit(body, max(body, node.end), ""))
        return Splice(edits, ((body, node.end),))
    if is_lines(text, node):
        head = _head(text, node, written)
        start, end = _lines_start(text, node), line_end(text, node.end)
        if end == len(text):  # The break of a blank line would become one that ends the text.
            start = _without_blank_lines(text, start)
        return Splice((head, Edit(start, end, "")), ((start, end),))
    start, prefix = (node.vstart, "") if node.tag is None and not node.is_empty else (node.start, anchor)
    end = _own_end(text, node)
    return Splice((Edit(start, end, prefix + written),), ((node.start, end),))


def _own_end(text: str, node: Node) -> int:
    """Return where a node ends: several lines behind a dash end with the comment of their last entry."""
    is_many = node.kind in ("map", "seq") and not node.flow and line_end(text, node.start) < node.end
    return line_end(text, node.end) if is_many else node.end


def _header_end(text: str, node: Node) -> int:
    """Return the index behind the `|2-` of a block scalar."""
    end = node.vstart + 1
    while end < len(text) and text[end] in "+-0123456789":
        end += 1
    return end


def _set_literal(text: str, node: Node, value: str, look: emit.Block) -> Splice:
    """Put a block literal in place of a node."""
    entry = node.entry
    at = _entry_column(text, node)
    inner = at + (look.step if isinstance(entry, Pair) else 1 + look.gap)
    if node.style in ("|", ">") and node.text.strip("\n"):
        inner = _body_column(text, node, at, inner)
    header, body = emit.literal(value, inner, look)
    made = _set_inline(text, node, header)
    if len(made.edits) == 2:
        first, cut = made.edits
        return Splice((first, Edit(cut.start, cut.end, body)), made.gone)
    end = line_end(text, node.end)
    return Splice((*made.edits, Edit(end, end, body)), made.gone)


def _body_column(text: str, node: Node, outer: int, default: int) -> int:
    """Return the column of a block scalar's text: by its header or, where that is unambiguous, its first line."""
    header = _header_end(text, node)
    told = text[node.vstart + 1 : header].strip("+-")
    if told:
        return outer + int(told)
    line = text[next_line(text, header) : node.end]
    indent = len(line) - len(line.lstrip(" "))
    return indent if indent > outer and line[indent : indent + 1] not in BREAKS else default


def _set_nested(text: str, node: Node, value: Any, look: emit.Block) -> Splice:
    """Put a map or list of lines in place of a node."""
    entry = node.entry
    at = _entry_column(text, node)
    behind = _indicator_end(node)
    gap = text[behind : node.start]
    if any(mark in gap for mark in BREAKS) and not node.is_empty and not is_lines(text, node):
        return _set_below(text, node, value, at, look)
    if isinstance(entry, Item):
        if node.kind in ("map", "seq") and not node.flow and node.start == node.vstart and not is_lines(text, node):
            written = emit.entries(value, column(text, node.vstart), look)
            end = _own_end(text, node)
            return Splice((Edit(node.vstart, end, written),), ((node.vstart, end),))
        inner = at + 1 + look.gap
        on_dash = not comment_after(text, _key_line_end(text, node)) and not node.anchor
    else:
        inner = at + (look.step if isinstance(value, dict) else look.offset)
        on_dash = False
    written = emit.entries(value, inner, look)
    lines = look.newline + " " * inner + written
    if on_dash and not is_lines(text, node):
        end = node.end + (line_end(text, node.end) - node.end if is_last(text, node.end) else 0)
        return Splice((Edit(behind, end, " " * look.gap + written),), ((behind, node.end),))
    return _below_key(text, node, lines)


def _key_line_end(text: str, node: Node) -> int:
    return _header_end(text, node) if node.style in ("|", ">") else node.end


def _below_key(text: str, node: Node, lines: str) -> Splice:
    """Leave the key's line, its comment included, and put lines below it in place of the old value."""
    if is_lines(text, node):
        head = _head(text, node, "")
        cut = Edit(_lines_start(text, node), line_end(text, node.end), lines)
        return Splice((head, cut), ((cut.start, cut.end),))
    start = _indicator_end(node)
    end = _key_line_end(text, node)
    cut_end = line_end(text, end)
    head_end = cut_end if is_last(text, end) and node.end > start else max(end, start)
    anchor = " " + _anchor(node) if node.anchor else ""
    if node.is_empty and node.start == node.end:
        head_end = start
    if isinstance(node.entry, Item) and "\t" in (blank := _blank_ahead(text, head_end)):
        head_end += len(blank)  # No tab may follow a dash.
        anchor += " "
    head = Edit(start, head_end, anchor)
    if node.style in ("|", ">"):
        return Splice((head, Edit(cut_end, max(cut_end, node.end), lines)), ((start, node.end),))
    return Splice((head, Edit(cut_end, cut_end, lines)), ((start, end),))


def _blank_ahead(text: str, index: int) -> str:
    """Return the white space from an index on, within its line."""
    rest = text[index : line_end(text, index)]
    return rest[: len(rest) - len(rest.lstrip(" \t"))]


def _set_below(text: str, node: Node, value: Any, outer: int, look: emit.Block) -> Splice:
    """Put lines in place of a value that starts on a line of its own, below its key."""
    at = column(text, node.start)
    if at < outer or (at == outer and not isinstance(value, list)):
        at = outer + look.step
    written = emit.entries(value, at, look)
    if node.anchor:
        written = _anchor(node) + look.newline + " " * at + written
    elif column(text, node.start) != at:
        written = look.newline + " " * at + written
    return Splice((Edit(node.start, node.end, written),), ((node.start, node.end),))
