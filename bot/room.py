"""Which changes go into which proposal, and which must wait: nothing without what it starts from. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from fixers.outcome import Change, Skip, by_file


def touched(change: Change) -> set[str]:
    """Return the paths of all files that a change starts from."""
    return {change.path, *(one.path for one in by_file([change]))}


def apart(changes: Iterable[Change], scope_of: Callable[[Change], str]) -> tuple[dict[str, list[Change]], list[Skip]]:
    """Return the changes by scope, and skips for joint fixes of files that two scopes change.

    Proposals start from one base, so what one of them changes is not there for another.
    """
    owners: dict[str, str] = {}
    left: set[str] = set()
    found: dict[str, list[Change]] = {}
    skips: list[Skip] = []
    for change in changes:
        scope, paths = scope_of(change), touched(change)
        if left & paths or any(owners.get(path, scope) != scope for path in paths):
            left |= paths
            reason = "it starts from what another proposal changes; it comes when that one is merged"
            skips += [Skip(step.fix.finding, "other-proposal", reason) for step in change.steps]
        else:
            owners |= dict.fromkeys(paths, scope)
            found.setdefault(scope, []).append(change)
    return found, skips


def within(changes: Sequence[Change], limit: int, text: int) -> tuple[list[Change], list[Skip]]:
    """Return changes of one scope with at most `limit` steps and so many characters, in the order of their commits.

    Those of single files by path, then what was made on top of them; skips for all others. Files with the worst
    findings go first.
    """
    first, later = _in_order(changes)
    taken: tuple[list[Change], list[Change]] = [], []
    waiting: list[Skip] = []
    left: set[str] = set()
    for is_later, change in (*((0, one) for one in sorted(first, key=_worst_first)), *((1, one) for one in later)):
        paths = touched(change)
        size = max(sum(len(one.after) for one in by_file([change])), len(change.after), 1)
        count = 0 if left & paths else min(len(change.steps), limit, text // size)
        limit, text = limit - count, text - count * size
        if count:
            steps = change.steps[:count]
            taken[is_later].append(Change(change.path, change.before, steps[-1].after, steps))
        if count < len(change.steps):
            left |= paths
            reason = "this proposal is full; it comes when this one is merged"
            waiting += [Skip(step.fix.finding, "waiting", reason) for step in change.steps[count:]]
    return [*sorted(taken[0], key=lambda one: one.path), *taken[1]], waiting


def _in_order(changes: Iterable[Change]) -> tuple[list[Change], list[Change]]:
    """Return the changes that start from their file alone, and those that start from what others made."""
    first: list[Change] = []
    later: list[Change] = []
    seen: set[str] = set()
    for change in changes:
        is_first = change.path not in seen and not any(step.others for step in change.steps)
        (first if is_first else later).append(change)
        seen |= touched(change)
    return first, later


def _worst_first(change: Change) -> tuple[int, str]:
    return -max(step.fix.finding.severity for step in change.steps), change.path
