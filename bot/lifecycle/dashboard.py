"""The dashboard: one issue that shows what is open, what waits and what was declined, and takes orders. Pure.

Says nothing that changes by itself (no dates, no counts of days): its text is written anew only when there is news.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot import state
from bot.lifecycle.memory import in_words, to_keep
from bot.lifecycle.model import Action, Blocked, Close, Create, Drop, Keep, Release, Update, Wait
from bot.lifecycle.ticks import AGAIN, OPEN, box, ticked_box
from bot.markdown import inline, shortened, tagged
from bot.messages import subject_of
from bot.proposal import Proposal
from bot.state import Decline, Memory
from rules.model import Finding

TITLE = "Kubewright dashboard"
LIMIT = 60_000  # GitHub refuses 65,536 characters.
MAX_LINES = 100  # Of one section.

_NUMBER = re.compile(r"(?:new-)?[0-9]+")  # A rehearsal makes up numbers.


@dataclass(frozen=True, slots=True)
class Declined:
    """A finding of the base branch that a person declined; `identity` is what its box is known by.

    `unfixed` says why its fix cannot be proposed as the file is now, as where another fix must come first; "" where
    it can.
    """

    identity: str
    finding: Finding
    line: int
    decline: Decline
    unfixed: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a run came to: an action, what GitHub calls the pull request (a URL or ""), and the error if it failed.

    `notes` are what went wrong beside the point; they are said once, by the run itself. `stopped`: nothing more could
    be done from here on; what is left is `undone`.
    """

    action: Action
    url: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()
    undone: bool = False
    stopped: bool = False


def render(told: Sequence[Told], declined: Sequence[Declined], memory: Memory, errors: Sequence[str] = ()) -> str:
    """Return the text of the dashboard. Everything foreign in it is harmless."""
    head = (
        "Kubewright finds insecure Kubernetes manifests in this repository and proposes fixes that change nothing "
        "else. This issue shows where its pull requests stand; the next run reads the boxes. Closing it changes "
        "nothing: it goes on to be kept up to date."
    )
    comment = state.write_memory(to_keep(memory))
    room = LIMIT - len(head) - len(comment) - 100
    sections = []
    for title, more, lines in (
        ("Problems", "", (*map(_problem, told), *(f"- {inline(shortened(error))}" for error in errors))),
        ("Open", "", map(_open, told)),
        ("Waiting", _HOW_TO_OPEN, map(_waiting, told)),
        ("Left to you", "", (_left(one.action) for one in told if isinstance(one.action, Release))),
        ("Declined", _HOW_TO_TAKE_BACK, map(_declined, declined)),
    ):
        section = _section(title, more, lines, room)
        room -= len(section) + 2
        sections.append(section)
    return "\n\n".join([head, *(list(filter(None, sections)) or ["There is nothing to do."]), comment]) + "\n"


_HOW_TO_OPEN = "Tick a box to have the pull request opened by the next run, whatever the limits say."
_HOW_TO_TAKE_BACK = "Tick a box to have the fix proposed again."


def is_worth_an_issue(told: Iterable[Told], declined: Sequence[Declined], errors: Sequence[str]) -> bool:
    """Is there anything to show? A repository without findings gets no issue."""
    return bool(declined or errors or any(not isinstance(one.action, Close | Drop) or one.error for one in told))


def _section(title: str, more: str, lines: Iterable[str], room: int) -> str:
    """Return a section with as many lines as fit into so many characters, whole, and the number of the others."""
    given = [line for line in lines if line]
    if not given:
        return ""
    parts = [f"### {title}", *([more] if more else [])]
    room -= sum(len(part) + 2 for part in parts) + 30
    shown: list[str] = []
    for line in given[:MAX_LINES]:
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    if len(shown) < len(given):
        shown.append(f"- and {len(given) - len(shown)} more")
    return "\n\n".join([*parts, "\n".join(shown)])


def _open(told: Told) -> str:
    action = told.action
    if not isinstance(action, Create | Update | Keep) or not told.url or (told.error and not told.undone):
        return ""
    number = told.url.rpartition("/")[2]
    if action.proposal is None:
        return f"- #{action.pull.number} {inline(shortened(action.pull.title))}: {inline(action.why)}"
    where = f"#{number}" if _NUMBER.fullmatch(number) else tagged(action.proposal.branch)
    return f"- {where} {_about(action.proposal)}"


def _waiting(told: Told) -> str:
    match told.action:
        case Wait(proposal=proposal, why=why):
            return f"{box(OPEN, proposal.branch)} {_about(proposal)}: {inline(shortened(why))}"
        case Create(proposal=proposal, at_once=at_once) if told.undone or (at_once and told.error):
            # What a person asked for stays asked for until it is done.
            mark = ticked_box if at_once else box
            return f"{mark(OPEN, proposal.branch)} {_about(proposal)}: the next run tries again"
    return ""


def _left(release: Release) -> str:
    return (
        f"- #{release.pull.number} holds commits that are not Kubewright's, so it is yours; a box there hands it back"
    )


def _declined(one: Declined) -> str:
    what = f"{tagged(one.finding.rule)} on {tagged(shortened(subject_of(one.finding), 100))}"
    where = tagged(shortened(f"{one.finding.path}:{one.line}", 160))
    # The box stays: ticked together with that of the fix that must come first, it brings both back.
    but = f"; no fix of it alone is proposed now: {inline(shortened(one.unfixed))}" if one.unfixed else ""
    return f"{box(AGAIN, one.identity)} {what}, {where}: {in_words(one.decline)}{but}"


def _problem(told: Told) -> str:
    if isinstance(told.action, Blocked):
        hint = f" ({inline(shortened(told.action.hint))})" if told.action.hint else ""
        return f"- {tagged(shortened(told.action.branch))}: {inline(shortened(told.action.why))}{hint}"
    return f"- {inline(shortened(told.error))}" if told.error else ""


def _about(proposal: Proposal) -> str:
    return inline(proposal.title)
