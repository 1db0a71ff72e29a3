"""Many files -> one scan: every file accounted for, every finding with its place and its fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from itertools import chain

from bot import discover, workers
from bot.config import Settings
from bot.discover import SCANNED, FileClass, Found, Survey
from bot.opened import Opened, exceptions_of, open_file
from bot.tree import Tree
from fixers import registry
from fixers.model import Fix
from rules import ignores
from rules.cluster import Cluster
from rules.errors import Bug, ManifestError, Unfixable
from rules.manifest import Document
from rules.model import Finding, Rule
from rules.pointer import Pointer, text
from rules.registry import all_rules
from rules.search import fingerprint, search, wanted

# Called with (steps done, steps in all); from time to time.
Progress = Callable[[int, int], None]

# Characters of parsed documents that are kept between the two rounds; values take about twenty times as much.
_KEPT = 4_000_000


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding as people see it: where it stands (from 1, the end exclusive), and its fix or why there is none.

    `ignored` is the reason of the ignore that excuses it, None for a finding that counts.
    """

    finding: Finding
    fingerprint: str
    line: int
    column: int
    end_line: int
    end_column: int
    fix: Fix | None
    no_fix: str | None
    ignored: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out: what it is, and why that is no manifest to judge."""

    path: str
    file_class: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found.

    `files` counts the YAML and JSON files that were looked at, skipped ones included but not those that the user
    excludes, `documents` those of the manifests among them. `partial` holds the paths read as fragments, `editable`
    those that may be changed. `classes` says how many files are of each class, `unreadable` for those that only
    have errors. `exceptions` are what files of another scanner excuse. Everything is sorted by path and place.
    """

    files: int
    documents: int
    findings: tuple[Reported, ...]
    errors: tuple[ManifestError, ...]
    skipped: tuple[Skipped, ...]
    bugs: tuple[Bug, ...]
    cluster: Cluster
    partial: frozenset[str]
    editable: frozenset[str]
    classes: Mapping[str, int] = field(default_factory=dict)
    survey: Survey = field(default_factory=lambda: Survey(()))
    exceptions: ignores.Exceptions = field(default_factory=ignores.Exceptions)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the rules say of one file; texts and values are gone by then."""

    found: Found
    scanned: bool
    editable: bool
    documents: int
    findings: tuple[Reported, ...]
    errors: tuple[ManifestError, ...]
    bugs: tuple[Bug, ...]


def scan(tree: Tree, settings: Settings, progress: Progress | None = None, today: date | None = None) -> Scan:
    """Scan all manifests of a tree.

    Raises RepositoryError when the tree itself cannot be listed; a file that cannot be read is an error of the
    scan. Two rounds: the first collects what the rules must know of all files together, the second judges.
    """
    survey = discover.survey(tree, settings.exclude)
    files = survey.files
    tell: Progress = progress or (lambda done, total: None)
    wants = _Wants(settings.rules)
    shared = settings.jobs > 1 and len(files) >= workers.WORTH_IT and workers.possible(tree)
    room = 0 if shared else _KEPT
    kept: dict[str, Opened] = {}
    graph: list[Document] = []
    excepting: list[Document] = []
    for number, found in enumerate(files):
        opened = open_file(tree, found, wants.all if room > 0 else wants.graph)
        if room > 0 or opened.read is None:
            kept[found.path] = opened
            room -= opened.size
        excepting.extend(opened.exceptions)
        if opened.read and not found.partial:
            graph.extend(Cluster.of(opened.read.documents).documents)
        tell(number + 1, 2 * len(files))
    cluster = Cluster(tuple(graph), settings.version, survey.graph.images, survey.patched, survey.image_users)

    beside = (path for path in survey.exceptions if not settings.excludes_beside(path))
    excepting.extend(chain.from_iterable(exceptions_of(tree, path) for path in beside))
    exceptions = ignores.exceptions(excepting)
    judge = _Judge(settings, cluster, exceptions, today or datetime.now(UTC).date())

    def judged(found: Found) -> _Judged:
        return judge.file(kept[found.path] if found.path in kept else open_file(tree, found, wants.all))

    results: list[_Judged] = []
    for result in workers.spread(judged, files, settings.jobs if shared else 1):
        results.append(result)
        kept.pop(result.found.path, None)
        tell(len(files) + len(results), 2 * len(files))
    return _summed(results, cluster, survey, exceptions)


class _Wants:
    """Which kinds are worth parsing."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.all = cache(lambda api_version, kind: wanted(rules, api_version, kind))
        self.graph = cache(lambda api_version, kind: wanted((), api_version, kind))


class _Judge:
    """Judges files one by one, knowing what all of them mean together."""

    def __init__(self, settings: Settings, cluster: Cluster, exceptions: ignores.Exceptions, today: date) -> None:
        self.settings = settings
        self.excepted = exceptions.excuse(today)
        self.problems = exceptions.problems
        self.cluster = cluster
        self.today = today
        self.by_id = {rule.id: rule for rule in (*all_rules(), *settings.rules)}
        self.run = {rule.id: rule for rule in settings.rules}

    def file(self, opened: Opened) -> _Judged:
        """Return the findings of one file."""
        findings: list[Reported] = []
        bugs: list[Bug] = []
        for document in opened.read.documents if opened.read else ():
            known = ignores.ignored(document)
            used: set[ignores.Ignore] = set()
            for found in search(document, self.settings.rules, self.cluster):
                if isinstance(found, Bug):
                    bugs.append(found)
                else:
                    findings.append(self._reported(opened.locked, document, *found, known, used, bugs))
            findings.extend(self._idle(known, used))
        if opened.exceptions:
            findings.extend(self._misunderstood(opened.found.path))
        return _Judged(
            found=opened.found,
            scanned=opened.read is not None,
            editable=opened.read is not None and not opened.locked,
            documents=opened.documents,
            findings=tuple(
                sorted(
                    (reported for reported in findings if reported.finding.severity >= self.settings.severity),
                    key=lambda one: (one.line, one.column, one.finding.rule, text(one.finding.place)),
                )
            ),
            errors=opened.errors,
            bugs=tuple(bugs),
        )

    def _reported(
        self,
        locked: str,
        document: Document,
        finding: Finding,
        single: Document,
        known: ignores.Ignored,
        used: set[ignores.Ignore],
        bugs: list[Bug],
    ) -> Reported:
        met = known.of(finding)
        used.update(met)
        valid = next((ignore for ignore in met if not ignore.is_over(self.today)), None)
        fix: Fix | None = None
        no_fix: str | None = None
        try:
            fix = registry.fix(finding, single, self.cluster)
        except Unfixable as error:
            no_fix = str(error)
        except Bug as bug:
            bugs.append(bug)
            no_fix = "computing the fix failed, which is a bug of Kubewright"
        if fix and locked:
            fix, no_fix = None, locked
        mark = fingerprint(finding, single, self.by_id[finding.rule])
        places = _places(document, *document.span(finding.place))
        reason = valid.reason if valid else self.settings.excuse(finding, self.today) or self.excepted(finding, single)
        return Reported(finding, mark, *places, fix, no_fix, reason)

    def _idle(self, known: ignores.Ignored, used: set[ignores.Ignore]) -> Iterator[Reported]:
        for kind, ignore, message in ignores.idle(known, used, self.today, self.run, self.by_id):
            value = f"{', '.join(ignore.rules)}: {ignore.reason}"
            span = ignore.start, ignore.end
            yield from self._excusing_nothing(kind, known.document, ignore.base, span, message, value)

    def _misunderstood(self, path: str) -> Iterator[Reported]:
        for problem in self.problems:
            document, at = problem.document, problem.pointer
            if document.path == path:
                span = document.span(at)
                yield from self._excusing_nothing(ignores.unused_ignore, document, at, span, problem.message)

    def _excusing_nothing(
        self, kind: Rule, document: Document, pointer: Pointer, span: tuple[int, int], message: str, value: str = ""
    ) -> Iterator[Reported]:
        rule = self.run.get(kind.id)
        if rule is None:
            return  # Not selected.
        finding = Finding(
            rule=rule.id,
            severity=rule.severity,
            path=document.path,
            document=document.index,
            base=(),
            pointer=pointer,
            message=message,
            api_version=document.api_version,
            kind=document.kind,
            namespace=document.namespace,
            name=document.name,
            value=value or message,
        )
        reason = " ".join(rule.section("No fix").split())
        yield Reported(
            finding,
            fingerprint(finding, document, rule),
            *_places(document, *span),
            fix=None,
            no_fix=reason,
            ignored=self.settings.excuse(finding, self.today),
        )


def _places(document: Document, start: int, end: int) -> tuple[int, int, int, int]:
    if start == end:  # A place where something is missing: show what stands behind it on the line.
        behind = document.source.text[start : min(document.end, start + 1000)].splitlines()
        end = start + len(behind[0].rstrip() if behind else "")
    return (*document.source.position(start), *document.source.position(end))


def _summed(judged: list[_Judged], cluster: Cluster, survey: Survey, exceptions: ignores.Exceptions) -> Scan:
    return Scan(
        files=sum(one.found.file_class is not FileClass.EXCLUDED for one in judged),
        documents=sum(one.documents for one in judged),
        findings=tuple(chain.from_iterable(one.findings for one in judged)),
        errors=tuple(chain.from_iterable(one.errors for one in judged)),
        skipped=tuple(
            Skipped(one.found.path, one.found.file_class.value, one.found.reason)
            for one in judged
            if not one.scanned and _class(one) != "unreadable"
        ),
        bugs=tuple(chain.from_iterable(one.bugs for one in judged)),
        cluster=cluster,
        partial=frozenset(one.found.path for one in judged if one.scanned and one.found.partial),
        editable=frozenset(one.found.path for one in judged if one.editable),
        classes=dict(sorted(Counter(_class(one) for one in judged).items())),
        survey=survey,
        exceptions=exceptions,
    )


def _class(judged: _Judged) -> str:
    unreadable = not judged.scanned and judged.found.file_class in SCANNED
    return "unreadable" if unreadable else judged.found.file_class.value
