"""What a fix is: RFC 6902 operations, and perhaps new documents, with a promise about how safe they are."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding, Rule
from rules.pointer import Pointer, exists, get, text

Kind = Literal["add", "remove", "replace", "move", "copy", "test"]


class Safety(IntEnum):
    """What a fix may do to a workload that works. A rollout alone does not count."""

    SAFE = 0  # Cannot change how it runs.
    UNSAFE = 1  # Right for most; a reviewer must look.
    MANUAL = 2  # No mechanical edit exists.

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Operation:
    """One RFC 6902 operation; `source` is its `from`."""

    op: Kind
    path: Pointer
    value: Any = None
    source: Pointer = ()

    def as_json(self) -> dict[str, Any]:
        """Return the operation as RFC 6902 writes it."""
        made: dict[str, Any] = {"op": self.op, "path": text(self.path)}
        if self.op in ("move", "copy"):
            made["from"] = text(self.source)
        elif self.op != "remove":
            made["value"] = self.value
        return made

    def below(self, base: Pointer) -> Operation:
        """Return the operation on the document in which its object stands at `base`."""
        if not base:
            return self
        source = (*base, *self.source) if self.op in ("move", "copy") else ()
        return Operation(self.op, (*base, *self.path), self.value, source)


def add(path: Pointer, value: Any) -> Operation:
    """Add a key, or insert an item (`-` appends). The parent must exist: see `put`."""
    return Operation("add", path, value)


def replace(path: Pointer, value: Any) -> Operation:
    """Replace what exists."""
    return Operation("replace", path, value)


def remove(path: Pointer) -> Operation:
    """Remove what exists."""
    return Operation("remove", path)


def move(source: Pointer, path: Pointer) -> Operation:
    """Move a node; within one map this renames its key and keeps place and comments."""
    return Operation("move", path, None, source)


def put(value: Any, path: Pointer, new: Any) -> Operation:
    """Return the operation that makes `new` stand at `path` in `value`, missing or null parents included.

    Raises Unfixable where a parent is a scalar or a list item is missing.
    """
    if exists(value, path):
        return replace(path, new)
    for depth in range(len(path)):
        here, key = get(value, *path[:depth]), path[depth]
        if isinstance(here, dict | list) and get(here, key) is not None and depth < len(path) - 1:
            continue
        if not isinstance(here, dict):
            raise Unfixable(f"{text(path[:depth]) or 'the document'} is not a map", "unexpected-shape")
        nested = new
        for inner in reversed(path[depth + 1 :]):
            nested = {str(inner): nested}
        target = path[: depth + 1]
        return replace(target, nested) if exists(value, target) else add(target, nested)
    raise Unfixable("the document itself cannot be put", "unexpected-shape")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Operations on another object than the one a finding is about: of its file, or of another one."""

    path: str
    document: int
    base: Pointer
    operations: tuple[Operation, ...]

    @property
    def patch(self) -> tuple[Operation, ...]:
        """The operations on the whole document."""
        return tuple(operation.below(self.base) for operation in self.operations)


def elsewhere(document: Document, *operations: Operation) -> Elsewhere:
    """Return operations on an object that the cluster knows; they refer to its `value`."""
    return Elsewhere(document.path, document.index, document.base, operations)


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A new object: a further document of the finding's file or, with a `path`, a new file of that name beside it."""

    value: Mapping[str, Any]
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """Operations that make one finding disappear. They refer to the object the finding is about.

    A joint fix needs more than that: operations elsewhere, or new documents. All of it is made, or nothing.
    `evidence` says, for a safe fix, what outside of the manifest makes it so: `web/Dockerfile:7 sets USER 10001`.
    """

    finding: Finding
    title: str
    safety: Safety
    breaks: str
    operations: tuple[Operation, ...]
    elsewhere: tuple[Elsewhere, ...] = ()
    documents: tuple[NewDocument, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def patch(self) -> tuple[Operation, ...]:
        """The operations on the whole document."""
        return tuple(operation.below(self.finding.base) for operation in self.operations)

    @property
    def is_joint(self) -> bool:
        """Does the fix need more than the object the finding is about?"""
        return bool(self.elsewhere or self.documents)


# What a fix may break: a safe one, and one that would be safe if its manifest were the whole object.
NOTHING = "nothing"
PATCHED = "what a Kustomize patch of this repository makes of the same object: read both together"
PART = "what the manifest that this is a part of says: read both together"

# What a fixer yields: operations on the finding's object, and what the fix needs beside them.
Part = Operation | Elsewhere | NewDocument
Compute = Callable[..., Iterator[Part]]
# Of `(finding, document)` or `(finding, document, cluster)`.
Judge = Callable[..., Safety]
Argue = Callable[[Finding, Document, Cluster], Iterator[str]]


@dataclass(frozen=True, eq=False)
class Fixer:
    """Computes the fix of a rule's findings; made by `@fixer`."""

    rule: Rule
    title: str
    safety: Safety | Judge
    breaks: str
    compute: Compute
    needs_cluster: bool = field(default=False)
    evidence: Argue | None = None

    def fix(self, finding: Finding, document: Document, cluster: Cluster) -> Fix:
        """Return the fix of a finding. Raises Unfixable with the reason when there is none."""
        safety = self._judged(finding, document, cluster)
        made = self.compute(finding, document, cluster) if self.needs_cluster else self.compute(finding, document)
        parts = tuple(made)
        if not parts:
            raise Unfixable("there is nothing to change", "nothing-to-do")
        operations = tuple(part for part in parts if isinstance(part, Operation))
        others = tuple(part for part in parts if isinstance(part, Elsewhere))
        documents = tuple(part for part in parts if isinstance(part, NewDocument))
        breaks = self.breaks
        touched = [document, *(one for other in others if (one := cluster.at(other.path, other.document, other.base)))]
        if safety is Safety.SAFE and (document.partial or any(map(cluster.is_patched, touched))):
            safety, breaks = Safety.UNSAFE, PART if document.partial else PATCHED
        breaks = NOTHING if safety is Safety.SAFE else breaks
        argued = self.evidence(finding, document, cluster) if self.evidence and safety is Safety.SAFE else ()
        evidence = tuple(dict.fromkeys(argued))
        return Fix(finding, self.title, safety, breaks, operations, others, documents, evidence)

    def _judged(self, finding: Finding, document: Document, cluster: Cluster) -> Safety:
        if isinstance(self.safety, Safety):
            return self.safety
        if len(inspect.signature(self.safety).parameters) == 3:
            return self.safety(finding, document, cluster)
        return self.safety(finding, document)


def fixer(
    rule: Rule, *, title: str, safety: Safety | Judge, breaks: str, evidence: Argue | None = None
) -> Callable[[Compute], Fixer]:
    """Make a fixer of a generator `(finding, document)` or `(finding, document, cluster)` of operations.

    Operations refer to `document.value`, as `finding.pointer` does; what the fix needs beside them is yielded
    as `elsewhere(document, ...)` or `NewDocument`. `title` says in the imperative what the fix does, `breaks` in one
    phrase what may stop working ("nothing" for a safe fix). Unsafe is the rule;
    the docstring's "Fix safety" must argue for safe. `safety` may be a function where one finding is safe
    and another is not; it may ask for the cluster, too. A fix of an object that a Kustomize patch changes, or
    of the patch itself, is never safe: what runs is decided in two places. `evidence` says what outside of the
    manifest makes a fix safe, if anything does.
    """

    def decorate(compute: Compute) -> Fixer:
        return Fixer(rule, title, safety, breaks, compute, len(inspect.signature(compute).parameters) == 3, evidence)

    return decorate
