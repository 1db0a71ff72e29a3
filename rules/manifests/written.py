"""How an object is written: its nodes with their pointers."""

from __future__ import annotations

from collections.abc import Iterator

from rules.errors import ManifestError
from rules.manifest import Document
from rules.nodes import Node, Pair, child
from rules.pointer import Pointer

EXCEPT_KINDS = (
    # Written by programs, never by hand, and most of the text of many repositories.
    "CustomResourceDefinition.apiextensions.k8s.io",
    # What kustomize is told, and kubectl never reads.
    "Kustomization.kustomize.config.k8s.io",
    "Component.kustomize.config.k8s.io",
)


def nodes(document: Document) -> Iterator[tuple[Pointer, Node]]:
    """Yield the nodes of an object in the order of the text, each once, with pointers into its value.

    Left out is what has no place of its own there: what stands behind an alias or a merge key, values that a
    later key of the same name replaces, and JSON that is no YAML.
    """
    try:
        start: Node | None = document.root
    except ManifestError:
        return
    for key in document.base:
        start = child(start, key) if start else None
    todo: list[tuple[Pointer, Node]] = [((), start)] if start else []
    while todo:
        pointer, node = todo.pop()
        yield pointer, node
        inner: list[tuple[Pointer, Node]] = [((*pointer, name), pair.value) for name, pair in pairs(node).items()]
        inner += [((*pointer, index), item.value) for index, item in enumerate(node.items)]
        todo.extend(reversed(inner))


def pairs(node: Node) -> dict[str, Pair]:
    """Return the pairs of a map that count, by key: the last of each name."""
    return {pair.name: pair for pair in node.pairs if not pair.merge}


def is_plain(node: Node) -> bool:
    """Is this a scalar without quotes and tag, whose meaning is up to the reader?"""
    return node.kind == "scalar" and not node.style and node.tag is None
