"""GitHub workflow commands: annotations on the lines of a pull request.

The syntax and its escapes: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.log import harmless
from bot.output.report import Report, plural, resource
from rules.model import Severity

# GitHub shows ten annotations of each level per step and drops the rest, whichever they are.
LIMIT = 10
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def render(report: Report) -> str:
    """Return a command per finding, the worst first, at most ten of each level, and a line that counts them."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    counted: Counter[str] = Counter()
    for error in report.scan.errors:
        counted["error"] += 1
        if counted["error"] <= LIMIT:
            file = report.file(error.path)
            yield command("error", str(error), file=file, line=error.line, col=error.column, title="cannot be read")
    for one in sorted(report.findings, key=lambda one: -one.finding.severity):
        level = _LEVELS[one.finding.severity]
        counted[level] += 1
        if counted[level] > LIMIT:
            continue
        place: dict[str, str | int] = {"file": report.file(one.finding.path), "line": one.line, "endLine": one.end_line}
        if one.line == one.end_line:  # GitHub refuses columns on several lines.
            place |= {"col": one.column, "endColumn": one.end_column}
        yield command(level, f"{one.finding.message} ({resource(one.finding)})", **place, title=one.finding.rule)
    if report.quiet:
        return
    hidden = sum(max(0, count - LIMIT) for count in counted.values())
    more = f"; {hidden} of them not annotated, as GitHub shows {LIMIT} of each level" if hidden else ""
    yield f"{plural(sum(counted.values()), 'finding')} in {plural(report.scan.files, 'file')}{more}"


def command(level: str, message: str, **properties: str | int) -> str:
    """Return a workflow command whose foreign parts cannot end it or start another."""
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{level} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return harmless(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
