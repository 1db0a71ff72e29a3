"""What to do about each group of fixes: from what is proposed and what is there, to actions. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

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
from bot.lifecycle.ticks import DECLINE, HANDS_OFF, OPEN, REBUILD, is_going, is_ticked, ticked
from bot.policy import Policy
from bot.proposal import Proposal
from bot.state import OBSOLETE, State, mark_of
from rules.model import Severity

HOUR = 3600


def decide(
    proposals: Sequence[Proposal],
    observed: Observed,
    policy: Policy,
    base: Base,
    asked: Collection[int] = (),
    earlier: Collection[Action] = (),
) -> tuple[Action, ...]:
    """Return an action for each proposal and for each of our pull requests into `base` that has none any more.

    `asked` are the numbers of pull requests of which a comment, rather than their text, asks to be made afresh;
    `earlier` is what this run decided for other bases. New ones come last, the worst first, as many as the limits
    leave room for.
    """
    actions: list[Action] = []
    new: list[Proposal] = []
    for proposal in proposals:
        action = _of_open(proposal, observed, policy, asked)
        if action is None:
            new.append(proposal)
        else:
            actions.append(action)
    actions += _gone(proposals, observed, base, asked)
    return (*actions, *_opened(new, observed, policy, (*earlier, *actions)))


def heads_of(observed: Observed, branch: str) -> frozenset[str]:
    """Return the commits at which a branch is ours, as its pull requests recorded them."""
    return frozenset(head for pull in observed.ours(branch) if pull.state for head in pull.state.heads)


def _of_open(proposal: Proposal, observed: Observed, policy: Policy, asked: Collection[int]) -> Action | None:
    """Return what to do where a pull request of the group is open, None where there is none."""
    pulls = [pull for pull in observed.pulls if pull.branch == proposal.branch and pull.is_open]
    if not pulls:
        return None
    pull = next((one for one in pulls if one.author == observed.login), None)
    if pull is None:
        why = f"{pulls[0].url} was opened from our branch by somebody else"
        return Blocked(proposal.branch, why, "close it, or choose another branch prefix", proposal)
    if pull.base != proposal.facts.base:
        why = f"{pull.url} was pointed at another base"
        return Blocked(proposal.branch, why, "point it back, or close it", proposal)
    if pull.number in observed.newer:
        return Keep(pull, proposal, _NEWER)
    wants = _wants(pull, asked)
    if (is_touched(pull) or HANDS_OFF in pull.labels) and not wants:
        return Release(pull, proposal)
    if wants:
        hands_back = is_touched(pull) or HANDS_OFF in pull.labels or pull.number in asked or is_going(pull.body)
        return Update(proposal, pull, "somebody asked for it", hands_back=hands_back)
    why = _stale(proposal, pull, policy)
    return Update(proposal, pull, why) if why else Keep(pull, proposal)


def _wants(pull: Pull, asked: Collection[int]) -> bool:
    """Did a person ask to have the branch made afresh, whatever is on it?"""
    if is_going(pull.body):
        # Whoever asked meant what was there then, and that is known; not what was pushed while it went on.
        return not is_touched(pull)
    return is_ticked(pull.body, REBUILD) or pull.number in asked


def _stale(proposal: Proposal, pull: Pull, policy: Policy) -> str:
    """Return why a pull request must be written anew, "" where it need not."""
    if pull.state is None:
        return "its text was changed"
    if pull.state.digest != proposal.digest:
        proposed = {commit.identity for commit in proposal.commits}
        if policy.rebase != "never" or proposed != set(pull.state.findings):
            return "what is proposed, or the files it changes, changed"
        return ""
    if pull.head != pull.state.heads[-1]:
        return "an earlier run was interrupted"
    if ticked(pull.body, DECLINE, {commit.identity for commit in proposal.commits}):
        return "a box in it was taken back in the dashboard"
    if policy.rebase == "behind" and pull.state.base != proposal.facts.commit:
        return "the base moved"
    return ""


_NEWER = "it was made from a later commit than this run has"


def _gone(proposals: Sequence[Proposal], observed: Observed, base: Base, asked: Collection[int]) -> Iterator[Action]:
    """Yield what to do about our pull requests and branches for which there is no proposal."""
    wanted = {proposal.branch for proposal in proposals}
    for pull in observed.ours():
        # A person may have pointed one that was made for another base at this one.
        if pull.branch in wanted or pull.base != base.name or pull.state is None:
            continue
        if pull.state.into != base.name and pull.state.into not in base.earlier:
            continue
        if not pull.is_open:
            tip = observed.tips.get(pull.branch)
            others = any(one.is_open for one in observed.pulls if one.branch == pull.branch)
            if pull.state.closed == OBSOLETE and tip in pull.state.heads and tip and not others:
                yield Drop(pull.branch, tip)
        elif (is_touched(pull) or HANDS_OFF in pull.labels) and not _wants(pull, asked):
            yield Release(pull)
        elif unknown := _unknown(pull, pull.state, observed, base):
            yield Keep(pull, why=unknown)
        else:
            yield Close(pull, _why_gone(pull, pull.state, base, proposals))


def _unknown(pull: Pull, state: State, observed: Observed, base: Base) -> str:
    """Return why nobody can say that a pull request proposes nothing any more, "" where it is sure."""
    if pull.number in observed.newer:
        return _NEWER
    if not state.below.startswith(base.below):
        return "this run looks at another part of the repository"
    if unread := {mark_of(path) for path in base.unread}.intersection(state.files):
        return f"{len(unread)} of its files cannot be read now"
    return ""


def _why_gone(pull: Pull, state: State, base: Base, proposals: Sequence[Proposal]) -> str:
    """Return why a pull request has no proposal, as people read it behind "closed:"."""
    now = base.earlier.get(state.into, {})
    left = base.known.intersection(now.get(identity, identity) for identity in state.findings)
    if not left:
        return "none of its findings is left to be fixed"
    elsewhere = left.intersection(_to_come(proposals))
    if not elsewhere:
        return f"what is left of its findings {_NOT_PROPOSED}"
    is_ours = any(pull.branch.startswith(f"{proposal.facts.prefix}/") for proposal in proposals)
    changed = "the fixes are in other groups now" if is_ours else "our branches have another prefix now"
    if state.into != base.name:
        changed = "the base branch was renamed"
    if elsewhere == left:
        return f"{changed}; its own come in other pull requests, as many at a time as the limits allow"
    return (
        f"{changed}; {len(elsewhere)} of its {len(left)} come in other pull requests, as many at a time as the limits "
        f"allow, and what is left {_NOT_PROPOSED}"
    )


_NOT_PROPOSED = "was declined, has no fix as the files are now, or is not what the settings propose any more"


def _to_come(proposals: Sequence[Proposal]) -> Iterator[str]:
    """Yield the findings that are proposed, and those that wait until there is room beside them."""
    for proposal in proposals:
        yield from (commit.identity for commit in proposal.commits)
        known = (proposal.facts.known.get(one.skip.finding) for one in proposal.left if one.skip.code == "waiting")
        yield from (one.called for one in known if one)


def _opened(
    new: Sequence[Proposal], observed: Observed, policy: Policy, earlier: Collection[Action]
) -> Iterator[Action]:
    """Yield the new pull requests that the limits leave room for; the others wait."""
    ours = observed.ours()
    made = sum(isinstance(one, Create) for one in earlier)
    are_open = sum(pull.is_open for pull in ours) + made - sum(isinstance(one, Close) for one in earlier)
    fresh = sum(pull.created > observed.now - HOUR for pull in ours) + made
    body = observed.dashboard.body if observed.dashboard else ""
    at_once = ticked(body, OPEN, [proposal.branch for proposal in new])
    for proposal in sorted(new, key=lambda one: (one.branch not in at_once, *_worst_first(one))):
        why = ""
        if proposal.branch not in at_once:
            if policy.open_limit and are_open >= policy.open_limit:
                why = f"{are_open} are open, as many as the limit allows"
            elif policy.hourly_limit and fresh >= policy.hourly_limit:
                why = f"{fresh} were opened within an hour, as many as the limit allows"
        if why:
            yield Wait(proposal, why)
            continue
        are_open, fresh = are_open + 1, fresh + 1
        tip = observed.tips.get(proposal.branch)
        known = tip is None or tip in heads_of(observed, proposal.branch)
        yield Create(proposal, tip, known, proposal.branch in at_once)


def _worst_first(proposal: Proposal) -> tuple[int, int, str]:
    """Safe ones first: they are quickly read. Then the most severe."""
    worst = max((commit.step.fix.finding.severity for commit in proposal.commits), default=Severity.INFO)
    return proposal.safety, -worst, proposal.branch
