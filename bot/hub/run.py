"""One run on one repository: look, decide, act on each group, and write the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot import body, state
from bot.errors import GitHubError, OutsideError
from bot.hub import observe
from bot.hub.act import Hand
from bot.hub.calls import Limited, Wire
from bot.hub.observe import Home
from bot.lifecycle import dashboard, memory
from bot.lifecycle.dashboard import Declined, Told
from bot.lifecycle.model import (
    Action,
    Blocked,
    Close,
    Create,
    Drop,
    Keep,
    Observed,
    Pull,
    Release,
    Update,
    Wait,
)
from bot.lifecycle.plan import decide, is_touched
from bot.lifecycle.ticks import HANDS_OFF
from bot.local import Prepared
from bot.policy import Policy
from bot.proposal import Known, Proposal
from bot.state import OBSOLETE, Decline, Memory, State
from rules.model import Finding

# Makes the commits of a proposal, down to their trees. Called when they are needed: they can be large.
Prepare = Callable[[Proposal], Prepared]


@dataclass(frozen=True, slots=True)
class Session:
    """A repository on GitHub, as the one that the token belongs to (`login`) may see and change it."""

    wire: Wire
    place: Home
    login: str
    policy: Policy
    wait: Callable[[int], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was there before the run, and what people had said."""

    observed: Observed
    memory: Memory
    asked: frozenset[int]


def look(
    session: Session, prefix: str, branches: Collection[str], known: Mapping[Finding, Known], base: str, now: int
) -> Seen:
    """Read everything that decisions need. `base` is the commit that the findings, `known`, are of.

    Raises GitHubError.
    """
    observed = observe.observe(session.wire, session.place, session.login, prefix, branches, now)
    current = {one.called: one.lines for one in known.values()}
    held: dict[str, bool] = {}

    def holds(commit: str) -> bool:
        if commit not in held:
            held[commit] = observe.holds(session.wire, session.place, base, commit)
        return held[commit]

    claimed = [pull for pull in observed.ours() if pull.is_open and (HANDS_OFF in pull.labels or is_touched(pull))]
    asked = observe.asked(session.wire, session.place, claimed, session.login)
    return Seen(observed, memory.recall(observed, current, holds), asked)


def declined(seen: Seen, known: Mapping[Finding, Known]) -> dict[str, Decline]:
    """Return the findings, by identity, that are to be left alone because a person said so."""
    found = ((one.called, memory.declined(seen.memory, one.called, one.lines)) for one in known.values())
    return {identity: decline for identity, decline in found if decline is not None}


def act(session: Session, seen: Seen, proposals: Sequence[Proposal], base: str, prepare: Prepare) -> Iterator[Told]:
    """Do what is to be done about each group. A refusal is told and keeps nothing else back.

    Raises Limited where GitHub takes no more for now: what is missing is done by the next run.
    """
    hand = Hand(session.wire, session.place, session.login, session.policy, session.wait)
    for action in decide(proposals, seen.observed, session.policy, base, seen.asked):
        try:
            yield Told(action, _one(hand, seen, action, prepare))
        except Limited:
            raise
        except OutsideError as error:
            yield Told(action, "", f"{error}{f' ({error.hint})' if error.hint else ''}")


def _one(hand: Hand, seen: Seen, action: Action, prepare: Prepare) -> str:
    match action:
        case Create(proposal=proposal):
            return hand.create(action, prepare(proposal), _renderer(proposal))
        case Update(proposal=proposal):
            return hand.update(action, prepare(proposal), _renderer(proposal))
        case Keep(pull=pull):
            return hand.keep(pull)
        case Release():
            return hand.release(action)
        case Close(pull=pull):
            return hand.close(action, _farewell(pull, seen.memory))
        case Drop():
            return hand.drop(action)
        case Blocked(why=why, hint=hint):
            raise GitHubError(why, hint or None)
        case Wait():
            return ""


def _renderer(proposal: Proposal) -> Callable[[Sequence[str], Sequence[str], bool], str]:
    return lambda ids, heads, rebuild: body.render(proposal, ids, heads, rebuild=rebuild)


def _farewell(pull: Pull, known: Memory) -> str:
    """Return the text of a pull request that we close: it remembers what was declined, and that closing was ours."""
    old = pull.state or State()
    mine = {key: known.declined[key] for key in {*old.findings, *old.declined} if key in known.declined}
    return state.replaced(pull.body, replace(old, closed=OBSOLETE, declined=mine))


def write_dashboard(
    session: Session, seen: Seen, told: Sequence[Told], known: Mapping[Finding, Known], errors: Sequence[str] = ()
) -> str:
    """Write the dashboard; return its URL, "" where there is none. Raises GitHubError."""
    if not session.policy.dashboard or not session.place.has_issues:
        return ""
    left = declined(seen, known)
    shown = sorted(
        (
            Declined(one.called, finding, one.line, left[one.called])
            for finding, one in known.items()
            if one.called in left
        ),
        key=lambda item: (item.finding.path, item.line, item.identity),
    )
    old = seen.observed.dashboard
    if old is None and not dashboard.is_worth_an_issue(told, shown, errors):
        return ""
    hand = Hand(session.wire, session.place, session.login, session.policy, session.wait)
    return hand.dashboard(old, dashboard.TITLE, dashboard.render(told, shown, seen.memory, errors))
