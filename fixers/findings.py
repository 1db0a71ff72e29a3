"""What rules find in the objects of a document, looked for once for each state of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rules.cluster import Cluster
from rules.errors import Bug
from rules.manifest import Document
from rules.model import Finding, Rule
from rules.pointer import Pointer
from rules.registry import all_rules
from rules.search import search

Key = tuple[str, int, Pointer]
KEPT = 2  # A document as it was before a fix, and as it is after it.


@dataclass(slots=True)
class Findings:
    """Looks with the chosen rules, and, to prove a fix, with all that are known.

    What the proof of a fix has found is what there is to be found next, so no rule looks again after a fix.
    """

    rules: Sequence[Rule]
    cluster: Cluster
    # By identity of the document, which is kept beside its findings: another one cannot get the same.
    _all: dict[tuple[int, Pointer], tuple[Document, list[tuple[Finding, Document]]]] = field(default_factory=dict)

    def chosen(self, document: Document, base: Pointer) -> Iterable[tuple[Finding, Document]]:
        """Return what the chosen rules find in the object at `base`. Raises the Bug of a rule that crashed.

        All rules look only once a fix is to be proven: most objects have nothing to fix.
        """
        if (id(document), base) not in self._all:
            return found(at(document, base), self.rules, self.cluster)
        ids = {rule.id for rule in self.rules}
        return [one for one in self.all(document, base) if one[0].rule in ids]

    def all(self, document: Document, base: Pointer) -> Iterable[tuple[Finding, Document]]:
        """Return what all rules find in the object at `base`. Raises the Bug of a rule that crashed."""
        known = self._all.pop((id(document), base), None)
        if known is None:
            judges = {rule.id: rule for rule in (*all_rules(), *self.rules)}
            known = (document, list(found(at(document, base), list(judges.values()), self.cluster)))
            while len(self._all) >= KEPT:
                self._all.pop(next(iter(self._all)))
        self._all[id(document), base] = known
        return known[1]


def at(document: Document, base: Pointer) -> Document:
    """Return the object that stands at `base` in a document. Raises Bug when there is none."""
    for single in document.objects():
        if single.base == base:
            return single
    raise Bug(f"{document.path}: a fix removed the object at {base}")


def found(document: Document, rules: Sequence[Rule], cluster: Cluster) -> Iterator[tuple[Finding, Document]]:
    """Yield the findings of a document. Raises the Bug of a rule that crashed: such a file is not touched."""
    for one in search(document, rules, cluster):
        if isinstance(one, Bug):
            raise one
        yield one


def key(finding: Finding) -> Key:
    """Return what a finding is known by from one state of a file to the next."""
    return finding.rule, finding.document, finding.place
