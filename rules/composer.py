"""Parser events -> the node tree of `rules.nodes`.

Events, not a library's node tree, because that replaces aliases by their targets and forgets where they
stood. The marks of the parsers are corrected here: they include white space and comments behind a block
collection, and place empty values differently.
"""

from __future__ import annotations

from typing import Any

from rules import reader, scalars
from rules.construct import MAX_DEPTH, is_merge, scalar
from rules.nodes import BREAK, HEADER, PROPERTY, Item, Kind, Node, Pair, column, skip_gap
from rules.reader import located


class _Frame:
    """A collection whose end has not been seen."""

    __slots__ = ("colon", "cursor", "key", "merge", "name", "node", "start")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.cursor = node.vstart + (1 if node.flow else 0)
        self.key: Node | None = None
        self.name = ""
        self.merge = False
        self.start = 0
        self.colon: int | None = None


class Composer:
    def __init__(self, text: str, start: int, end: int, using: reader.Backend | None) -> None:
        self.text = text
        self.base = start
        self.limit = end
        self.using = using
        self.stack: list[_Frame] = []
        self.anchors: dict[str, Node | None] = {}
        self.root: Node | None = None
        self.opening = start
        self.documents = 0

    def run(self) -> Node:
        chunk = self.text[self.base : self.limit]
        closed = chunk if chunk.endswith(("\n", "\r")) else chunk + "\n"
        for code, event in reader.events(closed, self.using):
            if code == reader.SCALAR:
                self._attach(self._scalar(event))
            elif code in (reader.MAPPING, reader.SEQUENCE):
                self._open("map" if code == reader.MAPPING else "seq", event)
            elif code in (reader.END_MAPPING, reader.END_SEQUENCE):
                self._close(event)
            elif code == reader.ALIAS:
                self._attach(self._alias(event))
            elif code == reader.DOCUMENT_START:
                self._document(event)
        if self.root is None:
            self.root = Node("scalar", self.opening, self.opening, self.opening)
        return self.root

    def _place(self, mark: Any) -> int:
        """Return a mark as an index of the text; the line break that was added lies outside."""
        return min(self.base + mark.index, self.limit)

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise located("text-after-end", "text after '...' is ignored by Kubernetes", event.start_mark.index)
        self.opening = self._place(event.end_mark)

    def _node(self, kind: Kind, event: Any) -> Node:
        """Return a node without its properties looked at; `vstart` is found behind them."""
        start = min(self.base + event.start_mark.index, self.limit)
        node = Node(kind, start, start, min(self.base + event.end_mark.index, self.limit))
        if event.anchor is None and event.tag is None:
            return node
        node.anchor, node.tag = event.anchor, event.tag
        count = (node.anchor is not None) + (node.tag is not None)
        for _ in range(count):
            found = PROPERTY.match(self.text, skip_gap(self.text, node.vstart, self.limit), self.limit)
            if found:
                node.vstart = found.end()
        if not (kind == "scalar" and event.value == "" and not event.style):
            node.vstart = skip_gap(self.text, node.vstart, self.limit)
        return node

    def _scalar(self, event: Any) -> Node:
        node = self._node("scalar", event)
        node.style, node.text = event.style or "", event.value
        try:
            node.value = scalar(event)
        except scalars.BadScalar as error:
            raise located("bad-scalar", str(error), event.start_mark.index) from None
        if node.style in ("|", ">"):
            node.end = self._block_end(node)
        elif node.text == "" and not node.style:
            self._set_empty(node)
        if node.anchor:
            self.anchors[node.anchor] = node
        # Known before the key's name: only the event tells a plain << from a quoted one.
        if node.text == "<<" and self.stack and self.stack[-1].key is None and is_merge(event):
            self.stack[-1].merge = True
        return node

    def _set_empty(self, node: Node) -> None:
        """Place an empty value right behind its indicator, or behind its anchor or tag."""
        if node.anchor is not None or node.tag is not None:
            node.end = node.vstart
            return
        place = self.opening
        if self.stack:
            frame = self.stack[-1]
            if frame.node.kind == "seq":
                place = skip_gap(self.text, frame.cursor, self.limit) + 1
            elif frame.key is None:
                place = node.start
            else:
                place = frame.key.end if frame.colon is None else frame.colon + 1
        node.start = node.vstart = node.end = min(place, self.limit)

    def _block_end(self, node: Node) -> int:
        """Return where a block scalar's last line ends, without its line break."""
        header = HEADER.match(self.text, node.vstart, self.limit)
        if header is None:
            return node.end
        found = BREAK.search(self.text, header.end(), self.limit)
        body = found.end() if found else self.limit
        lines = _lines(self.text, body, node.end)
        if "+" in header.group(1):
            return lines[-1][1] if lines else header.end()
        indent = self._body_indent(header.group(1), lines)
        for start, end in reversed(lines):
            line = self.text[start:end]
            if line.strip(" ") or len(line) > indent:
                return end
        return header.end()

    def _body_indent(self, indicators: str, lines: list[tuple[int, int]]) -> int:
        """Return the column in which a block scalar's text starts."""
        outer = -1
        if self.stack:
            parent = self.stack[-1].node
            outer = column(self.text, parent.vstart, self.base)
        digits = indicators.strip("+-")
        if digits:
            return max(outer, 0) + int(digits)
        widest = outer + 1
        for start, end in lines:
            line = self.text[start:end]
            bare = line.lstrip(" ")
            widest = max(widest, len(line) - len(bare))
            if bare:
                break
        return widest

    def _alias(self, event: Any) -> Node:
        node = Node("alias", self._place(event.start_mark), self._place(event.start_mark), self._place(event.end_mark))
        node.text = event.anchor
        if event.anchor not in self.anchors:
            raise located("undefined-alias", f"alias *{event.anchor} names no anchor", event.start_mark.index)
        node.target = self.anchors[event.anchor]
        if node.target is None:
            raise located("cyclic-alias", f"alias *{event.anchor} contains itself", event.start_mark.index)
        return node

    def _open(self, kind: Kind, event: Any) -> None:
        if self.stack:
            parent = self.stack[-1]
            if parent.node.kind == "map" and parent.key is None:
                raise located("complex-key", "a list or map is used as a key", event.start_mark.index)
        if len(self.stack) + 1 >= MAX_DEPTH:
            raise located("too-deep", f"nested deeper than {MAX_DEPTH} levels", event.start_mark.index)
        node = self._node(kind, event)
        node.flow = bool(event.flow_style)
        if node.anchor:
            self.anchors[node.anchor] = None
        frame = _Frame(node)
        if node.flow and self.text[node.vstart] not in "{[":
            frame.cursor = node.vstart  # The map of one pair in `[a: 1]` has no bracket.
        self.stack.append(frame)

    def _close(self, event: Any) -> None:
        frame = self.stack.pop()
        node = frame.node
        node.end = self._place(event.end_mark)
        if node.entries and (not node.flow or self.text[node.vstart] not in "{["):
            node.end = node.entries[-1].end
        if node.anchor:
            self.anchors[node.anchor] = node
        self._attach(node)

    def _attach(self, node: Node) -> None:
        """Hand a finished node to the collection that is open."""
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        node.parent = frame.node
        if frame.node.kind == "seq":
            start = node.start if frame.node.flow else skip_gap(self.text, frame.cursor, self.limit)
            item = Item(start, node)
            item.end = max(item.end, start)
            self._add(frame, node, item)
            frame.node.items.append(item)
        elif frame.key is None:
            self._key(frame, node)
        else:
            if frame.merge:
                _check_merge(node, self.base)
            pair = Pair(frame.key, frame.name, frame.merge, frame.start, frame.colon, node)
            frame.key.entry = pair
            frame.key, frame.merge = None, False
            self._add(frame, node, pair)
            frame.node.pairs.append(pair)

    def _add(self, frame: _Frame, node: Node, entry: Pair | Item) -> None:
        node.entry = entry
        frame.cursor = entry.end

    def _key(self, frame: _Frame, node: Node) -> None:
        """Take a key: its name, where its pair starts, and where its colon stands."""
        if not frame.merge:
            frame.name = self._name(node)
        else:
            frame.name = "<<"
        frame.key, frame.start = node, node.start
        if "?" in self.text[frame.cursor : node.start]:
            at = skip_gap(self.text, frame.cursor, node.start)
            if frame.node.flow and self.text[at] == ",":
                at = skip_gap(self.text, at + 1, node.start)
            if self.text[at] == "?":
                frame.start = at
        at = skip_gap(self.text, node.end, self.limit)
        frame.colon = at if self.text[at : at + 1] == ":" else None

    def _name(self, node: Node) -> str:
        value = node.resolved
        at = node.start - self.base
        if value.kind != "scalar":
            raise located("complex-key", "a list or map is used as a key", at)
        if value.value is None and node.kind == "scalar":
            raise located("null-key", "a key is null", at)
        try:
            return scalars.key(value.value, "" if node.kind == "alias" else node.text)
        except scalars.BadScalar as error:
            raise located("bad-scalar" if node.kind == "scalar" else "complex-key", str(error), at) from None


def _check_merge(node: Node, base: int) -> None:
    """Only maps, or a list of them, can be merged; an alias of a list cannot."""
    sources = [item.value.resolved for item in node.items] if node.kind == "seq" else [node.resolved]
    if not all(source.kind == "map" for source in sources):
        raise located("bad-merge", "'<<' merges something that is not a map", node.start - base)


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the lines of text[start:end], each without its line break."""
    lines = []
    while start < end:
        found = BREAK.search(text, start, end)
        lines.append((start, found.start() if found else end))
        start = found.end() if found else end
    return lines
