"""The exceptions of Kubescape: a file of its own, a JSON or YAML list, that excuses objects anywhere in a repository.

An exception is an object with `policyType: postureExceptionPolicy`. It holds for each control that one of its
`posturePolicies` names by `controlID` or `controlName`, and for each object that one of its `resources` describes
by `attributes`: `kind`, `name`, `namespace` and `apiVersion`, and any other key as a label of the object. All keys
of one entry must fit. Values are regular expressions, as far as `plain_patterns` takes them and for the whole of a
text; of objects their case counts, of controls not. `frameworkName` does not matter beside a control: it only says
in which report the control is excused.

To Kubescape an exception without policies may be one from everything. Such are refused, as are empty entries and a
framework without a control (but for `AllControls`, which has all): what they excuse cannot be told from them. What is
not understood excuses nothing and is told as a problem; what else the exception says still counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from rules import peers
from rules.ignores import plain_patterns
from rules.ignores.model import short
from rules.ignores.plain_patterns import Pattern
from rules.kubescape_controls import CONTROLS
from rules.manifest import Document, Manifest, Source
from rules.model import Finding
from rules.pointer import Pointer, get

PEER = "kubescape"
Made = TypeVar("Made")
POLICY = "postureExceptionPolicy"

# Entries of all exceptions together, and pieces of their patterns: each object with a finding is held against each.
MOST = 5000

_ACTIONS = ("alertOnly", "disable")
_DESIGNATORS = ("Attribute", "Attributes")
_ID = re.compile(r"c-\d{4}", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_OF_OBJECTS = ("kind", "name", "namespace", "apiVersion")
# They tell a cluster, or a file, from others: a manifest does not say where it ends up.
_OF_PLACES = frozenset(["cluster", "containerName", "path", "resourceID"])
_OF_POLICIES = frozenset(["frameworkName", "controlName", "controlID"])


@dataclass(frozen=True, slots=True)
class Problem:
    """What of an exception is not honoured, and why; `pointer` is where the exception stands in its document."""

    document: Document
    pointer: Pointer
    message: str


@dataclass(frozen=True, slots=True)
class _Resource:
    """Objects that are excused: patterns of their fields, and labels that they must have."""

    patterns: tuple[tuple[str, Pattern], ...]
    labels: tuple[tuple[str, str], ...]

    def meets(self, finding: Finding, document: Document) -> bool:
        given = {
            "kind": finding.kind,
            "name": finding.name,
            # As in Kubescape: a Namespace lies in itself.
            "namespace": finding.name if finding.kind == "Namespace" else finding.namespace,
            "apiVersion": finding.api_version,
        }
        return all(pattern.meets(given[key]) for key, pattern in self.patterns) and all(
            get(document.value, "metadata", "labels", key) == value for key, value in self.labels
        )


@dataclass(frozen=True, slots=True)
class _Exception:
    rules: frozenset[str]
    resources: tuple[_Resource, ...]
    reason: str
    until: date | None

    def meets(self, finding: Finding, document: Document) -> bool:
        return any(one.meets(finding, document) for one in self.resources)


@dataclass(frozen=True, slots=True)
class Exceptions:
    """All exceptions of a tree that are understood, and what is wrong with the others."""

    granted: tuple[_Exception, ...] = ()
    problems: tuple[Problem, ...] = ()

    def excuse(self, today: date) -> Callable[[Finding, Document], str | None]:
        """Return a function that gives the reason why a finding of an object is excused, or None when it is not."""
        valid = [one for one in self.granted if one.until is None or one.until >= today]
        last: list[tuple[tuple[Source, int, Pointer], list[_Exception]]] = []

        def excused(finding: Finding, document: Document) -> str | None:
            key = (document.source, document.start, document.base)
            if valid and (not last or last[0][0] != key):
                last[:] = [(key, [one for one in valid if one.meets(finding, document)])]
            return next((one.reason for _, met in last for one in met if finding.rule in one.rules), None)

        return excused


def is_exceptions(read: Manifest) -> bool:
    """Does a file hold exceptions for Kubescape, and nothing else?"""
    given = [document.value for document in read.documents]
    entries = [entry for value in given for entry in (value if isinstance(value, list) else [value])]
    return (
        not read.errors
        and any(get(entry, "policyType") == POLICY for entry in entries)
        # Also a List without an apiVersion holds objects.
        and not any(single.api_version for document in read.documents for single in document.objects())
    )


def exceptions(documents: Iterable[Document]) -> Exceptions:
    """Return what the documents of all files with exceptions say."""
    reader = _Reader()
    granted = tuple(made for document in documents for made in reader.document(document))
    return Exceptions(granted, tuple(reader.problems))


class _Unclear(Exception):
    """Part of an exception cannot be understood; says why."""


class _Reader:
    """Reads exceptions until there are too many."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.left = MOST
        self.wrong = ""  # What is wrong first with the exception at hand.

    def document(self, document: Document) -> Iterator[_Exception]:
        if isinstance(document.value, dict):
            self.problems.append(Problem(document, (), "kubescape reads lists of exceptions: put this one into a list"))
        for index, entry in enumerate(document.value if isinstance(document.value, list) else ()):
            if self.left < 0:
                return
            place = (index, "name") if get(entry, "name") is not None else (index,)
            self.wrong = ""
            self.left -= 1
            made = None
            try:
                made = self._exception(entry, _place(document, place))
            except _Unclear as error:
                self.wrong = self.wrong or str(error)
            if self.left < 0:
                self.wrong = f"from here on exceptions are left out: all files together have more than {MOST} parts"
            elif made:
                yield made
            if self.wrong:
                named = " ".join(["kubescape exception", *map(repr, _short(entry, "name"))])
                self.problems.append(Problem(document, place, f"{named}: {self.wrong}"))

    def _exception(self, entry: Any, place: str) -> _Exception | None:
        if get(entry, "policyType") != POLICY:
            raise _Unclear(f"its policyType is not {POLICY}")
        actions = get(entry, "actions")
        if not isinstance(actions, list) or not actions or not all(map(_ACTIONS.__contains__, actions)):
            raise _Unclear("its actions are not understood: write [alertOnly]")
        until = get(entry, "expirationDate")
        last = _last_day(until) if until is not None else None
        if until is not None and last is None:
            raise _Unclear("its expirationDate is not understood: write it like 2027-06-30T00:00:00Z")
        described = tuple(self._each(entry, "resources", self._resource))
        known = frozenset[str]().union(*self._each(entry, "posturePolicies", self._rules))
        said = " ".join(["kubescape exception", *_short(entry, "name"), f"({place})"])
        reason = ": ".join([said, *_short(entry, "reason")])
        return _Exception(known, described, reason, last) if known and described else None

    def _each(self, entry: Any, key: str, read: Callable[[Any], Made]) -> Iterator[Made]:
        """Yield what the items of a list say, those that are unclear left out."""
        given = get(entry, key)
        if not isinstance(given, list) or not given:
            raise _Unclear(f"it has no list {key!r}: say what it is about")
        for one in given:
            if self.left < 0:
                return
            try:
                yield read(one)
            except _Unclear as error:
                self.wrong = self.wrong or str(error)

    def _resource(self, given: Any) -> _Resource:
        attributes = get(given, "attributes")
        if get(given, "designatorType") not in _DESIGNATORS:
            raise _Unclear("a resource is described by something else than attributes")
        patterns: list[tuple[str, Pattern]] = []
        labels: list[tuple[str, str]] = []
        for key, value in attributes.items() if isinstance(attributes, dict) else ():
            self.left -= 1
            if value == "":
                continue  # To Kubescape as if it were not there.
            if not isinstance(value, str) or not isinstance(key, str):
                raise _Unclear(f"the attribute {short(str(key))!r} is no text")
            if key in _OF_OBJECTS or key in _OF_PLACES:
                pattern = self._pattern(value)
                if key in _OF_OBJECTS:
                    patterns.append((key, pattern))
                elif not pattern.meets_all:
                    raise _Unclear(f"the attribute {key!r} cannot be told from a manifest")
            elif not _LABEL.fullmatch(value):
                raise _Unclear(f"{short(value)!r} is no value that the label {short(key)!r} can have")
            else:
                labels.append((key, value))
        if not patterns and not labels:
            raise _Unclear("a resource has no attribute that describes an object")
        return _Resource(tuple(patterns), tuple(labels))

    def _pattern(self, text: str) -> Pattern:
        pattern = plain_patterns.parse(text)
        if pattern is None:
            raise _Unclear(f"of regular expressions only text, '|' and '.*' are understood, not {short(text)!r}")
        self.left -= pattern.size
        return pattern

    def _rules(self, given: Any) -> frozenset[str]:
        """Return the rules that find what the controls of a policy find."""
        said = {key: value for key, value in given.items() if value != ""} if isinstance(given, dict) else {}
        self.left -= 1
        if not said:
            raise _Unclear("a policy is empty: name its control by controlID")
        if not all(isinstance(value, str) for value in said.values()) or not _OF_POLICIES.issuperset(said):
            raise _Unclear(f"of a policy only {', '.join(sorted(_OF_POLICIES))} are understood, as texts")
        if set(said) != {"frameworkName"}:
            return frozenset().union(*(peers.same(PEER, control) for control in self._controls(said)))
        if self._pattern(said["frameworkName"].lower()).meets("allcontrols"):
            return peers.every(PEER)
        raise _Unclear("a policy names no control, only a framework: name its controls by controlID")

    def _controls(self, said: dict[str, str]) -> frozenset[str]:
        """Return the ids, in small letters, of the controls that a policy names."""
        ids = frozenset(_names())
        for key in ("controlID", "controlName"):
            text = said.get(key, "").lower()
            if not text:
                continue
            named = {id_ for id_, names in _names().items() if text in names[key]}
            if not named and not (key == "controlID" and _ID.fullmatch(text)):  # One without a rule does nothing.
                pattern = self._pattern(text)
                named = {id_ for id_, names in _names().items() if any(map(pattern.meets, names[key]))}
                if not named:
                    raise _Unclear(f"no control is known to have the {key} {short(said[key])!r}")
            ids &= named
        return ids


@cache
def _names() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the known controls: id -> what `controlID` and `controlName` may say, everything in small letters."""
    ids = {*CONTROLS, *peers.PEERS[PEER]}
    return {
        id_.lower(): {
            "controlID": (id_.lower(),),
            "controlName": tuple(name.lower() for name in CONTROLS.get(id_, ())),
        }
        for id_ in sorted(ids)
    }


def _short(entry: Any, key: str) -> list[str]:
    """Return a text of an entry as one line of what can be seen; nothing where there is none."""
    given = get(entry, key)
    return [short(given)] if isinstance(given, str) and short(given) else []


def _place(document: Document, pointer: Pointer) -> str:
    return f"{short(document.path)}:{document.source.position(document.span(pointer)[0])[0]}"


def _last_day(given: Any) -> date | None:
    """Return the last day before which a time has not yet come; None for what is no time."""
    if not isinstance(given, str):
        return None
    try:
        if len(given) == len("2027-06-30"):
            return date.fromisoformat(given)
        ends = datetime.fromisoformat(given)
        ends = ends.astimezone(UTC) if ends.tzinfo else ends
        return (ends - timedelta(microseconds=1)).date()
    except (ValueError, OverflowError):
        return None
