"""The whole main job on real repositories, judged without the code under test.

`KUBEWRIGHT_CORPUS_SHARE=5` judges every fifth changed file only.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import corpus
import plain_reading
import pytest
import schema_judge
from oracle import judge
from plain_reading import Unreadable

from bot.changes import changes
from bot.config import Settings, load
from bot.scan import Reported, Scan, scan
from bot.tree import WorkTree
from fixers.model import Safety
from fixers.outcome import Change, Outcome, Skip, by_file
from rules.errors import Bug

REPOSITORIES = corpus.repositories()
SHARE = int(os.environ.get("KUBEWRIGHT_CORPUS_SHARE", "1"))
WORKLOADS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "ReplicationController")
# Refusals that are decisions, not failures: a person asked for it, or the file is not ours to change.
DECIDED = frozenset(["ignored", "not-editable"])

pytestmark = [
    pytest.mark.skipif(not REPOSITORIES, reason="no corpus: set KUBEWRIGHT_CORPUS to its folder"),
    pytest.mark.xdist_group("corpus"),
]


@dataclass(frozen=True)
class Run:
    """One repository, in a copy: scanned, then fixed as far as possible."""

    root: Path
    settings: Settings
    scan: Scan
    outcomes: tuple[Outcome, ...]

    @property
    def changed(self) -> list[Change]:
        return [outcome.change for outcome in self.outcomes if outcome.change]

    @property
    def skips(self) -> list[Skip]:
        return [skip for outcome in self.outcomes for skip in outcome.skips]

    @property
    def fixable(self) -> list[Reported]:
        return [one for one in self.scan.findings if one.fix and one.ignored is None]


RUNS: dict[Path, Run] = {}


@pytest.fixture(params=REPOSITORIES, ids=lambda path: path.name)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    repository: Path = request.param
    if repository not in RUNS:
        root = tmp_path_factory.mktemp("corpus") / repository.name
        shutil.copytree(repository, root, symlinks=True)
        tree = WorkTree(root)
        settings = load(None, None)
        found = scan(tree, settings)
        outcomes = []
        for outcome in changes(tree, found, settings, Safety.UNSAFE):
            assert not isinstance(outcome, Bug), str(outcome)
            outcomes.append(outcome)
        RUNS[repository] = Run(root, settings, found, tuple(outcomes))
    return RUNS[repository]


def key(finding: Any) -> tuple[Any, ...]:
    return (finding.path, finding.rule, finding.document, finding.place)


def test_no_rule_crashes_and_every_file_is_accounted_for(run: Run) -> None:
    assert run.scan.bugs == ()
    files = {path.relative_to(run.root).as_posix() for path in corpus.files(run.root)}
    assert run.scan.files == len(files)
    skipped = {one.path: one for one in run.scan.skipped}
    failed = {error.path for error in run.scan.errors}
    assert set(skipped) <= files
    assert failed <= files
    assert all(one.file_class and one.reason for one in run.scan.skipped)
    assert all(error.line >= 1 and error.column >= 1 and error.code for error in run.scan.errors)
    # What is neither left out nor broken has been read: every document of it, counted by the second reading.
    assert run.scan.documents == sum(_documents(run.root / path) for path in files - set(skipped)) - _unread(run.scan)


def _documents(path: Path) -> int:
    text = path.read_text(encoding="utf-8").removeprefix("\ufeff")
    return sum(_has_value(text, piece) for piece in plain_reading.pieces(text))


def _has_value(text: str, piece: plain_reading.Piece) -> bool:
    try:
        return plain_reading.value(plain_reading.compose(text, piece)) is not None
    except Unreadable:
        return True


def _unread(found: Scan) -> int:
    return sum(error.code != "text-after-end" for error in found.errors)


def test_no_workload_is_left_out_as_something_else(run: Run) -> None:
    """Whatever is left out as no manifest holds no workload; templates and generated files may."""
    lost = []
    for one in run.scan.skipped:
        if one.file_class in ("other-yaml", "not-yaml", "kustomization"):
            lost += [one.path for _, found in _objects(run.root / one.path) if found.get("kind") in WORKLOADS]
    assert lost == []


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (document, object) of a file by the second reading, Lists taken apart."""
    try:
        text = path.read_text(encoding="utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return
    for index, piece in enumerate(plain_reading.pieces(text)):
        try:
            found = plain_reading.value(plain_reading.compose(text, piece))
        except Unreadable:
            continue
        whole = found.get("items", []) if isinstance(found, dict) and found.get("kind") == "List" else [found]
        for one in whole:
            if isinstance(one, dict) and "apiVersion" in one:
                yield index, one


def test_what_must_be_found_is_found(run: Run) -> None:
    """Privileged containers and pods on the host's network, counted by a walk over the second reading."""
    scanned = {path.relative_to(run.root).as_posix() for path in corpus.files(run.root)}
    scanned -= {one.path for one in run.scan.skipped}
    expected: Counter[tuple[str, str]] = Counter()
    for path in scanned:
        for _, one in _objects(run.root / path):
            if one.get("kind") in WORKLOADS:
                expected[path, "privileged-container"] += sum(_privileged(one))
                expected[path, "host-network"] += sum(_hosted(one))
    found = Counter((one.finding.path, one.finding.rule) for one in run.scan.findings)
    assert {at: count for at, count in expected.items() if count} == {at: found[at] for at in expected if expected[at]}


def _privileged(value: Any) -> Iterator[bool]:
    if isinstance(value, dict):
        context = value.get("securityContext")
        yield isinstance(context, dict) and context.get("privileged") is True and "name" in value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _privileged(child)


def _hosted(value: Any) -> Iterator[bool]:
    if isinstance(value, dict):
        yield value.get("hostNetwork") is True and "containers" in value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _hosted(child)


def test_every_change_keeps_the_promises(run: Run) -> None:
    wrong = []
    for number, change in enumerate(run.changed):
        assert change.before.encode() == (run.root / change.path).read_bytes(), change.path
        if number % SHARE == 0:
            wrong += [f"{change.path}: {problem}" for problem in problems(change, opinions=number % (3 * SHARE) == 0)]
    assert wrong == []


@pytest.mark.skipif(bool(schema_judge.ABSENT), reason=schema_judge.ABSENT or "-")
def test_no_changed_object_is_less_valid(run: Run) -> None:
    judged, wrong = 0, []
    for one in by_file(run.changed):
        count, found = schema_judge.judge(one.before, one.after)
        judged += count
        wrong += [f"{one.path}: {problem}" for problem in found]
    assert wrong == []
    assert judged or not run.changed


def problems(change: Change, opinions: bool) -> list[str]:
    """Return what the independent judge has against a change: the whole of it, and every step."""
    claims: dict[int, list[dict[str, Any]]] = {}
    found = []
    text = change.before
    for step in change.steps:
        patch = [operation.as_json() for operation in step.fix.patch]
        claims.setdefault(step.fix.finding.document, []).extend(patch)
        found += judge(text, step.after, {step.fix.finding.document: patch}, opinions=False)
        text = step.after
    if text != change.after:
        found.append("the steps do not add up")
    return found + judge(change.before, change.after, claims, opinions)


def test_nearly_every_fix_is_applied_and_the_others_have_a_reason(run: Run) -> None:
    fixable = {key(one.finding) for one in run.fixable}
    refused = [skip for skip in run.skips if key(skip.finding) in fixable and skip.code not in DECIDED]
    assert all(skip.code and skip.reason for skip in run.skips)
    assert len(refused) <= max(1, len(fixable) // 100), Counter((skip.code, skip.reason) for skip in refused)


def test_a_second_run_changes_nothing_and_finds_only_what_was_refused(run: Run) -> None:
    for change in run.changed:
        (run.root / change.path).write_bytes(change.after.encode())
    try:
        tree = WorkTree(run.root)
        again = scan(tree, run.settings)
        assert again.bugs == ()
        assert (again.files, again.documents) == (run.scan.files, run.scan.documents)
        assert [(error.path, error.code) for error in again.errors] == [(one.path, one.code) for one in run.scan.errors]
        outcomes = list(changes(tree, again, run.settings, Safety.UNSAFE))
        assert [outcome.change.path for outcome in outcomes if isinstance(outcome, Outcome) and outcome.change] == []
        left = {key(one.finding) for one in again.findings if one.fix and one.ignored is None}
        assert left <= {key(skip.finding) for skip in run.skips}
        before = Counter(one.finding.rule for one in run.scan.findings)
        after = Counter(one.finding.rule for one in again.findings)
        assert not after - before, "a fix made new findings"
    finally:
        for change in run.changed:
            (run.root / change.path).write_bytes(change.before.encode())
