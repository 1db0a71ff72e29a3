"""SARIF 2.1.0, as GitHub code scanning and editors read it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from bot import __version__
from bot.output.json import dumps
from bot.output.report import Report, resource
from bot.scan import Reported
from rules.model import Rule, Severity
from rules.pointer import text

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# GitHub sorts alerts by this number as if it were a CVSS score: 9 and more is critical, 7 high, 4 medium.
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.1",
}


def render(report: Report) -> str:
    """Return the log; URIs are relative to the current directory, which is the repository's in a workflow."""
    rules = [report.by_id[name] for name in sorted({one.finding.rule for one in report.shown} & set(report.by_id))]
    index = {rule.id: number for number, rule in enumerate(rules)}
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "kubewright",
                        "semanticVersion": __version__,
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "invocations": [{"executionSuccessful": not report.scan.bugs, **_notifications(report)}],
                "columnKind": "unicodeCodePoints",
                "results": [_result(report, one, index) for one in report.shown],
            }
        ],
    }
    return dumps(log)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why or rule.title},
        "help": {"text": f"{rule.why}\n\nUse instead:\n\n{rule.section('Use instead')}".strip()},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "security-severity": _SCORES[rule.severity],
            "tags": ["security", "kubernetes", rule.category],
        },
    }


def _result(report: Report, one: Reported, index: dict[str, int]) -> dict[str, Any]:
    finding = one.finding
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        # Markdown is not meant here, but placeholders and links are: brackets and braces are escaped.
        "message": {"text": _message(f"{finding.message} ({resource(finding)})")},
        "locations": [
            {
                "physicalLocation": _place(report, finding.path, one.line, one.column, one.end_line, one.end_column),
                "logicalLocations": [{"fullyQualifiedName": text(finding.place) or "/", "kind": "element"}],
            }
        ],
        "partialFingerprints": {"kubewright/v1": one.fingerprint},
        "properties": {"severity": str(finding.severity)},
    }
    if finding.rule in index:
        made["ruleIndex"] = index[finding.rule]
    if one.ignored is not None:
        made["suppressions"] = [{"kind": "inSource", "justification": one.ignored}]
    return made


def _message(given: str) -> str:
    for character in "\\[]":
        given = given.replace(character, "\\" + character)
    return given.replace("{", "{{").replace("}", "}}")


def _place(report: Report, path: str, line: int, column: int, end_line: int, end_column: int) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": _uri(report, path)},
        "region": {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column},
    }


def _uri(report: Report, path: str) -> str:
    # A name of bytes that are no text keeps them, percent-encoded.
    return quote(report.file(path), errors="surrogateescape")


def _notifications(report: Report) -> dict[str, Any]:
    """Return what could not be read: no result of any rule, but part of the log."""
    if not report.scan.errors:
        return {}
    return {
        "toolExecutionNotifications": [
            {
                "level": "error",
                "message": {"text": _message(str(error))},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": _uri(report, error.path)},
                            "region": {"startLine": error.line, "startColumn": error.column},
                        }
                    }
                ],
            }
            for error in report.scan.errors
        ]
    }
