"""The text of a pull request: what it says, in which order, and what gives way when there is no room."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from repositories import POD, facts, findings, fixed_by_hand, skip

from bot import body, state, verification
from bot.lifecycle import ticks
from bot.proposal import Commit, Known, Proposal, propose
from bot.state import Decline
from fixers.model import Safety
from fixers.outcome import Outcome, Step
from rules.model import Severity, Spot

GOLDEN = Path(__file__).parent / "golden"
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


def test_undo_warns_only_where_a_later_commit_stands_beside() -> None:
    assert body.render(one(fixed_by_hand(POD)), IDS).count("where Git meets a conflict") == 1
    single = POD.partition("    - name: two")[0]
    assert "- **Undo:** revert 11111111.\n" in body.render(one(fixed_by_hand(single)), IDS[:1])


def test_merge_the_safe_proposal_first_where_both_change_a_file() -> None:
    first = "**Merge the safe proposal first:** it changes {} that this one changes, too"
    apart = Outcome(None, (skip(code="not-allowed"), skip("elsewhere.yaml", "not-allowed")))
    assert first.format("a file") in body.render(one(fixed_by_hand(POD), apart))
    more = Outcome(None, (skip("b.yaml", "not-allowed"),))
    assert first.format("2 files") in body.render(one(fixed_by_hand(POD), fixed_by_hand(POD, "b.yaml"), apart, more))
    elsewhere = Outcome(None, (skip("elsewhere.yaml", "not-allowed"), skip(code="ignored")))
    assert "Safe changes are proposed apart." in body.render(one(fixed_by_hand(POD), elsewhere))


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
        ("Pod", "", "`kubectl exec web -- id` prints 1.", "`kubectl -n ops exec agent -- id` prints 1."),
        (
            "DaemonSet",
            "",
            "`kubectl exec web -- id` prints 1.",
            "`kubectl -n ops rollout status daemonset/agent --timeout=5m` succeeds. "
            "`kubectl -n ops exec daemonset/agent -- id` prints 1.",
        ),
        (
            "Pod",
            "",
            "`kubectl get pods -o wide` shows the pod on a worker.",
            "`kubectl get pods -o wide` shows the pod on a worker.",
        ),
        # What the check looks for stands in the example only.
        (
            "Pod",
            "",
            "`kubectl exec x -- touch /reports/x` fails.\n\nExample:\n    mountPath: /reports",
            "With your names for the example's: `kubectl exec x -- touch /reports/x` fails.",
        ),
        # No pod of a CronJob can be named.
        ("CronJob", "", "`kubectl exec x -- id` is 1.", "With one of its pods for `x`: `kubectl exec x -- id` is 1."),
        ("Pod", "", "`kubectl get pod x -o yaml` says so.", "`kubectl -n ops get pod agent -o yaml` says so."),
        (
            "Job",
            "",
            "`kubectl get pod x` says so.",
            "With one of its pods for `x`: `kubectl get pod x` says so.",
        ),
        ("Role", "", "`kubectl apply -f FILE` works.", "`kubectl apply -f apps/agent.yaml` works."),
        # Such a rollout is one that kubectl refuses to wait for.
        ("DaemonSet", "OnDelete", "`kubectl apply -f web.yaml` works.", "`kubectl apply -f apps/agent.yaml` works."),
        (
            "Role",
            "",
            "`kubectl auth can-i foo`.\n\nExample:\n    verbs: [foo]",
            "With your names for the example's: `kubectl auth can-i foo`.",
        ),
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
        (3, "Role", "`kubectl auth can-i x`.", "`kubectl auth can-i x`."),
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


def test_many_changes_fit_and_the_state_survives() -> None:
    many = [fixed_by_hand(POD, f"apps/{'long/' * 30}{number}.yaml", breaks=f"thing {number}") for number in range(300)]
    (made,) = propose(many, facts(), Safety.UNSAFE, limit=1000)
    assert len(made.commits) == 600
    text = body.render(made, heads=IDS)
    assert len(text) <= body.LIMIT
    assert "kinds of change more" in text  # In the table.
    assert "kinds of change more than fit here: see the commits.*" in text
    assert "have no box, for want of room: decline in the file." in text
    known = state.read(text)
    assert known is not None
    assert known.digest == made.digest
    assert known.heads == IDS
    fences = [line for line in text.split("\n") if line.startswith("```")]
    assert len(fences) % 2 == 0
    assert text.count("<details>") == text.count("</details>")


def test_the_worst_comes_first_and_is_open_the_rest_is_folded() -> None:
    made = graded(*(Severity(number % 5) for number in range(15)))
    text = body.render(made)
    titles = [line.split(" ")[2] for line in text.split("\n") if line.startswith("### ") and "remedy" in line]
    assert titles == ["remedy14", "remedy4", "remedy9", "remedy13", "remedy3", "remedy8"]
    rows = [line for line in text.split("\n") if line.startswith(("| 🔴", "| 🟠", "| 🟡", "| ⚪"))]
    assert [row.split("&nbsp;")[1].split(" ")[0] for row in rows] == [
        *(["critical"] * 3 + ["high"] * 3 + ["medium"] * 3 + ["low"] * 3 + ["info"] * 3)
    ]
    assert "Read the first 6 sections, which are high or critical." in text
    assert text.index("remedy8 ·") < text.index("<details><summary>🟡 remedy12 ·")


def test_every_kind_is_explained_before_a_second_place_is_shown() -> None:
    many = [
        fixed_by_hand(POD, f"{number}.yaml", title=f"Remedy {number // 10}", breaks=f"thing {number // 10}")
        for number in range(100)
    ]
    (made,) = propose(many, facts(), Safety.UNSAFE, limit=1000)
    text = body.render(made, limit=34_000)
    assert len(text) <= 34_000
    for number in range(10):
        assert f"**What it can break:** thing {number}." in text
    assert text.count("```diff") >= 10
    assert "places more: see the commits.*" in text


@pytest.mark.parametrize("limit", [60_000, 45_000])
def test_the_fullest_memory_leaves_room_for_the_rest(limit: int) -> None:
    decline = Decline("f" * 16, 1_800_000_000, "closed", 123_456)
    many = [fixed_by_hand(POD, f"{'long/' * 30}{number}.yaml") for number in range(300)]
    (made,) = propose(many, facts(), Safety.UNSAFE, limit=1000)
    full = replace(made, declined={f"{number:024x}": decline for number in range(300)})
    full = replace(
        full,
        commits=tuple(
            replace(commit, identity=f"{number:024x}", lines="e" * 16) for number, commit in enumerate(made.commits)
        ),
    )
    text = body.render(full, heads=["a" * 40] * 10, limit=limit)
    assert len(text) <= limit
    known = state.read(text)
    assert known
    assert (len(known.findings), len(known.declined)) == (state.MAX_FINDINGS, state.MAX_DECLINED)
    for needed in ("### Decline", "Checked for you", "**Why:**", "How this pull request behaves"):
        assert needed in text


def test_each_change_has_a_box_that_counts_when_it_is_ticked() -> None:
    for count in (1, 20):
        (made,) = propose([fixed_by_hand(POD, f"{number}.yaml") for number in range(count)], facts(), Safety.UNSAFE)
        text = body.render(made)
        known = {commit.identity for commit in made.commits}
        assert ticks.ticked(text, ticks.DECLINE, known) == frozenset()
        assert ticks.ticked(text.replace("- [ ]", "- [x]"), ticks.DECLINE, known) == known
        assert ticks.is_going(body.render(made, rebuild=True))


def test_a_local_text_has_no_boxes_and_no_memory_but_says_how_to_decline() -> None:
    text = body.render(one(), IDS, IDS[-1:], is_local=True)
    assert "[ ]" not in text
    assert "<!--" not in text
    assert "dashboard" not in text
    assert "# kubewright: ignore[too-much-power] the reason" in text


def test_the_way_to_decline_is_shown_on_the_line_itself() -> None:
    finding = next(findings(POD, "apps/agent.yaml"))
    (made,) = propose([fixed_by_hand(POD)], facts(known={finding: Known(12, "cafe" * 6)}), Safety.UNSAFE)
    line = "        # kubewright: ignore[too-much-power] the reason, for everyone to read\n        privileged: true\n"
    assert line in body.render(made)
    assert "ignore: [too-much-power]` in `.kubewright.yaml`" in body.render(made)


def test_json_is_declined_by_an_annotation() -> None:
    text = body.render(one(fixed_by_hand(POD, "agent.json")))
    assert '"kubewright.dev/ignore": "too-much-power"' in text
    assert "# kubewright: ignore" not in text


def test_what_is_left_alone_for_one_reason_is_told_once_and_what_people_declined_by_name() -> None:
    found = list(findings(POD, "apps/agent.yaml"))
    decline = Decline("", 5, "closed", 12)
    known = facts(known={found[0]: Known(12, "a" * 24), found[1]: Known(15, "b" * 24)})
    left = Outcome(
        None, (replace(skip(), finding=found[0], code="ignored"), *(skip(f"{number}.yaml") for number in range(5)))
    )
    waiting = Outcome(None, (skip("w.yaml", "waiting"),))
    (made,) = propose(
        [fixed_by_hand(POD, "b.yaml"), left, waiting], replace(known, declined={"a" * 24: decline}), Safety.UNSAFE
    )
    text = body.render(made)
    assert (
        "- <code>too-much-power</code> on <code>Pod ops/agent</code>, <code>apps/agent.yaml:12</code>: "
        "declined by closing \\#\u200b12" in text
    )
    assert "- <code>too-much-power</code>, 5 times (<code>0.yaml:1</code>, <code>1.yaml:1</code>" in text
    assert "and 2 more): it must." in text
    assert (
        "1 fix more than this proposal holds, proposed when this one is merged: <code>too-much-power</code> 1" in text
    )


def test_the_version_that_schemas_were_taken_of_is_named() -> None:
    (made,) = propose([fixed_by_hand(POD)], replace(facts(), target="1.37"), Safety.UNSAFE)
    assert "| Schemas, Kubernetes 1.37 | no object is less valid than before" in body.render(made)


def graded(*severities: Severity) -> Proposal:
    """Return a proposal of one change for each severity, each of a kind of its own."""
    single = POD.partition("    - name: two")[0]
    many = []
    for number, severity in enumerate(severities):
        change = fixed_by_hand(single, f"{number:02}.yaml", title=f"remedy{number}").change
        assert change
        (step,) = change.steps
        fix = replace(step.fix, finding=replace(step.fix.finding, severity=severity))
        many.append(Outcome(replace(change, steps=(Step(fix, step.before, step.after),)), ()))
    return one(*many)
