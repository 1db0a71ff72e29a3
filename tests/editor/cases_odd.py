"""Edits of manifests as they come, and of rare forms: (name, before, operations, after)."""

from __future__ import annotations

from editing import Operation, add, copy, move, remove, replace

Case = tuple[str, str, list[Operation], str]

POD = """\
# A pod.
apiVersion: v1
kind: Pod

metadata:
    name: web  # the name
    labels: {app: web, tier: 'front'}
spec:
    # hostNetwork is needed for metrics
    hostNetwork: true

    containers:
        # the shop
        - name: web
          image: "shop:1.0"
          args: ["--port", '80']
          env:
              - {name: A, value: "1"}
              - name: B
                value: x

          # ports:
          #   - 80
        # its helper
        - name: side
          image: side:2
          securityContext: {}   # to do
          command:
              - sh
              - -c
              - |
                echo a
                echo b
    volumes:
        -   name: data
            emptyDir: {}
# The end.
"""
C = "/spec/containers"

CASES: list[Case] = [
    ("pod: host network", POD, [replace("/spec/hostNetwork", False)], POD.replace("Network: true", "Network: false")),
    ("pod: host network goes", POD, [remove("/spec/hostNetwork")], POD.replace("    hostNetwork: true\n", "")),
    ("pod: the metadata grows", POD, [add("/metadata/namespace", "shop")],
     POD.replace("'front'}\n", "'front'}\n    namespace: shop\n")),
    ("pod: a label", POD, [add("/metadata/labels/x", "1")], POD.replace("'front'}", "'front', x: '1'}")),
    ("pod: the spec grows", POD, [add("/spec/securityContext", {"runAsNonRoot": True})],
     POD.replace("# The end", "    securityContext:\n        runAsNonRoot: true\n# The end")),
    ("pod: the first container grows", POD, [add(C + "/0/securityContext", {"capabilities": {"drop": ["ALL"]}})],
     POD.replace("                value: x\n", "                value: x\n          securityContext:\n"
                 "              capabilities:\n                  drop:\n                      - ALL\n")),
    ("pod: an empty map is filled", POD, [add(C + "/1/securityContext/privileged", False)],
     POD.replace("securityContext: {}   # to do\n", "securityContext:   # to do\n              privileged: false\n")),
    ("pod: the second container grows behind its script", POD, [add(C + "/1/tty", True)],
     POD.replace("                echo b\n", "                echo b\n          tty: true\n")),
    ("pod: the script changes", POD, [replace(C + "/1/command/2", "echo c\n")],
     POD.replace("- |\n                echo a\n                echo b\n", '- "echo c\\n"\n')),
    ("pod: an argument", POD, [add(C + "/0/args/-", "x")], POD.replace("'80']", "'80', x]")),
    ("pod: a variable in braces", POD, [replace(C + "/0/env/0/value", "2")], POD.replace('"1"}', '"2"}')),
    ("pod: a variable more", POD, [add(C + "/0/env/-", {"name": "C", "value": "z"})],
     POD.replace("value: x\n", "value: x\n              - name: C\n                value: z\n")),
    ("pod: a variable less", POD, [remove(C + "/0/env/0")], POD.replace('              - {name: A, value: "1"}\n', "")),
    ("pod: a container first", POD, [add(C + "/0", {"name": "init"})],
     POD.replace("        # the shop\n", "        - name: init\n        # the shop\n")),
    ("pod: the second container goes", POD, [remove(C + "/1")],
     POD[:POD.index("        # its helper")] + POD[POD.index("    volumes"):]),
    ("pod: the containers in another order", POD, [move(C + "/1", C + "/0")],
     POD[:POD.index("        # the shop")] + POD[POD.index("        # its helper"):POD.index("    volumes")]
     + POD[POD.index("        # the shop"):POD.index("        # its helper")] + POD[POD.index("    volumes"):]),
    ("pod: a volume more", POD, [add("/spec/volumes/-", {"name": "tmp", "emptyDir": {}})],
     POD.replace("            emptyDir: {}\n", "            emptyDir: {}\n"
                 "        -   name: tmp\n            emptyDir: {}\n")),
    ("pod: no volumes", POD, [remove("/spec/volumes")], POD[:POD.index("    volumes")] + "# The end.\n"),
    ("pod: the name", POD, [replace("/metadata/name", "shop")], POD.replace("name: web  #", "name: shop  #")),
    ("pod: another version", POD, [replace("/apiVersion", "apps/v1")],
     POD.replace("apiVersion: v1", "apiVersion: apps/v1")),
    # Rare forms.
    ("all keys of a document make way", "a: 1\n# end\n", [remove("/a"), add("/b", {"c": 1})], "b:\n  c: 1\n# end\n"),
    ("all keys of braces make way", "{a: 1}\n", [remove("/a"), add("/b", 1)], '{"b": 1}\n'),
    ("a map on its key's tag line", "a: !!map\n  b: 1\nc: 1\n", [add("/a/d", 2)], "a: !!map\n  b: 1\n  d: 2\nc: 1\n"),
    ("an anchor on its key's line", "a: &x\n  b: 1\nc: 1\n", [add("/a/d", 2)], "a: &x\n  b: 1\n  d: 2\nc: 1\n"),
    ("an anchored map becomes empty", "a: &x # c\n  b: 1\nc: 1\n", [remove("/a/b")], "a: &x {} # c\nc: 1\n"),
    ("an anchored empty map is filled", "a: &x {} # c\nc: 1\n", [add("/a/b", 1)], "a: &x # c\n  b: 1\nc: 1\n"),
    ("an anchored item", "l:\n- &x a: 1\n  b: 2\n", [replace("/l/0/a", 3)], "l:\n- &x a: 3\n  b: 2\n"),
    ("an item left out in between", "l:\n- a\n-\n- b\n", [remove("/l/1")], "l:\n- a\n- b\n"),
    ("an item left out with a comment", "l:\n- # none\n- b\n", [replace("/l/0", "a")], "l:\n- a # none\n- b\n"),
    ("a key with spaces", "a b: 1\nc: 2\n", [replace("/a b", 2), remove("/c")], "a b: 2\n"),
    ("a key in quotes with escapes", '"a\\tb": 1\n', [replace("/a\tb", 2)], '"a\\tb": 2\n'),
    ("a question and a dash", "? a\n:\n  - 1\n  - 2\nb: 1\n", [add("/a/-", 3)], "? a\n:\n  - 1\n  - 2\n  - 3\nb: 1\n"),
    ("a value far below its key", "a:\n\n\n  b: 1\nc: 1\n", [add("/a/d", 1)], "a:\n\n\n  b: 1\n  d: 1\nc: 1\n"),
    ("a key at the dash of a dash", "l:\n- -   a: 1\n      b: 2\n", [remove("/l/0/0/a")], "l:\n- -   b: 2\n"),
    ("the outer item of a nested list", "l:\n- - a\n  - b\n- - c\n", [remove("/l/0")], "l:\n- - c\n"),
    ("the last of a nested list", "l:\n- - a\n  - b\n- - c\n", [remove("/l/0/1")], "l:\n- - a\n- - c\n"),
    ("text over lines behind which a key comes", "a: one\n   two\n   three\n", [add("/b", 1)],
     "a: one\n   two\n   three\nb: 1\n"),
    ("quoted text over lines in a list", "l:\n- 'p\n  q' # c\n- b\n", [replace("/l/0", "r")], "l:\n- 'r' # c\n- b\n"),
    ("a folded text grows", "a: >\n  p\n  q\nb: 1\n", [replace("/a", "r\ns\n")], "a: |\n  r\n  s\nb: 1\n"),
    ("a literal that keeps its lines goes", "a: 1\nb: |+\n  x\n\n\nc: 1\n", [remove("/b")], "a: 1\nc: 1\n"),
    ("a literal in the place of one whose header tells the indent", "m:\n  a: |3\n       x\n     y\n  b: 1\n",
     [replace("/m/a", "x\nz\n")], "m:\n  a: |\n     x\n     z\n  b: 1\n"),
    ("a literal's text in a file without line break at its end", "a: |\n  x\n  y\nb: 1",
     [replace("/a", "x\nz\n")], "a: |\n  x\n  z\nb: 1"),
    ("a literal ahead of a comment that ends the file", "m:\n  a: 1\n# c", [add("/m/b", "x\nz\n")],
     "m:\n  a: 1\n  b: |\n    x\n    z\n# c"),
    ("a literal as an item, not the last, without line break at the end", "- a\n- b",
     [add("/1", "x\nz"), add("/0", "p\nq\n")], "- |\n  p\n  q\n- a\n- |-\n  x\n  z\n- b"),
    ("a literal would end a file without line break", "m:\n  a: 1\n    # c", [add("/m/b", "x\nz\n")],
     'm:\n  a: 1\n    # c\n  b: "x\\nz\\n"'),
    ("a literal ahead of a deeper comment, replaced again", "m:\n  a: 1\n    # deep\n",
     [replace("/m/a", ["x\nz\n"]), replace("/m/a/0", "y1")], 'm:\n  a:\n  - "y1"\n    # deep\n'),
    ("a literal in a literal's place, deeper", "m:\n  a: |-\n      x\n      y\n  b: 1\n", [replace("/m/a", "x\nz")],
     "m:\n  a: |-\n      x\n      z\n  b: 1\n"),
    ("trailing spaces behind a replaced value", "a: 1   \nb: 2\n", [replace("/a", 3)], "a: 3   \nb: 2\n"),
    ("trailing spaces behind an opened map", "a: x   \nb: 2\n", [replace("/a", {"c": 1})], "a:\n  c: 1\nb: 2\n"),
    ("no space ahead of the comment's words", "a: 1 #c\nb: 2\n", [remove("/b")], "a: 1 #c\n"),
    ("a number sign in text", "a: x#y\nb: 2\n", [remove("/b"), add("/c", "#")], 'a: x#y\nc: "#"\n'),
    ("a comment at the end without line break", "a: 1\nb: 2\n# end", [remove("/b")], "a: 1\n# end"),
    ("the last key with a comment and no line break", "a: 1\nb: 2 # b", [remove("/b")], "a: 1"),
    ("the only key, no line break", "a:\n  b: 1", [remove("/a/b")], "a: {}"),
    ("the last item, no line break", "l:\n- a\n- b", [remove("/l/1")], "l:\n- a"),
    ("add behind a script without line break at the end of a map", "m:\n  s: |-\n    x\n", [add("/m/a", 1)],
     "m:\n  s: |-\n    x\n  a: 1\n"),
    ("a blank document ahead", "---\n---\na: 1\n", [], "---\n---\na: 1\n"),
    ("leading blank lines", "\n\na: 1\n", [add("/b", 2)], "\n\na: 1\nb: 2\n"),
    ("only brackets", "{a: 1}\n", [add("/b", "x")], "{a: 1, b: x}\n"),
    ("only empty braces", "{}\n", [add("/b", 1)], '{"b": 1}\n'),
    ("a list in brackets alone", "[a, b]\n", [remove("/0")], "[b]\n"),
    ("commas ahead", "m: {\n    a: 1\n  , b: 2\n  }\n", [replace("/m/b", 3)], "m: {\n    a: 1\n  , b: 3\n  }\n"),
    ("braces over two lines", "m: {a: 1,\n    b: 2, c: 3}\n", [remove("/m/b")], "m: {a: 1,\n    c: 3}\n"),
    ("braces over two lines, first goes", "m: {a: 1,\n    b: 2}\n", [remove("/m/a")], "m: {b: 2}\n"),
    ("brackets below the key", "l:\n  [a, b]\n", [add("/l/-", "c")], "l:\n  [a, b, c]\n"),
    ("brackets below the key by lines", "l:\n  [a]\nb: 1\n", [replace("/l", {"c": 1})], "l:\n  c: 1\nb: 1\n"),
    ("a comment in brackets alone", "l: [\n  # none\n]\n", [add("/l/-", "a")], "l: [a\n  # none\n]\n"),
    ("test, then replace", "a: {b: [1]}\n", [Operation("test", ("a", "b"), [1]), replace("/a/b/0", 2)],
     "a: {b: [2]}\n"),
    ("copy an existing key", "a: 1\nb: 2 # b\n", [copy("/a", "/b")], "a: 1\nb: 1 # b\n"),
    ("move in two steps", "a:\n  x: 1 # x\nb: {}\nc: {}\n", [move("/a/x", "/b/x"), move("/b/x", "/c/x")],
     "a: {}\nb: {}\nc:\n  x: 1 # x\n"),
    ("move out of an item", "l:\n- a: 1\n  b: 'x' # b\nm:\n  c: 1\n", [move("/l/0/b", "/m/b")],
     "l:\n- a: 1\nm:\n  c: 1\n  b: 'x' # b\n"),
    ("move the first key of an item", "l:\n- a: 'x' # a\n  b: 1\nm:\n  c: 1\n", [move("/l/0/a", "/m/a")],
     "l:\n- b: 1\nm:\n  c: 1\n  a: 'x' # a\n"),
    ("move into an item", "l:\n- a: 1\nm:\n  c: 1\n  # d\n  d: 1\n", [move("/m/d", "/l/0/d")],
     "l:\n- a: 1\n  # d\n  d: 1\nm:\n  c: 1\n"),
    ("move a script", "a:\n  s: |\n    x\n\n     y\n  z: 1\nb:\n    c: 1\n", [move("/a/s", "/b/s")],
     "a:\n  z: 1\nb:\n    c: 1\n    s: |\n      x\n\n       y\n"),
    ("move a list at its key's column", "a:\n  l:\n  - 1 # 1\n  z: 1\n", [move("/a/l", "/l")],
     "a:\n  z: 1\nl:\n- 1 # 1\n"),
    ("move to the end of a file without line break", "a:\n  x: 1 # x\n  z: 1\nb:\n  c: 1", [move("/a/x", "/b/x")],
     "a:\n  z: 1\nb:\n  c: 1\n  x: 1 # x"),
    ("what a later operation replaces leaves no trace", "m:\nspec:\n  acme:\n    # c\n      name: x\n",
     [replace("/spec/acme", 1), replace("/m", 2), replace("/spec", {"a": True})], "m: 2\nspec:\n  a: true\n"),
    ("what a later operation removes leaves no trace", "l:\n- a:\n    # c\n    b: 1\n  z: 1\n",
     [replace("/l/0/a", 1), remove("/l/0/a")], "l:\n- z: 1\n"),
    ("an index that shifts is no longer the same", "l:\n- a: 1\n- a: 2\n",
     [replace("/l/0/a", 3), add("/l/0", 0), replace("/l/0", 5)], "l:\n- 5\n- a: 3\n- a: 2\n"),
    ("move over another value", "m:\n  a: 1 # x\n  z: 1\nb: 2 # y\n", [move("/m/a", "/b")], "m:\n  z: 1\nb: 1 # y\n"),
    ("move an item over another value", "l:\n- a # 1\n- b # 2\nk: c # 3\n", [move("/l/0", "/k")],
     "l:\n- b # 2\nk: a # 3\n"),
    ("move to the root", "a:\n  b:\n    c: 1\n", [move("/a/b", "")], "c: 1\n"),
    ("move a key to the root", "a:\n  b: 1\n", [move("/a", "")], "b: 1\n"),
    ("move onto the same value", "a: 1\nm:\n  b: 1 # b\n  z: 1\n", [move("/m/b", "/a")], "a: 1\nm:\n  z: 1\n"),
    ("move the only item to where it is", "l:\n  - t # x\n", [move("/l/0", "/l/-")], "l:\n  - t # x\n"),
    ("move what has white space behind it", "a: 1\nm:\n  b: s\t\n  z: 1\n", [move("/m/b", "/c")],
     "a: 1\nm:\n  z: 1\nc: s\n"),
    ("move the end of a file without line break", "a: 1\n\nb:\n  - x", [move("/b", "/a")], "a:\n  - x\n"),
    ("move the end of a file behind a literal", "a:\n  b: |\n    x\n  c: 1", [move("/a/c", "/d")],
     "a:\n  b: |\n    x\nd: 1"),
    ("move the end of a file, which a literal ends then", "a:\n  b: |\n    x\n  c: 1", [move("/a/c", "/a/b")],
     "a:\n  b: 1"),
    ("move over what has white space behind it", "m:\n  b: s\n  c: t\t\n", [move("/m/b", "/m/c")], "m:\n  c: s\t\n"),
    ("move a comment onto a first key", "c:\n  - k: e\n    p:\n      - a: 1\n        # q\n        p: T\n",
     [move("/c/0/p/0/p", "/c/0/k")], "c:\n  # q\n  - k: T\n    p:\n      - a: 1\n"),
    ("move an item past one like it", "l:\n  - t:\n# a\n  - t:\n", [move("/l/0", "/l/1")], "l:\n  - t:\n# a\n  - t:\n"),
    ("move to where dashes stand apart", "a: 1 # a\nl:\n  -   x\n", [move("/a", "/l/-")], "l:\n  -   x\n  -   1 # a\n"),
    ("move over a value apart from its colon", "a: 1 # a\nb:    2\n", [move("/a", "/b")], "b:    1 # a\n"),
    ("move nothing over a value", "a: 1\nb:\nc: 2\n", [move("/b", "/a")], "a:\nc: 2\n"),
    ("move a map over one like it", "m:\n    l:\n        r: x\ns:\n  m:\n    l:\n      r: x\n      z: 1\n",
     [move("/m", "/s/m")], "s:\n  m:\n    l:\n      r: x\n"),
    ("a merge of what becomes a list", "s: &b {k: 1}\np:\n  <<: *b\n", [replace("/p/k", "x"), replace("/s", [])],
     "s: &b []\np:\n  k: x\n"),
    ("move nothing into a list", "l:\n- a\nb:\n", [move("/b", "/l/1")], "l:\n- a\n-\n"),
    ("move the end of a CRLF file behind a literal", "a:\r\n  b: |\r\n    x\r\n  c: 1", [move("/a/c", "/d")],
     "a:\r\n  b: |\r\n    x\r\nd: 1"),
]  # fmt: skip
