"""Random operations on real manifests: each is done to the judge's satisfaction, or refused with a reason.

`KUBEWRIGHT_FUZZ=20` tries twenty times as many.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import corpus
import go_judge
import jsonpatch
import pytest
from draw import documents, patch
from go_judge import Judge
from oracle import judge
from plain_reading import canonical

from fixers import editor
from fixers.model import Operation
from rules.errors import Unfixable

FUZZ = int(os.environ.get("KUBEWRIGHT_FUZZ", "1"))
SEED = int(os.environ.get("KUBEWRIGHT_SEED", "1"))
REPOSITORIES = corpus.repositories()
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


def variant(draw: random.Random, text: str) -> str:
    """Return a text as it is, or as an editor on another system would have left it."""
    kind = draw.choice(("as it is", "CRLF", "no final line break", "byte order mark"))
    if kind == "CRLF" and "\r" not in text:
        return text.replace("\n", "\r\n")
    if kind == "no final line break":
        return text.rstrip("\r\n")
    return "\ufeff" + text if kind == "byte order mark" and text[:1] != "\ufeff" else text


def kubernetes_says(kubernetes: Judge | None, before: str, after: str, value: Any, expected: Any) -> list[str]:
    """Return what Kubernetes' own library has against a change of one document, where it is at hand."""
    if kubernetes is None or before.lstrip("\ufeff \r\n").startswith("{"):
        return []
    old, new = ([kubernetes.ask(part.text) for part in go_judge.parts(text.encode())] for text in (before, after))
    if len(old) != len(new):
        return ["Kubernetes sees another number of documents"]
    pairs = [(canonical(one.value), canonical(two.value)) for one, two in zip(old, new, strict=True)]
    wanted = [(canonical(value), canonical(expected))] if canonical(value) != canonical(expected) else []
    found = [pair for pair in pairs if pair[0] != pair[1]]
    found += [("", two.problem) for two in new if two.problem and two.problem not in {one.problem for one in old}]
    return [] if found == wanted else [f"Kubernetes reads something else: {found}"[:300]]


def attempt(
    text: str, index: int, value: Any, operations: list[Operation], seen: Counter[str], kubernetes: Judge | None
) -> list[str]:
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
    claimed = [one.as_json() for one in operations]
    said = kubernetes_says(kubernetes, text, edited.text, value, jsonpatch.apply_patch(value, claimed))
    return said + judge(text, edited.text, {index: claimed}, opinions=seen["applied"] % 20 == 0)


def fuzz(texts: list[str], rounds: int, kubernetes: Judge | None = None) -> tuple[Counter[str], list[str]]:
    """Try random operations on every document; return what became of them, and the judges' complaints."""
    draw = random.Random(SEED)
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for text in texts:
        for _ in range(rounds):
            varied = variant(draw, text)
            for index, value in documents(varied):
                operations = patch(draw, value)
                if operations:
                    shown = f"{[one.as_json() for one in operations]} on document {index} of {varied[:300]!r}"
                    problems = attempt(varied, index, value, operations, seen, kubernetes)
                    wrong += [f"{problem}: {shown}" for problem in problems]
    return seen, wrong


@pytest.fixture(scope="module")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge | None]:
    """Kubernetes' own library where it can be built; None elsewhere: it is a second judge here."""
    if go_judge.missing():
        yield None
        return
    judge = Judge(go_judge.build(tmp_path_factory.mktemp("go")))
    yield judge
    judge.close()


def test_random_operations_on_odd_texts_are_done_right_or_refused(kubernetes: Judge | None) -> None:
    seen, wrong = fuzz(list(TEXTS), 20 * FUZZ, kubernetes)
    assert wrong == []
    assert seen["applied"] > 0.75 * seen.total(), seen


@pytest.mark.skipif(not REPOSITORIES, reason="no corpus: set KUBEWRIGHT_CORPUS to its folder")
@pytest.mark.parametrize("repository", REPOSITORIES, ids=lambda path: path.name)
def test_random_operations_on_real_manifests_are_done_right(repository: Any, kubernetes: Judge | None) -> None:
    files = random.Random(SEED).sample(files := corpus.files(repository), min(len(files), 25 * FUZZ))
    seen, wrong = fuzz([path.read_bytes().decode() for path in files], 2, kubernetes)
    assert wrong == []
    assert seen["applied"] >= 0.97 * seen.total(), seen
