"""Findings -> a verified change of one manifest, and the reasons for what was left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fixers.model import Fix, Safety
from rules.cluster import Cluster
from rules.model import Finding, Rule


@dataclass(frozen=True, slots=True)
class Skip:
    """A finding that keeps its place: `code` is stable, `reason` one sentence for people."""

    finding: Finding
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One fix and the text of the whole file before and after it; each step is valid alone."""

    fix: Fix
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A verified change of one file: made only by `change`. Texts include the byte order mark."""

    path: str
    before: str
    after: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: a change, or None, and a skip for every finding that was not fixed."""

    change: Change | None
    skips: tuple[Skip, ...]


def change(
    text: str,
    path: str,
    rules: Sequence[Rule],
    cluster: Cluster,
    allow: Safety = Safety.SAFE,
    *,
    partial: bool = False,
) -> Outcome:
    """Fix what the rules find in a file's text, as far as `allow` lets it, and prove it.

    Fixes that are refused or not allowed become skips (`unsafe` for the latter). Raises Bug when ten passes
    do not come to rest.
    """
    raise NotImplementedError
