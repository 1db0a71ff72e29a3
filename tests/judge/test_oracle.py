"""The judge is judged: honest changes are acquitted, each planted fault is caught."""

from __future__ import annotations

from typing import Any

import pytest
from oracle import judge
from plain_reading import compose, pieces, value

POD = """\
# head
apiVersion: v1
kind: Pod
metadata:
  name: web   # two words
spec:
  # about the containers
  containers:
    - name: app
      image: 'nginx:1.27'
      env:
        - {name: DEBUG, value: "no"}
      securityContext:
        privileged: true # for debugging
      command:
        - sh
        - -c
        - |
          # no comment
          echo "x"
  hostNetwork: true
"""
PRIVILEGED = "/spec/containers/0/securityContext/privileged"
NO = {"op": "replace", "path": PRIVILEGED, "value": False}
FIXED = POD.replace("privileged: true", "privileged: false")
HOST = {"op": "remove", "path": "/spec/hostNetwork"}
ADD = {"op": "add", "path": "/spec/containers/0/securityContext/runAsNonRoot", "value": True}
ADDED = POD.replace("# for debugging\n", "# for debugging\n        runAsNonRoot: true\n")


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


TWO_COMMENTS = "p:\n# cart\n- x: |-\n# redis\n- x: |-"
MOVED = "a:\n  z: 1\n  # of b\n  b: 2\nc:\n  d: 1\n"
LITERAL = "a: &x\n  b: 1\n  c: |\n    x\n\n    z\n\nd: *x\n"
EMPTY = {"op": "replace", "path": "/l/0", "value": {}}
REMADE = [{"op": "add", "path": "/l", "value": [{"x": 1}]}, {"op": "replace", "path": "/l/0", "value": "b"}]
BELOW = "a:\n  z: 1\n  # of x\n  x: 1\nl:\n-   w: 2\n"
BELOW_MOVED = "a:\n  z: 1\nl:\n-\n    # of x\n    w: 1\n"
TO_ITEM = [{"op": "move", "from": "/a/x", "path": "/l/0/w"}]
LISTS = "a:\n  z: 1\n  x: # x\n     - p # p\nc:\n  w: \n    - q\n"
LISTS_MOVED = "a:\n  z: 1\nc:\n  w: # x\n     - p # p\n"
TO_KEY = [{"op": "move", "from": "/a/x", "path": "/c/w"}]

HONEST: list[tuple[str, str, list[dict[str, Any]]]] = [
    (POD, FIXED, [NO]),
    (crlf(POD), crlf(FIXED), [NO]),
    ("\ufeff" + POD, "\ufeff" + FIXED, [NO]),
    (POD, POD.replace("  hostNetwork: true\n", ""), [HOST]),
    (POD.rstrip("\n"), POD.replace("  hostNetwork: true\n", ""), [HOST]),
    ("a: 1\nb: 2", "a: 1", [{"op": "remove", "path": "/b"}]),
    ("a: 1\nb: 2\n# c\nc: 3", "a: 1", [{"op": "remove", "path": "/b"}, {"op": "remove", "path": "/c"}]),
    ("a: 1", "a: 1\nb: 2\nc: 3", [{"op": "add", "path": "/b", "value": 2}, {"op": "add", "path": "/c", "value": 3}]),
    (POD, ADDED, [ADD]),
    (POD, ADDED.replace("privileged: true", "privileged: false"), [NO, ADD]),
    ("a:\n  - b: 1\n\n    c: 2\n", "a:\n  - c: 2\n", [{"op": "remove", "path": "/a/0/b"}]),
    ("a:\n  x: 1\n# c\n  # b\n  b: 2\n", "a:\n  x: 1\n# c\n", [{"op": "remove", "path": "/a/b"}]),
    ("- a:\n\n- b: 1\n", "- c:\n\n- b: 1\n", [{"op": "move", "path": "/0/c", "from": "/0/a"}]),
    ("a: 1\nb:", 'a: 1\nb: "|"', [{"op": "replace", "path": "/b", "value": "|"}]),
    ("a: x\n", "a: |\n  x\n\n  y\n", [{"op": "replace", "path": "/a", "value": "x\n\ny\n"}]),
    ("- &b\n  c: 1\n- *b\n", "- c: 1\n", [{"op": "remove", "path": "/0"}]),
    ("- &x a\n- *x\n- *x\n", "- &x x\n- a\n- a\n", [{"op": "replace", "path": "/0", "value": "x"}]),
    ("? a\n? b\n? c\n", "? a\n? d\n? c\n", [{"op": "move", "path": "/d", "from": "/b"}]),
    ("a: [x, #c\n y]\n", "a: [x #c\n ]\n", [{"op": "remove", "path": "/a/1"}]),
    ("a:\n  b:\n    #x\nc: 1\n", "a: 1\nc: 1\n", [{"op": "replace", "path": "/a", "value": 1}]),
    ("a: |\r  x+y\rb: 1\r", "a: 1\rb: 1\r", [{"op": "replace", "path": "/a", "value": 1}]),
    ("a: x # c\n", 'a: "x #y" # c\n', [{"op": "replace", "path": "/a", "value": "x #y"}]),
    ("a: {}\n", "a:\n  b: 1\n", [{"op": "add", "path": "/a/b", "value": 1}]),
    ("a: {} # c\n", "a: # c\n  b: 1\n", [{"op": "add", "path": "/a/b", "value": 1}]),
    ("a:\nb: 2\n", "a:\n  x: 1\nb: 2\n", [{"op": "replace", "path": "/a", "value": {"x": 1}}]),
    ("a: {b: 1}\n", "a: {b: 1, c: 2}\n", [{"op": "add", "path": "/a/c", "value": 2}]),
    ("a: {b: 1, c: 2}\n", "a: {b: 1}\n", [{"op": "remove", "path": "/a/c"}]),
    ("a: [1, 2]\n", "a: [1, 2, 3]\n", [{"op": "add", "path": "/a/-", "value": 3}]),
    ("- a: 1\n  b: 2\n", "- b: 2\n", [{"op": "remove", "path": "/0/a"}]),
    ("a:\n- 1\n- 2\n", "a:\n- 2\n", [{"op": "remove", "path": "/a/0"}]),
    ("a: 1\n# of b\nb: 2\nc: 3\n", "a: 1\nc: 3\n", [{"op": "remove", "path": "/b"}]),
    ("a: 1\nb: 2\n", "a: 1\nc: 2\n", [{"op": "move", "from": "/b", "path": "/c"}]),
    ("a: 1", "a: 1\nb: 2", [{"op": "add", "path": "/b", "value": 2}]),
    ('{"a": {"b": true}}\n', '{"a": {"b": false}}\n', [{"op": "replace", "path": "/a/b", "value": False}]),
    ('{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "b": 2\n}\n', [{"op": "add", "path": "/b", "value": 2}]),
    ("a: ['*']\n", 'a: ["get", "list"]\n', [{"op": "replace", "path": "/a", "value": ["get", "list"]}]),
    ("a:\n  - '*'\n", "a:\n  - get\n  - list\n", [{"op": "replace", "path": "/a", "value": ["get", "list"]}]),
    ("a: &x {k: 1}\nb: *x\n", "a: &x {k: 1}\nb: {k: 2}\n", [{"op": "replace", "path": "/b/k", "value": 2}]),
    ("a: |\n  x\n\n\nb: 1\n", "a: |\n  x\n\n\nb: 1\nc: 2\n", [{"op": "add", "path": "/c", "value": 2}]),
    ("a: 1\nb: |\n  x\n", "a: 1\n", [{"op": "remove", "path": "/b"}]),
    ("\nspec:\t\n", "\n{}\t\n", [{"op": "remove", "path": "/spec"}]),
    ("# V\n- a: t\n\n  value: x\n", "# V\n- cpu: 1\n", [{"op": "replace", "path": "/0", "value": {"cpu": 1}}]),
    (TWO_COMMENTS, "p:\n# cart\n- a: 1", [{"op": "replace", "path": "/p", "value": [{"a": 1}]}]),
    ("# c\na: 1\n# d\nb: 2\nc: 3\n", "# c\nc: 3\n", [{"op": "remove", "path": "/a"}, {"op": "remove", "path": "/b"}]),
    ("l:\n- {\n    a: 1,\n  }\n", "l:\n- b: 2\n", [EMPTY, {"op": "add", "path": "/l/0/b", "value": 2}]),
    ('{"a": 1}\n{"b": 1}\n', '{"a": 2}\n{"b": 1}\n', [{"op": "replace", "path": "/a", "value": 2}]),
    ("l:\n- a # 1\n- b # 2\n", "l:\n- b # 2\n- a # 1\n", [{"op": "move", "from": "/l/1", "path": "/l/0"}]),
    ("l:\n- a # 1\n- b # 2\n", "l:\n- b # 1\n- a # 2\n", [{"op": "replace", "path": "/l", "value": ["b", "a"]}]),
    ("l:\n# 1\n- a\n# 2\n- b: 1\n", "l:\n# 2\n- b: 1\n# 1\n- a\n", [{"op": "move", "from": "/l/1", "path": "/l/0"}]),
    (MOVED, "a:\n  z: 1\nc:\n  d: 1\n  # of b\n  b: 2\n", [{"op": "move", "from": "/a/b", "path": "/c/b"}]),
    ("- a: 1 # c\n", "- a: 1\n- a: 1 # c\n", [{"op": "copy", "from": "/0", "path": "/0"}]),
    ("- a\n- &x\n  b: 1\n- c\n", "- a\n- c\n- b: 1\n", [{"op": "move", "from": "/1", "path": "/-"}]),
    ("l:\n- a\t\n", "l:\n- a\t\n- a\n", [{"op": "copy", "from": "/l/0", "path": "/l/-"}]),
    ("- &x\n  a: {b: 1}\n", "- b: 1\n- &x {}\n", [{"op": "move", "from": "/0/a", "path": "/0"}]),
    ("a: 1\n\nb:\n  - x", "a:\n  - x\n", [{"op": "move", "from": "/b", "path": "/a"}]),
    ("- a: 1\n# x\n  c: 2\n- a: 1\n", "- a: 1\n- a: 1\n# x\n  c: 2\n", [{"op": "move", "from": "/0", "path": "/1"}]),
    ("l:\n- a\n\n- b\n", "l:\n- b\n- a\n\n", [{"op": "move", "from": "/l/1", "path": "/l/0"}]),
    ("a: {b: 1}\nc:\n  b: 2\n", "a:\n  b: 2\n", [{"op": "move", "from": "/c", "path": "/a"}]),
    ("a: {b: 1}\n\nc: 2", "a: {b: 1, d: 2}\n", [{"op": "move", "from": "/c", "path": "/a/d"}]),
    ("l:\n\n- a\n\n- b\n", "l:\n\n- b\n- a\n\n", [{"op": "move", "from": "/l/1", "path": "/l/0"}]),
    ("- a: x\t\n  b: 'z'\n", "- a: x\n  b: z\n- a: x\t\n  b: 'z'\n", [{"op": "copy", "from": "/0", "path": "/0"}]),
    ("m:\n  a: 1 # x\n  z: 1\nb: 2 \n", "m:\n  z: 1\nb: 1 # x\n", [{"op": "move", "from": "/m/a", "path": "/b"}]),
    ("- a: {b: 1}\n  # x\n  c: d\n", "# x\n- d\n- a: {b: 1}\n", [{"op": "move", "from": "/0/c", "path": "/0"}]),
    ("a:\n  b: 1\n  c: |\n    x\n\nd: 1\n", "a:\n  b: 1\n\nd: 1\n", [{"op": "remove", "path": "/a/c"}]),
    (LITERAL, "a: &x\n  b: 1\n\nd:\n  b: 1\n  c: |\n    x\n\n    z\n", [{"op": "remove", "path": "/a/c"}]),
    ("a: v\n\n# c\nb: w", "# c\na: w\n", [{"op": "move", "from": "/b", "path": "/a"}]),
    ("a: 1\n\nb:\n  - x", "a:\n  - x", [{"op": "move", "from": "/b", "path": "/a"}]),
    ("a: &x 1\nl: [*x, 2]\n", "a: &x 1\nl: [2, *x]\n", [{"op": "move", "from": "/l/1", "path": "/l/0"}]),
    ("a: 1 # a\nb: 2\n", "b: 1 # a\n", [{"op": "move", "from": "/a", "path": "/b"}]),
    ("l:\n- a\t\n", "l:\n- b\n", REMADE),
    ("a: |\nb: 1", "b: |", [{"op": "move", "from": "/a", "path": "/b"}]),
    ("a: |-\n  x\nb: 1", "b: |-\n  x", [{"op": "move", "from": "/a", "path": "/b"}]),
    ("- - a: 1\n    # b\n    b: 2\n", "- -\n    # b\n    b: 2\n", [{"op": "remove", "path": "/0/0/a"}]),
    (BELOW, BELOW_MOVED, TO_ITEM),
    (LISTS, LISTS_MOVED, TO_KEY),
    ("- a: 1\n  b: 2\n\n  c: 3\n", "- c: 4\n", [{"op": "replace", "path": "/0", "value": {"c": 4}}]),
    ("m:\n  z: 1\n  # a\n  a:\nb: 2\n", "m:\n  z: 1\n# a\nb:\n", [{"op": "move", "from": "/m/a", "path": "/b"}]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "operations"), HONEST)
def test_an_honest_change_is_acquitted(before: str, after: str, operations: list[dict[str, Any]]) -> None:
    assert judge(before, after, {0: operations}) == []


FAULTS = {
    "nothing was done": (POD, POD, [NO]),
    "lost comment on the line": (POD, FIXED.replace(" # for debugging", ""), [NO]),
    "lost comment elsewhere": (POD, FIXED.replace("  # about the containers\n", ""), [NO]),
    "lost head comment": (POD, FIXED.replace("# head\n", ""), [NO]),
    "changed comment": (POD, FIXED.replace("# for debugging", "# For debugging"), [NO]),
    "new comment": (POD, FIXED + "# done by a machine\n", [NO]),
    "comment swallowed by a literal": (
        "a: |\n  x\n# c\nb: 1\n",
        "a: |\n  x\n  # c\nb: 2\n",
        [{"op": "replace", "path": "/b", "value": 2}],
    ),
    "changed quote": (POD, FIXED.replace("'nginx:1.27'", '"nginx:1.27"'), [NO]),
    "dropped quote": (POD, FIXED.replace("'nginx:1.27'", "nginx:1.27"), [NO]),
    "un-quoted no": (POD, FIXED.replace('"no"', "no"), [NO]),
    "re-quoted on the edited line": (
        "a: {b: 'x', c: 1}\n",
        "a: {b: x, c: 2}\n",
        [{"op": "replace", "path": "/a/c", "value": 2}],
    ),
    "reordered key": (
        POD,
        FIXED.replace("      - name: app\n".removeprefix("  "), "    - image: 'nginx:1.27'\n").replace(
            "      image: 'nginx:1.27'\n", "      name: app\n", 1
        ),
        [NO],
    ),
    "dropped final newline": (POD, FIXED.rstrip("\n"), [NO]),
    "added final newline": (POD.rstrip("\n"), FIXED, [NO]),
    "two final newlines": (POD, FIXED + "\n", [NO]),
    "CRLF turned LF": (crlf(POD), FIXED, [NO]),
    "LF inserted into CRLF": (
        crlf(POD),
        crlf(POD).replace("debugging\r\n", "debugging\r\n        runAsNonRoot: true\n"),
        [ADD],
    ),
    "byte order mark dropped": ("\ufeff" + POD, FIXED, [NO]),
    "another value changed, too": (POD, FIXED.replace("hostNetwork: true", "hostNetwork: false"), [NO]),
    "a word instead of a boolean": (POD, FIXED.replace("privileged: false", 'privileged: "false"'), [NO]),
    "number instead of a boolean": (POD, FIXED.replace("privileged: false", "privileged: 0"), [NO]),
    "re-indented": (POD, FIXED.replace("    - name: app", "      - name: app").replace("\n      ", "\n        "), [NO]),
    "trailing space gone": (POD + "x: 1 \n", FIXED + "x: 1\n", [NO]),
    "blank line added": (POD, FIXED.replace("spec:\n", "spec:\n\n"), [NO]),
    "blank line removed": (POD.replace("spec:\n", "spec:\n\n"), FIXED, [NO]),
    "space at the end of a new line": (POD, ADDED.replace("runAsNonRoot: true", "runAsNonRoot: true "), [ADD]),
    "blank line before a new line": (POD, ADDED.replace("        runAsNonRoot", "\n        runAsNonRoot"), [ADD]),
    "a new key twice": (POD, ADDED.replace("runAsNonRoot: true\n", "runAsNonRoot: true\n" * 2), [ADD]),
    "a key twice in a new map": (
        "a: 1\n",
        "a: 1\nb:\n  c: 1\n  c: 1\n",
        [{"op": "add", "path": "/b", "value": {"c": 1}}],
    ),
    "an old key twice": (POD, FIXED + "  hostNetwork: true\n", [NO]),
    "spaces before a comment": (POD, FIXED.replace("web   #", "web #"), [NO]),
    "line folded": ("a: one two\nb: 1\n", "a: one\n  two\nb: 2\n", [{"op": "replace", "path": "/b", "value": 2}]),
    "flow became block": ("a: {b: 1}\nc: 1\n", "a:\n  b: 1\nc: 2\n", [{"op": "replace", "path": "/c", "value": 2}]),
    "literal re-wrapped": ("a: |\n  x\nc: 1\n", 'a: "x\\n"\nc: 2\n', [{"op": "replace", "path": "/c", "value": 2}]),
    "octal made decimal": ("m: 0644\nc: 1\n", "m: 420\nc: 2\n", [{"op": "replace", "path": "/c", "value": 2}]),
    "yes made true": ("m: yes\nc: 1\n", "m: true\nc: 2\n", [{"op": "replace", "path": "/c", "value": 2}]),
    "null written out": ("m:\nc: 1\n", "m: null\nc: 2\n", [{"op": "replace", "path": "/c", "value": 2}]),
    "anchor lost": ("a: &x 1\nc: 1\n", "a: 1\nc: 2\n", [{"op": "replace", "path": "/c", "value": 2}]),
    "alias expanded elsewhere": (
        "a: &x 1\nb: *x\nc: 1\n",
        "a: &x 1\nb: 1\nc: 2\n",
        [{"op": "replace", "path": "/c", "value": 2}],
    ),
    "alias follows though it should not": (
        "a: &x {k: 1}\nb: *x\n",
        "a: &x {k: 2}\nb: *x\n",
        [{"op": "replace", "path": "/b/k", "value": 2}],
    ),
    "tag lost": ("a: !!str 1\nc: 1\n", 'a: "1"\nc: 2\n', [{"op": "replace", "path": "/c", "value": 2}]),
    "plain no where text was asked for": ("a: x\n", "a: no\n", [{"op": "replace", "path": "/a", "value": "no"}]),
    "duplicate key": ("a: x\n", "a: x\na: y\n", [{"op": "replace", "path": "/a", "value": "y"}]),
    "a line ahead of an emptied document went": ("\nspec:\t\n", "{}\t\n", [{"op": "remove", "path": "/spec"}]),
    "a line ahead of an object came": ('{"a": 1}\n', '\n{"a": 2}\n', [{"op": "replace", "path": "/a", "value": 2}]),
    "a space ahead of an object came": ('{"a": 1}\n', ' {"a": 2}\n', [{"op": "replace", "path": "/a", "value": 2}]),
    "space between objects went": (
        '{"a": 1}\n\n{"b": 1}\n',
        '{"a": 2}\n{"b": 1}\n',
        [{"op": "replace", "path": "/a", "value": 2}],
    ),
    "space between other objects went": (
        '{"a": 1}\n{"b": 1}\n\n{"c": 1}\n',
        '{"a": 2}\n{"b": 1}\n{"c": 1}\n',
        [{"op": "replace", "path": "/a", "value": 2}],
    ),
    "a blank line elsewhere went with a replaced map": (
        "x: 1\n\ny: 1\na:\n  b: 1\n",
        "x: 1\ny: 1\na: 1\n",
        [{"op": "replace", "path": "/a", "value": 1}],
    ),
    "comments elsewhere changed places beside a replaced map": (
        "# x\nx: 1\n# y\ny: 1\na:\n  b: 1\n",
        "# y\nx: 1\n# x\ny: 1\na: 1\n",
        [{"op": "replace", "path": "/a", "value": 1}],
    ),
    "the comment of a neighbour went with a replaced item": (
        "# V\n- op: t\n\n  value: x\n# W\n- b\n",
        "# V\n- cpu: 1\n- b\n",
        [{"op": "replace", "path": "/0", "value": {"cpu": 1}}],
    ),
    "a comment ahead of the head comment went with a replaced item": (
        "# U\n\n# V\n- op: t\n\n  value: x\n",
        "# V\n- cpu: 1\n",
        [{"op": "replace", "path": "/0", "value": {"cpu": 1}}],
    ),
    "a blank line behind a replaced item went": (
        "- op: t\n  value: x\n\n- b\n",
        "- cpu: 1\n- b\n",
        [{"op": "replace", "path": "/0", "value": {"cpu": 1}}],
    ),
    "a blank line went with keys in the middle of an item": (
        "- z: 0\n  a: 1\n  b: 2\n\n  c: 3\n",
        "- z: 0\n  c: 4\n",
        [{"op": "replace", "path": "/0", "value": {"z": 0, "c": 4}}],
    ),
    "a blank line went though a comment stays below it": (
        "- a: 1\n\n  # c\n  b: 2\n",
        "-\n  # c\n  b: 2\n",
        [{"op": "remove", "path": "/0/a"}],
    ),
    "a blank line went though an entry stays ahead of it": (
        "- a: 1\n  z: 0\n  b: 2\n\n  c: 3\n",
        "- z: 0\n  c: 4\n",
        [{"op": "replace", "path": "/0", "value": {"z": 0, "c": 4}}],
    ),
    "the comment of what is not replaced went": (
        TWO_COMMENTS + "\n",
        "p:\n# cart\n- x: |-\n- a: 1\n",
        [{"op": "replace", "path": "/p/1", "value": {"x": "", "a": 1}}],
    ),
    "comments of two items changed places": (
        TWO_COMMENTS,
        "p:\n# redis\n# cart\n- a: 1",
        [{"op": "replace", "path": "/p", "value": [{"a": 1}]}],
    ),
    "the comment of what was removed stands above what was added": (
        MOVED,
        "a:\n  z: 1\nc:\n  d: 1\n  # of b\n  b: 3\n",
        [{"op": "remove", "path": "/a/b"}, {"op": "add", "path": "/c/b", "value": 3}],
    ),
    "the comment of what was removed stands behind another new value": (
        "a: 1 # a\nb: 2\n",
        "b: 3 # a\n",
        [{"op": "remove", "path": "/a"}, {"op": "replace", "path": "/b", "value": 3}],
    ),
    "the comment of what was replaced by a move went": (
        "a: 1 # a\nb: 2 # b\n",
        "b: 1 # a\n",
        [{"op": "move", "from": "/a", "path": "/b"}],
    ),
    "a final line break came with what moved": (
        "a: 1\nb:\n  - x",
        "a:\n  - x\n",
        [{"op": "move", "from": "/b", "path": "/a"}],
    ),
    "an anchor went though the item stays": (
        "- &x\n  a: 1\n- b: 1\n",
        "- c: 1\n- a: 1\n- b: 1\n",
        [{"op": "add", "path": "/0", "value": {"c": 1}}],
    ),
    "braces opened though something else moved": (
        "a: {b: 1}\nc: 2\n",
        "a:\n  b: 1\nd: 2\n",
        [{"op": "move", "from": "/c", "path": "/d"}],
    ),
    "a blank line went with what moved": (
        "a: {b: 1}\n\ne: 1\nc: 2",
        "a: {b: 1, d: 2}\ne: 1",
        [{"op": "move", "from": "/c", "path": "/a/d"}],
    ),
    "half of the comment moved along": (
        MOVED.replace("  # of b\n", "  # one\n  # of b\n"),
        "a:\n  z: 1\nc:\n  d: 1\n  # of b\n  b: 2\n",
        [{"op": "move", "from": "/a/b", "path": "/c/b"}],
    ),
    "a new comment above what moved": (
        MOVED.replace("  # of b\n", ""),
        "a:\n  z: 1\nc:\n  d: 1\n  # of b\n  b: 2\n",
        [{"op": "move", "from": "/a/b", "path": "/c/b"}],
    ),
    "comments of two items changed places, and nothing else did": (
        "l:\n- a # 1\n- b # 2\nk: 1\n",
        "l:\n- a # 2\n- b # 1\nk: 2\n",
        [{"op": "replace", "path": "/k", "value": 2}],
    ),
    "braces opened though something in them stays": (
        "l:\n- {\n    a: 1,\n    b: 1\n  }\n",
        "l:\n- b: 2\n",
        [{"op": "remove", "path": "/l/0/a"}, {"op": "replace", "path": "/l/0/b", "value": 2}],
    ),
    "braces opened for another key": (
        "l:\n- {\n    a: 1,\n  }\n",
        "l:\n- b: 1\n",
        [{"op": "move", "from": "/l/0/a", "path": "/l/0/b"}],
    ),
    "braces opened though others were emptied": (
        "l:\n- {\n    a: 1,\n  }\n- {c: 1}\n",
        "l:\n- b: 1\n- {}\n",
        [{"op": "move", "from": "/l/0/a", "path": "/l/0/b"}, {"op": "remove", "path": "/l/1/c"}],
    ),
    "a text moved to the end of a file without a final line break": (
        "a: |\n  x\nb: 1",
        "b: |\n  x",
        [{"op": "move", "from": "/a", "path": "/b"}],
    ),
    "the comments behind brackets that close changed places": (
        "a: [1, # b\n  2] # c\nd: [\n  1\n] # d\n",
        "a: [1 # b\n  ] # d\nd: [\n  1\n] # c\n",
        [{"op": "remove", "path": "/a/1"}],
    ),
    "a key stands in another column": (
        "c:\n  w:\n    - q\n",
        "c:\n     w: 1\n",
        [{"op": "replace", "path": "/c/w", "value": 1}],
    ),
    "white space behind a value went with it": (
        "l:\n- a\t\n",
        "l:\n- b\n",
        [{"op": "replace", "path": "/l/0", "value": "b"}],
    ),
    "white space behind a value went that only stood elsewhere meanwhile": (
        "l:\n- a\t\n",
        "l:\n- b\n",
        [{"op": "add", "path": "/l/0", "value": {"x": 1}}, {"op": "remove", "path": "/l/0"}, REMADE[1]],
    ),
    "white space behind another value went": ("l:\n- a\t\nm: c \n", "l:\n- b\nm: c\n", REMADE),
    "an item stands below its dash without a comment": (
        BELOW.replace("  # of x\n", ""),
        BELOW_MOVED.replace("    # of x\n", ""),
        TO_ITEM,
    ),
    "an item stands below its dash, and the comment above it": (
        BELOW,
        BELOW_MOVED.replace("-\n    # of x\n", "# of x\n-\n"),
        TO_ITEM,
    ),
    "an item that stands below its dash in another column": (
        BELOW,
        BELOW_MOVED.replace("    # of x\n    w", "  # of x\n  w"),
        TO_ITEM,
    ),
    "a comment of a list that moved went": (LISTS, LISTS_MOVED.replace(" # p", ""), TO_KEY),
    "a comment of a list that moved stands below": (LISTS, LISTS_MOVED.replace("w: # x", "w:\n     # x"), TO_KEY),
    "a list that moved is indented in another way": (LISTS, LISTS_MOVED.replace("     -", "  -"), TO_KEY),
    "the comments in a list that moved are indented in another way": (
        LISTS.replace("     - p", "     # a\n     - p"),
        LISTS_MOVED.replace("     - p", "          # a\n     - p"),
        TO_KEY,
    ),
    "a list that moved has other quotes": (LISTS, LISTS_MOVED.replace("- p", "- 'p'"), TO_KEY),
    "the comment of a list that was replaced by a move went": (LISTS.replace("q", "q # q"), LISTS_MOVED, TO_KEY),
    "a line elsewhere went with a list that moved": (LISTS + "\nd: 1\n", LISTS_MOVED + "d: 1\n", TO_KEY),
    "broken": (POD, FIXED.replace("'nginx:1.27'", "'nginx:1.27"), [NO]),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault: str) -> None:
    before, after, operations = FAULTS[fault]
    assert judge(before, after, {0: operations}) != []


TWO = "---\n# one\na: 1\n---  # two\na: 1\n"


def test_the_wrong_document_is_noticed() -> None:
    operations = [{"op": "replace", "path": "/a", "value": 2}]
    second = "---\n# one\na: 1\n---  # two\na: 2\n"
    assert judge(TWO, second, {1: operations}) == []
    assert judge(TWO, second, {0: operations}) != []
    assert judge(TWO, second, {}) != []


@pytest.mark.parametrize(
    "after",
    [
        "---\n# one\na: 1\n---\na: 2\n",
        "---\n# one\na: 1\n--- # two\na: 2\n",
        "# one\na: 1\n---  # two\na: 2\n",
        "---\n# one\na: 1\n---  # two\na: 2\n---\n",
        "---\n# one\na: 1\n",
        "---\n# one\na: 1\na: 2\n",
    ],
)
def test_separators_are_kept(after: str) -> None:
    assert judge(TWO, after, {1: [{"op": "replace", "path": "/a", "value": 2}]}) != []


def test_a_broken_neighbour_stays_as_it_is() -> None:
    operations = {1: [{"op": "replace", "path": "/a", "value": 2}]}
    assert judge("b: [\n---\na: 1\n", "b: [\n---\na: 2\n", operations) == []
    assert judge("b: [\n---\na: 1\n", "b: []\n---\na: 2\n", operations) != []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", True), ("n", False), ("~", None), ("0644", 420), ("08", 8), ("1_000", 1000), ("0x1F", 31),
        ("0b11", 3), ("0o17", 15),
        ("12:30", "12:30"), ("2001-01-01", "2001-01-01"), ("=", "="),
        ("1e400", "1e400"), ("1.0", 1), ("'no'", "no"), ("!x 1", "1"),
    ],
)  # fmt: skip
def test_the_judge_reads_scalars_as_kubernetes_does(text: str, expected: Any) -> None:
    source = f"a: {text}\n"
    (piece,) = pieces(source)
    found = value(compose(source, piece))["a"]
    assert (type(found), found) == (type(expected), expected)
