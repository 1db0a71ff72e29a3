"""Honest changes, which the judge is to acquit: (before, after, operations)."""

from __future__ import annotations

from typing import Any

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
    ("a:\n    b: 1\n    ", "a:\n    b: 1\n    c: |\n      x\n    ", [{"op": "add", "path": "/a/c", "value": "x\n"}]),
]  # fmt: skip
