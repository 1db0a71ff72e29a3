"""Before and after, for each operation and each way a manifest may be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from editing import add, apply, edited, move, remove, replace

from fixers.editor import draft
from fixers.editor.refusals import REASONS
from fixers.model import Operation
from rules import nodes, reader
from rules.errors import Unfixable

CONTAINER = """\
spec:
  containers:
  - name: web   # the shop
    image: "shop:1"
    # env:
    # - name: DEBUG
  # more to come
"""

TABLE: list[tuple[str, str, list[Operation], str]] = [
    (
        "new fields stand ahead of comments in their column",
        CONTAINER,
        [add("/spec/containers/0/securityContext", {"runAsNonRoot": True})],
        CONTAINER.replace("    # env:", "    securityContext:\n      runAsNonRoot: true\n    # env:"),
    ),
    (
        "new items stand behind the deeper comments of the previous one",
        CONTAINER,
        [add("/spec/containers/-", {"name": "side", "image": "side:2"})],
        CONTAINER.replace("  # more", "  - name: side\n    image: side:2\n  # more"),
    ),
    (
        "fields that were commented out stay with what they belong to",
        "a:\n  b:\n    c: 1\n    # d: 2\n\n  # foot\n",
        [add("/a/x", 1)],
        "a:\n  b:\n    c: 1\n    # d: 2\n  x: 1\n\n  # foot\n",
    ),
    (
        "a value that was left out",
        "sc:  # todo\nb: 1\n",
        [replace("/sc", {"a": [1]})],
        "sc:  # todo\n  a:\n  - 1\nb: 1\n",
    ),
    ("null written out", "sc: null # todo\nb: 1\n", [replace("/sc", {"a": 1})], "sc: # todo\n  a: 1\nb: 1\n"),
    ("null as a tilde in brackets", "m: {a: ~, b: 1}\n", [replace("/m/a", {"c": 1})], "m: {a: {c: 1}, b: 1}\n"),
    (
        "a list in brackets grows as its neighbours are quoted",
        "verbs: ['get', 'list']\n",
        [add("/verbs/-", "watch")],
        "verbs: ['get', 'list', 'watch']\n",
    ),
    (
        "a wildcard list is replaced item by item",
        'rules:\n- verbs: ["*"]  # all\n  resources: [pods]\n',
        [replace("/rules/0/verbs", ["get", "list", "watch"])],
        "rules:\n- verbs: [get, list, watch]  # all\n  resources: [pods]\n",
    ),
    (
        "the quotes of a wildcard are no evidence",
        "verbs:\n  - '*'\nresources:\n  - pods\n",
        [replace("/verbs", ["get", "list"])],
        "verbs:\n  - get\n  - list\nresources:\n  - pods\n",
    ),
    (
        "an item in the middle goes with its comment, the others keep theirs",
        "l:\n# a\n- a\n# b\n- b # b\n# c\n- c\n",
        [replace("/l", ["a", "c"])],
        "l:\n# a\n- a\n# c\n- c\n",
    ),
    (
        "reordered items are moved, not rewritten as others",
        "l:\n- a # 1\n- b # 2\n",
        [replace("/l", ["new", "a", "b"])],
        "l:\n- new\n- a # 1\n- b # 2\n",
    ),
    (
        "strings that other readers take for something else",
        "a: 1\n",
        [add("/b", "1e3"), add("/c", "on")],
        'a: 1\nb: "1e3"\nc: "on"\n',
    ),
    (
        "quotes as most have them",
        "a: 'x'\nb: 'w'\nc: \"z\"\n",
        [add("/d", "1.20")],
        "a: 'x'\nb: 'w'\nc: \"z\"\nd: '1.20'\n",
    ),
    ("text over several lines", "a: x\nb: 1\n", [replace("/a", "one\ntwo\n")], "a: |\n  one\n  two\nb: 1\n"),
    ("text over several lines in brackets", "a: [x]\n", [replace("/a/0", "one\ntwo\n")], 'a: ["one\\ntwo\\n"]\n'),
    (
        "a script keeps its indentation",
        "a: |\n    one\n    two\nb: 1\n",
        [replace("/a", "one\nthree\n")],
        "a: |\n    one\n    three\nb: 1\n",
    ),
    (
        "a script at the end of a file without line break is not written so",
        "a: x",
        [replace("/a", "p\nq\n")],
        'a: "p\\nq\\n"',
    ),
    ("an item that is a map on its dash", "l:\n-   a: 1\n    b: 2\n", [remove("/l/0/a")], "l:\n-   b: 2\n"),
    (
        "a first key with a comment behind it",
        "l:\n- a: 1 # a\n  # b\n  b: 2\n",
        [remove("/l/0/a")],
        "l:\n-\n  # b\n  b: 2\n",
    ),
    (
        "the comment above a first key stays",
        "m:\n  # about m\n  a: 1\n  b: 2\n",
        [remove("/m/a")],
        "m:\n  # about m\n  b: 2\n",
    ),
    (
        "a list emptied",
        "m:\n  l:  # none left\n    - a\n  b: 1\n",
        [remove("/m/l/0")],
        "m:\n  l: []  # none left\n  b: 1\n",
    ),
    ("the last lines of a file without line break", "a: 1\nb: 2", [remove("/b")], "a: 1"),
    ("what precedes is a script that must stay closed", "a: |\n  x\nb: 2", [remove("/b")], "a: |\n  x\n"),
    ("the last document without line break", "a: 1\n---\nb: 1\nc: 2", [remove("/c")], "a: 1\n---\nb: 1"),
    (
        "an item of a list in lines of brackets",
        "l: [\n  a,\n  b, # b\n  c\n]\n",
        [remove("/l/1")],
        "l: [\n  a,\n  c\n]\n",
    ),
    ("the only entry in brackets", "m: { a: 1 } # m\n", [remove("/m/a")], "m: {} # m\n"),
    (
        "a rename keeps place, value and comments",
        "s:\n  # who\n  serviceAccount: web  # me\n  b: 1\n",
        [move("/s/serviceAccount", "/s/serviceAccountName")],
        "s:\n  # who\n  serviceAccountName: web  # me\n  b: 1\n",
    ),
    ("a rename to a key that exists", "a: 1 # a\nb: 2\n", [move("/a", "/b")], "b: 1 # a\n"),
    ("a rename in JSON", '{"a": 1}\n', [move("/a", "/b")], '{"b": 1}\n'),
    (
        "a move to another map",
        "a:\n  x: 1\n  w: 2\nb:\n  z: 3\n",
        [move("/a/x", "/b/x")],
        "a:\n  w: 2\nb:\n  z: 3\n  x: 1\n",
    ),
    (
        "a copy",
        "a:\n  x: 1\nb: {z: 3}\n",
        [Operation("copy", ("b", "a"), None, ("a",))],
        "a:\n  x: 1\nb: {z: 3, a: {x: 1}}\n",
    ),  # type: ignore[arg-type]
    (
        "JSON in lines, with tabs",
        '{\n\t"spec": {\n\t\t"a": []\n\t}\n}\n',
        [add("/spec/b", {"c": [True, None]}), add("/spec/a/-", "x")],
        '{\n\t"spec": {\n\t\t"a": [\n\t\t\t"x"\n\t\t],\n\t\t"b": {\n\t\t\t"c": [\n'
        "\t\t\t\ttrue,\n\t\t\t\tnull\n\t\t\t]\n\t\t}\n\t}\n}\n",
    ),
    (
        "JSON in lines whose short lists are not",
        '{\n  "verbs": ["get", "list"],\n  "names": ["a"]\n}\n',
        [add("/groups", ["x", "z"])],
        '{\n  "verbs": ["get", "list"],\n  "names": ["a"],\n  "groups": ["x", "z"]\n}\n',
    ),
    (
        "JSON on one line",
        '{"a":{"b":1},"c":[1,2]}',
        [add("/a/d", "x"), add("/c/0", {"e": "f"})],
        '{"a":{"b":1,"d":"x"},"c":[{"e":"f"},1,2]}',
    ),
    ("an empty JSON document", "{}\n", [add("/a", "b")], '{"a": "b"}\n'),
    ("the last item of JSON lines", "[\n  1,\n  2\n]\n", [remove("/1")], "[\n  1\n]\n"),
    (
        "a list is the document",
        "# all\n- a\n- b\n",
        [add("/0", "z"), remove("/2")],
        "# all\n- z\n- a\n".replace("# all\n- z\n", "- z\n# all\n"),
    ),
    (
        "line breaks of Windows",
        "a:\r\n  b: 1\r\n",
        [add("/a/c", {"d": [1]})],
        "a:\r\n  b: 1\r\n  c:\r\n    d:\r\n    - 1\r\n",
    ),
    (
        "indented by three, lists too",
        "a:\n   b:\n      - c\n",
        [add("/a/d", ["e"])],
        "a:\n   b:\n      - c\n   d:\n      - e\n",
    ),
    ("a document end marker", "a: 1\n...\n", [add("/b", 2)], "a: 1\nb: 2\n...\n"),
    ("text that Kubernetes ignores", "a: 1\n...\nb: 1\n", [add("/c", 3)], "a: 1\nc: 3\n...\nb: 1\n"),
    ("an explicit key", "? a\n: b\nc: 1\n", [replace("/a", "d"), add("/e", 2)], "? a\n: d\nc: 1\ne: 2\n"),
    ("a tag that would change the type", "a: !!int 3\n", [replace("/a", "three")], "a: three\n"),
    ("an anchor stays", "a: &x {b: 1}\nc: 1\n", [replace("/a", 2)], "a: &x 2\nc: 1\n"),
    ("an item that is empty", "l:\n-\n- b\n", [replace("/l/0", {"a": 1})], "l:\n- a: 1\n- b\n"),
    ("a scalar over two lines", "a: one\n  two\nb: 1\n", [replace("/a", 3)], "a: 3\nb: 1\n"),
    ("a scalar below its key", "a:\n  # why\n  one\nb: 1\n", [replace("/a", "two")], "a:\n  # why\n  two\nb: 1\n"),
    ("a map below its dash", "l:\n-\n  # why\n  a: 1\n", [replace("/l/0", 7)], "l:\n- 7\n  # why\n"),
]


@pytest.mark.parametrize("load", reader.BACKENDS, ids=lambda load: load.__name__.strip("_"))
@pytest.mark.parametrize(("before", "operations", "after"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_an_edit(
    before: str,
    operations: list[Operation],
    after: str,
    load: Callable[[], reader.Backend],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = load()
    monkeypatch.setattr(reader, "backend", lambda: backend)
    assert edited(before, *operations, index=1 if "---" in before else 0) == after


REFUSED: list[tuple[str, str, list[Operation], str]] = [
    ("dup-key", "m: {a: 1, a: 2}\n", [replace("/m/a", 3)], "m"),
    ("dup-key", "a: &a {b: 1}\nc:\n  <<: *a\n", [add("/c/<<", 3)], "/c/<<"),
    ("odd-key", "!!str a: 1\n", [move("/a", "/b")], ""),
    ("odd-key", "a: 1\n", [add("/" + "k" * 1200, 1)], ""),
    ("no-colon", "? a\n", [replace("/a", 1)], ""),
    ("merge-after-keys", "b: {a: 1, <<: {a: 2}}\n", [replace("/b/a", 3)], ""),
    ("single-pair-flow", "l: [a: 1]\n", [remove("/l/0/a")], ""),
    ("whole-document", "a: 1\n", [replace("", [1])], ""),
    ("bad-patch", "a: 1\n", [remove("")], ""),
    ("no-document", "a: 1\n", [], ""),
    ("bad-patch", "a: 1\n", [remove("/b")], ""),
    ("bad-patch", "l: [1]\n", [add("/l/7", 1)], ""),
    ("test-failed", "a: 1\n", [Operation("test", ("a",), 2)], ""),
    ("bad-value", "a: 1\n", [replace("/a", float("nan"))], ""),
    ("bad-value", "a: 1\n", [replace("/a", {1, 2})], ""),
    ("unterminated-block-scalar", "l:\n- |\n  x", [add("/l/-", "y")], ""),
    ("bad-separator", "--- {a: 1}\n", [replace("/a", 2)], ""),
    ("bad-scalar", "a: .inf\n", [add("/b", 2)], ""),
    ("bad-merge", "a: 1\n<<: x\n", [add("/b", 2)], ""),
    ("proof-value", "a: |\n  x\nb: 1\n    # deeper\n", [remove("/b")], ""),
]


@pytest.mark.parametrize(("code", "text", "operations", "_"), REFUSED)
def test_a_refusal_has_a_code_and_a_reason(code: str, text: str, operations: list[Any], _: str) -> None:
    with pytest.raises(Unfixable) as refused:
        apply(text, 7 if code == "no-document" else 0, operations)
    assert refused.value.code == code
    assert refused.value.code in REASONS
    assert str(refused.value)


def test_an_operation_that_changes_nothing_makes_no_edit() -> None:
    result = apply("a: yes # x\n", 0, [replace("/a", True), Operation("test", ("a",), True)])
    assert result.edits == ()
    assert result.text == "a: yes # x\n"


def test_edits_count_in_the_text_that_was_given() -> None:
    text = "\ufeffa: 1\n---\nb: 1\nc: [1, 2]\n---\nd: 1\n"
    result = apply(text, 1, [replace("/b", 22), remove("/c/0"), add("/e", 3)])
    assert [(text[edit.start : edit.end], edit.text) for edit in result.edits] == [
        ("1", "22"),
        ("1, ", ""),
        ("", "\ne: 3"),
    ]


def test_operations_that_stand_apart_cost_one_parse_together(monkeypatch: pytest.MonkeyPatch) -> None:
    parses = 0

    def counting(text: str, start: int, end: int) -> nodes.Node:
        nonlocal parses
        parses += 1
        return nodes.compose(text, start, end)

    monkeypatch.setattr(draft, "compose", counting)
    text = "l:\n" + "".join(f"- a: {n}\n  b: [x]\n" for n in range(50))
    operations = [replace(f"/l/{n}/a", -n) for n in range(1, 50)] + [add(f"/l/{n}/b/-", "w") for n in range(50)]
    after = text.replace("a: ", "a: -").replace("a: -0", "a: 0").replace("[x]", "[x, w]")
    assert edited(text, *operations) == after
    assert parses == 2


def test_operations_that_touch_are_applied_in_order() -> None:
    operations = [add("/a/b", 1), add("/a/c", {}), add("/a/c/d", 2), remove("/a/x"), add("/z", 3), replace("/a/b", 4)]
    assert edited("a:\n  x: 0\n", *operations) == "a:\n  b: 4\n  c:\n    d: 2\nz: 3\n"
