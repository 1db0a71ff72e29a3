"""What people said no to: read from pull requests and from the dashboard, the latest word counts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from bot.lifecycle.model import Observed, Pull
from bot.lifecycle.ticks import AGAIN, DECLINE, ticked
from bot.state import Decline, Memory


def recall(
    observed: Observed,
    current: Mapping[str, str],
    holds: Callable[[str], bool],
) -> Memory:
    """Return all declines and where they were taken back, as of now.

    `current` maps the identity of each finding of the base branch to the hash of its lines; `holds` says of a
    merge commit whether the base holds it, asked only where a merged fix is found anew.
    """
    old = observed.dashboard.memory if observed.dashboard else Memory()
    again = dict(old.again)
    if observed.dashboard:
        for identity in ticked(observed.dashboard.body, AGAIN, {*old.declined, *_of_pulls(observed)}):
            again[identity] = observed.now
    latest: dict[str, Decline] = {}
    reopened = {pull.number for pull in observed.ours() if pull.is_open}
    for identity, decline in _all(observed, old, current, holds):
        if decline.why == "closed" and decline.pull in reopened:
            continue  # Whoever reopens it has changed his mind.
        known = latest.get(identity)
        if known and decline.why == "box" and (known.why, known.pull) == ("box", decline.pull):
            continue  # The box of a pull request that we no longer write was ticked long ago.
        if known is None or (decline.when, decline.pull) > (known.when, known.pull):
            latest[identity] = decline
    kept = {identity: one for identity, one in latest.items() if one.when > again.get(identity, -1)}
    return Memory(kept, {identity: when for identity, when in again.items() if identity not in kept})


def declined(memory: Memory, identity: str, lines: str) -> Decline | None:
    """Return the decline of a finding, None where there is none or its lines have changed since."""
    found = memory.declined.get(identity)
    return found if found is not None and found.lines == lines else None


def in_words(decline: Decline) -> str:
    """Return why a finding is left alone, for people."""
    said = {"box": "declined in", "closed": "declined by closing", "revert": "its fix was taken back after"}
    return f"{said[decline.why]} #{decline.pull}"


def _all(
    observed: Observed, old: Memory, current: Mapping[str, str], holds: Callable[[str], bool]
) -> Iterator[tuple[str, Decline]]:
    yield from old.declined.items()
    for pull in observed.ours():
        if pull.state is None:
            continue
        yield from pull.state.declined.items()
        if pull.is_open or pull.state.closed:
            for identity in ticked(pull.body, DECLINE, pull.state.findings):
                yield identity, Decline(pull.state.findings[identity], observed.now, "box", pull.number)
        elif pull.merged:
            yield from _reverted(pull, current, holds)
        else:
            for identity, lines in pull.state.findings.items():
                yield identity, Decline(lines, pull.closed, "closed", pull.number)


def _reverted(pull: Pull, current: Mapping[str, str], holds: Callable[[str], bool]) -> Iterator[tuple[str, Decline]]:
    """Yield the findings of a merged pull request that are back, on the very lines that it changed.

    Whether a person reverted the fix, or left it out when merging, it is a no. A base that is older than the
    merge still has the findings; they are left alone as well, or the fix would be proposed twice.
    """
    proposed = pull.state.findings if pull.state else {}
    back = {key: lines for key, lines in proposed.items() if current.get(key) == lines}
    for identity, lines in back.items():
        # What the base does not hold yet is remembered by nobody: it ends with the next base.
        when = pull.merged if holds(pull.merged_as) else 0
        yield identity, Decline(lines, when, "revert", pull.number)


def _of_pulls(observed: Observed) -> Collection[str]:
    """Return the findings of which a pull request says anything."""
    found: set[str] = set()
    for pull in observed.ours():
        if pull.state:
            found |= pull.state.findings.keys() | pull.state.declined.keys()
    return found


def to_keep(memory: Memory) -> Memory:
    """Return what is worth writing down: not what is only true of this base."""
    return replace(memory, declined={key: one for key, one in memory.declined.items() if one.when > 0})
