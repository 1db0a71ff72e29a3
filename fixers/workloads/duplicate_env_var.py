"""Fixer for duplicate-env-var."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, fixer, remove
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.duplicate_env_var import duplicate_env_var as rule

_SOURCES = ("configMapKeyRef", "secretKeyRef", "fileKeyRef")


@fixer(
    rule,
    title="Remove the entry that is lost",
    safety=Safety.UNSAFE,
    breaks="the running object: `kubectl apply` and Helm may drop the variable altogether, until applied again",
)
def duplicate_env_var(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the entry, unless something reads it before the next one of its name replaces it.

    The container gets what it got: the kubelet expands `$(NAME)` in the order of the list, and hands all entries
    to the container runtime, which keeps the last one of a name. Unsafe because of the way there: a strategic
    merge patch deletes by name, so the one that makes a running object lose an entry may take both; the API
    server's warning about such entries says that they "may be dropped when using apply".
    """
    parent, index = finding.pointer[:-1], int(finding.pointer[-1])
    entries = get(document.value, *parent)
    if document.partial or pods.is_fragment(document):
        raise Unfixable("this is part of an object, whose entries are merged with others", "part-of-an-object")
    name = get(entries[index], "name")
    later = [at for at in range(index + 1, len(entries)) if get(entries[at], "name") == name]
    between = entries[index + 1 : later[0] + 1]  # The next one may extend this one: PATH=$(PATH):/opt.
    if any(f"$({name})" in _text(entry) for entry in between):
        raise Unfixable(f"a value further down uses $({name}), which is this entry's", "entry-is-used")
    if any(_may_be_missing(entries[at]) for at in later):
        raise Unfixable(
            "the later entry comes from something optional; where that is missing, this one counts", "entry-is-used"
        )
    yield remove(finding.pointer)


def _text(entry: Any) -> str:
    """Return the value of an entry; that of a reference is never expanded."""
    given = get(entry, "value")
    return given if isinstance(given, str) else ""


def _may_be_missing(entry: Any) -> bool:
    return any(get(entry, "valueFrom", source, "optional") not in (None, False) for source in _SOURCES)
