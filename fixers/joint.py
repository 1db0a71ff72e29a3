"""A fix of several documents or files: all of it is proven and made, or nothing is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fixers import documents, editor, findings, registry, verify
from fixers.change import MAX_SIZE
from fixers.editor import Style
from fixers.model import Elsewhere, Fix, NewDocument, Operation, Safety
from fixers.outcome import Change, Step
from fixers.refusals import refuse
from fixers.schemas import Schemas
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.manifest import BOM, Document
from rules.model import Finding, Rule, Severity
from rules.pointer import Pointer
from rules.registry import all_rules


class Files(Protocol):
    """The files that a fix may change, as they are by now."""

    def read(self, path: str) -> str:
        """Return a file's text, byte order mark included. Raises Unfixable for a file that must be left alone."""

    def register(self, beside: str, paths: Sequence[str]) -> Elsewhere | None:
        """Return what has new files deployed as the one beside them is, or None where nothing is needed.

        Raises Unfixable when nobody can say, and where there is such a file.
        """


@dataclass(frozen=True, slots=True)
class Made:
    """A joint fix: one step with all its files, and the cluster as it is then."""

    change: Change
    cluster: Cluster


# Operations by path and number of the document, in the order in which they are to be applied.
_Plan = dict[str, dict[int, list[Operation]]]


def make(
    finding: Finding,
    files: Files,
    rules: Sequence[Rule],
    cluster: Cluster,
    allow: Collection[Safety],
    *,
    partial: bool = False,
    house: Style | None = None,
    schemas: Schemas | None = None,
) -> Made | None:
    """Fix one finding that `fixers.change` deferred, or return None when it is gone by now.

    The cluster must be that of the files as they are by now: fix and proofs are computed anew. `house` and
    `schemas` are as for `fixers.change`. Raises Unfixable: then there is nothing of the fix in any file.
    """
    text = _small(files.read(finding.path))
    found = _again(finding, text, rules, cluster, partial)
    if found is None:
        return None
    fix = registry.fix(*found, cluster)
    if fix.safety not in allow:
        raise Unfixable(f"a fix exists but is {fix.safety}: it can break {fix.breaks}", "not-allowed")
    if partial and fix.documents:
        raise refuse("part-of-an-object")
    _refuse_known(fix.documents, cluster, text, finding.path)

    added = [one.value for one in fix.documents if one.path is None]
    new = _new_files(fix)
    plan: _Plan = {finding.path: {}}
    _add(plan, Elsewhere(finding.path, finding.document, finding.base, fix.operations))
    registration = files.register(finding.path, list(new)) if new else None
    for other in (*fix.elsewhere, *([registration] if registration else [])):
        _add(plan, other)
    before = {path: text if path == finding.path else _small(files.read(path)) for path in plan}
    parts = {finding.path} if partial else frozenset[str]()
    notes: list[str] = []
    after = {path: _edited(before[path], path, plan[path], notes, path in parts, house) for path in plan}
    if added:
        after[finding.path] = documents.appended(after[finding.path], finding.path, added, house)
    for path, values in new.items():
        after[path] = documents.created(path, values, text, house)

    read = {path: manifest.read(made, path).documents for path, made in after.items() if path not in parts}
    revised = cluster.revised(read)
    _better(finding, before, after, (cluster, revised), rules, parts)
    _prove_validity(before, after, parts, schemas, cluster)
    others = tuple(
        Change(path, before.get(path, ""), after[path], (), created=path in new)
        for path in after
        if path != finding.path and before.get(path) != after[path]
    )
    step = Step(fix, text, after[finding.path], tuple(dict.fromkeys(notes)), others)
    return Made(Change(finding.path, text, after[finding.path], (step,)), revised)


def _small(text: str) -> str:
    if len(text) > MAX_SIZE:
        raise refuse("too-large")
    return text


def _found(
    text: str, path: str, rules: Sequence[Rule], cluster: Cluster, partial: bool
) -> Iterator[tuple[Finding, Document]]:
    """Yield the findings of a file. Raises the Bug of a rule that crashed."""
    for document in manifest.read(text, path, partial=partial).documents:
        yield from findings.found(document, rules, cluster)


def _again(
    finding: Finding, text: str, rules: Sequence[Rule], cluster: Cluster, partial: bool
) -> tuple[Finding, Document] | None:
    only = [rule for rule in rules if rule.id == finding.rule]
    found = _found(text, finding.path, only, cluster, partial)
    return next((pair for pair in found if findings.key(pair[0]) == findings.key(finding)), None)


def _refuse_known(new: Sequence[NewDocument], cluster: Cluster, text: str, path: str) -> None:
    """Refuse to make an object a second time."""
    if not new:
        return
    known = [*cluster.documents, *(single for one in manifest.read(text, path).documents for single in one.objects())]
    there = {_identity(one.value) for one in known}
    for one in new:
        identity = _identity(one.value)
        if identity in there:
            raise refuse("object-exists", " ".join(identity[1:]).strip())
        there.add(identity)


def _identity(value: Any) -> tuple[str, str, str, str]:
    document = Document(manifest.Source("", ""), 0, 0, 0, value)
    return document.group, document.kind, document.namespace, document.name


def _new_files(fix: Fix) -> dict[str, list[Mapping[str, Any]]]:
    """Return the values of each new file by its path; it lies in the directory of the finding's file."""
    directory, slash, _ = fix.finding.path.rpartition("/")
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in fix.documents:
        if one.path is not None:
            documents.check_name(one.path)
            found.setdefault(directory + slash + one.path, []).append(one.value)
    return found


def _add(plan: _Plan, part: Elsewhere) -> None:
    if part.operations:
        plan.setdefault(part.path, {}).setdefault(part.document, []).extend(part.patch)


def _edited(
    text: str, path: str, plan: Mapping[int, Sequence[Operation]], notes: list[str], partial: bool, house: Style | None
) -> str:
    """Return the text with operations applied to some of its documents, each proven. Raises Unfixable."""
    if not plan:
        return text
    old = manifest.read(text, path, partial=partial)
    by_index = {document.index: document for document in old.documents}
    style = editor.habits([text]).over(house) if len(by_index) > 1 else house
    values = {index: document.value for index, document in by_index.items()}
    shift = len(BOM) if old.source.bom else 0
    after = text
    for index in sorted(plan, reverse=True):  # From the end, so that places ahead stay true.
        document = by_index.get(index)
        if document is None:
            raise refuse("no-document", f"number {index}")
        start, end = document.start + shift, document.end + shift
        edited = editor.apply(text[start:end], 0, plan[index], style)
        values[index] = verify.whole(document, text[start:end], edited, plan[index]).value
        notes.extend(edited.notes)
        after = after[:start] + edited.text + after[end:]
    _prove_others(after, path, values, len(old.errors))
    return after


def _prove_others(text: str, path: str, values: Mapping[int, Any], errors: int) -> None:
    """Prove that a file holds exactly these values, and as many documents that cannot be read as before."""
    read = manifest.read(text, path)
    if len(read.errors) != errors or [one.index for one in read.documents] != list(values):
        raise refuse("proof-documents")
    if not all(verify.same(one.value, values[one.index]) for one in read.documents):
        raise refuse("proof-value")


def _better(
    finding: Finding,
    before: Mapping[str, str],
    after: Mapping[str, str],
    clusters: tuple[Cluster, Cluster],
    rules: Sequence[Rule],
    parts: Collection[str],
) -> None:
    """Proof 5 over all files: the finding is gone and none is new.

    Raises Unfixable (`proof-finding`, `proof-new-finding`).
    """
    judges = tuple({rule.id: rule for rule in (*all_rules(), *rules)}.values())
    for path in after:
        known = {findings.key(one) for one, _ in _found(before.get(path, ""), path, judges, clusters[0], path in parts)}
        for one, _ in _found(after[path], path, judges, clusters[1], path in parts):
            if path == finding.path and findings.key(one) == findings.key(finding):
                raise refuse("proof-finding")
            if findings.key(one) not in known and one.severity > Severity.INFO:
                raise refuse("proof-new-finding", f"{one.rule}: {one.message}")


def _prove_validity(
    before: Mapping[str, str],
    after: Mapping[str, str],
    parts: Collection[str],
    schemas: Schemas | None,
    cluster: Cluster,
) -> None:
    """Proof 7 over all files, for the objects that changed and for the new ones. Raises Unfixable (`proof-schema`)."""
    for path, text in after.items():
        old = _objects(before.get(path, ""), path, path in parts)
        for place, one in _objects(text, path, path in parts).items():
            was = old.get(place)
            if was is None or not verify.same(was.value, one.value):
                verify.validity(was, one, schemas, cluster.version)


def _objects(text: str, path: str, partial: bool) -> dict[tuple[int, Pointer], Document]:
    """Return the objects of a file by the number of their document and their place in it."""
    documents = manifest.read(text, path, partial=partial).documents
    return {(one.index, one.base): one for document in documents for one in document.objects()}
