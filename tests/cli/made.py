"""Scans made by hand, for tests of what is shown."""

from __future__ import annotations

from bot.output.report import Report
from bot.scan import Reported, Scan, Skipped
from fixers.model import Fix, Operation, Safety
from rules.cluster import Cluster
from rules.errors import ManifestError
from rules.model import Finding, Severity
from rules.registry import all_rules

# Everything that means something to a terminal, a runner, Markdown, HTML, XML or a person's eyes.
HOSTILE = (
    "\x1b[31m\n::error::x\r##[error]x|`a`<script>alert(1)</script>\u202e\x00'\"&[x](http://e.example) @all %0A \x9b"
)


def reported(
    rule: str = "privileged-container",
    *,
    path: str = "apps/web.yaml",
    line: int = 9,
    severity: Severity = Severity.CRITICAL,
    message: str = 'container "web" is privileged',
    name: str = "web",
    namespace: str = "shop",
    safety: Safety | None = Safety.UNSAFE,
    ignored: str | None = None,
) -> Reported:
    """Return a finding as a scan reports it."""
    place = ("spec", "containers", 0, "securityContext", "privileged")
    finding = Finding(rule, severity, path, 0, (), place, message, "v1", "Pod", namespace, name, True)
    fix = None
    if safety is not None:
        fix = Fix(finding, "Run unprivileged", safety, "what opens devices", (Operation("replace", place, False),))
    no_fix = None if fix else "only a person can know"
    return Reported(finding, f"{line:024x}", line, 9, line, 25, fix, no_fix, ignored)


def report(
    *findings: Reported,
    errors: tuple[ManifestError, ...] = (),
    skipped: tuple[Skipped, ...] = (),
    prefix: str = "",
    show_ignored: bool = False,
    quiet: bool = False,
) -> Report:
    """Return a report of a scan with these findings."""
    scan = Scan(3, 4, findings, errors, skipped, (), Cluster(), frozenset(), frozenset())
    return Report(scan, all_rules(), (1, 37), prefix, show_ignored, quiet)


FULL = report(
    reported(),
    reported(
        "host-network", line=12, severity=Severity.HIGH, message="the pod uses the network of its node", safety=None
    ),
    reported(path="apps/api.yaml", severity=Severity.LOW, safety=Safety.SAFE, namespace="", name=""),
    reported(line=40, ignored="it tunes the node"),
    errors=(ManifestError("yaml-error", "did not find expected ','", path="broken.yaml", line=3, column=5),),
    skipped=(Skipped("charts/x/templates/d.yaml", "helm-template", "no YAML until it is rendered"),),
)
HOSTILE_REPORT = report(
    reported(path=f"a/{HOSTILE}.yaml", message=HOSTILE, name=HOSTILE, namespace=HOSTILE),
    reported(path="::error::x.yaml", message=HOSTILE, ignored=HOSTILE, safety=None),
    errors=(ManifestError("yaml-error", HOSTILE, path=f"::warning::{HOSTILE}.yaml"),),
    skipped=(Skipped(HOSTILE, "other-yaml", HOSTILE),),
    show_ignored=True,
)
