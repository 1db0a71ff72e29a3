"""One operation on a draft: find the place, choose the edit."""

from __future__ import annotations

from typing import Any

from fixers.editor import block, carry, emit, flow, sharing, style, values
from fixers.editor.difference import difference, is_alike, same
from fixers.editor.draft import Draft, Stale, comments, plain
from fixers.editor.layout import line_end
from fixers.editor.model import Edit, Options, Splice
from fixers.editor.refusals import refuse
from fixers.model import Operation
from fixers.model import add as adding
from fixers.model import remove as removing
from rules.nodes import BREAKS, Node, Pair, child
from rules.pointer import Pointer
from rules.pointer import text as written


class Editor:
    """Applies operations to a draft, as if nothing in it were shared: see `fixers.editor.shared`."""

    def __init__(self, draft: Draft, options: Options) -> None:
        self.draft = draft
        self.options = options
        self.was_block = not draft.root.flow

    def run(self, operation: Operation) -> None:
        """Apply one operation. Raises Unfixable."""
        if self.draft.pending and not self._is_apart(operation):
            self.draft.flush()
        try:
            self._run(operation)
        except Stale:
            self._run(operation)

    def _is_apart(self, operation: Operation) -> bool:
        """Does the operation's path avoid every node that a pending edit changes?"""
        if operation.op not in ("add", "remove") and (operation.op != "replace" or emit.is_nested(operation.value)):
            return False
        touched = self.draft.touched
        node: Node | None = self.draft.root
        holder = node
        for key in operation.path:
            if node is None or id(node) in touched:
                return False
            holder, node = node, child(node, key)
        if operation.op == "add" and holder is not None and any(id(item.value) in touched for item in holder.items):
            return False  # The other items show how a new one is written.
        return node is None or id(node) not in touched

    def _run(self, operation: Operation) -> None:
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
            self.run(adding(operation.path, plain(self.find(operation.source))))
        elif kind != "test":  # Tests were made on the values.
            raise refuse("bad-patch", f"no operation {kind!r}")

    def find(self, pointer: Pointer) -> Node:
        """Return the node at a pointer, aliases and merge keys followed; each key on the way occurs once."""
        node = self.draft.root
        for depth, key in enumerate(pointer):
            node = node.resolved
            check_map(node, str(key), pointer[: depth + 1])
            below = child(node, key)
            if below is None:
                raise refuse("bad-patch", written(pointer))
            node = below
        return node

    def _change(self, splice: Splice, touched: Node) -> None:
        """Hand a splice to the draft, and remember the node that it changes."""
        self.draft.change(splice)
        if self.draft.pending:
            self.draft.touched.add(id(touched))

    def add(self, path: Pointer, value: Any) -> None:
        """Add a key or an item; a key that exists gets the value."""
        if not path:
            self.replace(path, value)
            return
        parent, key = self.find(path[:-1]).resolved, path[-1]
        if parent.kind == "map":
            name = str(key)
            check_map(parent, name, path)
            known = child(parent, name)
            if known is not None and known.parent is parent:
                self.replace(path, value)
            else:
                self._change(self._pair(parent, name, value), parent)
        elif parent.kind == "seq":
            index = _index(parent, key, path)
            self._change(self._item(parent, index, value), parent)
        else:
            raise refuse("bad-patch", written(path))

    def _pair(self, parent: Node, name: str, value: Any) -> Splice:
        if not parent.flow:
            return block.add_pair(self.draft.text, parent, name, value, self.options)
        self._check_braces(parent)
        if self.was_block and parent.parent is None and not parent.entries:
            return block.refill_root(self.draft.text, parent, name, value, self.options)
        if self._may_open(parent):
            return values.set_value(self.draft.text, parent, {name: value}, self.options)
        return flow.add_pair(self.draft.text, parent, name, value, self.options)

    def _item(self, parent: Node, index: int, value: Any) -> Splice:
        if not parent.flow:
            return block.insert_item(self.draft.text, parent, index, value, self.options)
        if self._may_open(parent):
            return values.set_value(self.draft.text, parent, [value], self.options)
        return flow.insert_item(self.draft.text, parent, index, value, self.options)

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
        write = flow.set_value if in_flow else values.set_value
        self._change(write(self.draft.text, node, value, self.options), node)

    def remove(self, path: Pointer) -> None:
        """Remove an entry; of the last one an empty collection stays."""
        if not path:
            raise refuse("whole-document")
        parent, node = self.find(path[:-1]).resolved, self.find(path)
        index = next((i for i, entry in enumerate(parent.entries) if entry.value is node), None)
        if index is None:
            raise refuse("bad-patch", written(path))
        if parent.flow:
            self._check_braces(parent)
        write = flow.remove_entry if parent.flow else block.remove_entry
        self._change(write(self.draft.text, parent, index, self.options), parent)

    def move(self, source: Pointer, path: Pointer) -> None:
        """Move a value. To another key of the same map: rename the key where it stands."""
        if source == path:
            return
        node = self.find(source)
        if not path:  # What takes the place of the whole document leaves nothing to remove.
            self.replace(path, plain(node))
            return
        pair, parent = node.entry, node.parent
        if isinstance(pair, Pair) and parent and source[:-1] == path[:-1] and child(parent, path[-1]) is None:
            self._check_braces(parent)
            self._change(self._rename(pair, str(path[-1])), parent)
            return
        value = plain(node)
        if parent is not None and _stays(parent, source, path):
            return
        if not (parent is not None and _is_shifted(parent, source, path)) and self._holds(path, value):
            self.run(removing(source))
            return
        load = carry.lift(self.draft.text, node) if self.options.literals else None
        if load is not None and self._is_like(path, value) and not carry.has_comment(load):
            load = None  # What both have in common keeps the text that it has there.
        self.run(removing(source))
        self.run(adding(path, value))
        if load is not None:
            self.draft.flush()
            self._drop(load, path, value)

    def _holds(self, path: Pointer, value: Any) -> bool:
        """Does the key at a path have this value already?"""
        holder = self.find(path[:-1]).resolved
        known = child(holder, path[-1]) if holder.kind == "map" else None
        return known is not None and same(plain(known), value)

    def _is_like(self, path: Pointer, value: Any) -> bool:
        """Does the key at a path have a map or list for a value, as this is one?"""
        holder = self.find(path[:-1]).resolved
        known = child(holder, path[-1]) if holder.kind == "map" else None
        return known is not None and is_alike(plain(known), value)

    def _drop(self, load: carry.Load, path: Pointer, value: Any) -> None:
        """Give a value that was moved the text that it had. Raises Unfixable."""
        holder = self.find(path[:-1]).resolved
        node = holder.items[-1].value if path[-1] == "-" and holder.kind == "seq" else child(holder, path[-1])
        if node is not None and node.parent is holder:
            if not same(plain(node), value):  # A literal has taken comments in: with the literal they would go.
                raise refuse("proof-value")
            if self._has_comment(node):  # What was replaced there had one: it stays, as in any replacement.
                return
            splice = carry.drop(self.draft.text, node, load, self.options.newline)
            if splice is not None:
                self._change(splice, holder)

    def _has_comment(self, node: Node) -> bool:
        """Does a comment stand on the lines of an entry, by its value?"""
        text, entry = self.draft.text, node.entry
        if entry is None or "#" not in text[entry.start : line_end(text, entry.end)]:
            return False
        end = line_end(text, entry.end)
        return any(entry.start <= start < end for start, _ in comments(text, self.draft.root))

    def _rename(self, pair: Pair, name: str) -> Splice:
        key, text = pair.key, self.draft.text
        if key.kind == "alias" or key.tag is not None or any(mark in text[key.start : key.end] for mark in BREAKS):
            raise refuse("odd-key")
        quote = key.style or style.block(text, key.parent or key, self.options).quote
        return Splice((Edit(key.vstart, key.end, emit.key(name, quote, always=bool(key.style))),))


def _stays(parent: Node, source: Pointer, path: Pointer) -> bool:
    """Would the list of an item, whose holder is given, have the same values when the item has moved within it?"""
    if not _is_shifted(parent, source, path) or len(path) != len(source):
        return False
    values = [plain(item.value) for item in parent.items]
    moved = list(values)
    item = moved.pop(int(source[-1]))
    moved.insert(len(moved) if path[-1] == "-" else int(path[-1]), item)
    return same(values, moved)


def _is_shifted(parent: Node, source: Pointer, path: Pointer) -> bool:
    """Does a path lead into the list that an item is taken from, so that it is meant for the list without it?"""
    return parent.kind == "seq" and [str(key) for key in path[: len(source) - 1]] == [str(key) for key in source[:-1]]


def _index(parent: Node, key: str | int, path: Pointer) -> int:
    """Return the index at which an item is to be inserted."""
    name = str(key)
    if name == "-":
        return len(parent.items)
    if not (name.isascii() and name.isdigit() and len(name) < 10 and int(name) <= len(parent.items)):
        raise refuse("bad-patch", written(path))
    return int(name)


def check_map(node: Node, name: str, at: Pointer) -> None:
    """Refuse a map in which the key occurs twice, or in which it is unclear whether `<<` wins."""
    if node.kind != "map":
        return
    if sum(pair.name == name and not pair.merge for pair in node.pairs) > 1:
        raise refuse("dup-key", written(at))
    if any(pair.merge for pair in node.pairs):
        if name == "<<":  # A quoted one beside the merge key: kustomize takes them for the same key.
            raise refuse("dup-key", written(at))
        sharing.check_merge(node)
