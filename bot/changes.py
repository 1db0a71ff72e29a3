"""A scan -> verified changes, file by file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import groupby

from bot import signs
from bot.config import Settings
from bot.errors import RepositoryError
from bot.joint import Rounds
from bot.scan import Reported, Scan
from bot.schemas import SCHEMAS
from bot.texts import Texts
from bot.tree import Tree
from fixers.change import change
from fixers.editor import Style, habits
from fixers.joint import Made, make
from fixers.model import Safety
from fixers.outcome import Change, Outcome, Skip
from rules import ignores
from rules.cluster import Cluster
from rules.errors import Bug
from rules.manifest import Document
from rules.model import Finding
from rules.registry import all_rules
from rules.search import fingerprint


def changes(
    tree: Tree,
    scan: Scan,
    settings: Settings,
    allow: Safety | Collection[Safety],
    today: date | None = None,
    *,
    may: Callable[[str], bool] = lambda path: True,
    declined: Callable[[Finding, Document], str | None] = lambda finding, document: None,
) -> Iterator[Outcome | Bug]:
    """Yield what comes of each file with findings, in order of their paths; then what comes of joint fixes.

    A file that may not be changed gives skips; a file whose change fails a proof gives a Bug and keeps its text.
    Each joint fix is an outcome of its own, on top of all that came before; the skips of files that wait for
    one come last. `may` says of a path whether joint fixes may change it; `declined` why a person does not want a
    finding fixed, None where nobody said so. Pure apart from `tree.read`.
    """
    work = _Work(tree, scan, settings, allow, today or datetime.now(UTC).date(), may, declined)
    rounds = Rounds(work, scan.cluster)
    # The outcomes of other files need not wait for joint fixes that nobody expects.
    waiting = any(one.fix is not None and one.fix.is_joint for one in scan.findings)
    for path, found in groupby(scan.findings, lambda reported: reported.finding.path):
        reported = [one for one in found if one.finding.rule not in _IGNORES]
        if not reported:
            continue
        if path not in scan.editable:
            yield Outcome(None, tuple(_skips(reported)))
            continue
        try:
            outcome = work.alone(path, scan.cluster)
        except RepositoryError as error:
            work.texts.block(path)
            yield Outcome(None, tuple(Skip(one.finding, "unreadable", str(error)) for one in reported))
        except Bug as bug:
            work.texts.block(path)
            yield bug
        else:
            if waiting or outcome.deferred:
                rounds.held[path] = outcome
                outcome = replace(outcome, skips=(), deferred=())
            yield outcome
    yield from rounds.run()


def chosen(tree: Tree, scan: Scan, settings: Settings, allow: Collection[Safety]) -> Callable[..., Change | None]:
    """Return what fixes some findings of one file, none else: `(path, findings) -> change`.

    Each call starts from the text as it is. None stands for what cannot be made of the file alone, for all of these
    findings at once. A call raises RepositoryError, and Bug where a proof fails.
    """
    work = _Work(tree, scan, settings, allow, datetime.now(UTC).date(), lambda path: True, lambda *_: None)
    rules = {rule.id: rule for rule in (*all_rules(), *settings.rules)}

    def mark(finding: Finding, document: Document) -> tuple[int, str]:
        return finding.document, fingerprint(finding, document, rules[finding.rule])

    def make_of(path: str, wanted: Collection[Reported]) -> Change | None:
        marks = {(one.finding.document, one.fingerprint) for one in wanted}
        left: set[tuple[int, str]] = set()

        def excuse(finding: Finding, document: Document) -> str | None:
            made = mark(finding, document)
            left.add(made)
            return None if made in marks else "not asked for"

        made = work.make(signs.decode(tree.read(path)).text, path, scan.cluster, excuse)
        if made.deferred or any(skip.code != "ignored" for skip in made.skips):
            return None
        return made.change if marks <= left else None

    return make_of


class _Work:
    """Fixes files and findings of a scan, as the texts are by now."""

    def __init__(
        self,
        tree: Tree,
        scan: Scan,
        settings: Settings,
        allow: Safety | Collection[Safety],
        day: date,
        may: Callable[[str], bool],
        declined: Callable[[Finding, Document], str | None],
    ) -> None:
        self.tree = tree
        self.scan = scan
        self.settings = settings
        self.allow = frozenset(map(Safety, range(allow + 1) if isinstance(allow, Safety) else allow))
        self.day = day
        self.declined = declined
        self.ignored = ignores.excuse(day)
        self.excepted = scan.exceptions.excuse(day)
        self.house = _house(tree, scan)
        self.texts = Texts(tree, scan, may)

    def excuse(self, finding: Finding, document: Document) -> str | None:
        """Return why a finding is left alone, None for one that counts."""
        if finding.severity < self.settings.severity:
            return f"less severe than {self.settings.severity}"
        return (
            self.ignored(finding, document)
            or self.settings.excuse(finding, self.day)
            or self.excepted(finding, document)
            or self.declined(finding, document)
        )

    def alone(self, path: str, cluster: Cluster) -> Outcome:
        """Fix one file by itself. Raises RepositoryError, Bug."""
        text = self.texts.known(path)
        made = self.make(signs.decode(self.tree.read(path)).text if text is None else text, path, cluster, self.excuse)
        if made.change:
            self.texts.take(made.change)
        return made

    def make(
        self, text: str, path: str, cluster: Cluster, excuse: Callable[[Finding, Document], str | None]
    ) -> Outcome:
        """Fix a text of a file by itself, all but what is excused. Raises Bug."""
        return change(
            text,
            path,
            self.settings.rules,
            cluster,
            self.allow,
            partial=path in self.scan.partial,
            excuse=excuse,
            house=self.house,
            schemas=SCHEMAS,
        )

    def joint(self, finding: Finding, cluster: Cluster) -> Made | None:
        """Make one joint fix; None when the finding is gone. Raises Unfixable, Bug."""
        return make(
            finding,
            self.texts,
            self.settings.rules,
            cluster,
            self.allow,
            partial=finding.path in self.scan.partial,
            house=self.house,
            schemas=SCHEMAS,
        )


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


_SAMPLE = 16  # Files: a vote among more seldom comes out otherwise, and it must cost next to nothing.
_IGNORES = frozenset(rule.id for rule in ignores.RULES)


def _skips(reported: list[Reported]) -> Iterator[Skip]:
    for one in reported:
        if one.ignored is not None:
            yield Skip(one.finding, "ignored", one.ignored)
        else:
            yield Skip(one.finding, "not-editable", one.no_fix or "the file is not changed")
