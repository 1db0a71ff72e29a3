"""Odd documents of every chapter of the YAML specification: read as Kubernetes reads them, edited exactly or refused.

    python tests/judge/test_spec.py [ROUNDS]     prints the table

`KUBEWRIGHT_FUZZ=20` tries twenty times as many operations.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import go_judge
import jsonpatch
import pytest
from draw import documents, patch, places
from go_judge import Judge
from oracle import judge
from plain_reading import canonical
from spec.documents import CHAPTERS, QUOTED, TAGS
from test_kubernetes_reading import REFUSED, ours, theirs

from fixers import editor
from fixers.editor.refusals import REASONS
from rules import manifest
from rules.errors import Unfixable

FUZZ = int(os.environ.get("KUBEWRIGHT_FUZZ", "1"))
ROUNDS = 8
APPLIED = 0.9  # Of the operations on what can be read; adversarial as they are.
# What Kubernetes refuses and we read: YAML 1.2 and JSON have the escape `\/`, and a prefix for tags changes no value.
MORE_IS_READ = [
    (QUOTED[2], [REFUSED]),
    (TAGS[5], []),
]
EVERY = [(chapter, text) for chapter, texts in CHAPTERS.items() for text in texts]


def attempt(text: str, rounds: int, seen: Counter[str], kubernetes: Judge | None) -> Iterator[str]:
    """Try random operations on every document of a text; yield what is wrong."""
    draw = random.Random(text)
    for index, value in documents(text):
        known = list(places(value))
        for _ in range(rounds):
            operations = patch(draw, value, known)
            if not operations:
                continue
            claimed = [one.as_json() for one in operations]
            try:
                made = editor.apply(text, index, operations)
            except Unfixable as refusal:
                seen[refusal.code] += 1
                if refusal.code not in REASONS or not str(refusal):
                    yield f"no known code: {refusal.code!r}"
                continue
            seen["applied"] += 1
            problems = judge(text, made.text, {index: claimed})
            if kubernetes and not problems:
                problems = disagreement(kubernetes, text, made.text, jsonpatch.apply_patch(value, claimed))
            if problems:
                yield f"{problems} after {json.dumps(claimed)} on document {index}: {made.text!r}"


def disagreement(kubernetes: Judge, before: str, after: str, expected: object) -> list[str]:
    """Return whether Kubernetes' own library reads something else than the operations make, if it read it before."""
    if before.lstrip("\ufeff \r\n").startswith("{") or REFUSED in theirs(kubernetes, before.encode()):
        return []
    found = theirs(kubernetes, after.removeprefix("\ufeff").encode())
    gone = expected is None and canonical(None) not in found
    return [] if gone or canonical(expected) in found else [f"Kubernetes reads {found}"]


@pytest.fixture(scope="module")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge | None]:
    """Kubernetes' own library where it can be built; None elsewhere: it is a second judge here."""
    if go_judge.missing():
        yield None
        return
    made = Judge(go_judge.build(tmp_path_factory.mktemp("go")))
    yield made
    made.close()


@pytest.mark.parametrize(("chapter", "text"), EVERY, ids=[f"{chapter}-{text[:30]!r}" for chapter, text in EVERY])
def test_an_odd_document_is_edited_exactly_or_refused(chapter: str, text: str, kubernetes: Judge | None) -> None:
    assert list(attempt(text, ROUNDS * FUZZ, Counter(), kubernetes)) == []


@pytest.mark.parametrize(("chapter", "text"), EVERY, ids=[f"{chapter}-{text[:30]!r}" for chapter, text in EVERY])
def test_an_odd_document_is_read_as_kubernetes_reads_it_or_refused(
    chapter: str, text: str, kubernetes: Judge | None
) -> None:
    read = manifest.read(text)
    assert all(error.code and error.line for error in read.errors)
    if kubernetes is None or text.lstrip("\ufeff").startswith("{") or read.errors:
        return
    found = theirs(kubernetes, text.removeprefix("\ufeff").encode())
    if text.startswith("%"):  # To Kubernetes a broken document of its own; what follows it is read.
        found = [one for one in found if one != REFUSED]
    assert ours(text) == found or (text, found) in MORE_IS_READ


def test_most_operations_on_odd_documents_are_applied() -> None:
    assert len(EVERY) >= 200
    seen: Counter[str] = Counter()
    for _, text in EVERY:
        assert list(attempt(text, 3, seen, None)) == []
    assert seen["applied"] >= APPLIED * seen.total(), seen


def main(rounds: int) -> None:
    """Print the table."""
    total: Counter[str] = Counter()
    kubernetes = None if go_judge.missing() else Judge(go_judge.build(Path(tempfile.mkdtemp())))
    print(f"{'chapter':30}{'documents':>10}{'readable':>10}{'operations':>11}{'applied':>9}{'wrong':>7}   refused")
    for chapter, texts in CHAPTERS.items():
        seen: Counter[str] = Counter()
        wrong = [problem for text in texts for problem in attempt(text, rounds, seen, kubernetes)]
        readable = sum(not manifest.read(text).errors for text in texts)
        refused = ", ".join(f"{code} {number}" for code, number in seen.most_common() if code != "applied")
        numbers = f"{len(texts):>10}{readable:>10}{seen.total():>11}{seen['applied']:>9}{len(wrong):>7}"
        print(f"{chapter:30}{numbers}   {refused}")
        total.update(seen)
        for problem in wrong:
            print("   ", problem)
    print(
        f"{len(EVERY)} documents, {total.total()} operations, {total['applied']} applied; Go judged: {bool(kubernetes)}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
