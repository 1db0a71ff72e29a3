"""One HTML page: no script, nothing loaded from elsewhere, everything foreign escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from bot import __version__
from bot.markdown import visible
from bot.output.report import Report, by_severity, fixable, plural, resource
from bot.scan import Reported

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1f2328;background:#fff}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;
border-bottom:1px solid #d8dee4}code{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}
.critical{color:#82071e;font-weight:700}.high{color:#cf222e}.medium{color:#9a6700}.low,.info{color:#57606a}
.ignored{opacity:.6}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#30363d}
.critical,.high{color:#ff7b72}.medium{color:#d29922}.low,.info{color:#8d96a0}}
"""


def render(report: Report) -> str:
    """Return the page."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    findings = report.findings
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    # Should an escape ever be forgotten, the browser still runs and loads nothing.
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Kubewright report</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{plural(len(findings), 'finding') if findings else 'No findings'}</h1>"
    counts = ", ".join(f"{count} {severity}" for severity, count in by_severity(findings).items() if count)
    fixes = fixable(findings)
    yield (
        f"<p>{plural(report.scan.files, 'file')}, {plural(report.scan.documents, 'document')}."
        f"{f' {counts}.' if counts else ''} Fixable: {fixes['safe']} safe, {fixes['unsafe']} unsafe."
        f" Ignored: {len(report.ignored)}.</p>"
    )
    if report.shown:
        heads = "".join(f"<th>{name}</th>" for name in ("Severity", "Rule", "Where", "What", "Fix"))
        yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
        yield from (_row(report, one) for one in sorted(report.shown, key=lambda one: -one.finding.severity))
        yield "</tbody></table>"
    if report.scan.errors:
        yield "<h2>Could not be read</h2><ul>"
        for error in report.scan.errors:
            yield f"<li><code>{_safe(f'{report.file(error.path)}:{error.line}')}</code> {_safe(str(error))}</li>"
        yield "</ul>"
    version = ".".join(map(str, report.version))
    yield f"<p>kubewright {__version__}, for Kubernetes {version}</p></body></html>"


def _row(report: Report, one: Reported) -> str:
    finding = one.finding
    fix = "; ".join((f"{one.fix.safety}: {one.fix.title}", *one.fix.evidence)) if one.fix else one.no_fix or ""
    if one.ignored is not None:
        fix = f"ignored: {one.ignored}"
    return (
        f"<tr{' class=ignored' if one.ignored is not None else ''}>"
        f'<td class="{finding.severity}">{finding.severity}</td>'
        f'<td title="{_safe(report.title(finding.rule))}"><code>{_safe(finding.rule)}</code></td>'
        f"<td><code>{_safe(f'{report.file(finding.path)}:{one.line}:{one.column}')}</code></td>"
        f"<td>{_safe(finding.message)} ({_safe(resource(finding))})</td>"
        f"<td>{_safe(fix)}</td></tr>"
    )


def _safe(text: str) -> str:
    return escape(visible(text), quote=True).replace("##[", "##&#91;")
