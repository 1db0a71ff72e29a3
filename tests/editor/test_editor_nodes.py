"""Nodes of random documents: the same with every parser, and as another reader reads them."""

from __future__ import annotations

from typing import Any

from editing import canonical, comments, lines_of, reading
from hypothesis import given
from layouts import Layout, Writer, documents, layouts
from test_editor_properties import RELAXED, dress, dresses

from fixers.editor import draft
from rules import nodes, reader

BACKENDS = [load() for load in reader.BACKENDS]


def shape(node: nodes.Node) -> list[Any]:
    return [
        (node.kind, node.start, node.vstart, node.end, node.style, node.flow, node.text, node.tag, node.anchor),
        [(pair.name, pair.start, pair.colon, pair.end, shape(pair.key), shape(pair.value)) for pair in node.pairs],
        [(item.start, item.end, shape(item.value)) for item in node.items],
    ]


@RELAXED
@given(documents, layouts, dresses)
def test_nodes_do_not_depend_on_the_parser(value: Any, layout: Layout, how: str) -> None:
    text = dress(Writer(layout).document(value), how).removeprefix("\ufeff")
    first, *others = (nodes.compose(text, 0, len(text), backend) for backend in BACKENDS)
    assert all(shape(other) == shape(first) for other in others)
    closed = text if text.endswith("\n") else text + "\n"
    assert canonical(draft.plain(first)) == canonical(reading(closed)[0])


@RELAXED
@given(documents, layouts)
def test_comments_and_lines_are_where_another_reader_finds_them(value: Any, layout: Layout) -> None:
    text = Writer(layout).document(value)
    root = nodes.compose(text, 0, len(text))
    found = [(text.count("\n", 0, start), text[start:end].strip()) for start, end in draft.comments(text, root)]
    assert sorted(found) == sorted(comments(text))
    for pair in root.pairs:
        start, _ = nodes.span(root, (pair.name,))
        assert text.count("\n", 0, start) == lines_of(text, 0, (pair.name,))[0]
