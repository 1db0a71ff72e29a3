"""Which changes go into which proposal: nothing without what it starts from."""

from __future__ import annotations

from bot import room
from fixers.model import Fix, Safety
from fixers.outcome import Change, Step, by_file
from rules.model import Finding, Severity


def finding(path: str, severity: Severity) -> Finding:
    return Finding("a-rule", severity, path, 0, (), (), "wrong", "v1", "Pod", "", path)


def single(path: str, before: str, *after: str, severity: Severity = Severity.LOW) -> Change:
    texts = [before, *after]
    fix = Fix(finding(path, severity), "Fix", Safety.SAFE, "nothing", ())
    steps = tuple(Step(fix, one, other) for one, other in zip(texts, after, strict=False))
    return Change(path, before, after[-1], steps)


def joint(path: str, text: str, *others: Change) -> Change:
    fix = Fix(finding(path, Severity.CRITICAL), "Fix", Safety.SAFE, "nothing", ())
    return Change(path, text, text, (Step(fix, text, text, (), others),))


def part(path: str, before: str, after: str) -> Change:
    return Change(path, before, after, (), created=not before)


def test_joint_fixes_come_behind_all_that_they_start_from() -> None:
    changes = [single("b", "1", "2"), single("a", "1", "2"), joint("b", "2", part("a", "2", "3"), part("c", "", "new"))]
    taken, waiting = room.within(changes, 10, 1000)
    assert [change.path for change in taken] == ["a", "b", "b"]
    assert waiting == []
    assert {one.path: (one.before, one.after, one.created) for one in by_file(taken)} == {
        "a": ("1", "3", False),
        "b": ("1", "2", False),
        "c": ("", "new", True),
    }


def test_what_starts_from_a_step_that_waits_waits_too() -> None:
    changes = [single("a", "1", "2", "3"), joint("b", "1", part("a", "3", "4")), joint("d", "1", part("c", "", "new"))]
    taken, waiting = room.within(changes, 1, 1000)
    assert [(change.path, change.after) for change in taken] == [("a", "2")]
    assert [skip.finding.path for skip in waiting] == ["a", "b", "d"]


def test_text_counts_for_all_files() -> None:
    changes = [joint("b", "1", part("a", "", "x" * 100)), joint("c", "1", part("d", "", "x"))]
    taken, waiting = room.within(changes, 10, 50)
    assert [change.path for change in taken] == ["c"]
    assert [skip.code for skip in waiting] == ["waiting"]


def test_two_directories_do_not_change_one_file() -> None:
    changes = [
        single("a/x", "1", "2"),
        single("b/x", "1", "2"),
        joint("a/x", "2", part("b/x", "2", "3")),
        joint("b/x", "3", part("b/y", "", "new")),
        joint("b/z", "1", part("c/z", "", "new")),
    ]
    found, skips = room.apart(changes, lambda change: change.path[0])
    assert {scope: [change.path for change in made] for scope, made in found.items()} == {
        "a": ["a/x"],
        "b": ["b/x", "b/z"],
    }
    assert [(skip.finding.path, skip.code) for skip in skips] == [("a/x", "other-proposal"), ("b/x", "other-proposal")]
