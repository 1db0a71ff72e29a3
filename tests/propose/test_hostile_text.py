"""Whatever a manifest says, the texts that quote it mention nobody, link nowhere and hold nothing but what we wrote.

Judged by GitHub's own renderer: see `rendered`.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rendered import LIVE, page
from repositories import POD, facts, fixed_by_hand, skip

from bot import body, messages, state
from bot.lifecycle import dashboard, texts, ticks
from bot.lifecycle.dashboard import Declined, Told
from bot.lifecycle.model import Blocked, Create, Wait
from bot.markdown import ZERO_WIDTH_SPACE
from bot.policy import Grouping
from bot.proposal import Known, Proposal, propose
from bot.state import Decline, Memory, State
from fixers.model import Safety
from fixers.outcome import Change, Outcome, Step
from rules.model import Finding

IDENTITY = "ab12" * 6  # Letters and digits: what GitHub takes for a commit, were it not in a comment.
FORGED = state.write(State(digest="d" * 32, heads=("e" * 40,)))
TRAPS = [
    *("@everyone", "a@b.example", "@acme/team", "user@0123456789abcdef"),
    *("#1", "fixes #1", "owner/repo#23", "GH-7", "gh-7", "closes: #9"),
    *("0123456789abcdef0123456789abcdef01234567", "deadbeef", "x-7d9f8b6c5", "cafe123"),
    *("https://evil.example/x", "www.evil.example", "mailto:a@b.example", "<https://evil.example>", "ftp://x.example"),
    *(
        "<!-- kw:rebuild -->",
        "- [x] <!-- kw:rebuild -->",
        f"- [x] <!-- kw:decline={IDENTITY} -->",
        FORGED,
        "-->",
        "<!--",
    ),
    *("[x] <!-- kw:rebuild -->", "\n- [x] <!-- kw:rebuild -->\n", "\n* [X] forged\n", "[ ] box", "- [x] box"),
    *("```", "~~~", "\n```\n", "````\n@x", "`", "``", "`a`", "\n~~~~\n", "\n    code\n"),
    *("|", "\\|", "a | b | c", "\\", "\\\\|", "| --- |", "\n| a | b |\n| - | - |\n"),
    *("\u202egnp.exe", "\u2066x\u2069", "\u200b", "\x00", "\x1b[31m", "\x07", "\x85", "\u2028", "\ufeff", "\u00ad"),
    *("مرحبا بالعالم", "שלום", "漢字", "🚀👩‍👩‍👧", "\U000e0041", "\U0010ffff", "\ud800", "e\u0301\u0301\u0301"),
    *(":+1:", ":tada:", "system:serviceaccount:a:b"),
    *("$x^2$", "$$\\frac{1}{2}$$", "$`x`$", "[^1]", "\n[^1]: note\n", "[a]: https://evil.example\n", "[[wiki]]"),
    *("x\n===", "x\n---", "\n---\n", "\n# heading", "\n> quote", "\n> [!WARNING]\n> x", "\n1. list", "***", "___"),
    *("&lt;b&gt;", "&#64;everyone", "&commat;x", "&#x40;", "&amp;", "&"),
    *("<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<b>", "</code></summary></details>", "<details>"),
    *("<![CDATA[x]]>", "<?php ?>", "<!DOCTYPE html>", "<input type=checkbox checked>", "<a href=x>y</a>", "<x"),
    *("[click](https://evil.example)", "![p](https://evil.example/p.png)", "[a][b]", "**bold**", "_em_", "~~gone~~"),
    *(
        "[skip ci]",
        "[no ci]",
        "skip-checks: true",
        "Signed-off-by: Eve <eve@evil.example>",
        "x --- y" * 20,
        "# " * 50,
        "\n\nCo-authored-by: E <e@x.y>",
    ),
    *(
        "",
        " ",
        "  \n",
        "\t",
        "-",
        "+",
        "=",
        "x" * 300,
        "é" * 300,
        "<" * 300,
        "@" * 300,
        "`" * 300,
        "|" * 300,
        "\U000e0041" * 300,
    ),
]
SOUP = st.text(st.characters(codec=None) | st.sampled_from("`|\\<>[]()!*_~#@:/&\n\r $^-+=.0af"), max_size=40)
HOSTILE = st.lists(st.sampled_from(TRAPS) | SOUP, max_size=4).map("".join)
SAFETIES = st.sampled_from([Safety.SAFE, Safety.UNSAFE])
SLOW = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def quoting(words: str, safety: Safety = Safety.UNSAFE, count: int = 2) -> Proposal:
    """Return a proposal in which all that a stranger, or a rule's message, can write is `words`."""
    outcomes = []
    known = {}
    for number in range(count):
        # A text that was read has no lone surrogates; a path, as it comes from the disk, may have some.
        words_read = words.encode(errors="replace").decode()
        file = "\n".join(f"# {line}" for line in re.split("[\n\r]", words_read))
        text = f"{file}\n{POD}    # {words_read}\n- {words_read}\n{words_read}\n"
        change = fixed_by_hand(POD, f"p{number}/{words}", safety, name=words, message=words, breaks=words).change
        assert change
        steps = []
        for step in change.steps:
            finding = replace(step.fix.finding, kind=f"K{words}", namespace=words)
            known[finding] = Known(12, f"{len(known):024x}", "", f"{len(known):024x}")
            fix = replace(step.fix, finding=finding, title=f"T{words}")
            before, after = (text.replace(POD, one) for one in (step.before, step.after))
            steps.append(Step(fix, before, after, (words,)))
        steps = [replace_others(steps[0], words), *steps[1:]]
        outcomes.append(Outcome(replace(change, steps=tuple(steps)), ()))
    finding = replace(skip().finding, path=words, message=words, name=words, rule="too-much-power")
    gone = replace(finding, path=f"gone{words}")
    left = [replace(skip(reason=words), finding=finding), replace(skip(code="ignored"), finding=gone)]
    waiting = [replace(skip(code="waiting"), finding=finding)]
    known[gone] = Known(3, IDENTITY, "", IDENTITY)
    decline = {IDENTITY: Decline("", 5, "closed", 12)}
    told = replace(facts(base=words[:200] or "main", known=known), declined=decline, target="1.37")
    (made,) = propose([*outcomes, Outcome(None, (*left, *waiting))], told, safety)
    return made


def replace_others(step: Step, words: str) -> Step:
    """Return a step that also makes a new file."""
    words_read = words.encode(errors="replace").decode()
    other = Change(f"new/{words}", "", f"a: {words!r}\n- {words_read}\n{words_read}\n", (), created=True)
    return Step(step.fix, step.before, step.after, step.notes, (other,))


def each_trap(test):  # type: ignore[no-untyped-def]
    for text in TRAPS:
        test = example(text, Safety.UNSAFE)(test)
    return test


def structure(text: str) -> tuple[list[str], list[str]]:
    """Return the tags and the comments of a text, the order of what is equal aside; identities differ by finding."""
    made = page(text)
    assert not made.left_open
    comments = [re.sub(r"=\S+|v2 .*", "", comment) for comment in made.comments]
    return [tag for tag in made.tags if tag not in ("code", "pre")], comments


@cache
def calm_body(safety: Safety, is_local: bool) -> tuple[list[str], list[str]]:
    return structure(body.render(quoting("calm", safety), is_local=is_local))


@cache
def calm_dashboard(safety: Safety) -> tuple[list[str], list[str]]:
    return structure(shown("calm", safety))


@each_trap
@SLOW
@given(HOSTILE, SAFETIES)
def test_the_text_of_a_pull_request_holds_nothing_but_what_we_wrote(words: str, safety: Safety) -> None:
    for is_local in (False, True):
        made = quoting(words, safety)
        text = body.render(made, is_local=is_local)
        rendered = page(text)
        assert rendered.live(frozenset([made.facts.commit[:8]])) == []
        assert structure(text) == calm_body(safety, is_local)
        text.encode()
        if is_local:
            continue
        known = {commit.identity for commit in made.commits}
        assert ticks.ticked(text, ticks.DECLINE, {*known, IDENTITY}) == frozenset()
        assert not ticks.is_ticked(text, ticks.REBUILD)
        assert not ticks.is_going(text)
        assert ticks.ticked(text.replace("[ ]", "[x]"), ticks.DECLINE, {*known, IDENTITY}) == known
        kept = state.read(text)
        assert kept
        assert (kept.digest, set(kept.findings)) == (made.digest, known)


@pytest.mark.parametrize("words", ["\U000e0041|" * 5000, "<" * 20_000, "`" * 20_000, "@" * 20_000, "a b " * 9000])
@pytest.mark.parametrize("count", [1, 40])
def test_no_length_breaks_the_limit_or_the_state(words: str, count: int) -> None:
    made = quoting(words, count=count)
    text = body.render(made)
    assert len(text) <= body.LIMIT
    kept = state.read(text)
    assert kept
    assert kept.digest == made.digest
    assert not page(text).left_open
    assert page(text).live(frozenset([made.facts.commit[:8]])) == []
    assert len(made.title) <= 256


@each_trap
@SLOW
@given(HOSTILE, SAFETIES)
def test_the_dashboard_holds_nothing_but_what_we_wrote(words: str, safety: Safety) -> None:
    text = shown(words, safety)
    # Pull requests are named to be found; nothing else is.
    assert page(re.sub("#(7|12)\\b", "", text)).live() == []
    assert structure(text) == calm_dashboard(safety)
    assert ticks.ticked(text, ticks.AGAIN, [IDENTITY]) == frozenset()
    memory = state.read_memory(text)
    assert memory
    assert set(memory.declined) == {IDENTITY}


def shown(words: str, safety: Safety) -> str:
    """Return a dashboard in which all that a stranger can write is `words`."""
    proposal = replace(quoting(words, safety), title=words or "t")
    finding: Finding = replace(skip().finding, path=words, name=words, kind=f"K{words}", namespace=words)
    decline = Decline("", 5, "closed", 12)
    told = [
        Told(Create(proposal, None), "https://github.example/o/r/pull/7"),
        Told(Wait(proposal, words)),
        Told(Blocked("kubewright/x", words, words)),
        Told(Wait(proposal, words), error=f"e{words}"),
    ]
    declined = [Declined(IDENTITY, finding, 3, decline, f"u{words}")]
    return dashboard.render(told, declined, Memory({IDENTITY: decline}), [f"e{words}"])


@each_trap
@SLOW
@given(HOSTILE, SAFETIES)
def test_a_commit_message_calls_nobody_and_ends_with_our_trailers(words: str, safety: Safety) -> None:
    told = replace(quoting(words, safety, count=1).facts, signer="Kubewright <kubewright@bots.example>")
    (step, *_) = (commit.step for commit in quoting(words, safety, count=1).commits)
    change = Change(step.fix.finding.path, step.before, step.after, (step,))
    (made,) = propose([Outcome(change, ())], told, safety)
    for commit in made.commits:
        lines = commit.message.split("\n")
        assert len(lines[0]) <= messages.MAX_SUBJECT
        assert lines[1] == ""
        assert unseen(commit.message) <= {"\n", ZERO_WIDTH_SPACE}
        keys = ["Kubewright-Rule", "Kubewright-Finding", "Signed-off-by"]
        assert [line.partition(":")[0] for line in git_trailers(commit.message)] == keys
        said = commit.message.rpartition("\n\n")[0]
        assert not re.search(r"^(---|#|From |[\w-]+-by:)", said, re.MULTILINE)
        for name in ("mention", "issue", "commit", "address"):
            assert not LIVE[name].search(said), name
        assert not re.search(r"\[(skip ci|ci skip|no ci|skip actions|actions skip)\]", commit.message, re.IGNORECASE)


def unseen(text: str) -> set[str]:
    return {character for character in text if not character.isprintable()}


def git_trailers(message: str) -> list[str]:
    """Return what Git takes for trailers."""
    done = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=message.encode(), capture_output=True, check=True
    )
    return done.stdout.decode().splitlines()


@pytest.mark.parametrize("words", ["\U000e0041|" * 5000, "<" * 20_000])
def test_no_length_breaks_the_dashboard(words: str) -> None:
    declines = {f"{number:024x}": Decline("f" * 16, 1_800_000_000, "closed", 123_456) for number in range(400)}
    finding = replace(skip().finding, path=words, name=words)
    made = [Declined(identity, finding, 3, decline, words) for identity, decline in declines.items()]
    told = [Told(Blocked(words, words, words)) for _ in range(200)]
    text = dashboard.render(told, made, Memory(declines, dict.fromkeys(declines, 5)), [words] * 50)
    assert len(text) <= dashboard.LIMIT
    assert "- and " in text
    assert not page(text).left_open
    memory = state.read_memory(text)
    assert memory
    assert len(memory.declined) == state.MAX_REMEMBERED


@pytest.mark.parametrize("grouping", ["repository", "directory", "file", "rule", "severity", "owner"])
@settings(max_examples=30, deadline=None)
@given(HOSTILE)
def test_a_title_is_one_line_that_calls_nobody(grouping: Grouping, words: str) -> None:
    title = messages.title(words, grouping, Safety.SAFE, 3)
    assert unseen(title) <= {ZERO_WIDTH_SPACE}
    assert len(title) <= 256
    for name in ("mention", "issue", "commit", "address"):
        assert not LIVE[name].search(title), name


@pytest.mark.parametrize(
    ("scope", "grouping", "expected"),
    [
        ("", "directory", "fix(k8s): harden manifests (3 safe fixes)"),
        ("apps/payments", "directory", "fix(k8s): harden apps/payments (3 safe fixes)"),
        ("apps/web.yaml", "file", "fix(k8s): harden apps/web.yaml (3 safe fixes)"),
        ("host-pid", "rule", "fix(k8s): harden manifests against host-pid (3 safe fixes)"),
        ("critical", "severity", "fix(k8s): repair critical findings (3 safe fixes)"),
        ("@acme/payments", "owner", "fix(k8s): harden what acme/payments owns (3 safe fixes)"),
    ],
)
def test_a_title_says_what_of_the_repository_it_is_about(scope: str, grouping: Grouping, expected: str) -> None:
    assert messages.title(scope, grouping, Safety.SAFE, 3) == expected


def test_who_signs_off_is_the_last_trailer_and_nobody_is_when_it_is_not_asked_for() -> None:
    (made,) = propose([fixed_by_hand(POD)], replace(facts(), signer="Ada <ada@bots.example>"), Safety.UNSAFE)
    assert made.commits[0].message.endswith("\nSigned-off-by: Ada <ada@bots.example>\n")
    (made,) = propose([fixed_by_hand(POD)], facts(), Safety.UNSAFE)
    assert "Signed-off-by" not in made.commits[0].message


@pytest.mark.parametrize("text", [texts.HANDS_OFF_COMMENT, texts.TAKEN_BACK, texts.obsolete("x")])
def test_comments_render_as_they_are_meant(text: str) -> None:
    rendered = page(text)
    assert rendered.live() == []
    assert not rendered.left_open
    assert rendered.tags.count("input type=checkbox") == text.count("[ ]")


def test_the_judge_sees_what_comes_alive() -> None:
    text = "@x #1 GH-2 deadbee https://a.example :tada:\n\n- [x] box\n\n<b>raw</b>"
    made = page(text)
    assert {name for name, _ in made.live()} == set(LIVE)
    assert "b" in made.tags
    assert "input type=checkbox checked=" in made.tags
    assert "a href=https://a.example" in made.tags
