"""A scan -> verified changes, file by file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import groupby

from bot import signs
from bot.config import Settings
from bot.errors import RepositoryError
from bot.scan import Reported, Scan
from bot.tree import Tree
from fixers.change import Outcome, Skip, change
from fixers.editor import Style, habits
from fixers.model import Safety
from rules import ignores
from rules.errors import Bug
from rules.manifest import Document
from rules.model import Finding


def changes(
    tree: Tree,
    scan: Scan,
    settings: Settings,
    allow: Safety | Collection[Safety],
    today: date | None = None,
) -> Iterator[Outcome | Bug]:
    """Yield what comes of each file with findings, in order of their paths.

    A file that may not be changed gives skips; a file whose change fails a proof gives a Bug and keeps its text.
    Pure apart from `tree.read`.
    """
    day = today or datetime.now(UTC).date()
    ignored = ignores.excuse(day)

    def excuse(finding: Finding, document: Document) -> str | None:
        if finding.severity < settings.severity:
            return f"less severe than {settings.severity}"
        return ignored(finding, document) or settings.excuse(finding, day)

    house = _house(tree, scan)
    for path, found in groupby(scan.findings, lambda reported: reported.finding.path):
        reported = [one for one in found if one.finding.rule not in _IGNORES]
        if not reported:
            continue
        if path not in scan.editable:
            yield Outcome(None, tuple(_skips(reported)))
            continue
        try:
            text = signs.decode(tree.read(path)).text
        except RepositoryError as error:
            yield Outcome(None, tuple(Skip(one.finding, "unreadable", str(error)) for one in reported))
            continue
        try:
            yield change(
                text,
                path,
                settings.rules,
                scan.cluster,
                allow,
                partial=path in scan.partial,
                excuse=excuse,
                house=house,
            )
        except Bug as bug:
            yield bug


def _house(tree: Tree, scan: Scan) -> Style | None:
    """Return how most of the manifests are written, told from some of them; None where nothing is to be fixed."""
    if not scan.findings:
        return None
    paths = sorted(scan.editable)
    return habits(_texts(tree, paths[:: len(paths) // _SAMPLE + 1]))


def _texts(tree: Tree, paths: list[str]) -> Iterator[str]:
    for path in paths:
        with suppress(RepositoryError):  # What cannot be read shows no habits.
            yield signs.decode(tree.read(path)).text


_SAMPLE = 50  # Files: a vote among more would not come out otherwise.
_IGNORES = frozenset(rule.id for rule in ignores.RULES)


def _skips(reported: list[Reported]) -> Iterator[Skip]:
    for one in reported:
        if one.ignored is not None:
            yield Skip(one.finding, "ignored", one.ignored)
        else:
            yield Skip(one.finding, "not-editable", one.no_fix or "the file is not changed")
