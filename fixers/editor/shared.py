"""Operations where several places share one text.

Two ways, tried in this order. *Follow*: edit the anchored text once; right when the whole patch asks the same
of every use, as it does when every use was found wrong. *Expand*: write out the aliases that an operation
would otherwise reach, then edit one copy. A key that `<<` provides is overridden behind it in both.
"""

from __future__ import annotations

from typing import Any

from fixers.editor import sharing
from fixers.editor.difference import is_alike, same
from fixers.editor.draft import Draft, plain
from fixers.editor.model import Options
from fixers.editor.patch import patched
from fixers.editor.refusals import refuse
from fixers.editor.steps import Editor, check_map
from fixers.model import Operation
from fixers.model import add as adding
from fixers.model import remove as removing
from rules.nodes import Node, child
from rules.pointer import Pointer, get

MAX_EXPANSIONS = 1000


class SharedEditor(Editor):
    """Applies operations to a draft that has aliases. `wanted` is what the whole patch makes of the document."""

    def __init__(self, draft: Draft, options: Options, wanted: Any, follow: bool) -> None:
        super().__init__(draft, options)
        self.wanted = wanted
        self.follow = follow

    def run(self, operation: Operation) -> None:
        """Apply one operation. Raises Unfixable."""
        kind: str = operation.op
        if kind == "test":
            return
        if kind == "move" and (self._merged(operation.source) or self._merged(operation.path[:-1])):
            value = plain(self.find(operation.source))
            self.run(removing(operation.source))
            self.run(adding(operation.path, value))
            return
        if kind == "copy":
            self.run(adding(operation.path, plain(self.find(operation.source))))
            return
        if kind == "move" and not self._is_list(operation.source):
            value = plain(self.find(operation.source))
            if operation.path and operation.path != operation.source and self._is_idle(adding(operation.path, value)):
                self.run(removing(operation.source))
                return
        if kind in ("add", "replace", "remove"):
            if self._is_idle(operation) or (self.follow and self._is_done(operation.path)):
                return
            if self._override(operation):
                return
        if not self.follow:
            if kind == "move":
                self._unshare(operation.source, removed=True)
            if kind in ("add", "move") and self._is_list(operation.path):  # What stands at the index stays.
                self._unshare((*operation.path[:-1], "-"), removed=False)
            else:
                self._unshare(operation.path, removed=True)
        super().run(operation)

    def _is_list(self, path: Pointer) -> bool:
        return bool(path) and self.find(path[:-1]).resolved.kind == "seq"

    def _route(self, pointer: Pointer) -> list[Node]:
        """Return the nodes from the root to the pointer, as far as they exist, aliases not followed."""
        nodes = [self.draft.root]
        for key in pointer:
            below = child(nodes[-1], key)
            if below is None:
                break
            nodes.append(below)
        return nodes

    def _is_done(self, path: Pointer) -> bool:
        """Has an earlier operation already done this one, through a text that both share?"""
        route = self._route(path[:-1])
        shared = any(
            node.kind == "alias" or node.anchor or any(pair.merge for pair in node.resolved.pairs)
            for node in self._route(path)
        )
        return shared and len(route) == len(path) and same(plain(route[-1]), get(self.wanted, *path[:-1]))

    def _is_idle(self, operation: Operation) -> bool:
        """Does the operation put a value where the same already stands?"""
        if operation.op == "remove" or (operation.op == "add" and self._is_list(operation.path)):
            return False
        route = self._route(operation.path)
        return len(route) == len(operation.path) + 1 and same(plain(route[-1]), operation.value)

    def _merged(self, pointer: Pointer) -> int | None:
        """Return the depth at which the pointer leads through a merge key, or None."""
        node = self.draft.root
        for depth, key in enumerate(pointer):
            node = node.resolved
            check_map(node, str(key), pointer[: depth + 1])
            if node.kind == "map" and sharing.merged_from(node, str(key)):
                return depth
            below = child(node, key)
            if below is None:
                return None
            node = below
        return None

    def _override(self, operation: Operation) -> bool:
        """Change a key that `<<` provides, by a key behind it; remove one by expanding `<<`."""
        path = operation.path
        depth = self._merged(path)
        if depth is None:
            return False
        at, name = path[:depth], str(path[depth])
        if not self.follow:
            self._unshare((*at, name), removed=False)
        holder = self.find(at).resolved
        if depth < len(path) - 1:
            below = Operation(operation.op, path[depth + 1 :], operation.value)
            value = patched(plain(self.find(path[: depth + 1])), [below])
        elif operation.op == "remove":
            pair = sharing.merged_from(holder, name)
            if pair is not None:
                sharing.expand_merge(self.draft, holder, pair, frozenset([name]), self.options)
            return True
        else:
            value = operation.value
        self.draft.change(self._pair(holder, name, value))
        return True

    def _unshare(self, path: Pointer, *, removed: bool) -> None:
        """Expand every alias that an edit at the path would touch or leave without its anchor."""
        for _ in range(MAX_EXPANSIONS):
            route = self._route(path)
            last = len(path)
            reached = [node for depth, node in enumerate(route) if depth < last]
            through = next((node for node in reached if node.kind == "alias"), None)
            if through is None and len(route) > last and route[last].kind == "alias" and not removed:
                through = route[last]
            if through is None:
                through = self._stranded(reached, route[last] if len(route) > last and removed else None)
            if through is None:
                return
            sharing.expand(self.draft, through, self.options)
        raise refuse("too-many-aliases")

    def _stranded(self, reached: list[Node], cut: Node | None) -> Node | None:
        """Return an alias whose value the edit would change, or whose anchor it would remove."""
        inside = {id(node) for node in reached}
        for alias in sharing.aliases(self.draft.root):
            if id(alias.target) in inside:
                return alias
        return next(iter(sharing.uses(self.draft.root, cut)), None) if cut is not None else None

    def replace(self, path: Pointer, value: Any) -> None:
        """Replace a value; an alias gives way to a copy of its own where only parts of it differ."""
        if not self.follow and self.find(path).kind == "alias" and is_alike(plain(self.find(path)), value):
            sharing.expand(self.draft, self.find(path), self.options)
        super().replace(path, value)
