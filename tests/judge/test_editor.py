"""Random operations on real manifests: each is done to the judge's satisfaction, or refused with a reason.

`KUBEWRIGHT_FUZZ=20` tries twenty times as many.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import corpus
import plain_reading
import pytest
from oracle import judge
from plain_reading import Unreadable

from fixers import editor
from fixers.model import Operation
from rules import pointer
from rules.errors import Unfixable

FUZZ = int(os.environ.get("KUBEWRIGHT_FUZZ", "1"))
SEED = int(os.environ.get("KUBEWRIGHT_SEED", "1"))
REPOSITORIES = corpus.repositories()
LARGEST = 6000
SCALARS = (
    True,
    False,
    None,
    0,
    1.5,
    "",
    "x",
    "no",
    "1",
    "a b",
    "a: b",
    "# c",
    "line\nline\n",
    "'",
    '"',
    "-",
    "2024-01-01",
    "~",
)
VALUES = (
    *SCALARS,
    {},
    [],
    {"k": "v"},
    ["a", "b"],
    {"k": {"l": [1, {"m": "n"}]}},
    [{"name": "x", "v": 1}],
    {"a": [], "b": {}},
)
# Hand-made ground: each a way to write YAML that few use.
TEXTS = (
    "a: 1\nb:\n  - x\n  - y: 2\n    z: 3\n# end\n",
    "a:\n- b: 1 # one\n  # above c\n  c: {d: 1, e: [x, 'y']} # two\n- - 1\n  - 2\n",
    "{\n  \"a\": [1, 2, {\"b\": null}],\n  \"c\": {}\n}\n",
    '{"a": [1, 2, {"b": null}], "c": {}}',
    "a: |\n  text\n\n\nb: >-\n  folded\n  text\n# c\nc: |+\n  keep\n\n",
    "a: &x\n  k: 1\n  l: [1, 2]\nb: *x\nc:\n  <<: *x\n  m: 2\n",
    "a: {}\nb: []\nc:\nd: ~\ne: ''\n",
    "a:\r\n  b: 1\r\n  c: # d\r\n    - 2\r\n\r\n  # f\r\ng: 'h'",
    "? a\n: b\n'q k' : 1\n\"d\": 2\n3: 4\non: 5\n",
    "a:    1   # far\nb :  2\n\n\nc:\n\n  - 1\n\n  - 2\n\n# tail\n",
    "- a\n-   b: 1\n    c: 2\n- # x\n  d: 3\n-\n  e: 4\n",
    "a: 'it''s\n  folded'\nb: plain\n  folded\nc: \"x\\\n  y\"\n",
    "a: !!str 1\nb: !x {c: 1}\nd: &e [1]\n",
    "---\na: 1\n...\n",
    "%YAML 1.1\n---\na: 1\n",
    "a:\n    b:\n        - c:\n              d: 1\n",
    "\ufeffa: 1\nb:\n  c: 2\n",
    "a: 1\n--- # two\nb: {c: [1,\n  2 # x\n  ]}\n---\n- 1\n",
)  # fmt: skip


def places(value: Any, at: pointer.Pointer = ()) -> Iterator[pointer.Pointer]:
    """Yield every place in a value."""
    yield at
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*at, key))


def operation(draw: random.Random, value: Any) -> Operation | None:
    """Draw one operation that applies to a value."""
    at = draw.choice(list(places(value)))
    here = pointer.get(value, *at)
    new = draw.choice(VALUES)
    kind = draw.choice(("replace", "remove", "add", "add", "move"))
    if kind == "add" and isinstance(here, dict):
        return Operation("add", (*at, draw.choice(("new", "k", "a b", "on", "1", "x/y"))), new)
    if kind == "add" and isinstance(here, list):
        return Operation("add", (*at, draw.choice(("-", draw.randint(0, len(here))))), new)
    if not at:
        return None
    if kind == "remove":
        return Operation("remove", at)
    if kind == "move" and isinstance(at[-1], str):
        return Operation("move", (*at[:-1], "renamed"), None, at)
    return Operation("replace", at, new)


def documents(text: str) -> Iterator[tuple[int, Any]]:
    """Yield number and value of the documents of a text that can be read and hold something."""
    bare = text.removeprefix("\ufeff")
    for index, piece in enumerate(plain_reading.pieces(bare)):
        if piece.end - piece.start > LARGEST:
            continue
        try:
            value = plain_reading.value(plain_reading.compose(bare, piece))
        except Unreadable:
            continue
        if isinstance(value, dict | list) and value:
            yield index, json.loads(json.dumps(value))


def attempt(text: str, index: int, operations: list[Operation], seen: Counter[str]) -> list[str]:
    """Let the editor try; return what the judge has against the result."""
    try:
        edited = editor.apply(text, index, operations)
    except Unfixable as refusal:
        assert refusal.code, str(refusal)
        seen[refusal.code] += 1
        return []
    seen["applied"] += 1
    rebuilt, at = [], 0
    for edit in edited.edits:
        assert at <= edit.start <= edit.end, "edits overlap or are not sorted"
        rebuilt += [text[at : edit.start], edit.text]
        at = edit.end
    assert "".join(rebuilt) + text[at:] == edited.text, "the edits do not make the text"
    return judge(text, edited.text, {index: [one.as_json() for one in operations]}, opinions=seen["applied"] % 20 == 0)


def fuzz(texts: list[str], rounds: int) -> tuple[Counter[str], list[str]]:
    """Try random operations on every document; return what became of them, and the judge's complaints."""
    draw = random.Random(SEED)
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for text in texts:
        for index, value in documents(text):
            for _ in range(rounds):
                operations = [one for one in [operation(draw, value)] if one]
                if operations:
                    shown = f"{[one.as_json() for one in operations]} on document {index} of {text[:300]!r}"
                    wrong += [f"{problem}: {shown}" for problem in attempt(text, index, operations, seen)]
    return seen, wrong


def test_random_operations_on_odd_texts_are_done_right_or_refused() -> None:
    seen, wrong = fuzz(list(TEXTS), 40 * FUZZ)
    assert wrong == []
    assert seen["applied"] > 0.75 * seen.total(), seen


@pytest.mark.skipif(not REPOSITORIES, reason="no corpus: set KUBEWRIGHT_CORPUS to its folder")
@pytest.mark.parametrize("repository", REPOSITORIES, ids=lambda path: path.name)
def test_random_operations_on_real_manifests_are_done_right(repository: Any) -> None:
    files = random.Random(SEED).sample(files := corpus.files(repository), min(len(files), 25 * FUZZ))
    seen, wrong = fuzz([path.read_bytes().decode() for path in files], 2)
    assert wrong == []
    assert seen["applied"] >= 0.97 * seen.total(), seen
