"""The built-in fixers, by the rule whose findings they fix."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from fixers.model import Fix, Fixer
from rules.cluster import Cluster
from rules.errors import Bug, Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.registry import made_here, modules, rule_by_id
from rules.workloads import pods

_MISTAKES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@cache
def all_fixers() -> dict[str, Fixer]:
    """Return every built-in fixer by rule id. Raises Bug when two fix one rule."""
    by_rule: dict[str, Fixer] = {}
    for module in modules("fixers"):
        for found in made_here(module, Fixer):
            if found.rule.id in by_rule:
                raise Bug(f"two fixers for {found.rule.id}")
            by_rule[found.rule.id] = found
    return by_rule


def fix(finding: Finding, document: Document, cluster: Cluster) -> Fix:
    """Return the fix of a finding of one object.

    Raises Unfixable with the reason when there is none, Bug when the fixer crashed.
    """
    known = all_fixers().get(finding.rule)
    if known is None:
        found = rule_by_id(finding.rule)
        reason = " ".join(found.section("No fix").split()) if found else ""
        raise Unfixable(reason or "no mechanical fix is known", "no-fix")
    try:
        return _fixed(known, finding, pods.focused(document, finding.pointer), cluster)
    except _MISTAKES as error:  # One document that a fixer did not expect must not end the run.
        line, _ = document.source.position(document.start)
        raise Bug(
            f"the fixer of {finding.rule} crashed on {document.path}:{line}: {type(error).__name__}: {error}",
            hint="please report this with the document that caused it",
        ) from error


def _fixed(fixer: Fixer, finding: Finding, document: Document, cluster: Cluster) -> Fix:
    """Return what a fixer says about one pod; it sees the pod under the names that a PodSpec has."""
    seen, pointer = pods.usual(document, finding.pointer)
    if seen is document:
        return fixer.fix(finding, document, cluster)
    made = fixer.fix(replace(finding, pointer=pointer), seen, cluster)
    operations = tuple(
        replace(one, path=pods.written(seen, one.path), source=pods.written(seen, one.source))
        for one in made.operations
    )
    return replace(made, finding=finding, operations=operations)
