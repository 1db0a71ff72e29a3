"""JUnit XML, for the test views of CI systems: a finding is a failed test, an unreadable file a broken one."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from bot.markdown import visible
from bot.output.report import Report, resource


def render(report: Report) -> str:
    """Return the XML."""
    findings, errors = report.shown, report.scan.errors
    failures = sum(one.ignored is None for one in findings)
    skipped = len(findings) - failures
    cases: list[str] = []
    for one in findings:
        finding = one.finding
        file = report.file(finding.path)
        inner = (
            f"<failure type={_value(str(finding.severity))} message={_value(finding.message)}>"
            f"{_text(f'{file}:{one.line}:{one.column} {finding.message} ({resource(finding)})')}</failure>"
            if one.ignored is None
            else f"<skipped message={_value(one.ignored)}/>"
        )
        cases.append(
            f"    <testcase classname={_value(file)} name={_value(f'{finding.rule} {resource(finding)}')}"
            f' file={_value(file)} line="{one.line}">{inner}</testcase>'
        )
    for error in errors:
        file = report.file(error.path)
        cases.append(
            f'    <testcase classname={_value(file)} name="can be read" file={_value(file)} line="{error.line}">'
            f'<error type="manifest" message={_value(str(error))}/></testcase>'
        )
    if not cases:  # Several CI systems take a file without tests for a failure.
        cases.append('    <testcase classname="kubewright" name="no findings"/>')
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{len(errors)}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="kubewright" {counts}>',
        f'  <testsuite name="kubewright" {counts} skipped="{skipped}">',
        *cases,
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _value(text: str) -> str:
    """Return a quoted attribute. XML has no way at all to write most control characters: they are escaped our way."""
    return quoteattr(_plain(text))


def _text(text: str) -> str:
    return escape(_plain(text))


def _plain(text: str) -> str:
    # U+FFFE and U+FFFF are unassigned, so `visible` covers all that XML forbids.
    return visible(text).replace("##[", "##\\x5b")
