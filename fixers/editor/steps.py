"""One operation on a draft: find the place, choose the edit."""

from __future__ import annotations

from typing import Any

from fixers.editor import block, emit, flow, style
from fixers.editor.difference import difference, is_alike, same
from fixers.editor.draft import Draft, plain
from fixers.editor.model import Edit, Splice
from fixers.editor.refusals import refuse
from fixers.model import Operation
from fixers.model import add as adding
from fixers.model import remove as removing
from rules.nodes import BREAKS, Node, Pair, child
from rules.pointer import Pointer
from rules.pointer import text as written


class Editor:
    """Applies operations to a draft. `literals`: may long strings become block literals?"""

    def __init__(self, draft: Draft, literals: bool) -> None:
        self.draft = draft
        self.literals = literals

    def run(self, operation: Operation) -> None:
        """Apply one operation. Raises Unfixable."""
        kind: str = operation.op
        if kind == "add":
            self.add(operation.path, operation.value)
        elif kind == "replace":
            self.replace(operation.path, operation.value)
        elif kind == "remove":
            self.remove(operation.path)
        elif kind == "move":
            self.move(operation.source, operation.path)
        elif kind == "copy":
            self.add(operation.path, plain(self.find(operation.source)))
        elif kind != "test":  # Tests were made on the values.
            raise refuse("bad-patch", f"no operation {kind!r}")

    def find(self, pointer: Pointer) -> Node:
        """Return the node at a pointer; every map on the way has the key once."""
        node = self.draft.root
        for depth, key in enumerate(pointer):
            _check_map(node, str(key), pointer[: depth + 1])
            below = child(node, key)
            if below is None:
                raise refuse("bad-patch", written(pointer))
            node = below
        return node

    def add(self, path: Pointer, value: Any) -> None:
        """Add a key or an item; a key that exists gets the value."""
        if not path:
            self.replace(path, value)
            return
        parent, key = self.find(path[:-1]), path[-1]
        if parent.kind == "map":
            name = str(key)
            _check_map(parent, name, path)
            if child(parent, name) is not None:
                self.replace(path, value)
            else:
                self.draft.change(self._pair(parent, name, value))
        elif parent.kind == "seq":
            index = len(parent.items) if key == "-" else int(key)
            self.draft.change(self._item(parent, index, value))
        else:
            raise refuse("bad-patch", written(path))

    def _pair(self, parent: Node, name: str, value: Any) -> Splice:
        if not parent.flow:
            return block.add_pair(self.draft.text, parent, name, value, self.literals)
        self._check_braces(parent)
        if self._may_open(parent):
            return block.set_value(self.draft.text, parent, {name: value}, self.literals)
        return flow.add_pair(self.draft.text, parent, name, value)

    def _item(self, parent: Node, index: int, value: Any) -> Splice:
        if not parent.flow:
            return block.insert_item(self.draft.text, parent, index, value, self.literals)
        if self._may_open(parent):
            return block.set_value(self.draft.text, parent, [value], self.literals)
        return flow.insert_item(self.draft.text, parent, index, value)

    def _may_open(self, node: Node) -> bool:
        """Is this `{}` or `[]` in a block collection, so that its content goes on lines of its own?"""
        return (
            not node.entries
            and node.parent is not None
            and not node.parent.flow
            and "#" not in self.draft.text[node.vstart : node.end]
        )

    def _check_braces(self, node: Node) -> None:
        if flow.is_single_pair(self.draft.text, node):
            raise refuse("single-pair-flow")

    def replace(self, path: Pointer, value: Any) -> None:
        """Replace a value; where a collection meets one of its kind, only what differs."""
        node = self.find(path)
        old = plain(node)
        if same(old, value):
            return
        if is_alike(old, value):
            for operation in difference(old, value, path):
                self.run(operation)
            return
        in_flow = node.flow if node.parent is None else node.parent.flow
        if in_flow:
            self.draft.change(flow.set_value(self.draft.text, node, value))
        else:
            self.draft.change(block.set_value(self.draft.text, node, value, self.literals))

    def remove(self, path: Pointer) -> None:
        """Remove an entry; of the last one an empty collection stays."""
        if not path:
            raise refuse("whole-document")
        parent, node = self.find(path[:-1]), self.find(path)
        index = next(i for i, entry in enumerate(parent.entries) if entry.value is node)
        if parent.flow:
            self._check_braces(parent)
            self.draft.change(flow.remove_entry(self.draft.text, parent, index))
        else:
            self.draft.change(block.remove_entry(self.draft.text, parent, index, self.literals))

    def move(self, source: Pointer, path: Pointer) -> None:
        """Move a value. To another key of the same map: rename the key where it stands."""
        if source == path:
            return
        node = self.find(source)
        parent = node.parent
        pair = node.entry
        if isinstance(pair, Pair) and parent and source[:-1] == path[:-1] and child(parent, path[-1]) is None:
            self._check_braces(parent)
            self.draft.change(self._rename(pair, str(path[-1])))
            return
        value = plain(node)
        self.run(removing(source))
        self.run(adding(path, value))

    def _rename(self, pair: Pair, name: str) -> Splice:
        key = pair.key
        if (
            key.kind == "alias"
            or key.tag is not None
            or any(mark in self.draft.text[key.start : key.end] for mark in BREAKS)
        ):
            raise refuse("odd-key")
        look = style.block(self.draft.text, key.parent or key, self.literals)
        quote = key.style or look.quote
        new = emit.key(name, quote, always=bool(key.style))
        return Splice((Edit(key.vstart, key.end, new),))


def _check_map(node: Node, name: str, at: Pointer) -> None:
    """Refuse a map in which a key occurs twice."""
    if node.kind == "map" and sum(pair.name == name and not pair.merge for pair in node.pairs) > 1:
        raise refuse("dup-key", written(at))
