"""Which rules are checked, and which of their findings the configuration ignores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from bot.errors import ConfigError
from bot.globs import matcher
from rules import peers
from rules.controls import derived
from rules.model import Check, Finding, Rule, Severity

# Frameworks whose levels build on each other: the restricted profile demands all that the baseline demands.
_CONTAINS = {"pss-restricted": ("pss-baseline",)}


@dataclass(frozen=True, slots=True)
class ScopedIgnore:
    """An ignore of the configuration: the findings of some rules that meet every pattern that is not empty.

    `path` is a pattern as in .gitignore, the others are shell patterns of a whole name. `until` is the last day
    on which it holds.
    """

    rules: frozenset[str]
    path: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    reason: str = ""
    until: date | None = None

    def meets(self, finding: Finding) -> bool:
        """Is a finding one that is ignored, the date aside?"""
        named = ((self.kind, finding.kind), (self.namespace, finding.namespace), (self.name, finding.name))
        return (
            finding.rule in self.rules
            and all(not pattern or fnmatchcase(value, pattern) for pattern, value in named)
            and (not self.path or matcher([self.path])(finding.path))
        )

    def is_over(self, today: date) -> bool:
        """Has its last day passed?"""
        return self.until is not None and self.until < today


def excuse(ignores: Iterable[ScopedIgnore], finding: Finding, today: date) -> str | None:
    """Return the reason for which the configuration ignores a finding, None when it does not."""
    for ignore in ignores:
        if not ignore.is_over(today) and ignore.meets(finding):
            return ignore.reason or "no reason given"
    return None


def choose(rules: Iterable[Rule], select: Iterable[str], ignore: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules that the selectors leave: the default ones, or those selected, without those ignored.

    A selector is a rule id, a category, a framework (`cis`) or one of its controls (`cis-5.2.2`), the id of a check
    of another scanner (`CKV_K8S_16`, or `checkov/CKV_K8S_16`), or `all`.
    Whoever is selected by name is on, whether or not it is on by default. Raises ConfigError.
    """
    known = tuple(rules)
    selected = [matching(known, "select", name) for name in select]
    chosen = set().union(*selected) if selected else {rule.id for rule in known if rule.default}
    left = chosen.difference(*(matching(known, "ignore", name) for name in ignore))
    if not left:
        raise ConfigError("no rule is left to check", "ignore wins over select: 'kubewright explain' lists the rules")
    return tuple(rule for rule in known if rule.id in left)


def matching(rules: Iterable[Rule], option: str, name: str) -> frozenset[str]:
    """Return the ids of the rules that a selector names. Raises ConfigError when there are none."""
    known = {rule.id: selectors(rule) for rule in rules}
    found = frozenset(rule for rule, names in known.items() if name.lower() in names)
    # Another scanner's name counts only where it is none of ours: several words are both.
    found = found or frozenset(peers.names().get(name.lower(), frozenset()).intersection(known))
    if not found:
        every = frozenset[str]().union(*known.values())
        raise ConfigError(f"{option}: no rule, category or framework is called {name!r}", did_you_mean(name, every))
    return found


def selectors(rule: Rule) -> frozenset[str]:
    """Return every name of our own under which `--select` and `--ignore` find a rule."""
    names = {"all", rule.id, rule.category}
    for framework, controls in (*rule.controls.items(), *derived.of(rule.category).items()):
        names.add(framework.lower())
        names.update(f"{framework}-{control}".lower() for control in controls)
    names.update(outer for outer, inner in _CONTAINS.items() if not names.isdisjoint(inner))
    return frozenset(names)


def with_severity(rule: Rule, severity: Severity | None) -> Rule:
    """Return the rule with every finding at the given severity, that of single findings included."""
    if severity is None:
        return rule

    def check(*given: object) -> object:
        return (spot[:2] for spot in rule.check(*given))

    check.__doc__ = rule.check.__doc__
    made: Check = check  # type: ignore[assignment]
    return replace(rule, severity=severity, check=made)


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "'kubewright explain' lists the rules") -> str:
    """Return a hint that names what was probably meant."""
    import difflib

    low, names = name.lower().replace("_", "-"), sorted(known, key=lambda one: (len(one), one))
    # What begins as was written is meant, or what says it with other hyphens: `nist` is nist_800_53.
    begun = [one for one in names if low and one.lower().replace("_", "-").startswith(low)]
    close = begun[:1] or difflib.get_close_matches(name.lower(), sorted(names), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(close)}?" if close else otherwise
