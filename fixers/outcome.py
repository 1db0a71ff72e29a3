"""What comes of fixing: steps, changes of files, and skips with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fixers.model import Fix
from rules.model import Finding


@dataclass(frozen=True, slots=True)
class Skip:
    """A finding that keeps its place: `code` is stable, `reason` one sentence for people."""

    finding: Finding
    code: str
    reason: str


class Step:
    """One fix and the text of the whole file before and after it; each step is valid alone.

    A text may be given as a function that makes it: a file with thousands of fixes stays small in memory.
    What makes the fix safe comes first among the `notes`. `others` are what a joint fix makes of other files:
    without steps of their own, and never to be made alone.
    """

    __slots__ = ("_after", "_before", "fix", "notes", "others")

    def __init__(
        self,
        fix: Fix,
        before: str | Callable[[], str],
        after: str | Callable[[], str],
        notes: tuple[str, ...] = (),
        others: tuple[Change, ...] = (),
    ) -> None:
        self.fix = fix
        self._before = before
        self._after = after
        self.notes = (*fix.evidence, *notes)
        self.others = others

    @property
    def before(self) -> str:
        return self._before if isinstance(self._before, str) else self._before()

    @property
    def after(self) -> str:
        return self._after if isinstance(self._after, str) else self._after()


@dataclass(frozen=True, slots=True)
class Change:
    """A verified change of one file: made only by `change` and `fixers.joint`. Texts include the byte order mark.

    `created` says that the file is a new one; `before` is "" then.
    """

    path: str
    before: str
    after: str
    steps: tuple[Step, ...]
    created: bool = False

    @property
    def files(self) -> tuple[Change, ...]:
        """Every file that changes, each once, as it is before and after: with a joint fix all, or none of them."""
        return by_file([self])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: a change, or None, and a skip for every finding that was not fixed.

    `deferred` are the findings that only a joint fix can make disappear: `fixers.joint` makes it.
    """

    change: Change | None
    skips: tuple[Skip, ...]
    deferred: tuple[Finding, ...] = ()


def by_file(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return what changes that follow each other make of every file: one change per path, without steps."""
    found: dict[str, Change] = {}
    for made in changes:
        for one in (made, *(other for step in made.steps for other in step.others)):
            first = found.get(one.path, one)
            found[one.path] = Change(one.path, first.before, one.after, (), first.created)
    return tuple(one for one in found.values() if one.created or one.before != one.after)
