"""The report for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import click

from bot.log import harmless, line
from bot.output.report import Report, by_severity, fixable, plural, resource
from bot.scan import Reported
from fixers.model import Safety
from rules.model import Severity

_COLOURS: dict[Severity, dict[str, Any]] = {
    Severity.CRITICAL: {"fg": "red", "bold": True},
    Severity.HIGH: {"fg": "red"},
    Severity.MEDIUM: {"fg": "yellow"},
    Severity.LOW: {"fg": "cyan"},
    Severity.INFO: {"dim": True},
}


def render(report: Report) -> str:
    """Return findings grouped by file, errors, a summary, and what to do next. Styled; the caller strips it."""
    blocks = ["\n".join(_file(report, list(group))) for _, group in groupby(report.shown, lambda one: one.finding.path)]
    if report.scan.errors:
        blocks.append("\n".join(_errors(report)))
    if not report.quiet:
        blocks.append("\n".join(_summary(report)))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _file(report: Report, group: list[Reported]) -> Iterator[str]:
    """Yield a line per finding, in columns."""
    places = [line(f"{report.file(one.finding.path)}:{one.line}:{one.column}") for one in group]
    width = max(map(len, places))
    rule_width = max(len(one.finding.rule) for one in group)
    for place, one in zip(places, group, strict=True):
        finding = one.finding
        severity = click.style(f"{finding.severity!s:<8}", **_COLOURS[finding.severity])
        about = click.style(f"({harmless(resource(finding))})", dim=True)
        yield (
            f"{place:<{width}}  {severity}  {finding.rule:<{rule_width}}  "
            f"{harmless(finding.message)} {about}{_mark(one)}"
        ).rstrip()


def _mark(one: Reported) -> str:
    """Say whether `fix` would repair it."""
    if one.ignored is not None:
        return click.style(f" [ignored: {harmless(one.ignored) or 'no reason given'}]", dim=True)
    if one.fix is None:
        return ""
    how = "fix" if one.fix.safety is Safety.SAFE else "fix --unsafe"
    why = f": {harmless('; '.join(one.fix.evidence))}" if one.fix.evidence else ""
    return click.style(f" [{how}{why}]", fg="green")


def _errors(report: Report) -> Iterator[str]:
    for error in report.scan.errors:
        lead = click.style("error", fg="red", bold=True)
        place = line(f"{report.file(error.path)}:{error.line}:{error.column}")
        yield f"{place}  {lead}  {harmless(str(error))}"


def _summary(report: Report) -> Iterator[str]:
    scan, findings = report.scan, report.findings
    looked = f"{plural(scan.files, 'file')}, {plural(scan.documents, 'document')}"
    counts = ", ".join(f"{count} {severity}" for severity, count in by_severity(findings).items() if count)
    parts = [f"{plural(len(findings), 'finding')} ({counts})" if findings else "no findings", f"in {looked}"]
    sentence = " ".join(parts)
    if scan.errors:
        sentence += f"; {plural(len(scan.errors), 'part')} could not be read"
    if report.ignored:
        sentence += f"; {len(report.ignored)} ignored"
    yield click.style(sentence, bold=True)
    hint = _next(findings)
    if hint:
        yield hint


def _next(findings: list[Reported]) -> str:
    """Say what to do next."""
    if not findings:
        return ""
    count = fixable(findings)
    worst = max(findings, key=lambda one: one.finding.severity).finding.rule
    why = f"'kubewright explain {worst}' says why and what to write instead"
    steps = []
    if count["safe"]:
        steps.append(f"'kubewright fix' repairs {count['safe']}")
    if count["unsafe"]:
        more = " more" if count["safe"] else ""
        steps.append(f"'kubewright fix --unsafe' repairs {count['unsafe']}{more}, for you to review")
    return "; ".join([*steps, why]) + "."
