"""The ignores that excuse nothing, or no longer: findings like any other, of two rules that look at no object."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from rules.ignores.known import Ignored
from rules.ignores.model import Ignore
from rules.manifest import Document
from rules.model import Rule, Severity, Spot, rule


@rule(severity=Severity.INFO, category="ignores", kinds=())
def unused_ignore(document: Document) -> Iterator[Spot]:
    """Ignores that excuse nothing.

    What they excused was repaired, the rule's name is misspelt, or an exception for Kubescape says what Kubewright does
    not understand. Left in place, they would hide the next finding, or seem to hide one.

    No fix:
        whether the ignore can go or its rule is misspelt is for a person to say
    """
    yield from ()


@rule(severity=Severity.INFO, category="ignores", kinds=())
def expired_ignore(document: Document) -> Iterator[Spot]:
    """Ignores whose time is over.

    Somebody accepted a risk until a date; since then the findings count again.

    No fix:
        a person repairs what was excused, or accepts it anew
    """
    yield from ()


RULES: tuple[Rule, ...] = (expired_ignore, unused_ignore)


def idle(
    known: Ignored, used: Collection[Ignore], today: date, run: Collection[str], all_ids: Collection[str]
) -> Iterator[tuple[Rule, Ignore, str]]:
    """Yield (rule, ignore, message) for ignores that are over, cannot be read, or excuse nothing.

    `run` are the ids of the rules that were run: what others would have found, nobody knows. A mark of another
    scanner is never idle: that scanner may need it.
    """
    for ignore in known.ignores:
        names = ", ".join(ignore.rules)
        unknown = [name for name in ignore.rules if name not in all_ids]
        if ignore.peer:
            continue
        if ignore.problem:
            yield unused_ignore, ignore, ignore.problem
        elif unknown:
            yield unused_ignore, ignore, f"the ignore names {unknown[0]!r}, and no rule is called so"
        elif ignore.is_over(today):
            yield expired_ignore, ignore, f"the ignore of {names} ended on {ignore.until}"
        elif ignore not in used and all(name in run for name in ignore.rules):
            yield unused_ignore, ignore, f"the ignore of {names} excuses nothing"
