"""What a proposal is called, how it is cut into commits, and what its text promises."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from repositories import POD, facts, findings, fixed_by_hand, skip

from bot import body, state, verification
from bot.errors import ConfigError
from bot.grouping import scope_of
from bot.messages import trailer
from bot.proposal import Commit, Known, Proposal, branch_name, propose
from fixers.model import Safety
from fixers.outcome import Outcome, Step
from rules.errors import Bug
from rules.model import Spot

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = st.text(st.characters(codec=None) | st.sampled_from("`|\\<>[]()!*_~#@:/&\n\r $^-."), max_size=80)
IDS = ("1111111" * 5 + "aaaaa", "2222222" * 5 + "bbbbb")


def one(*outcomes: Outcome, safety: Safety = Safety.UNSAFE) -> Proposal:
    (made,) = propose(outcomes or (fixed_by_hand(POD),), facts(), safety)
    return made


@pytest.mark.parametrize("safety", [Safety.SAFE, Safety.UNSAFE])
def test_the_whole_text_is_as_agreed(safety: Safety) -> None:
    left = Outcome(None, (skip(), skip(code="not-allowed"), skip(code="ignored")))
    made = one(fixed_by_hand(POD, safety=safety), left, safety=safety)
    commits = "\n".join(f"---- commit\n{commit.message}" for commit in made.commits)
    text = f"{made.branch}\n{made.title}\n\n{body.render(made, IDS, IDS[-1:])}\n{commits}"
    file = GOLDEN / f"{safety}.md"
    if os.environ.get("WRITE_GOLDEN"):  # After a change that is meant; then read the difference.
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


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


def test_undo_warns_only_where_a_later_commit_stands_beside() -> None:
    assert body.render(one(fixed_by_hand(POD)), IDS).count("Where Git meets a conflict") == 1
    single = POD.partition("    - name: two")[0]
    assert "- **Undo:** revert 11111111.\n" in body.render(one(fixed_by_hand(single)), IDS[:1])


def test_merge_the_safe_proposal_first_where_both_change_a_file() -> None:
    first = "**Merge the safe proposal first:** it changes {} that this one changes, too; then run"
    apart = Outcome(None, (skip(code="not-allowed"), skip("elsewhere.yaml", "not-allowed")))
    assert first.format("a file") in body.render(one(fixed_by_hand(POD), apart))
    more = Outcome(None, (skip("b.yaml", "not-allowed"),))
    assert first.format("2 files") in body.render(one(fixed_by_hand(POD), fixed_by_hand(POD, "b.yaml"), apart, more))
    elsewhere = Outcome(None, (skip("elsewhere.yaml", "not-allowed"), skip(code="ignored")))
    assert "Safe changes are proposed apart." in body.render(one(fixed_by_hand(POD), elsewhere))


def test_a_proposal_is_one_that_a_person_can_review() -> None:
    (made,) = propose([fixed_by_hand(POD, f"{number}.yaml") for number in range(30)], facts(), Safety.UNSAFE)
    assert len(made.commits) == 50
    assert "- 10 fixes more than this proposal holds" in body.render(made)


def test_why_is_one_paragraph() -> None:
    def check(*_: object) -> Iterator[Spot]:
        """X.

        First of
        all.

        Then more.
        """
        yield from ()

    made = one(fixed_by_hand(POD))
    rule = replace(made.commits[0].rule, check=check)
    text = body.render(replace(made, commits=tuple(replace(commit, rule=rule) for commit in made.commits)))
    assert "- **Why:** First of all.\n" in text


@pytest.mark.parametrize(
    ("kind", "strategy", "verify", "expected"),
    [
        ("Pod", "", "`kubectl exec web -- id` prints 1.", "With the pod for `web`: `kubectl exec web -- id` prints 1."),
        (
            "DaemonSet",
            "",
            "`kubectl exec web -- id` prints 1.",
            "`kubectl -n ops rollout status daemonset/agent --timeout=5m` succeeds. "
            "With one of its pods for `web`: `kubectl exec web -- id` prints 1.",
        ),
        # Such a rollout is one that kubectl refuses to wait for.
        ("DaemonSet", "OnDelete", "`kubectl apply -f web.yaml` works.", "`kubectl apply -f apps/agent.yaml` works."),
        ("Role", "", "`kubectl auth can-i x`.", "With your names for the example's: `kubectl auth can-i x`."),
    ],
)
def test_what_verifies_fits_the_object(kind: str, strategy: str, verify: str, expected: str) -> None:
    by_hand = fixed_by_hand(POD.partition("    - name: two")[0] + f"# {strategy}\n").change
    assert by_hand
    (step,) = by_hand.steps
    step = Step(replace(step.fix, finding=replace(step.fix.finding, kind=kind)), step.before, step.after)
    made = one(Outcome(replace(by_hand, steps=(step,)), ()))

    def check(*_: object) -> Iterator[Spot]:
        yield from ()

    check.__doc__ = f"X.\n\nY.\n\nVerify:\n    {verify}\n"
    commit = replace(made.commits[0], rule=replace(made.commits[0].rule, check=check))
    made = replace(made, commits=(commit,))
    assert f"- **Verify:** {expected}\n" in body.render(made, IDS[:1])


@pytest.mark.parametrize(
    ("count", "kind", "verify", "expected"),
    [
        (
            2,
            "Role",
            "`kubectl apply -f web.yaml` works.",
            "`kubectl apply -f 0.yaml` works. Likewise for the other file.",
        ),
        (
            3,
            "Role",
            "`kubectl apply -f web.yaml` works.",
            "`kubectl apply -f 0.yaml` works. Likewise for the other 2 files.",
        ),
        (
            3,
            "Role",
            "",
            "`kubectl apply --dry-run=server -f 0.yaml` is accepted, and likewise for the other 2 files.",
        ),
        (
            3,
            "Deployment",
            "",
            "`kubectl -n ops rollout status deployment/w0 --timeout=5m` succeeds, "
            "and likewise for the other 2 workloads.",
        ),
        (3, "Role", "`kubectl auth can-i x`.", "With your names for the example's: `kubectl auth can-i x`."),
    ],
)
def test_what_verifies_several_files_says_so(count: int, kind: str, verify: str, expected: str) -> None:
    made = one(*(fixed_by_hand(POD.partition("    - name: two")[0], f"{number}.yaml") for number in range(count)))
    commits = [for_object(commit, verify, kind=kind, name=f"w{number}") for number, commit in enumerate(made.commits)]
    assert verification.steps(commits) == expected


@pytest.mark.parametrize(
    ("api_version", "kind", "waits"),
    [
        ("extensions/v1beta1", "DaemonSet", False),
        ("apps/v1beta1", "StatefulSet", False),
        ("apps/v1beta2", "DaemonSet", True),
        ("extensions/v1beta1", "Deployment", True),
        ("apps/v1", "StatefulSet", True),
    ],
)
def test_no_rollout_is_awaited_where_the_old_api_version_made_none(api_version: str, kind: str, waits: bool) -> None:
    commit = for_object(one(fixed_by_hand(POD)).commits[0], "", kind=kind, api_version=api_version)
    assert ("rollout status" in verification.steps([commit])) == waits


def for_object(commit: Commit, verify: str, **told: str) -> Commit:
    """Return the commit as one about another object, with a rule of another check."""

    def check(*_: object) -> Iterator[Spot]:
        yield from ()

    check.__doc__ = f"X.\n\nY.\n\nVerify:\n    {verify}\n"
    fix = replace(commit.step.fix, finding=replace(commit.step.fix.finding, **told))
    step = Step(fix, commit.step.before, commit.step.after)
    return replace(commit, rule=replace(commit.rule, check=check), step=step)


def test_a_trailer_is_one_line() -> None:
    for value in ("a\nSigned-off-by: me", "a\r", "", " ", "\u2028"):
        with pytest.raises(Bug):
            trailer("Kubewright-Rule", value)


@settings(max_examples=150, deadline=None)
@given(HOSTILE, HOSTILE)
def test_no_foreign_text_comes_alive_in_a_message(name: str, message: str) -> None:
    made = one(fixed_by_hand(POD, name=name, message=message, title=f"Do {name}", breaks=message))
    for commit in made.commits:
        subject, blank, *_ = commit.message.split("\n")
        assert len(subject) <= 72
        assert blank == ""
        trailers = subprocess_trailers(commit.message)
        assert trailers == [f"{key}: {value}" for key, value in commit.trailers]
        assert all(f"@{letter}" not in commit.message for letter in "aZ0_-")


def subprocess_trailers(message: str) -> list[str]:
    """Return the last paragraph: what Git reads as trailers."""
    return message.rstrip("\n").split("\n\n")[-1].split("\n")


@settings(max_examples=150, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from([Safety.SAFE, Safety.UNSAFE]))
def test_no_foreign_text_comes_alive_in_the_body(name: str, message: str, path: str, safety: Safety) -> None:
    outcome = fixed_by_hand(POD, safety=safety, name=name, message=message, title=f"T{name}", breaks=message)
    assert outcome.change is not None
    outcome = Outcome(replace(outcome.change, path=f"p/{path}"), outcome.skips)
    left = replace(skip(), reason=message, finding=replace(skip().finding, path=path, message=name))
    made = one(outcome, Outcome(None, (left,)), safety=safety)
    assert shape(body.render(made, IDS)) == shape(
        body.render(one(fixed_by_hand(POD, safety=safety), Outcome(None, (skip(),)), safety=safety), IDS)
    )


def shape(text: str) -> list[tuple[str, str]]:
    """Return the structure of a Markdown text: its tokens, and the HTML in them, without what they say."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    made = []
    for token in parser.parse(text):
        if token.type == "html_block":
            made.append((token.type, "".join(part for part in token.content.split("<")[1:2])[:7]))
        elif token.type == "inline":
            live = [
                child
                for child in token.children or []
                if not child.type.startswith(("text", "code_inline", "softbreak"))
            ]
            made.append(
                (token.type, "".join(child.content if child.type == "html_inline" else child.type for child in live))
            )
        elif token.type != "fence":
            made.append((token.type, token.tag))
        else:
            made.append((token.type, token.info))
    return made


def test_many_changes_fit_and_the_state_survives() -> None:
    many = [fixed_by_hand(POD, f"apps/{'long/' * 30}{number}.yaml", breaks=f"thing {number}") for number in range(300)]
    (made,) = propose(many, facts(), Safety.UNSAFE, limit=1000)
    assert len(made.commits) == 600
    text = body.render(made, heads=IDS)
    assert len(text) <= body.LIMIT
    assert "more than fit here" in text
    known = state.read(text)
    assert known is not None
    assert known.digest == made.digest
    assert known.heads == IDS
    fences = [line for line in text.split("\n") if line.startswith("```")]
    assert len(fences) % 2 == 0
    assert text.count("<details>") == text.count("</details>")


def test_hostile_lengths_stay_within_the_limit() -> None:
    worst = "\U000e0041|" * 5000
    many = [
        fixed_by_hand(POD, f"{number}/{worst}", name=worst, message=worst, title=worst, breaks=f"{number}{worst}")
        for number in range(30)
    ]
    left = Outcome(
        None, tuple(replace(skip(reason=worst), finding=replace(skip().finding, path=worst)) for _ in range(50))
    )
    text = body.render(one(*many, left), heads=IDS)
    assert len(text) <= body.LIMIT
    assert state.read(text) is not None


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
