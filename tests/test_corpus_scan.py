"""Every file of real repositories is accounted for, and no rule crashes on any."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.config import Settings
from bot.discover import SUFFIXES
from bot.scan import Scan, scan
from bot.tree import WorkTree
from rules.registry import all_rules

CORPUS = Path(os.environ.get("KUBEWRIGHT_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus of real manifests: set KUBEWRIGHT_CORPUS")


@pytest.fixture(scope="module")
def found() -> Scan:
    return scan(WorkTree(CORPUS), Settings(rules=all_rules()))


def test_every_file_is_accounted_for(found: Scan) -> None:
    names = {
        (Path(directory) / name).relative_to(CORPUS).as_posix()
        for directory, _, files in os.walk(CORPUS)
        for name in files
        if Path(name).suffix.lower() in SUFFIXES or name == "Kustomization"
    }
    left_out = {skipped.path for skipped in found.skipped}
    named = {error.path for error in found.errors}
    with_findings = {one.finding.path for one in found.findings}
    assert found.files == len(names)
    assert left_out | named | found.editable | with_findings <= names
    # What is neither left out nor in an error was scanned; only what a program or somebody else wrote is not editable.
    locked = names - left_out - named - found.editable
    assert all(one.no_fix for one in found.findings if one.finding.path in locked)
    assert not left_out & (named | found.editable | with_findings)


def test_nothing_crashes(found: Scan) -> None:
    assert found.bugs == ()


def test_every_finding_has_a_place_and_a_fix_or_a_reason(found: Scan) -> None:
    for one in found.findings:
        assert one.line >= 1 and one.column >= 1
        assert (one.end_line, one.end_column) > (one.line, one.column)
        assert (one.fix is None) == bool(one.no_fix)


def test_findings_are_sorted_and_distinct(found: Scan) -> None:
    order = [(one.finding.path, one.line, one.column, one.finding.rule) for one in found.findings]
    assert order == sorted(order)
    keys = [(one.finding.path, one.finding.document, one.finding.rule, one.finding.place) for one in found.findings]
    assert len(set(keys)) == len(keys)
