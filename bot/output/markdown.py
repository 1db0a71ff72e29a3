"""Markdown for a job summary or a comment."""

from __future__ import annotations

from collections.abc import Iterator

from bot.markdown import inline, tagged
from bot.output.report import Report, by_severity, fixable, plural, resource
from bot.scan import Reported

# A job summary holds one mebibyte; a table this long is not read anyway.
LIMIT = 500


def render(report: Report) -> str:
    """Return a heading, a table of findings, the worst first, and the errors."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    findings = report.findings
    yield f"### Kubewright: {plural(len(findings), 'finding') if findings else 'no findings'}"
    yield ""
    counts = ", ".join(f"{count} {severity}" for severity, count in by_severity(findings).items() if count)
    fixes = fixable(findings)
    sentence = f"{plural(report.scan.files, 'file')}, {plural(report.scan.documents, 'document')}"
    if findings:
        sentence += f". {counts[:1].upper()}{counts[1:]}. Fixable: {fixes['safe']} safe, {fixes['unsafe']} unsafe"
    if report.ignored:
        sentence += f". Ignored: {len(report.ignored)}"
    yield sentence + "."
    if report.shown:
        yield ""
        yield "| Severity | Rule | Where | What | Fix |"
        yield "|---|---|---|---|---|"
        worst_first = sorted(report.shown, key=lambda one: -one.finding.severity)
        for one in worst_first[:LIMIT]:
            yield _row(report, one)
        if len(worst_first) > LIMIT:
            yield ""
            yield f"{len(worst_first) - LIMIT} more are not listed."
    if report.scan.errors:
        yield ""
        yield "**Could not be read**"
        yield ""
        for error in report.scan.errors[:LIMIT]:
            yield f"- {tagged(f'{report.file(error.path)}:{error.line}')} {inline(str(error))}"


def _row(report: Report, one: Reported) -> str:
    finding = one.finding
    fix = "ignored" if one.ignored is not None else str(one.fix.safety) if one.fix else ""
    cells = (
        str(finding.severity),
        tagged(finding.rule),
        tagged(f"{report.file(finding.path)}:{one.line}"),
        f"{inline(finding.message)} ({inline(resource(finding))})",
        fix,
    )
    return f"| {' | '.join(cells)} |"
