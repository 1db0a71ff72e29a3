"""Manifests before and after, one folder per rule; the shortest way to say what a fix must do.

`NAME.before.yaml` with `NAME.after.yaml`: fixing everything that the rule finds turns one into the other,
byte for byte. `NAME.skip.txt`: the codes of the findings that keep their place, one per line, in order.
`NAME.clean.yaml`: nothing is found.
"""

from __future__ import annotations

from pathlib import Path

import harness
import pytest

from fixers import editor
from rules.errors import Unfixable
from rules.model import Rule
from rules.registry import all_rules, rule_by_id

CASES = Path(__file__).parents[1] / "cases"
BEFORE = sorted(CASES.glob("*/*.before.yaml"))
CLEAN = sorted(CASES.glob("*/*.clean.yaml"))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name.partition('.')[0]}"


def read(path: Path) -> str:
    return path.read_bytes().decode()


def rule_of(path: Path) -> Rule:
    rule = rule_by_id(path.parent.name)
    assert rule is not None, f"no rule {path.parent.name}"
    return rule


def beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name.replace(".before.yaml", ending))


def fixed(rule: Rule, text: str) -> tuple[str, list[str]]:
    """Return the text with everything fixed that a rule finds, and the codes of what was refused."""
    for _ in range(20):
        refused = []
        for finding, document in harness.findings(rule, text):
            try:
                made = harness.fix(finding, document, text)
            except Unfixable as refusal:
                refused.append(refusal.code)
                continue
            text = editor.apply(text, finding.document, made.patch).text
            break
        else:
            return text, refused
    raise AssertionError("does not come to rest")


@pytest.mark.parametrize("path", BEFORE, ids=name)
def test_before_becomes_after(path: Path) -> None:
    before, after, skip = read(path), beside(path, ".after.yaml"), beside(path, ".skip.txt")
    assert after.exists() or skip.exists()
    text, refused = fixed(rule_of(path), before)
    assert text == (read(after) if after.exists() else before)
    assert refused == (skip.read_text().split() if skip.exists() else [])


@pytest.mark.parametrize("path", CLEAN, ids=name)
def test_clean_stays_clean(path: Path) -> None:
    assert harness.messages(rule_of(path), read(path)) == []


def test_every_file_belongs_to_a_case() -> None:
    stems = {name(path) for path in BEFORE}
    for path in CASES.glob("*/*"):
        ending = path.name.partition(".")[2]
        assert ending in ("before.yaml", "after.yaml", "skip.txt", "clean.yaml"), path
        assert ending == "clean.yaml" or name(path) in stems, path


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_rule_has_cases(rule: Rule) -> None:
    wanted = 2 if rule.section("No fix") else 6
    assert len([path for path in [*BEFORE, *CLEAN] if path.parent.name == rule.id]) >= wanted
