"""Values that stand in the text once and count in several places: anchors, aliases, merge keys."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.editor import block, emit, flow, style, values
from fixers.editor.draft import Draft, plain
from fixers.editor.layout import indentation
from fixers.editor.model import Edit, Options, Splice
from fixers.editor.refusals import refuse
from rules.nodes import Node, Pair, column, provided


def aliases(root: Node) -> Iterator[Node]:
    """Yield the aliases of a document, in the order of the text."""
    for node in style.below(root):
        if node.kind == "alias":
            yield node
        for pair in node.pairs:
            if pair.key.kind == "alias":
                yield pair.key


def is_shared(root: Node) -> bool:
    """Does the document have an alias or a merge key?"""
    return any(node.kind == "alias" or any(pair.merge for pair in node.pairs) for node in style.below(root)) or any(
        True for _ in aliases(root)
    )


def uses(root: Node, anchored: Node) -> list[Node]:
    """Return the aliases that stand for a node, or for something in it, keys and its own key included."""
    if anchored.kind == "alias":
        return []
    nodes = list(style.below(anchored))
    entries = anchored.entry, *(pair for node in nodes for pair in node.pairs)
    keys = [entry.key for entry in entries if isinstance(entry, Pair)]
    inside = {id(node) for node in (*nodes, *keys)}
    return [alias for alias in aliases(root) if id(alias.target) in inside and id(alias) not in inside]


def sources(pair: Pair) -> dict[str, Node]:
    """Return what one merge key provides."""
    holder = Node("map", pair.start, pair.start, pair.end)
    holder.pairs = [pair]
    return provided(holder)


def check_merge(node: Node) -> None:
    """Refuse a map whose `<<` follows a key that it provides, too: kubectl lets `<<` win, Kustomize the key."""
    before: set[str] = set()
    for pair in node.pairs:
        if not pair.merge:
            before.add(pair.name)
        elif not before.isdisjoint(sources(pair)):
            raise refuse("merge-after-keys")


def merged_from(node: Node, name: str) -> Pair | None:
    """Return the merge key that provides a key of a map, or None if the map has the key itself."""
    if any(pair.name == name and not pair.merge for pair in node.pairs):
        return None
    return next((pair for pair in reversed(node.pairs) if pair.merge and name in sources(pair)), None)


def expand(draft: Draft, alias: Node, options: Options) -> None:
    """Write what an alias stands for in its place. Raises Unfixable."""
    entry, parent = alias.entry, alias.parent
    if parent is None or (isinstance(entry, Pair) and entry.key is alias):
        raise refuse("odd-key", f"*{alias.text}")
    note = f"alias *{alias.text} was expanded"
    if isinstance(entry, Pair) and entry.merge:
        expand_merge(draft, parent, entry, frozenset(), options)
        return
    holder = parent.entry
    if isinstance(holder, Pair) and holder.merge and parent.parent is not None:  # An item of `<<: [*a, *b]`.
        expand_merge(draft, parent.parent, holder, frozenset(), options)
        return
    value = plain(alias)
    if parent.flow:
        draft.change(flow.set_value(draft.text, alias, value, options))
    else:
        draft.change(values.set_value(draft.text, alias, value, options))
    draft.notes.append(note)


def expand_merge(draft: Draft, node: Node, pair: Pair, without: frozenset[str], options: Options) -> None:
    """Write what a merge key provides in its place, but for the keys that others override."""
    later = node.pairs[node.pairs.index(pair) + 1 :]
    hidden = {other.name for other in node.pairs if not other.merge} | without
    for other in later:
        if other.merge:
            hidden |= sources(other).keys()
    value = {name: plain(inner) for name, inner in sources(pair).items() if name not in hidden}
    draft.change(_in_place(draft.text, node, pair, value, options))
    draft.notes.append("a merge key '<<' was expanded")


def _in_place(text: str, node: Node, pair: Pair, value: dict[str, object], options: Options) -> Splice:
    if not value:
        index = node.pairs.index(pair)
        return (flow.remove_entry if node.flow else block.remove_entry)(text, node, index, options)
    if node.flow:
        look = style.flow(text, node, options)
        indent = indentation(text, pair.start)
        between = "," + look.newline + indent if look.lines else look.comma
        written = between.join(emit.flow_pair(name, inner, indent, look) for name, inner in value.items())
    else:
        written = emit.entries(value, column(text, pair.start), style.block(text, node, options))
    return Splice((Edit(pair.start, pair.end, written),), ((pair.start, pair.end),))
