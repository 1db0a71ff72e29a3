"""The JSON report: the interface for programs, stable by its `schema`."""

from __future__ import annotations

import json
from typing import Any

from bot import __version__
from bot.output.report import Report, by_severity, fixable
from bot.scan import Reported
from fixers.model import Fix
from rules.pointer import text

SCHEMA = "https://kubewright.dev/schema/report-1.json"


def render(report: Report) -> str:
    """Return the report. Paths are relative to the scanned root; ignored findings are listed only on request."""
    return dumps(value(report))


def dumps(value: Any) -> str:
    """Return a value as JSON that a terminal and a workflow's runner can be shown: ASCII, and no `##[` in any text."""
    return json.dumps(value, indent=2, ensure_ascii=True).replace("##[", "\\u0023#[") + "\n"


def value(report: Report) -> dict[str, Any]:
    """Return the report as a JSON value."""
    scan, findings = report.scan, report.findings
    return {
        "schema": SCHEMA,
        "kubewright": __version__,
        "kubernetesVersion": ".".join(map(str, report.version)),
        "summary": {
            "files": scan.files,
            "documents": scan.documents,
            "findings": len(findings),
            "fixable": fixable(findings),
            "severity": by_severity(findings),
            "ignored": len(report.ignored),
            "errors": len(scan.errors),
        },
        "findings": [_finding(report, found) for found in report.shown],
        "errors": [
            {"file": error.path, "line": error.line, "column": error.column, "message": str(error)}
            for error in scan.errors
        ],
        "skipped": [
            {"file": skipped.path, "class": skipped.file_class, "reason": skipped.reason} for skipped in scan.skipped
        ],
    }


def _finding(report: Report, found: Reported) -> dict[str, Any]:
    finding = found.finding
    rule = report.by_id.get(finding.rule)
    made: dict[str, Any] = {
        "rule": finding.rule,
        "title": report.title(finding.rule),
        "severity": str(finding.severity),
        "category": rule.category if rule else "",
        "message": finding.message,
        "file": finding.path,
        "line": found.line,
        "column": found.column,
        "endLine": found.end_line,
        "endColumn": found.end_column,
        "document": finding.document,
        "resource": {
            "apiVersion": finding.api_version,
            "kind": finding.kind,
            "namespace": finding.namespace,
            "name": finding.name,
        },
        "pointer": text(finding.place),
        "controls": {framework: list(controls) for framework, controls in rule.controls.items()} if rule else {},
        "fix": None,
        "noFix": found.no_fix,
        "fingerprint": found.fingerprint,
    }
    if found.fix:
        made["fix"] = {
            "safety": str(found.fix.safety),
            "title": found.fix.title,
            "breaks": found.fix.breaks,
            "patch": [operation.as_json() for operation in found.fix.patch],
            **_beside(found.fix),
        }
    if found.ignored is not None:  # Only there when ignored findings were asked for.
        made["ignored"] = found.ignored
    return made


def _beside(fix: Fix) -> dict[str, Any]:
    """Return what a joint fix needs beside its patch, and what outside of the manifest makes a fix safe."""
    made: dict[str, Any] = {}
    if fix.elsewhere:
        made["elsewhere"] = [
            {
                "file": other.path,
                "document": other.document,
                "patch": [operation.as_json() for operation in other.patch],
            }
            for other in fix.elsewhere
        ]
    if fix.documents:
        # Without a name: a further document of the finding's file; with one: a new file beside it.
        made["documents"] = [{"name": one.path, "value": dict(one.value)} for one in fix.documents]
    if fix.evidence:
        made["evidence"] = list(fix.evidence)
    return made
