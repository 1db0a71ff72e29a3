"""Findings -> a verified change of one manifest, and the reasons for what was left alone."""

from __future__ import annotations

import functools
import itertools
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from fixers import editor, findings, registry, verify
from fixers.editor import Style
from fixers.model import Fix, Safety
from fixers.outcome import Change, Outcome, Skip, Step
from fixers.schemas import Schemas
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Bug, Unfixable
from rules.manifest import Document
from rules.model import Finding, Rule, Severity
from rules.pointer import Pointer

MAX_PASSES = 10
MAX_SIZE = 2_000_000  # Characters of a file that is edited.
MAX_WORK = 40_000_000  # Characters parsed per file: keeps a hostile file from costing hours...
MORE_WORK = 100  # ...and so many more per character of it: a large file of many documents is fixed to the end.
_WITHOUT_FIX = 9  # Comes behind every class of safety.
_FINDING = 200  # To find something once more after a fix costs about as much as to parse so many.

# Says why a finding must be left alone (a person's ignore, a decline), or None.
Excuse = Callable[[Finding, Document], str | None]


def change(
    text: str,
    path: str,
    rules: Sequence[Rule],
    cluster: Cluster,
    allow: Safety | Collection[Safety] = Safety.SAFE,
    *,
    partial: bool = False,
    excuse: Excuse | None = None,
    house: Style | None = None,
    schemas: Schemas | None = None,
) -> Outcome:
    """Fix what the rules find in a file's text, as far as `allow` lets it, and prove it.

    `allow` is the highest safety class, or a set of classes. Works in passes until nothing more can be
    fixed, so running it on its own result changes nothing. Fixes that are refused or not allowed become skips
    (`not-allowed`); what needs a joint fix is `deferred`. `house` is the style where the file itself shows none,
    `schemas` what proof 7 judges by; only tests and examples do without.
    Raises Bug when ten passes do not come to rest.
    """
    allowed = range(allow + 1) if isinstance(allow, Safety) else allow
    read = manifest.read(text, path, partial=partial, wanted=lambda version, kind: _wanted(rules, version, kind))
    work = _Work(_Parts(text, read), rules, cluster, frozenset(map(Safety, allowed)), excuse, house, schemas)
    if len(text) > MAX_SIZE:
        return Outcome(None, tuple(work.give_up("too-large", f"the file has more than {MAX_SIZE:,} characters")))
    for _ in range(MAX_PASSES):
        if not work.run_pass():
            break
    else:
        raise Bug(f"{path}: the fixes do not come to rest after {MAX_PASSES} passes")
    if not work.steps:
        return Outcome(None, tuple(work.skips), tuple(work.deferred))
    after = work.parts.text
    verify.file(text, after, work.parts.spans())
    return Outcome(Change(path, text, after, tuple(work.steps)), tuple(work.skips), tuple(work.deferred))


def _wanted(rules: Sequence[Rule], api_version: str, kind: str) -> bool:
    return any(rule.selects(api_version, kind) for rule in rules)


class _Parts:
    """A file's text, cut so that each document that was read is a part of its own."""

    def __init__(self, text: str, read: manifest.Manifest) -> None:
        bom = manifest.BOM if read.source.bom else ""
        self.parts: list[str] = [bom] if bom else []
        self.documents: list[tuple[int, Document]] = []
        position = 0
        for document in read.documents:
            if position < document.start:
                self.parts.append(read.source.text[position : document.start])
            self.documents.append((len(self.parts), document))
            self.parts.append(read.source.text[document.start : document.end])
            position = document.end
        self.parts.append(read.source.text[position:])
        self._original = tuple(self.parts)
        self._edits: list[tuple[int, str]] = []

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def spans(self) -> list[tuple[int, int]]:
        """Return where the documents that were read stand in the text without its byte order mark."""
        ends = list(itertools.accumulate(len(part) for part in self.parts))
        shift = len(manifest.BOM) if self.text.startswith(manifest.BOM) else 0
        return [(ends[part] - len(self.parts[part]) - shift, ends[part] - shift) for part, _ in self.documents]

    def edit(self, part: int, text: str) -> tuple[Callable[[], str], Callable[[], str]]:
        """Replace a part; return what makes the whole text of before and of after again."""
        self.parts[part] = text
        self._edits.append((part, text))
        return functools.partial(self._text, len(self._edits) - 1), functools.partial(self._text, len(self._edits))

    def _text(self, edits: int) -> str:
        parts = list(self._original)
        for part, text in islice(self._edits, edits):
            parts[part] = text
        return "".join(parts)


@dataclass(slots=True)
class _Candidate:
    """A finding of the document as it is now, with its fix or the reason why there is none."""

    finding: Finding
    fix: Fix | None
    skip: Skip | None

    @property
    def order(self) -> tuple[int, bool, int, str]:
        """Safest first, then the worst; `privileged: true` goes before what is invalid beside it.

        What only removes comes last of its class: a map that it would empty may still be filled, and then
        keeps its place instead of going and coming back elsewhere.
        """
        if self.fix is None:
            return (_WITHOUT_FIX, False, -self.finding.severity, self.finding.rule)
        only_removes = all(operation.op == "remove" for operation in self.fix.operations)
        return (self.fix.safety, only_removes, -self.finding.severity, self.finding.rule)


class _Work:
    """The fixing of one file: its parts, the steps made and the skips of the current pass."""

    def __init__(
        self,
        parts: _Parts,
        rules: Sequence[Rule],
        cluster: Cluster,
        allowed: frozenset[Safety],
        excuse: Excuse | None,
        house: Style | None,
        schemas: Schemas | None,
    ) -> None:
        self.parts = parts
        self.findings = findings.Findings(rules, cluster)
        self.cluster = cluster
        self.allowed = allowed
        self.excuse = excuse
        self._house = house
        self._schemas = schemas
        self.steps: list[Step] = []
        self.skips: list[Skip] = []
        self.deferred: list[Finding] = []
        self.budget = MAX_WORK + MORE_WORK * len(parts.text)

    @functools.cached_property
    def house(self) -> Style | None:
        """The style for documents that show none: that of their neighbours, or the one given."""
        if len(self.parts.documents) < 2:
            return self._house
        return editor.habits([self.parts.text]).over(self._house)

    def run_pass(self) -> bool:
        """Go once through every document; return whether anything was fixed."""
        made = len(self.steps)
        self.skips, self.deferred = [], []
        for place, (part, document) in enumerate(self.parts.documents):
            fixed = self._fix_document(part, document)
            self.parts.documents[place] = (part, fixed)
        return len(self.steps) > made

    def give_up(self, code: str, reason: str) -> Iterator[Skip]:
        """Yield a skip for every finding of the file."""
        for _, document in self.parts.documents:
            for finding, _ in findings.found(document, self.findings.rules, self.cluster):
                yield Skip(finding, code, reason)

    def _fix_document(self, part: int, document: Document) -> Document:
        """Fix what can be fixed in one document, object by object, and return what it is then.

        A fix changes the object that it is about and no other (proof 2), so the others need no second look.
        """
        for base in [single.base for single in document.objects()]:
            document = self._fix_object(part, document, base)
        return document

    def _fix_object(self, part: int, document: Document, base: Pointer) -> Document:
        """Fix one object of a document, one finding at a time, and return what the document is then.

        The order is that of the findings as they were first seen, and, of those without a fix then, as they are by
        now; each is looked at again when its turn comes.
        """
        found = _numbered(self.findings.chosen(document, base))
        order = {key: self._candidate(*one).order for key, one in found.items()}
        waiting = deque(sorted(order, key=order.__getitem__))
        while waiting:
            candidate = self._candidate(*found[waiting.popleft()])
            if candidate.skip:
                self.skips.append(candidate.skip)
                continue
            if candidate.fix and candidate.fix.is_joint:
                self.deferred.append(candidate.finding)
                continue
            try:
                document = self._apply(part, document, candidate, len(waiting))
            except Unfixable as refusal:
                self.skips.append(Skip(candidate.finding, refusal.code, str(refusal)))
                continue
            found = _numbered(self.findings.chosen(document, base))
            remaining = [key for key in waiting if key in found]
            new = [key for key in found if key not in order]
            stuck = [key for key in remaining if order[key][0] == _WITHOUT_FIX]
            order |= {key: self._candidate(*found[key]).order for key in [*new, *stuck]}
            waiting = deque(sorted([*remaining, *new], key=order.__getitem__))
        return document

    def _candidate(self, finding: Finding, single: Document) -> _Candidate:
        why = self.excuse(finding, single) if self.excuse else None
        if why is not None:
            return _Candidate(finding, None, Skip(finding, "ignored", why))
        try:
            fix = registry.fix(finding, single, self.cluster)
        except Unfixable as refusal:
            return _Candidate(finding, None, Skip(finding, refusal.code, str(refusal)))
        if fix.safety not in self.allowed:
            reason = f"a fix exists but is {fix.safety}: it can break {fix.breaks}"
            return _Candidate(finding, fix, Skip(finding, "not-allowed", reason))
        return _Candidate(finding, fix, None)

    def _apply(self, part: int, document: Document, candidate: _Candidate, beside: int) -> Document:
        """Make one step and return the new document. Raises Unfixable: then nothing has changed."""
        assert candidate.fix is not None  # noqa: S101 - for the type checker
        before = self.parts.parts[part]
        work = len(before) * (1 + len(candidate.fix.operations)) + beside * _FINDING
        if work > self.budget:  # A smaller fix may still have its turn.
            raise Unfixable("the file needs more work than one run does; run again for the rest", "budget")
        self.budget -= work
        operations = candidate.fix.patch
        edited = editor.apply(before, 0, operations, self.house)
        fixed = verify.whole(document, before, edited, operations)
        base = candidate.finding.base
        self._better(document, fixed, candidate.finding)
        verify.validity(findings.at(document, base), findings.at(fixed, base), self._schemas, self.cluster.version)
        self.steps.append(Step(candidate.fix, *self.parts.edit(part, edited.text), edited.notes))
        return fixed

    def _better(self, before: Document, after: Document, finding: Finding) -> None:
        """Proof 5: the finding is gone and none is new. Raises Unfixable (`proof-finding`, `proof-new-finding`)."""
        base = finding.base
        known = {findings.key(one) for one, _ in self.findings.all(before, base)}
        remaining = {findings.key(one): one for one, _ in self.findings.all(after, base)}
        if findings.key(finding) in remaining:
            raise Unfixable("the finding would still be there", "proof-finding")
        for key, one in remaining.items():
            if key not in known and one.severity > Severity.INFO:
                raise Unfixable(f"the fix would cause {one.rule}: {one.message}", "proof-new-finding")


def _numbered(found: Iterable[tuple[Finding, Document]]) -> dict[tuple[findings.Key, int], tuple[Finding, Document]]:
    """Return findings by key, and by number where several have the same one."""
    seen: Counter[findings.Key] = Counter()
    numbered = {}
    for finding, single in found:
        key = findings.key(finding)
        numbered[key, seen[key]] = (finding, single)
        seen[key] += 1
    return numbered
