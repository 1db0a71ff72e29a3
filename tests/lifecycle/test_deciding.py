"""What holds of decisions whatever was seen: the pure part, without a repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.lifecycle import memory
from bot.lifecycle.model import Base, Close, Create, Dashboard, Observed, Pull, Release, Update, Wait, is_touched
from bot.lifecycle.plan import decide
from bot.lifecycle.ticks import AGAIN, DECLINE, GOING, HANDS_OFF, OPEN, REBUILD, box, is_going, is_ticked, ticked_box
from bot.policy import Policy
from bot.proposal import Facts, Proposal
from bot.state import OBSOLETE, Decline, Memory, State, read, read_memory, write, write_memory
from fixers.model import Safety

NOW = 1_800_000_000
ME = "kubewright[bot]"
IDENTITIES = [character * 24 for character in "abcd"]
COMMITS = [character * 40 for character in "0123"]
BRANCHES = ["kubewright/main/one-safe-00000001", "kubewright/main/two-safe-00000002"]
LINES = st.sampled_from(["", "1" * 16, "2" * 16])
TIMES = st.integers(NOW - 10_000, NOW)

declines = st.builds(Decline, LINES, TIMES, st.sampled_from(["box", "closed", "revert"]), st.integers(1, 6))
states = st.builds(
    State,
    base=st.sampled_from(COMMITS),
    digest=st.sampled_from(["d" * 32, "e" * 32]),
    heads=st.lists(st.sampled_from(COMMITS), min_size=1, max_size=2, unique=True).map(tuple),
    findings=st.dictionaries(st.sampled_from(IDENTITIES), LINES, max_size=3),
    declined=st.dictionaries(st.sampled_from(IDENTITIES), declines, max_size=2),
    closed=st.sampled_from(["", OBSOLETE]),
    into=st.just("main"),
)
bodies = st.lists(
    st.sampled_from(
        [
            *(ticked_box(DECLINE, identity) for identity in IDENTITIES),
            *(box(DECLINE, identity) for identity in IDENTITIES),
            *(ticked_box(REBUILD), box(REBUILD), ticked_box(REBUILD, GOING), "text of people"),
        ]
    ),
    max_size=4,
).map("\n".join)


@st.composite
def pulls(draw: st.DrawFn, number: int) -> Pull:
    known = draw(st.none() | states)
    is_open = draw(st.booleans())
    merged = 0 if is_open else draw(st.just(0) | TIMES)
    return Pull(
        number=number,
        url=f"https://github.example/acme/shop/pull/{number}",
        is_open=is_open,
        branch=draw(st.sampled_from(BRANCHES)),
        base=draw(st.sampled_from(["main", "main", "main", "release"])),
        head=draw(st.sampled_from(COMMITS)),
        title="a title",
        body=draw(bodies),
        author=draw(st.sampled_from([ME, ME, ME, "mallory"])),
        labels=draw(st.sampled_from([frozenset(), frozenset({"kubewright"}), frozenset({HANDS_OFF})])),
        created=draw(TIMES),
        closed=0 if is_open else merged or draw(TIMES),
        merged=merged,
        merged_as="f" * 40 if merged else "",
        state=known,
    )


@st.composite
def sights(draw: st.DrawFn) -> Observed:
    found = [draw(pulls(number)) for number in range(1, draw(st.integers(0, 5)) + 1)]
    # GitHub allows one open pull request of a branch into a base.
    open_ones: set[tuple[str, str]] = set()
    kept = []
    for pull in found:
        if pull.is_open and (pull.branch, pull.base) in open_ones:
            continue
        open_ones |= {(pull.branch, pull.base)} if pull.is_open else set()
        kept.append(pull)
    tips = {pull.branch: pull.head for pull in kept if pull.is_open}
    tips |= draw(st.dictionaries(st.sampled_from(BRANCHES), st.sampled_from(COMMITS), max_size=1))
    kept = [replace(pull, head=tips[pull.branch]) if pull.is_open else pull for pull in kept]
    known = Memory(
        draw(st.dictionaries(st.sampled_from(IDENTITIES), declines, max_size=2)),
        draw(st.dictionaries(st.sampled_from(IDENTITIES), TIMES, max_size=2)),
    )
    ticks = draw(
        st.lists(st.sampled_from([*(ticked_box(AGAIN, one) for one in IDENTITIES), ticked_box(OPEN, BRANCHES[0])]))
    )
    board = Dashboard(99, "https://github.example/acme/shop/issues/99", True, "\n".join(ticks), known)
    return Observed(ME, tips, tuple(reversed(kept)), draw(st.none() | st.just(board)), NOW)


def proposal(branch: str, digest: str = "d" * 32) -> Proposal:
    """Return a proposal that has what decisions look at, and no commits."""

    class Known(Proposal):
        __slots__ = ()

        @property
        def digest(self) -> str:
            return digest

    facts = Facts("main", COMMITS[3], "kubewright", {}, {}, "1.0")
    return Known(facts, branch, "one", Safety.SAFE, "a title", (), (), ())


proposals = st.lists(st.sampled_from(BRANCHES), unique=True).flatmap(
    lambda names: st.tuples(
        *(st.sampled_from(["d" * 32, "e" * 32]).map(lambda one, n=name: proposal(n, one)) for name in names)
    )
)
policies = st.builds(
    Policy,
    open_limit=st.integers(0, 2),
    hourly_limit=st.integers(0, 2),
    rebase=st.sampled_from(["conflicted", "behind", "never"]),
)
BASE = Base("main", COMMITS[3], known=frozenset(IDENTITIES[:2]))


def recalled(seen: Observed) -> Memory:
    current: Mapping[str, Mapping[str, str]] = {"main": dict.fromkeys(IDENTITIES, "1" * 16)}
    return memory.recall(seen, current, lambda base, commit: True)


@given(sights(), proposals, policies)
def test_the_same_sight_leads_to_the_same_decisions(seen: Observed, wanted: Any, policy: Policy) -> None:
    assert decide(wanted, seen, policy, BASE) == decide(wanted, seen, policy, BASE)


@given(sights(), proposals, policies, st.frozensets(st.integers(1, 5)))
def test_what_a_person_touched_is_never_changed_without_a_tick(
    seen: Observed, wanted: Any, policy: Policy, asked: frozenset[int]
) -> None:
    for action in decide(wanted, seen, policy, BASE, asked):
        if isinstance(action, Update | Close):
            pull = action.pull
            touched = is_touched(pull) or HANDS_OFF in pull.labels
            meant = (
                is_ticked(pull.body, REBUILD) or pull.number in asked or (is_going(pull.body) and not is_touched(pull))
            )
            assert not touched or meant


@given(sights(), proposals, policies, st.frozensets(st.integers(1, 5)))
def test_nothing_of_somebody_elses_is_ever_changed(
    seen: Observed, wanted: Any, policy: Policy, asked: frozenset[int]
) -> None:
    for action in decide(wanted, seen, policy, BASE, asked):
        if isinstance(action, Update | Close | Release):
            assert action.pull.author == ME
            assert action.pull.base == "main"


@given(sights(), proposals, policies)
def test_each_proposal_gets_exactly_one_answer(seen: Observed, wanted: Any, policy: Policy) -> None:
    told = [
        action.proposal.branch for action in decide(wanted, seen, policy, BASE) if getattr(action, "proposal", None)
    ]
    assert sorted(told) == sorted(one.branch for one in wanted)


@given(sights(), proposals, policies)
def test_no_more_are_open_than_the_limit_allows_unless_a_person_asked(
    seen: Observed, wanted: Any, policy: Policy
) -> None:
    actions = decide(wanted, seen, policy, BASE)
    made = [action for action in actions if isinstance(action, Create) and not action.at_once]
    are_open = sum(pull.is_open for pull in seen.ours()) - sum(isinstance(action, Close) for action in actions)
    assert not made or not policy.open_limit or are_open + len(made) <= policy.open_limit


@given(sights(), proposals, policies)
def test_once_it_is_done_nothing_is_left_to_do(seen: Observed, wanted: Any, policy: Policy) -> None:
    after = _done(seen, decide(wanted, seen, policy, BASE), wanted)
    again = decide(wanted, after, policy, BASE)
    assert not [
        action for action in again if isinstance(action, Update | Create) and action.proposal.branch in _made(after)
    ]
    assert not [action for action in again if isinstance(action, Close)]
    assert {action.proposal.branch for action in again if isinstance(action, Create)} <= {
        action.proposal.branch for action in decide(wanted, seen, policy, BASE) if isinstance(action, Wait)
    }


def _made(seen: Observed) -> set[str]:
    return {pull.branch for pull in seen.pulls if pull.number > 100}


def _done(seen: Observed, actions: Any, wanted: Any) -> Observed:
    """Return what would be seen after the actions."""
    found = {pull.number: pull for pull in seen.pulls}
    tips = dict(seen.tips)
    for number, action in enumerate(actions, 101):
        if isinstance(action, Create | Update):
            known = replace(action.proposal.state(["9" * 40]), findings={})
            branch = action.proposal.branch
            tips[branch] = "9" * 40
            if isinstance(action, Create):
                found[number] = Pull(
                    number, "u", True, branch, "main", "9" * 40, "t", "", ME, created=NOW - 7200, state=known
                )
            else:
                found[action.pull.number] = replace(
                    action.pull, head="9" * 40, body="", state=known, labels=action.pull.labels - {HANDS_OFF}
                )
        elif isinstance(action, Close) and action.pull.state:
            closed = replace(action.pull.state, closed=OBSOLETE)
            found[action.pull.number] = replace(action.pull, is_open=False, closed=NOW, body="", state=closed)
            tips.pop(action.pull.branch, None)
    return replace(seen, pulls=tuple(found.values()), tips=tips)


# ---- Memory


@given(sights(), st.randoms())
def test_the_latest_word_counts_whatever_the_order_in_which_it_is_read(seen: Observed, chance: Any) -> None:
    shuffled = list(seen.pulls)
    chance.shuffle(shuffled)
    assert recalled(seen) == recalled(replace(seen, pulls=tuple(shuffled)))


def test_a_box_that_stays_ticked_was_said_when_it_was_seen_first() -> None:
    lines, (identity, *_) = "1" * 16, IDENTITIES
    ticked = State("", "d" * 32, (COMMITS[0],), {identity: lines}, into="main")
    told = replace(ticked, findings={}, declined={identity: Decline(lines, NOW - 100, "box", 1)})
    first = Pull(1, "u", True, BRANCHES[0], "main", COMMITS[1], "t", ticked_box(DECLINE, identity), ME, state=ticked)
    second = Pull(2, "u", True, BRANCHES[1], "main", COMMITS[0], "t", "", ME, state=told)
    for found in ((first, second), (second, first)):
        assert recalled(Observed(ME, {}, found, None, NOW)).declined[identity].when == NOW - 100


@given(sights())
def test_what_is_remembered_is_remembered_by_the_next_run_in_the_same_way(seen: Observed) -> None:
    """Nothing was said meanwhile: what we may write was written, boxes and all, and the next run reads it."""
    first = recalled(seen)
    left = (pull if is_touched(pull) or HANDS_OFF in pull.labels else replace(pull, body="") for pull in seen.pulls)
    seen = replace(seen, pulls=tuple(pull if pull.is_open else old for pull, old in zip(left, seen.pulls, strict=True)))
    written = Dashboard(99, "u", True, "", memory.to_keep(first))
    second = recalled(replace(seen, dashboard=written, now=NOW + 3600))
    # Of two that say it, the one whose box is still ticked may come to be named.
    assert {key: one.lines for key, one in second.declined.items()} == {
        key: one.lines for key, one in first.declined.items()
    }


@given(sights())
def test_nobody_elses_pull_request_declines_anything(seen: Observed) -> None:
    theirs = replace(seen, pulls=tuple(replace(pull, author="mallory") for pull in seen.pulls), dashboard=None)
    assert recalled(theirs) == Memory()


@given(sights(), st.sampled_from(IDENTITIES))
def test_what_is_taken_back_is_not_declined(seen: Observed, identity: str) -> None:
    ticks = ticked_box(AGAIN, identity)
    old = Memory({identity: Decline("1" * 16, NOW - 5, "closed", 1)})
    board = Dashboard(99, "u", True, ticks, old)
    assert identity not in recalled(replace(seen, dashboard=board)).declined


@given(states)
def test_a_state_is_read_as_it_was_written(known: State) -> None:
    assert read(f"text\n\n{write(known)}\n") == known


@given(st.dictionaries(st.sampled_from(IDENTITIES), declines), st.dictionaries(st.sampled_from(IDENTITIES), TIMES))
def test_a_memory_is_read_as_it_was_written(declined: dict[str, Decline], again: dict[str, int]) -> None:
    known = Memory(declined, again, ("kubewright/main/apps-safe-9b22de55",), ("main", "release/1.2"))
    assert read_memory(f"text\n\n{write_memory(known)}\n") == known


@given(st.text() | st.binary().map(lambda data: f"<!-- kubewright:state v2 {data.hex()} -->"))
def test_no_text_of_others_breaks_the_reading(text: str) -> None:
    read(text)
    read_memory(text)


def test_the_largest_state_that_can_be_written_can_be_read() -> None:
    many = [f"{number:024x}" for number in range(1000)]
    declined = {key: Decline("f" * 16, 10**12 - 1, "closed", 10**12 - 1) for key in many}
    known = State(
        "f" * 64, "f" * 64, ("f" * 64,) * 10, dict.fromkeys(many, "f" * 16), declined, OBSOLETE, "m" * 255, "p" * 255,
        tuple(f"{number:08x}" for number in range(1000)), "f" * 8,
    )  # fmt: skip
    found = read(write(known))
    assert found is not None
    assert len(found.findings) == 300
    branches, bases = ("b" * 100,) * 1000, ("m" * 100,) * 1000
    memory = read_memory(write_memory(Memory(declined, dict.fromkeys(many, 10**12 - 1), branches, ('"', *bases))))
    assert memory is not None
    assert set(memory.bases) == {"m" * 100}
