"""Lines: where they start and end, which break they use, which comments stand above an entry."""

from __future__ import annotations

import re

from rules.nodes import BREAK, BREAKS, Node, line_start

_NEWLINE = re.compile(r"\r\n|\n|\r")


def line_end(text: str, index: int) -> int:
    """Return where the line of an index ends, without its line break."""
    found = BREAK.search(text, index)
    return found.start() if found else len(text)


def next_line(text: str, index: int) -> int:
    """Return where the line after that of an index starts, or the end of the text."""
    found = BREAK.search(text, index)
    return found.end() if found else len(text)


def newline(text: str, index: int, default: str = "\n") -> str:
    """Return the line break in use around an index: its line's own, else the previous one's, else the default."""
    found = _NEWLINE.search(text, index)
    if found:
        return found.group()
    before = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index))
    if before < 0:
        return default
    return "\r\n" if text[max(before - 1, 0) : before + 1] == "\r\n" else text[before]


def indentation(text: str, index: int) -> str:
    """Return the white space with which the line of an index starts."""
    start = line_start(text, index)
    end = start
    while end < len(text) and text[end] in " \t":
        end += 1
    return text[start:end]


def is_first(text: str, index: int) -> bool:
    """Does nothing but white space precede an index on its line?"""
    return not text[line_start(text, index) : index].strip(" \t\ufeff")


def is_last(text: str, index: int) -> bool:
    """Does nothing but white space follow an index on its line?"""
    return not text[index : line_end(text, index)].strip(" \t")


def comment_after(text: str, index: int) -> bool:
    """Does a comment follow an index on its line, white space between?"""
    return text[index : line_end(text, index)].lstrip(" \t").startswith("#")


def comments_above(text: str, start: int, column: int, floor: int) -> int:
    """Return where the comment lines directly above a line begin; `start` itself if there are none.

    Only lines of their own in the given column count, and none that begins before `floor`.
    """
    while start > floor:
        above = line_start(text, before_break(text, start))
        line = text[above:start]
        if above < floor or len(line) - len(line.lstrip(" ")) != column or line[column : column + 1] != "#":
            return start
        start = above
    return start


def behind_comments(text: str, index: int, column: int) -> int:
    """Return where the line of an index ends, or the last comment line directly below it that is indented deeper.

    Such comments, often fields that were commented out, belong to what is above them.
    """
    end = line_end(text, index)
    while end < len(text):
        start = next_line(text, end)
        bare = text[start : line_end(text, start)].lstrip(" ")
        if not bare.startswith("#") or line_end(text, start) - len(bare) - start <= column:
            break
        end = line_end(text, start)
    return end


def before_break(text: str, start: int) -> int:
    """Return where the line break ahead of a line's start begins; `start` if there is none."""
    if text[max(start - 2, 0) : start] == "\r\n":
        return start - 2
    return start - 1 if start and text[start - 1] in BREAKS else start


def last_leaf(node: Node) -> Node:
    """Return the node that ends a node's text."""
    while node.kind in ("map", "seq") and not node.flow and node.entries:
        node = node.entries[-1].value
    return node


def ends_in_text(node: Node) -> bool:
    """Does a block scalar end this node whose value depends on the line break behind it?"""
    leaf = last_leaf(node)
    return leaf.style in ("|", ">") and leaf.text.endswith("\n")


def is_unterminated(text: str, node: Node) -> bool:
    """Does the text end inside this node, in a block scalar without its last line break?

    kubectl adds the line break, Kustomize does not: a line behind it would change what one of them reads.
    """
    return line_end(text, node.end) == len(text) and ends_in_text(node)
