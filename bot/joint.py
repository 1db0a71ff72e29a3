"""Fixes of several files, after those of single files: round by round, until nothing more can be made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.errors import RepositoryError
from bot.texts import Texts
from fixers.change import MAX_PASSES
from fixers.joint import Made
from fixers.outcome import Change, Outcome, Skip
from rules.cluster import Cluster
from rules.errors import Bug, Unfixable
from rules.model import Finding

# Codes of skips that no change of other files takes back.
_FINAL = frozenset(["ignored", "no-fix", "not-allowed", "too-large"])


class Work(Protocol):
    """What is done with one file or one finding, on the texts as they are by now."""

    texts: Texts

    def alone(self, path: str, cluster: Cluster) -> Outcome:
        """Fix one file by itself. Raises RepositoryError, Bug."""

    def joint(self, finding: Finding, cluster: Cluster) -> Made | None:
        """Make one joint fix; None when the finding is gone. Raises Unfixable, Bug."""


@dataclass(slots=True)
class Rounds:
    """The outcomes of files that wait for joint fixes; their skips are true when all rounds are over."""

    work: Work
    cluster: Cluster
    held: dict[str, Outcome] = field(default_factory=dict)

    def run(self) -> Iterator[Outcome | Bug]:
        """Yield an outcome per joint fix and per file that can be changed further; at last the skips."""
        for _ in range(MAX_PASSES):
            if not any(outcome.deferred for outcome in self.held.values()):
                break
            self.cluster = self.work.texts.revised(self.cluster)
            made = 0
            for change in self._joint():
                made += isinstance(change, Change)
                yield Outcome(change, ()) if isinstance(change, Change) else change
            if not made:
                break
            yield from self._alone()
        yield from (Outcome(None, outcome.skips) for outcome in self.held.values() if outcome.skips)

    def _joint(self) -> Iterator[Change | Bug]:
        """Try every joint fix once; what is refused becomes a skip."""
        for path, outcome in self.held.items():
            self.work.texts.work_for(path)
            refused: list[Skip] = []
            for finding in outcome.deferred:
                try:
                    made = self.work.joint(finding, self.cluster)
                except Unfixable as refusal:
                    refused.append(Skip(finding, refusal.code, str(refusal)))
                except Bug as bug:
                    self.work.texts.block(path)
                    yield bug
                else:
                    if made:
                        self.cluster = made.cluster
                        self.work.texts.take(made.change)
                        yield made.change
            self.held[path] = replace(outcome, skips=(*outcome.skips, *refused), deferred=())

    def _alone(self) -> Iterator[Outcome | Bug]:
        """Look at the files again: other objects are there now, and what came second may have its turn."""
        for path, outcome in self.held.items():
            if all(skip.code in _FINAL for skip in outcome.skips):
                continue
            try:
                again = self.work.alone(path, self.cluster)
            except RepositoryError:
                continue
            except Bug as bug:
                self.work.texts.block(path)
                yield bug
                continue
            self.held[path] = again
            if again.change:
                yield Outcome(again.change, ())
