"""Proposals as pull requests on GitHub, and what is printed of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from bot import log
from bot.checkout import IDENTITY
from bot.errors import CLEAN, OUTSIDE, GitHubError
from bot.hub import observe, run
from bot.hub.calls import Call, Rehearsal
from bot.hub.run import Scanned, Session
from bot.lifecycle.dashboard import Told
from bot.lifecycle.model import Action, Base, Blocked, Close, Create, Drop, Keep, Release, Update, Wait
from bot.local_target import prepare
from bot.markdown import visible
from bot.output import stdout
from bot.output.report import plural
from bot.proposal import Proposal
from bot.proposing import Work


def deliver(session: Session, works: Sequence[Work]) -> int:
    """Bring the pull requests of some base branches up to date, and the dashboard. Returns the exit code.

    Raises GitHubError where nothing can be done at all; a refusal of one group keeps nothing else back.
    """
    scanned = [_scanned(work) for work in works]
    seen = run.look(session, session.policy.prefix, scanned)
    told: list[Told] = []
    dry = isinstance(session.wire, Rehearsal)
    # What is pushed is made here, and by ourselves.
    by_api = session.policy.sign_off and not session.place.pushes
    signer = observe.signer(session.wire, session.login) if by_api else IDENTITY
    for work, one in zip(works, scanned, strict=True):
        proposals = list(work.proposals(run.declined(seen, work.known), signer))
        work.tell(proposals)
        here = replace(session, policy=work.policy)
        for done in run.act(here, seen, proposals, one.base, partial(prepare, work.checkout), tuple(told)):
            told.append(done)
            _print(done, dry)
    session.spend()
    try:
        url = run.write_dashboard(session, seen, told, scanned, [str(bug) for work in works for bug in work.bugs])
    except GitHubError as error:
        log.error(f"the dashboard was not written: {error}", error.hint)
        return OUTSIDE
    if url:
        stdout.exactly(f"dashboard {url}\n")
    return OUTSIDE if any(one.error or one.notes for one in told) else CLEAN


def _scanned(work: Work) -> Scanned:
    """Return what the hub needs to know of a scan."""
    base = Base(
        work.name,
        work.commit,
        work.checkout.prefix,
        frozenset(one.called for one in work.known.values()),
        frozenset(error.path for error in work.found.errors),
    )
    return Scanned(base, work.known, work.branches(), work.known_on)


def print_call(call: Call) -> None:
    """Print a write that would be made: what it is for, method and path, and all that would be sent."""
    about = f"  # {visible(call.about)}" if call.about else ""
    lines = [f"{call.method} {visible(call.path)}{about}"]
    if call.body:
        shown = json.dumps(call.body, indent=2, ensure_ascii=False, default=str)
        lines += [f"  {visible(line)}" for line in shown.split("\n")]
    stdout.exactly("\n".join(lines) + "\n")


def _print(told: Told, dry: bool) -> None:
    for note in told.notes:
        log.error(note)
    if told.error:
        log.error(told.error)
    if told.error or told.undone:
        return
    stdout.exactly("\n".join(_lines(told.action, told.url, "would be " if dry else "")) + "\n")


def _lines(action: Action, url: str, verb: str) -> Iterator[str]:
    match action:
        case Create(proposal=proposal):
            yield f"{verb}created {url} ({_about(proposal)})"
        case Update(proposal=proposal, why=why):
            yield f"{verb}updated {url} ({_about(proposal)}): {why}"
        case Keep(why=why):
            yield f"left as it is {url}: {why}" if why else f"unchanged {url}"
        case Release():
            yield f"left to its people {url}"
        case Close(why=why):
            yield f"{verb}closed {url}: {why}"
        case Drop(branch=branch):
            yield f"{verb}deleted: branch {branch}"
        case Wait(proposal=proposal, why=why):
            yield f"waits: {_about(proposal)}: {why}"
        case Blocked(branch=branch, why=why):
            yield f"blocked: {branch}: {why}"


def _about(proposal: Proposal) -> str:
    return f"{visible(proposal.branch)}, {plural(len(proposal.commits), 'commit')}"
