"""Proposals as pull requests on GitHub, and what is printed of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from functools import partial

from bot import log
from bot.errors import CLEAN, OUTSIDE
from bot.hub import run
from bot.hub.calls import Call
from bot.hub.run import Seen, Session
from bot.lifecycle.dashboard import Told
from bot.lifecycle.model import Action, Blocked, Close, Create, Drop, Keep, Release, Update, Wait
from bot.local_target import prepare
from bot.markdown import visible
from bot.output import stdout
from bot.proposal import Proposal
from bot.proposing import Work


def deliver(session: Session, works: Sequence[Work]) -> int:
    """Bring the pull requests of some base branches up to date, and the dashboard. Returns the exit code.

    Raises GitHubError where nothing can be done at all; a refusal of one group keeps nothing else back.
    """
    told: list[Told] = []
    last: tuple[Work, Seen] | None = None
    for work in works:
        seen = run.look(session, work.policy.prefix, work.branches(), work.known, work.commit, int(time.time()))
        proposals = list(work.proposals(run.declined(seen, work.known)))
        work.tell(proposals)
        for one in run.act(session, seen, proposals, work.name, partial(prepare, work.checkout)):
            told.append(one)
            _print(one)
        last = work, seen
    if last is not None:
        work, seen = last
        known = {finding: one for each in works for finding, one in each.known.items()}
        url = run.write_dashboard(session, seen, told, known, [str(bug) for each in works for bug in each.bugs])
        if url:
            stdout.exactly(f"dashboard {url}\n")
    return OUTSIDE if any(one.error for one in told) else CLEAN


def print_call(call: Call) -> None:
    """Print a write that would be made: what it is for, method and path, and all that would be sent."""
    about = f"  # {visible(call.about)}" if call.about else ""
    lines = [f"{call.method} {visible(call.path)}{about}"]
    if call.body:
        shown = json.dumps(call.body, indent=2, ensure_ascii=False, default=str)
        lines += [f"  {visible(line)}" for line in shown.split("\n")]
    stdout.exactly("\n".join(lines) + "\n")


def _print(told: Told) -> None:
    if told.error:
        log.error(told.error)
        return
    stdout.exactly("\n".join(_lines(told.action, told.url)) + "\n")


def _lines(action: Action, url: str) -> Iterator[str]:
    match action:
        case Create(proposal=proposal):
            yield f"created {url} ({_about(proposal)})"
        case Update(proposal=proposal, why=why):
            yield f"updated {url} ({_about(proposal)}): {why}"
        case Keep():
            yield f"unchanged {url}"
        case Release():
            yield f"left to its people {url}"
        case Close(why=why):
            yield f"closed {url}: {why}"
        case Drop(branch=branch):
            yield f"deleted branch {branch}"
        case Wait(proposal=proposal, why=why):
            yield f"waits: {_about(proposal)}: {why}"
        case Blocked(branch=branch, why=why):
            yield f"blocked: {branch}: {why}"


def _about(proposal: Proposal) -> str:
    return (
        f"{visible(proposal.branch)}, {len(proposal.commits)} commits"
        if len(proposal.commits) != 1
        else (f"{visible(proposal.branch)}, 1 commit")
    )
