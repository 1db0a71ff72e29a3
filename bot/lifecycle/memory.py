"""What people said no to: read from pull requests and from the dashboard, the latest word counts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from bot.lifecycle.model import Observed, Pull, is_touched
from bot.lifecycle.ticks import AGAIN, DECLINE, HANDS_OFF, ticked
from bot.state import Decline, Memory, State


def recall(
    observed: Observed,
    current: Mapping[str, Mapping[str, str]],
    holds: Callable[[str, str], bool],
) -> Memory:
    """Return all declines and where they were taken back, as of now.

    `current` maps each base branch to its findings: all that they are or were known by, to the hash of their lines;
    `holds` says of a base branch and a merge commit whether the branch holds it, asked only where a merged fix is
    found anew. The order of what was observed does not matter: the latest word counts, and of two of the same second
    the one that proposes.
    """
    old = observed.dashboard.memory if observed.dashboard else Memory()
    again = dict(old.again)
    if observed.dashboard:
        named = {name for names in current.values() for name in names}
        for identity in ticked(observed.dashboard.body, AGAIN, {*old.declined, *_of_pulls(observed), *named}):
            again[identity] = observed.now
    said: dict[str, dict[tuple[str, int, str], Decline]] = {}
    reopened = {pull.number for pull in observed.ours() if pull.is_open}
    for identity, decline in _all(observed, old, current, holds):
        if decline.why == "closed" and decline.pull in reopened:
            continue  # Whoever reopens it has changed his mind.
        if decline.when > again.get(identity, -1):
            words = said.setdefault(identity, {})
            word = decline.why, decline.pull, decline.lines
            # A box stays ticked where we do not write any more: it was said when it was seen first.
            words[word] = min(decline, words.get(word, decline), key=lambda one: one.when)
    kept = {
        identity: max(words.values(), key=lambda one: (one.when, one.pull, one.why, one.lines))
        for identity, words in said.items()
    }
    # Who was taken back once is kept, even where it was declined anew: a box that stays ticked must not come to count.
    return Memory(kept, again)


def declined(memory: Memory, identity: str, lines: str) -> Decline | None:
    """Return the decline of a finding, None where there is none or its lines have changed since."""
    found = memory.declined.get(identity)
    return found if found is not None and found.lines == lines else None


def renamed(memory: Memory, known: Iterable[tuple[str, str, str]]) -> Memory:
    """Return a memory in which each finding is declined by its name that is so by its other one.

    `known` are name, hash of the lines and other name. What was taken back by its name stays so.
    """
    more = {}
    for identity, lines, other in known:
        found = declined(memory, other, lines)
        if found and not declined(memory, identity, lines) and found.when > memory.again.get(identity, -1):
            more[identity] = found
    return replace(memory, declined={**memory.declined, **more})


def in_words(decline: Decline) -> str:
    """Return why a finding is left alone, for people."""
    said = {"box": "declined in", "closed": "declined by closing", "revert": "its fix was taken back after"}
    return f"{said[decline.why]} #{decline.pull}"


def _all(
    observed: Observed, old: Memory, current: Mapping[str, Mapping[str, str]], holds: Callable[[str, str], bool]
) -> Iterator[tuple[str, Decline]]:
    yield from old.declined.items()
    for pull in observed.ours():
        if pull.state is None:
            continue
        yield from pull.state.declined.items()
        if pull.is_open or pull.state.closed:
            yield from _boxes(pull, pull.state, old, observed.now)
        elif pull.merged:
            yield from _reverted(pull, pull.state, current.get(pull.base, {}), holds)
        else:
            for identity, lines in pull.state.findings.items():
                yield identity, Decline(lines, pull.closed, "closed", pull.number)


def _boxes(pull: Pull, known: State, old: Memory, now: int) -> Iterator[tuple[str, Decline]]:
    """Yield the findings whose box is ticked. Nobody knows when that was; the text of ours is as old as its boxes."""
    is_left = is_touched(pull) or HANDS_OFF in pull.labels
    for identity in ticked(pull.body, DECLINE, known.findings):
        if not pull.is_open:
            yield identity, Decline(known.findings[identity], pull.closed, "box", pull.number)
        elif not (is_left and identity in old.again):
            # Where we do not write, a box that was taken back in the dashboard stays ticked: it says no more.
            yield identity, Decline(known.findings[identity], now, "box", pull.number)


def _reverted(
    pull: Pull, known: State, current: Mapping[str, str], holds: Callable[[str, str], bool]
) -> Iterator[tuple[str, Decline]]:
    """Yield the findings of a merged pull request that are back, on the very lines that it changed.

    Whether a person reverted the fix, or left it out when merging, it is a no. A base that is older than the
    merge still has the findings; they are left alone as well, or the fix would be proposed twice.
    """
    for identity, lines in known.findings.items():
        if current.get(identity) == lines:
            # What the base does not hold yet is remembered by nobody: it ends with the next base.
            when = pull.merged if holds(pull.base, pull.merged_as) else 0
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
