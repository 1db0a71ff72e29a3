"""Which comment goes with what, rule by rule; which quotes a new list item gets."""

from __future__ import annotations

import pytest
from editing import Operation, add, edited, move, remove, replace

MOVES: list[tuple[str, str, list[Operation], str]] = [
    (
        "to another map: comments above and behind",
        "a:\n  z: 1\n  # why x\n  x: 'one' # behind\nb:\n    w: 3 # w\n",
        [move("/a/x", "/b/x")],
        "a:\n  z: 1\nb:\n    w: 3 # w\n    # why x\n    x: 'one' # behind\n",
    ),
    (
        "a subtree keeps its text",
        "a:\n  z: 1\n  x: # x\n    # in\n    - 'p'   # p\n    - |\n      q\n\n      r\nb:\n  c:\n    d: 1\n",
        [move("/a/x", "/b/c/x")],
        "a:\n  z: 1\nb:\n  c:\n    d: 1\n"
        "    x: # x\n      # in\n      - 'p'   # p\n      - |\n        q\n\n        r\n",
    ),
    (
        "to another key",
        "a:\n  z: 1\n  # why\n  x: 0644 # behind\nb:\n  w: 3\n",
        [move("/a/x", "/b/on")],
        'a:\n  z: 1\nb:\n  w: 3\n  # why\n  "on": 0644 # behind\n',
    ),
    (
        "the comment above a first entry stays",
        "a:\n  # about a\n  x: 1 # x\n  z: 2\nb:\n  w: 3\n",
        [move("/a/x", "/b/x")],
        "a:\n  # about a\n  z: 2\nb:\n  w: 3\n  x: 1 # x\n",
    ),
    (
        "a comment with a blank line between stays",
        "a:\n  z: 2\n  # about a\n\n  x: 1 # x\nb:\n  w: 3\n",
        [move("/a/x", "/b/x")],
        "a:\n  z: 2\n  # about a\n\nb:\n  w: 3\n  x: 1 # x\n",
    ),
    (
        "an item within its list",
        "l:\n# a\n- a # 1\n# b\n- 'b' # 2\n# c\n- c\n",
        [move("/l/1", "/l/2")],
        "l:\n# a\n- a # 1\n# c\n- c\n# b\n- 'b' # 2\n",
    ),
    (
        "an item of fields within its list, to the front",
        'l:\n- n: a\n  # a\n  m: 1\n# b\n- n: b # 2\n  m: "2"\n',
        [move("/l/1", "/l/0")],
        'l:\n# b\n- n: b # 2\n  m: "2"\n- n: a\n  # a\n  m: 1\n',
    ),
    (
        "into an item that was empty",
        "a:\n  z: 1\n  # why\n  x: 1 # x\nl:\n- {}\n",
        [move("/a/x", "/l/0/x")],
        "a:\n  z: 1\nl:\n-\n  # why\n  x: 1 # x\n",
    ),
    (
        "an item to a key",
        "l:\n  - a\n  # b\n  -   'b' # 2\nm:\n  c: 1\n",
        [move("/l/1", "/m/b")],
        "l:\n  - a\nm:\n  c: 1\n  # b\n  b: 'b' # 2\n",
    ),
    ("in brackets", "m: {a: 'x', b: 1}\nl: {c: 1}\n", [move("/m/a", "/l/a")], "m: {b: 1}\nl: {c: 1, a: 'x'}\n"),
    (
        "brackets on a line of their own",
        "a:\n  b: v5\nc:\n  d:\n    {}\n    # e: 1\n  f: 1\n",
        [move("/c/d", "/a/b")],
        "a:\n  b:\n    {}\nc:\n    # e: 1\n  f: 1\n",
    ),
    (
        "brackets on a line of their own, to another key",
        "a:\n   b: v5\nc:\n  d:\n    {}\n",
        [move("/c/d", "/a/e")],
        "a:\n   b: v5\n   e:\n     {}\nc: {}\n",
    ),
    ("brackets on a line of their own, to a list", "l:\n- a\nc:\n  {}\n", [move("/c", "/l/-")], "l:\n- a\n- {}\n"),
    (
        "brackets below a dash, to a key",
        "l:\n- a\n-\n  {}\nc:\n  d: 1\n",
        [move("/l/1", "/c/e")],
        "l:\n- a\nc:\n  d: 1\n  e: {}\n",
    ),
    (
        "brackets below a dash and a comment, to a key",
        "l:\n- a\n-\n  # e\n  {}\nc:\n  d: 1\n",
        [move("/l/1", "/c/e")],
        "l:\n- a\nc:\n  d: 1\n  e: # e\n    {}\n",
    ),
    (
        "line breaks of Windows",
        "a:\r\n  z: 1\r\n  # x\r\n  x: 1\r\nb:\r\n   w: 1\r\n",
        [move("/a/x", "/b/x")],
        "a:\r\n  z: 1\r\nb:\r\n   w: 1\r\n   # x\r\n   x: 1\r\n",
    ),
    (
        "comments that a script would take in",
        "a:\n  b: 1\n\n  # foot\n\n  c: |\n    x\n    z\n",
        [move("/a/c", "/c")],
        'a:\n  b: 1\nc: "x\\nz\\n"\n\n  # foot\n\n',
    ),
    ("a literal, to the end of a text", "a: |\n  x\nb: 1", [move("/a", "/b")], 'b: "x\\n"'),
    (
        "a literal, to the end of a list at the end",
        "a: |\n  x\nl:\n- y",
        [move("/a", "/l/-")],
        'l:\n- y\n- "x\\n"',
    ),
    ("a renamed key keeps both", "a: 1\n# b\nb: 2 # 2\n", [move("/b", "/c")], "a: 1\n# b\nc: 2 # 2\n"),
]

REMOVALS: list[tuple[str, str, list[Operation], str]] = [
    ("above and behind go", "a: 1\n# b\n# too\nb: 2 # 2\nc: 3\n", [remove("/b")], "a: 1\nc: 3\n"),
    ("a blank line between", "a: 1\n# b\n\nb: 2\nc: 3\n", [remove("/b")], "a: 1\n# b\n\nc: 3\n"),
    ("another column", "a:\n  b: 1\n# c\n  c: 2\nd: 3\n", [remove("/a/c")], "a:\n  b: 1\n# c\nd: 3\n"),
    ("first entry", "# a\na: 1\nb: 2\n", [remove("/a")], "# a\nb: 2\n"),
    ("inside what goes", "a: 1\nb:\n  # in\n  c: 1\nd: 1\n", [remove("/b")], "a: 1\nd: 1\n"),
    ("below what goes", "a: 1\nb: 2\n# foot\n", [remove("/b")], "a: 1\n# foot\n"),
    ("replaced", "a: 1\n# b\nb: 2 # 2\n", [replace("/b", 3)], "a: 1\n# b\nb: 3 # 2\n"),
]

LISTS: list[tuple[str, str, list[Operation], str]] = [
    (
        "an inserted item leaves the others",
        "l:\n- p: a # a\n- p: b # b\n",
        [replace("/l", [{"p": "a"}, {"p": "new"}, {"p": "b"}])],
        "l:\n- p: a # a\n- p: new\n- p: b # b\n",
    ),
    (
        "names tell which item is which",
        "l:\n- name: a # a\n  v: 1\n- name: b # b\n  v: 2\n",
        [replace("/l", [{"name": "b", "v": 3}])],
        "l:\n- name: b # b\n  v: 3\n",
    ),
    (
        "likeness tells where there are no names",
        "l:\n- {p: 80, q: x} # a\n- {p: 90, q: z} # b\n",
        [replace("/l", [{"p": 90, "q": "w"}])],
        "l:\n- {p: 90, q: w} # b\n",
    ),
    (
        "changed and inserted",
        "l:\n- name: a # a\n  v: 1\n- name: b # b\n  v: 2\n",
        [replace("/l", [{"name": "new", "v": 0}, {"name": "a", "v": 9}, {"name": "b", "v": 2}])],
        "l:\n- name: new\n  v: 0\n- name: a # a\n  v: 9\n- name: b # b\n  v: 2\n",
    ),
    (
        "in another order",
        "l:\n# a\n- a # 1\n# b\n- 'b' # 2\n# c\n- c # 3\n",
        [replace("/l", ["c", "b", "a"])],
        "l:\n# c\n- c # 3\n# b\n- 'b' # 2\n# a\n- a # 1\n",
    ),
    (
        "all others, of another number",
        "l:\n- a # 1\n- b # 2\n",
        [replace("/l", ["c"])],
        "l:\n- c # 1\n",
    ),
    (
        "an item split in two keeps its comment at the first",
        "rules:\n# pods\n- r: [pods, nodes] # both\n  v: [get]\n# rest\n- r: [x]\n",
        [add("/rules/1", {"r": ["nodes"], "v": ["list"]}), remove("/rules/0/r/1")],
        "rules:\n# pods\n- r: [pods] # both\n  v: [get]\n- r: [nodes]\n  v: [list]\n# rest\n- r: [x]\n",
    ),
]

VERBS = ["get", "list"]
WILDCARDS: list[tuple[str, str, str]] = [
    ("the only list", 'v: ["*"]\n', 'v: ["get", "list"]\n'),
    ("the only list, of lines", "v:\n- '*'\n", "v:\n- 'get'\n- 'list'\n"),
    ("others are plain", "v: ['*']\nr: [pods]\n", "v: [get, list]\nr: [pods]\n"),
    ("others are plain lines", "v:\n- '*'\nr:\n- pods\n", "v:\n- get\n- list\nr:\n- pods\n"),
    ("others are quoted", "v: ['*']\nr: [\"pods\"]\n", 'v: ["get", "list"]\nr: ["pods"]\n'),
    ("others are quoted lines", "v:\n- \"*\"\nr:\n- 'pods'\n", "v:\n- 'get'\n- 'list'\nr:\n- 'pods'\n"),
    ("the nearest counts", "o:\n  v: ['*']\n  r: [\"pods\"]\np:\n  r: [a]\n  s: [b]\n",
     "o:\n  v: [\"get\", \"list\"]\n  r: [\"pods\"]\np:\n  r: [a]\n  s: [b]\n"),
    ("what must be quoted is no evidence", "v: ['*']\ng: [\"\"]\nr: [\"*\"]\n",
     "v: ['get', 'list']\ng: [\"\"]\nr: [\"*\"]\n"),
    ("brackets count first for brackets", "v: ['*']\nr:\n- a\ng: ['apps']\n",
     "v: ['get', 'list']\nr:\n- a\ng: ['apps']\n"),
    ("its comment stays with the first", "v:\n# all\n- '*' # of them\nr:\n- a\n",
     "v:\n# all\n- get # of them\n- list\nr:\n- a\n"),
    ("its comment in brackets", "v: ['*'] # all\nr: [a]\n", "v: [get, list] # all\nr: [a]\n"),
    ("its comment in lines of brackets", "v: [\n  # all\n  '*' # of them\n]\nr: [a]\n",
     "v: [\n  # all\n  get, # of them\n  list\n]\nr: [a]\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "operations", "after"), [row[1:] for row in MOVES], ids=[row[0] for row in MOVES])
def test_comments_travel_with_what_moves(before: str, operations: list[Operation], after: str) -> None:
    assert edited(before, *operations) == after


@pytest.mark.parametrize(
    ("before", "operations", "after"), [row[1:] for row in REMOVALS], ids=[row[0] for row in REMOVALS]
)
def test_only_the_comments_of_what_goes_go(before: str, operations: list[Operation], after: str) -> None:
    assert edited(before, *operations) == after


@pytest.mark.parametrize(("before", "operations", "after"), [row[1:] for row in LISTS], ids=[row[0] for row in LISTS])
def test_the_items_of_a_list_that_stay_keep_their_text(before: str, operations: list[Operation], after: str) -> None:
    assert edited(before, *operations) == after


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in WILDCARDS], ids=[row[0] for row in WILDCARDS])
def test_the_quotes_of_a_wildcard_are_no_evidence(before: str, after: str) -> None:
    path = "/o/v" if before.startswith("o:") else "/v"
    assert edited(before, replace(path, VERBS)) == after
