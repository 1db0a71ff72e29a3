"""Where nodes stand: the same with every parser, and as Kubernetes reads their keys."""

from __future__ import annotations

from typing import Any

import pytest

from rules import nodes, reader
from rules.construct import construct
from rules.errors import ManifestError
from rules.pointer import parse

BACKENDS = [load() for load in reader.BACKENDS]

# A text whose ‹marks› enclose the entry at the pointer.
SPANS = [
    ("/a", "‹a: 1› # c\n"),
    ("/a/b", "a:\n  # head\n  ‹b: 1›   # tail\n  c: 2\n"),
    ("/a", "‹a:\n  b: 1›\n\n# foot\nc: 2\n"),
    ("/a", "‹a:›\nb: 2\n"),
    ("/a", "‹a: &x›\nb: 2\n"),
    ("/l/1", "l:\n- a\n-‹›\n- c\n"),
    ("/l/0", "l:\n- ‹x: 1\n  w: 2›\n- c\n"),
    ("/l/0/w", "l:\n- x: 1\n  ‹w: 2› #\n"),
    ("/l/0/1", "l:\n- - a\n  - ‹b›\n"),
    ("/m/b", "m: {a: 1, ‹b: ›, c}\n".replace(": ›", ":› ")),
    ("/m/c", "m: {a: 1, ‹c›}\n"),
    ("/m/1", 'm: [a, ‹"b,c"›]\n'),
    ("/m/0/a", "m: [‹a: 1›, b]\n"),
    ("/m/0", "m: [‹a: 1›, b]\n"),
    ("/a", "‹? a\n: b›\nc: 1\n"),
    ("/s", "‹s: |\n  x\n\n  y›\n\nb: 1\n"),
    ("/s", "‹s: |+\n  x\n›\nb: 1\n"),
    ("/s", "‹s: >-\n  x\n    ›\n \nb: 1\n"),
    ("/s", "‹s: |2\n    x›\nb: 1\n"),
    ("/s", "‹s: |\n  x›"),
    ("/s", "‹s: |›  # nothing\nb: 1\n"),
    ("/true", "‹on: 1›\n"),
    ("/16", "‹0x10: 1›\n"),
    ("/a", "‹a: !!map &x # c\n  b: 1›\n"),
    ("/é", "# 😀\n‹é: 😀› # 😀\n"),
    ("/b", "a: 1\r\n‹b: 2›\r\n"),
    # Absent: the nearest ancestor's key, else its start.
    ("/a/x", "‹a›: {b: 1}\n"),
    ("/a/x/y/z", "‹a›:\n"),
    ("/l/0/x", "l:\n- ‹›y: 1\n"),
    ("/l/7", "‹l›:\n- 1\n"),
    ("/x", "‹›a: 1\n"),
    # Behind an alias or a merge key stands only the alias or the merge key.
    ("/b/c", "a: &x {c: 1}\n‹b: *x›\n"),
    ("/b/0", "a: &x {c: 1}\nb: [‹*x›]\n"),
    ("/b/c", "a: &x {c: 1}\nb:\n  d: 1\n  ‹<<: *x›\n"),
    ("/b/c", "a: &x {c: 1}\nb:\n  <<: *x\n  ‹c: 2›\n"),
    ("/b/q", "a: &x {c: 1}\n‹b›:\n  <<: *x\n"),
]


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
@pytest.mark.parametrize(("pointer", "marked"), SPANS)
def test_the_span_of_an_entry(backend: reader.Backend, pointer: str, marked: str) -> None:
    before, after = "z: 0\n---\n", "---\nz: 9\n"
    body = marked.replace("‹", "").replace("›", "")
    closed = body + ("" if body[-1] not in nodes.BREAKS else after)
    text = before + closed
    start, end = len(before), len(before) + len(body)
    root = nodes.compose(text, start, end, backend)
    expected = start + marked.index("‹"), start + marked.index("›") - 1
    assert nodes.span(root, parse(pointer)) == expected


def plain(node: nodes.Node) -> Any:
    node = node.resolved
    if node.kind == "map":
        return {name: plain(inner) for name, inner in nodes.members(node).items()}
    if node.kind == "seq":
        return [plain(item.value) for item in node.items]
    return node.value


VALUES = [
    "a: &x {b: 1, c: 2}\nd:\n  b: 0\n  <<: *x\n  c: 3\n",
    "a: &x {b: 1}\nc: &y {b: 2, z: yes}\nd: {<<: [*x, *y]}\n",
    "on: off\n0x10: 0o17\n? q\n: [a: 1, b]\n",
    "&k a: 1\nb: *k\n*k : 2\n",
    '- "<<": 1\n- ! 12\n- !!str 12\n- !!int "3"\n',
    "1.10: a\n1e3: b\n16777217.0: c\n",
    '! "1": 2\n! 3: ! "4"\n',
    "",
    "# only a comment\n",
    "x\n",
]


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
@pytest.mark.parametrize("text", VALUES)
def test_nodes_mean_what_construct_reads(backend: reader.Backend, text: str) -> None:
    assert plain(nodes.compose(text, 0, len(text), backend)) == construct(text, backend)


ERRORS = [
    ("a: [b\n", "yaml-error"),
    ("? [a]\n: 1\n", "complex-key"),
    ("~: 1\n", "null-key"),
    ("a: &x {b: *x}\n", "cyclic-alias"),
    ("a: *x\n", "undefined-alias"),
    ("a: .nan\n", "bad-scalar"),
    ("a: &x 1\nb: {<<: *x}\n", "bad-merge"),
    ("a: &x []\nb: {<<: *x}\n", "bad-merge"),
    ("a: &x [b]\n? *x\n: 1\n", "complex-key"),
    ("a: &x ~\n? *x\n: 1\n", "complex-key"),
    ("18446744073709551615: 1\n", "bad-scalar"),
    ("[" * 250 + "]" * 250, "too-deep"),
]


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
@pytest.mark.parametrize(("text", "code"), ERRORS)
def test_errors_are_those_of_construct(backend: reader.Backend, text: str, code: str) -> None:
    closed = text if text.endswith("\n") else text + "\n"
    with pytest.raises(ManifestError) as ours:
        nodes.compose(text, 0, len(text), backend)
    with pytest.raises(ManifestError) as theirs:
        construct(closed, backend)
    assert (ours.value.code, ours.value.column) == (theirs.value.code, theirs.value.column)
    assert ours.value.code == code


def test_maps_that_merge_each_other_twice_take_no_time() -> None:
    lines = ["m0: &m0 {k: 1}"] + [f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}]}}" for n in range(1, 40)]
    text = "\n".join(lines) + "\n"
    assert nodes.span(nodes.compose(text, 0, len(text)), ("m39", "k")) == (text.index("<<: [*m38"), len(text) - 2)


def test_a_key_that_occurs_twice_is_two_pairs() -> None:
    assert [pair.name for pair in nodes.compose("a: 1\na: 2\n", 0, 10).pairs] == ["a", "a"]


@pytest.mark.parametrize("backend", BACKENDS[:2], ids=lambda backend: backend.name)
def test_unicode_line_breaks_end_lines(backend: reader.Backend) -> None:
    text = "a: |\n x\u2028b: 2\u0085"
    assert nodes.span(nodes.compose(text, 0, len(text), backend), ("b",)) == (8, 12)


@pytest.mark.parametrize("text", ["a: 1\n...\nb: 1\n", ": 1\n"])
@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
def test_where_parsers_differ_nodes_still_follow_construct(backend: reader.Backend, text: str) -> None:
    with pytest.raises(ManifestError) as ours:
        nodes.compose(text, 0, len(text), backend)
    with pytest.raises(ManifestError) as theirs:
        construct(text, backend)
    assert (ours.value.code, ours.value.column) == (theirs.value.code, theirs.value.column)
