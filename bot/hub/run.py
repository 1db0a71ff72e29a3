"""One run on one repository: look, decide, act on each group, and write the dashboard."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from bot import body, state
from bot.errors import GitHubError, OutsideError
from bot.hub import observe
from bot.hub.act import Hand
from bot.hub.calls import Stopped, Wire
from bot.hub.observe import Home
from bot.lifecycle import dashboard, memory
from bot.lifecycle.dashboard import Declined, Told
from bot.lifecycle.model import (
    Action,
    Base,
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
    is_touched,
)
from bot.lifecycle.plan import decide
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
    """A repository on GitHub, as the one that the token belongs to (`login`) may see and change it.

    `wait` is called with the number of the try before a write is repeated, `spend` before what is written last, for
    which some of a limit may have been kept back; `clock` tells seconds since 1970.
    """

    wire: Wire
    place: Home
    login: str
    policy: Policy
    wait: Callable[[int], None] = lambda _: None
    spend: Callable[[], None] = lambda: None
    clock: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Scanned:
    """A base branch as it was scanned, all that one look at GitHub needs; `branches` are those of its groups.

    `known_on` returns what findings were known by if the branch had another name.
    """

    base: Base
    known: Mapping[Finding, Known]
    branches: Collection[str]
    known_on: Callable[[str], Mapping[Finding, Known]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was there before the run, and what people had said. `earlier` is that of each base, by its name."""

    observed: Observed
    memory: Memory
    asked: frozenset[int] = frozenset()
    earlier: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


def look(session: Session, prefix: str, scanned: Sequence[Scanned]) -> Seen:
    """Read everything that decisions need, for all base branches at once. Raises GitHubError."""
    wire, place = session.wire, session.place
    branches = {branch for one in scanned for branch in one.branches}
    observed = observe.observe(wire, place, session.login, prefix, branches, int(session.clock()))
    newer = (observe.newer(wire, place, one.base.name, one.base.commit, observed.ours()) for one in scanned)
    observed = replace(observed, newer=frozenset().union(*newer))
    current = {one.base.name: _lines(one.known.values()) for one in scanned}
    commits = {one.base.name: one.base.commit for one in scanned}
    before = _before(wire, place, observed, scanned)
    for now, old, _, then in before:
        # A pull request that was merged before may be told as merged into either name.
        current[now] |= _lines(then.values())
        current[old], commits[old] = current[now], commits[now]

    @cache
    def holds(base: str, commit: str) -> bool:
        return observe.holds(wire, place, commits[base], commit)

    claimed = [pull for pull in observed.ours() if pull.is_open and (HANDS_OFF in pull.labels or is_touched(pull))]
    asked = observe.asked(wire, place, claimed, session.login)
    found = memory.recall(observed, current, holds)
    for one in scanned:
        found = memory.renamed(found, ((each.called, each.lines, each.other) for each in one.known.values()))
    earlier: dict[str, dict[str, Mapping[str, str]]] = {}
    for now, old, known, then in before:
        names = [(known[finding].called, each.lines, name) for finding, each in then.items() for name in _names(each)]
        found = memory.renamed(found, names)
        earlier.setdefault(now, {})[old] = {name: called for called, _, name in names}
    return Seen(observed, found, asked, earlier)


_Known = Mapping[Finding, Known]


def _before(
    wire: Wire, place: Home, observed: Observed, scanned: Sequence[Scanned]
) -> list[tuple[str, str, _Known, _Known]]:
    """Return what is known of each base that was renamed: its name, the earlier one, what is known now, and was then.

    An earlier name is one that was proposed to, and that GitHub takes for the new one.
    """
    bases = {one.base.name: one for one in scanned}
    names = {pull.state.into for pull in observed.ours() if pull.state}
    if observed.dashboard:
        names |= set(observed.dashboard.memory.bases)
    names -= {"", ".", "..", *bases}  # A text may say anything, and dots would lead out of the branches.
    led = {old: observe.name_now(wire, place, old) for old in sorted(names)}
    return [(now, old, bases[now].known, bases[now].known_on(old)) for old, now in led.items() if now in bases]


def _lines(known: Iterable[Known]) -> dict[str, str]:
    """Return the hash of the lines of each finding, by all that it may be remembered by."""
    return {name: one.lines for one in known for name in _names(one)}


def _names(known: Known) -> list[str]:
    return [name for name in (known.other, known.called) if name]


def declined(seen: Seen, known: Mapping[Finding, Known]) -> dict[str, Decline]:
    """Return the findings, by identity, that are to be left alone because a person said so."""
    found = ((one.called, memory.declined(seen.memory, one.called, one.lines)) for one in known.values())
    return {identity: decline for identity, decline in found if decline is not None}


def act(
    session: Session,
    seen: Seen,
    proposals: Sequence[Proposal],
    base: Base,
    prepare: Prepare,
    earlier: Sequence[Told] = (),
) -> Iterator[Told]:
    """Do what is to be done about each group. A refusal is told and keeps nothing else back.

    `earlier` is what was done for other bases. Once GitHub takes no more, what is left is told as undone: the next
    run does it.
    """
    hand = Hand(session.wire, session.place, session.login, session.policy, session.wait)
    stopped = any(one.stopped for one in earlier)
    base = replace(base, earlier=seen.earlier.get(base.name, {}))
    actions = decide(proposals, seen.observed, session.policy, base, seen.asked, [one.action for one in earlier])
    for action in actions:
        if stopped:
            yield Told(action, _url(action), undone=True)
            continue
        hand.notes.clear()
        try:
            yield Told(action, _one(hand, seen, action, prepare), notes=tuple(hand.notes))
        except OutsideError as error:
            stopped = isinstance(error, Stopped)
            said = f"{error}{f' ({error.hint})' if error.hint else ''}"
            yield Told(action, _url(action), said, tuple(hand.notes), undone=stopped, stopped=stopped)


def _url(action: Action) -> str:
    """Return the URL of the pull request that is there already, or ""."""
    return action.pull.url if isinstance(action, Update | Keep | Release | Close) else ""


def _one(hand: Hand, seen: Seen, action: Action, prepare: Prepare) -> str:
    match action:
        case Create(proposal=proposal):
            return hand.create(action, prepare(proposal), _renderer(proposal))
        case Update(proposal=proposal):
            return hand.update(action, prepare(proposal), _renderer(proposal, action.pull.above))
        case Keep(pull=pull):
            return pull.url if action.why else hand.keep(pull)
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


def _renderer(proposal: Proposal, above: str = "") -> Callable[[Sequence[str], Sequence[str], bool], str]:
    """Return what makes the text of a pull request; it takes the room that is left below what people wrote."""
    limit = min(body.LIMIT, body.MOST - len(above))
    return lambda ids, heads, rebuild: body.render(proposal, ids, heads, limit, rebuild=rebuild)


def _farewell(pull: Pull, known: Memory) -> str:
    """Return the text of a pull request that we close: it remembers what was declined, and that closing was ours."""
    old = pull.state or State()
    mine = {key: known.declined[key] for key in {*old.findings, *old.declined} if key in known.declined}
    return state.below(pull.above, state.replaced(pull.body, replace(old, closed=OBSOLETE, declined=mine)))


def write_dashboard(
    session: Session, seen: Seen, told: Sequence[Told], scanned: Sequence[Scanned], errors: Sequence[str] = ()
) -> str:
    """Write the dashboard; return its URL, "" where there is none. Raises GitHubError."""
    if not session.policy.dashboard or not session.place.has_issues:
        return ""
    shown: list[Declined] = []
    for one in scanned:
        left = declined(seen, one.known)
        shown += [
            Declined(known.called, finding, known.line, left[known.called], known.unfixed)
            for finding, known in one.known.items()
            if known.called in left
        ]
    shown.sort(key=lambda item: (item.finding.path, item.line, item.identity))
    old = seen.observed.dashboard
    if old is None and not dashboard.is_worth_an_issue(told, shown, errors):
        return ""
    hand = Hand(session.wire, session.place, session.login, session.policy, session.wait)
    bases = tuple(one.base.name for one in scanned)
    known = replace(seen.memory, branches=tuple(sorted(_left_open(seen, told))), bases=bases)
    return hand.dashboard(old, dashboard.TITLE, dashboard.render(told, shown, known, errors))


def _left_open(seen: Seen, told: Sequence[Told]) -> set[str]:
    """Return the branches of our pull requests that are open now."""
    done = [one.action for one in told if not (one.error or one.undone)]
    closed = {action.pull.number for action in done if isinstance(action, Close)}
    opened = {action.proposal.branch for action in done if isinstance(action, Create | Update)}
    ours = (pull for pull in seen.observed.ours() if pull.is_open and pull.state and pull.number not in closed)
    return opened | {pull.branch for pull in ours}
