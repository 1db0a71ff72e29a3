"""The style where a document shows none: its neighbours in the file, then the repository, then ours."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from editing import add

from bot.changes import changes
from bot.config import Settings
from bot.scan import scan
from bot.tree import MemoryTree
from fixers import editor
from fixers.editor import Edited, Style, apply, habits
from fixers.model import Operation, Safety
from fixers.outcome import Outcome
from rules.registry import all_rules

WIDE = "a:\n    b:\n      -   'x'\n      -   c: 1\n"

HABITS = [
    ("", Style()),
    ("a: 1\n", Style()),
    (WIDE, Style(4, 2, 3, "'")),
    ("a:  # why\n# this\n\n   b: 1\n", Style(step=3)),
    ("l:\n- a: |\n     b:\n         c: 'd'\n  e: 1\n", Style(offset=0, gap=1)),
    ("- a:\n    b: 1\n  c:\n    d: 1\n", Style(step=2, gap=1)),
    ('"a b": "c"\n"d: e":\n- w\n', Style(offset=0, gap=1, quote='"')),
    ("a:\r\n    b: 1\r\n", Style(step=4)),
    ("a: {\n    b: 1}\n# c:\n#         d: 1\n", Style()),
    ("a: &x\n  b: 1\n", Style()),
]


@pytest.mark.parametrize(("text", "expected"), HABITS)
def test_lines_show_habits(text: str, expected: Style) -> None:
    assert habits([text]) == expected


def test_each_file_has_one_vote() -> None:
    many = "".join(f"k{n}:\n    a: 1\n" for n in range(50))
    assert habits([many, "a:\n  b: 1\n", "a:\n  b: 1\n"]).step == 2


def test_a_document_without_evidence_follows_the_house() -> None:
    operations = [add("/m", {"p": {"o": "1"}, "l": ["x"]})]
    assert apply("a: 1\n", 0, operations).text == 'a: 1\nm:\n  p:\n    o: "1"\n  l:\n  - x\n'
    house = habits([WIDE])
    assert apply("a: 1\n", 0, operations, house).text == "a: 1\nm:\n    p:\n        o: '1'\n    l:\n      -   x\n"


def test_a_document_without_evidence_follows_its_neighbours_first() -> None:
    text = "a: 1\n---\nb:\n   c: 1\n"
    assert apply(text, 0, [add("/m", {"p": {"o": "1"}})], Style(8, 4, 2, "'")).text == text.replace(
        "a: 1\n", "a: 1\nm:\n   p:\n      o: '1'\n"
    )


def test_its_own_evidence_comes_first() -> None:
    assert apply("a:\n  b: 1\n", 0, [add("/m", {"p": 1})], Style(step=4)).text == "a:\n  b: 1\nm:\n  p: 1\n"


def test_a_fix_is_written_as_the_repository_is(monkeypatch: pytest.MonkeyPatch) -> None:
    pod = """\
apiVersion: v1
kind: Pod
metadata:
      name: a
spec:
      hostNetwork: true
      containers:
         - name: 'a'
           image: "a:1"
           securityContext:
                 privileged: true
"""
    used: list[Style | None] = []

    def recording(text: str, index: int, operations: Sequence[Operation], house: Style | None = None) -> Edited:
        used.append(house)
        return apply(text, index, operations, house)

    monkeypatch.setattr(editor, "apply", recording)
    tree = MemoryTree({"a.yaml": pod.encode(), "b.yaml": (pod + "---\na:\n b:\n  c: 1\n").encode()})
    settings = Settings(rules=all_rules())
    outcomes = list(changes(tree, scan(tree, settings), settings, Safety.UNSAFE))
    assert all(isinstance(outcome, Outcome) and outcome.change for outcome in outcomes)
    assert set(used) == {Style(6, 3, 1, "'")}
