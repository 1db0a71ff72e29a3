"""What moves keeps its text: its comments, quotes and layout, indented for the new place.

The comment directly above an entry, in its column, travels with it, and so do those on its lines. The one above
a first entry stays, as it does when that is removed: it may be about all entries.
"""

from __future__ import annotations

from dataclasses import dataclass

from fixers.editor import style
from fixers.editor.layout import comments_above, ends_in_text, indentation, is_first, line_end, next_line
from fixers.editor.model import Edit, Splice
from rules.nodes import BREAK, BREAKS, Item, Node, Pair, column, line_start


@dataclass(frozen=True, slots=True)
class Load:
    """The text of an entry: comment lines above it, its key, and what follows the `:` or `-`, in a column.

    `key` is the key as it is read and as it is written, None for an item; `tail` the comment behind its last line.
    `open` says that it ends in a block scalar, whose value depends on the line break behind it.
    """

    flow: bool
    nested: bool
    column: int
    head: str
    key: tuple[str, str] | None
    body: str
    tail: str = ""
    open: bool = False


def lift(text: str, node: Node) -> Load | None:
    """Return the text of the entry whose value is a node; None where that cannot stand elsewhere as it is."""
    entry, parent = node.entry, node.parent
    if entry is None or parent is None or any(inner.kind == "alias" or inner.anchor for inner in style.below(node)):
        return None
    key = (entry.name, text[entry.key.start : entry.key.end]) if isinstance(entry, Pair) else None
    if key and (BREAK.search(key[1]) or key[1][:1] in "?&!*"):
        return None
    nested = node.kind in ("map", "seq") and not node.flow
    if parent.flow:
        body = text[node.start : node.end]
        return None if BREAK.search(body) else Load(True, False, 0, "", key, body)
    if isinstance(entry, Pair) and (entry.explicit or entry.colon is None):
        return None
    return Load(
        flow=False,
        nested=nested,
        column=column(text, entry.start),
        head=text[_top(text, parent, entry) : line_start(text, entry.start)],
        key=key,
        body=text[_behind(entry) : entry.end],
        tail=text[entry.end : line_end(text, entry.end)].rstrip(" \t"),
        open=ends_in_text(node),
    )


def _behind(entry: Pair | Item) -> int:
    """Return the index behind the `:` or `-` of an entry of a block collection."""
    return (entry.start if isinstance(entry, Item) or entry.colon is None else entry.colon) + 1


def _top(text: str, parent: Node, entry: Pair | Item) -> int:
    """Return where the comment of an entry starts, or its line."""
    line = line_start(text, entry.start)
    index = next(index for index, one in enumerate(parent.entries) if one is entry)
    if not index or not is_first(text, entry.start):
        return line
    return comments_above(text, line, entry.start - line, next_line(text, parent.entries[index - 1].end))


def has_comment(load: Load) -> bool:
    """May a comment be part of the text?"""
    return "#" in load.head + load.body + load.tail


def drop(text: str, node: Node, load: Load, line_break: str) -> Splice | None:
    """Return the splice that writes what was lifted over the entry whose value is a node, or None."""
    entry, parent = node.entry, node.parent
    if entry is None or parent is None or parent.flow != load.flow:
        return None
    if load.flow:
        return Splice((Edit(node.start, node.end, load.body),), ((node.start, node.end),))
    if load.open and line_end(text, entry.end) == len(text) and not text.endswith(("\n", "\r")):
        return None
    is_pair = isinstance(entry, Pair)
    if load.nested and is_pair != (load.key is not None):
        return None
    at = column(text, entry.start)
    same = is_pair == (load.key is not None) or not load.body.strip()
    body = load.body if same else " " + load.body.lstrip(" \t" + BREAKS)
    written = _shifted(body, at - load.column)
    start = _behind(entry)
    ahead, above = text[start : node.start], body.lstrip(" \t")[:1] in BREAKS
    if not load.nested and body.strip() and not above and ahead.strip(" \t") == "" < ahead:
        start, written = node.start, written.lstrip(" \t")  # The white space ahead of a value is of its place.
    end = line_end(text, entry.end) if load.tail else entry.end
    edits = [Edit(start, end, written + load.tail)]
    if isinstance(entry, Pair) and load.key and load.key[0] == entry.name:
        edits.insert(0, Edit(entry.key.start, entry.key.end, load.key[1]))
    if load.head:
        edits.insert(0, _head(text, entry.start, at, load, line_break, alone=len(parent.entries) == 1))
    return Splice(tuple(edits), ((entry.start, line_end(text, entry.end)),))


def _head(text: str, start: int, at: int, load: Load, line_break: str, alone: bool) -> Edit:
    """Return the edit that puts comment lines above an entry; below the dash of an item that it is alone in."""
    lines = _lines(load.head, at)
    if is_first(text, start) or not alone:
        place = line_start(text, start)
        return Edit(place, place, _lines(load.head, len(indentation(text, start))))
    place = start
    while text[place - 1] in " \t":
        place -= 1
    return Edit(place, start, line_break + lines + " " * at)


def _lines(head: str, at: int) -> str:
    return "".join(" " * at + line.lstrip(" ") for line in _split(head))


def _split(text: str) -> list[str]:
    lines, cursor = [], 0
    for found in BREAK.finditer(text):
        lines.append(text[cursor : found.end()])
        cursor = found.end()
    return [*lines, text[cursor:]] if cursor < len(text) else lines


def _shifted(text: str, by: int) -> str:
    """Return text with all lines but the first indented by so many columns more (or fewer)."""
    first, *others = _split(text) or [""]
    made = [first]
    for line in others:
        content = line.lstrip(" ")
        indent = len(line) - len(content)
        blank = content in ("", *BREAKS, "\r\n")
        made.append(line if blank and not indent else " " * max(indent + by, 0) + content)
    return "".join(made)
