"""What a proposal is called, how it is cut into commits, and what its text promises."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repositories import POD, facts, findings, fixed_by_hand, skip

from bot import body, state
from bot.errors import ConfigError
from bot.grouping import scope_of
from bot.messages import trailer
from bot.proposal import Known, Proposal, branch_name, propose
from fixers.model import Safety
from fixers.outcome import Outcome, Step
from rules.errors import Bug

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = st.text(st.characters(codec=None) | st.sampled_from("`|\\<>[]()!*_~#@:/&\n\r $^-."), max_size=80)
IDS = ("1111111" * 5 + "aaaaa", "2222222" * 5 + "bbbbb")


def one(*outcomes: Outcome, safety: Safety = Safety.UNSAFE) -> Proposal:
    (made,) = propose(outcomes or (fixed_by_hand(POD),), facts(), safety)
    return made


def test_safe_and_unsafe_are_never_in_one_proposal() -> None:
    with pytest.raises(Bug, match="a fix that is unsafe came into the proposal"):
        one(fixed_by_hand(POD, safety=Safety.UNSAFE), safety=Safety.SAFE)


def test_what_does_not_fit_waits_and_is_counted() -> None:
    many = [fixed_by_hand(POD, path) for path in ("c.yaml", "a.yaml", "b.yaml")]
    (made,) = propose(many, facts(), Safety.UNSAFE, limit=3)
    assert [commit.path for commit in made.commits] == ["a.yaml", "a.yaml", "b.yaml"]
    assert made.changes[1].after == POD.replace("privileged: true", "privileged: false", 1)
    assert [(left.skip.finding.path, left.skip.code) for left in made.left] == [
        ("b.yaml", "waiting"),
        ("c.yaml", "waiting"),
        ("c.yaml", "waiting"),
    ]
    assert "3 fixes more than this proposal holds" in body.render(made)


def test_large_files_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.proposal.MAX_TEXT", int(len(POD) * 1.5))
    assert len(one().commits) == 1


def test_nothing_to_change_is_no_proposal() -> None:
    assert list(propose([Outcome(None, (skip(),))], facts(), Safety.SAFE)) == []


def test_directories_are_proposed_apart_when_asked() -> None:
    outcomes = [fixed_by_hand(POD, path) for path in ("b/x.yaml", "a/x.yaml", "a/y/z.yaml", "top.yaml")]
    by_top = scope_of("directory", lambda path: path.partition("/")[0] if "/" in path else "")
    made = list(propose(outcomes, facts(), Safety.UNSAFE, "directory", scope_of=by_top))
    assert [(each.scope, [change.path for change in each.changes]) for each in made] == [
        ("", ["top.yaml"]),
        ("a", ["a/x.yaml", "a/y/z.yaml"]),
        ("b", ["b/x.yaml"]),
    ]
    assert len({each.branch for each in made}) == 3


def test_the_branch_is_the_same_whatever_is_found() -> None:
    assert one().branch == one(fixed_by_hand(POD.replace("agent", "other"), "z.yaml")).branch
    assert one().branch != one(fixed_by_hand(POD, safety=Safety.SAFE), safety=Safety.SAFE).branch


@settings(max_examples=40, deadline=None)
@given(HOSTILE, HOSTILE, st.sampled_from([Safety.SAFE, Safety.UNSAFE]))
def test_every_branch_name_is_one_to_git(base: str, scope: str, safety: Safety) -> None:
    name = branch_name("kubewright", base, scope, safety)
    assert subprocess.run(["git", "check-ref-format", f"refs/heads/{name}"], check=False).returncode == 0
    assert len(name.encode()) <= 100


@pytest.mark.parametrize("prefix", ["", "/", "-x", "a b", "a..b", "a//b", ".a", "a/.b", "a.lock", "ü", "a~", "x" * 60])
def test_a_prefix_that_makes_no_branch_is_refused(prefix: str) -> None:
    with pytest.raises(ConfigError, match="branch prefix"):
        branch_name(prefix, "main" * 8, "scope" * 8, Safety.SAFE)


def test_the_scan_says_line_and_fingerprint_and_without_it_the_text_does() -> None:
    finding = next(findings(POD, "apps/agent.yaml"))
    (made,) = propose([fixed_by_hand(POD)], facts(known={finding: Known(99, "cafe" * 6)}), Safety.UNSAFE)
    assert [(commit.line, len(commit.fingerprint)) for commit in made.commits] == [(99, 24), (15, 24)]
    assert made.commits[0].fingerprint == "cafe" * 6


def test_a_finding_that_an_earlier_fix_renamed_keeps_line_and_fingerprint() -> None:
    known = {
        finding: Known(40 + number, f"f{number}") for number, finding in enumerate(findings(POD, "apps/agent.yaml"))
    }
    newer = {
        finding: replace(finding, api_version="v2", message="said anew") for finding in findings(POD, "apps/agent.yaml")
    }
    by_hand = fixed_by_hand(POD).change
    assert by_hand
    steps = tuple(
        Step(replace(step.fix, finding=newer[step.fix.finding]), step.before, step.after) for step in by_hand.steps
    )
    left = Outcome(None, (replace(skip(), finding=newer[skip().finding]),))
    (made,) = propose((Outcome(replace(by_hand, steps=steps), ()), left), facts(known=known), Safety.UNSAFE)
    assert [(commit.line, commit.fingerprint) for commit in made.commits] == [(40, "f0"), (41, "f1")]
    assert [one.line for one in made.left] == [40]


def test_a_proposal_is_one_that_a_person_can_review() -> None:
    (made,) = propose([fixed_by_hand(POD, f"{number}.yaml") for number in range(30)], facts(), Safety.UNSAFE)
    assert len(made.commits) == 50
    assert "- 10 fixes more than this proposal holds" in body.render(made)


def test_a_trailer_is_one_line() -> None:
    for value in ("a\nSigned-off-by: me", "a\r", "", " ", "\u2028"):
        with pytest.raises(Bug):
            trailer("Kubewright-Rule", value)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "<!-- kubewright:state v1 !!! -->",
        "<!-- kubewright:state v1 AAAA -->",
        "<!-- kubewright:state v1 W10= -->",
        "<!-- kubewright:state v1 eyJkaWdlc3QiOjF9 -->",
        "<!-- kubewright:state v2 e30= -->",
    ],
)
def test_a_state_that_makes_no_sense_is_none(text: str | None) -> None:
    assert state.read(text) is None


@given(HOSTILE)
def test_reading_a_state_never_fails(text: str) -> None:
    state.read(f"<!-- kubewright:state v1 {text} -->")


def test_the_digest_changes_with_what_is_proposed_and_not_with_the_base() -> None:
    (moved,) = propose([fixed_by_hand(POD)], facts(commit="f" * 40), Safety.UNSAFE)
    assert moved.digest == one().digest
    assert one(fixed_by_hand(POD.replace("1.4.2", "1.4.3"))).digest != one().digest
    assert one(fixed_by_hand(POD, title="Run otherwise")).digest != one().digest
