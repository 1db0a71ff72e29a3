"""Thousands of edited manifests, and every one as it was: read by us as by kubectl's and kustomize's own libraries.

`KUBEWRIGHT_FUZZ=20` edits twenty times as many.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import corpus
import go_judge
import pytest
from draw import documents, patch, places
from go_judge import Judge
from mutations import KINDS, mutate
from plain_reading import canonical
from test_kubernetes_reading import ours, theirs

from fixers import editor
from rules import manifest
from rules.errors import ManifestError, Unfixable
from rules.manifests.duplicate_mapping_key import duplicate_mapping_key
from rules.manifests.yaml_legacy_scalar import yaml_legacy_scalar

FUZZ = int(os.environ.get("KUBEWRIGHT_FUZZ", "1"))
SEED = int(os.environ.get("KUBEWRIGHT_SEED", "1"))
REPOSITORIES = corpus.repositories()
EDITS = 2400 * FUZZ
# Read differently by kubectl and kustomize, and told by no finding: places in the corpus, and why.
JUSTIFIED: dict[str, str] = {}

pytestmark = pytest.mark.skipif(not REPOSITORIES, reason="no corpus: set KUBEWRIGHT_CORPUS to its folder")


@pytest.fixture(scope="module")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    yield from _judge(tmp_path_factory, go_judge.PROGRAM, go_judge.NEEDED)


@pytest.fixture(scope="module")
def kustomize(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    yield from _judge(tmp_path_factory, go_judge.KUSTOMIZE, go_judge.NEEDED_BY_KUSTOMIZE)


def _judge(factory: pytest.TempPathFactory, program: Path, needed: tuple[str, ...]) -> Iterator[Judge]:
    absent = go_judge.missing(needed)
    if absent:
        pytest.skip(f"the libraries of kubectl and kustomize cannot judge here: {absent}")
    judge = Judge(go_judge.build(factory.mktemp("go"), program))
    yield judge
    judge.close()


def texts(repository: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of the files of a repository that hold YAML, or one JSON value."""
    for path in corpus.files(repository):
        text = path.read_bytes().decode()
        if path.suffix == ".json" or text.lstrip().startswith("{"):
            try:
                json.loads(text)
            except ValueError:
                continue
        yield str(path.relative_to(repository.parent)), text


def unexplained(kubernetes: Judge, kustomize: Judge, text: str) -> Iterator[str]:
    """Yield the documents that both libraries read differently though no rule says so, and the other way about."""
    for part in go_judge.parts(text.encode()):
        first = kubernetes.ask(part.text)
        if part.problem or first.problem or not isinstance(first.value, dict):
            continue
        second = kustomize.ask(part.text)
        differ = bool(second.problem) or canonical(first.value) != canonical(second.value)
        try:
            (document,) = manifest.parse(part.text.decode())
        except ManifestError:  # Text behind `...`, which Kubernetes never looks at.
            continue
        told = [one for rule in (yaml_legacy_scalar, duplicate_mapping_key) for one in rule.findings(document)]
        if differ != bool(told):
            yield f"line {part.line}: {second.problem or ''} {'not ' if differ else ''}told"


def edited(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield name and text of edited manifests of the corpus, written in every way, for ever."""
    files = [path for repository in REPOSITORIES for path in corpus.files(repository)]
    kinds = [kind for kind in KINDS if kind != "JSON"]
    while True:
        path, kind = chance.choice(files), chance.choice(kinds)
        text = path.read_bytes().decode()
        written = mutate(kind, chance, text) if len(text) < 50_000 and not text.lstrip().startswith("{") else None
        for index, value in documents(written or ""):
            known = list(places(value))
            for operations in (patch(chance, value, known) for _ in range(3)):
                if any(one.path[-1:] == ("<<",) for one in operations):
                    continue  # Kustomize takes even a quoted `<<` beside a merge for a second one.
                try:
                    made = editor.apply(written or "", index, operations).text
                except Unfixable:
                    continue
                shown = [one.as_json() for one in operations]
                yield f"{path.relative_to(corpus.folder())} as {kind}, document {index}: {shown}", made


@pytest.mark.parametrize("repository", REPOSITORIES, ids=lambda path: path.name)
def test_each_document_of_the_corpus_means_the_same_to_all_or_is_reported(
    repository: Path, kubernetes: Judge, kustomize: Judge
) -> None:
    different = [
        f"{name} {difference}"
        for name, text in texts(repository)
        for difference in unexplained(kubernetes, kustomize, text)
        if name not in JUSTIFIED
    ]
    different += [name for name, text in texts(repository) if ours(text) != theirs(kubernetes, text.encode())]
    assert different == []


def test_edited_manifests_are_read_as_kubernetes_and_kustomize_read_them(kubernetes: Judge, kustomize: Judge) -> None:
    wrong = []
    seen: Counter[str] = Counter()
    for name, text in edited(random.Random(SEED)):
        seen["edited"] += 1
        if ours(text) != theirs(kubernetes, text.encode()):
            wrong.append(f"{name}: {text[:200]!r}")
        wrong += [f"{name}: {one}: {text[:200]!r}" for one in unexplained(kubernetes, kustomize, text)]
        if seen["edited"] >= EDITS:
            break
    assert wrong == []
    assert seen["edited"] >= 2000
