"""Several processes give what one gives."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from trees import POD, TODAY, write

from bot import workers
from bot.config import Settings
from bot.scan import Scan, scan
from bot.tree import MemoryTree, WorkTree
from rules.errors import ManifestError
from rules.registry import all_rules


def plain(found: Scan) -> tuple[object, ...]:
    """What can be compared of a scan: errors are equal to themselves only."""
    errors = [(error.path, error.code, str(error), error.line, error.column) for error in found.errors]
    return (found.files, found.documents, found.findings, errors, found.skipped, found.editable, found.partial)


def test_the_result_does_not_depend_on_the_number_of_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {f"{n}.yaml": POD.replace("web", f"web{n}") for n in range(300)})
    write(tmp_path, {f"broken{n}.yaml": POD + "x: [\n" for n in range(10)})
    write(tmp_path, {f"other{n}.yaml": "a: b\n" for n in range(100)})
    role = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default}\nautomountServiceAccountToken: false\n"
    write(tmp_path, {"account.yaml": role})
    alone = scan(WorkTree(tmp_path), Settings(rules=all_rules(), jobs=1), today=TODAY)
    monkeypatch.setattr(workers, "WORTH_IT", 10)
    together = scan(WorkTree(tmp_path), Settings(rules=all_rules(), jobs=2), today=TODAY)
    assert plain(together) == plain(alone)
    assert len(alone.errors) == 10


def test_a_tree_too_large_to_remember_is_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {f"{n}.yaml": POD for n in range(5)})
    once = scan(WorkTree(tmp_path), Settings(rules=all_rules()), today=TODAY)
    monkeypatch.setattr("bot.scan._KEPT", 2 * len(POD))
    assert plain(scan(WorkTree(tmp_path), Settings(rules=all_rules()), today=TODAY)) == plain(once)


def test_what_a_killed_process_left_is_done_nevertheless() -> None:
    parent = os.getpid()

    def work(item: int) -> int:
        if item == 450 and os.getpid() != parent:
            os._exit(9)
        return item

    assert list(workers.spread(work, range(1000), 2)) == list(range(1000))


def test_trees_that_hold_connections_are_not_shared() -> None:
    assert not workers.possible(MemoryTree({}))


def test_progress_is_told_and_ends_at_the_sum() -> None:
    told: list[tuple[int, int]] = []
    scan(MemoryTree({"a.yaml": POD.encode(), "b.yaml": b""}), Settings(), lambda done, all_: told.append((done, all_)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_an_error_survives_the_way_to_another_process() -> None:
    error = pickle.loads(pickle.dumps(ManifestError("yaml-error", "odd", path="a.yaml", line=3, column=4)))
    assert (error.code, str(error), error.path, error.line, error.column) == ("yaml-error", "odd", "a.yaml", 3, 4)
