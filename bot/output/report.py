"""What every format renders: a scan with what is needed to show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.scan import Reported, Scan
from fixers.model import Safety
from rules.cluster import Version
from rules.model import Finding, Rule, Severity


@dataclass(frozen=True, slots=True)
class Report:
    """A scan to be shown.

    `prefix` leads from the current directory to the scanned root ("" or "apps/"): people and machines that
    open files need it, while the JSON report keeps to the root.
    """

    scan: Scan
    rules: tuple[Rule, ...]
    version: Version
    prefix: str = ""
    show_ignored: bool = False
    quiet: bool = False
    by_id: dict[str, Rule] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {rule.id: rule for rule in self.rules})

    @property
    def findings(self) -> list[Reported]:
        """Findings that count, by path and place."""
        return [found for found in self.scan.findings if found.ignored is None]

    @property
    def ignored(self) -> list[Reported]:
        """Findings that somebody excused."""
        return [found for found in self.scan.findings if found.ignored is not None]

    @property
    def shown(self) -> list[Reported]:
        """Findings to list: those that count, and with `show_ignored` the others."""
        return [found for found in self.scan.findings if self.show_ignored or found.ignored is None]

    def file(self, path: str) -> str:
        """Return a path of the scan as seen from the current directory."""
        return self.prefix + path

    def title(self, rule: str) -> str:
        """Return the title of a rule."""
        return self.by_id[rule].title if rule in self.by_id else rule


def by_severity(findings: Iterable[Reported]) -> dict[str, int]:
    """Count findings by severity, the worst first, zeros included."""
    counted = Counter(found.finding.severity for found in findings)
    return {str(severity): counted[severity] for severity in sorted(Severity, reverse=True)}


def fixable(findings: Iterable[Reported]) -> dict[str, int]:
    """Count findings with a fix by its safety."""
    counted = Counter(found.fix.safety for found in findings if found.fix)
    return {str(safety): counted[safety] for safety in (Safety.SAFE, Safety.UNSAFE)}


def resource(finding: Finding) -> str:
    """Return how people call the object: `Deployment shop/web`; what is in a file without objects is of none."""
    named = "/".join(part for part in (finding.namespace, finding.name) if part)
    return f"{finding.kind} {named}".strip() or "no object"


def plural(count: int, noun: str) -> str:
    """Return `1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
