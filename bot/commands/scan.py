"""`kubewright scan`: find violations and report them. Writes nothing but what `--output` names."""

from __future__ import annotations

import importlib
import sys
from difflib import get_close_matches
from pathlib import Path

import click

from bot import known, log
from bot.commands import options, scanning
from bot.config import Flags
from bot.errors import BUG, CLEAN, FINDINGS, RepositoryError
from bot.output import stdout
from bot.output.report import Report
from bot.scan import Scan
from bot.tree import MemoryTree, Tree
from rules.model import Severity

# Format -> the module of bot.output that renders it.
FORMATS = {
    "text": "text",
    "json": "json",
    "sarif": "sarif",
    "github": "annotations",
    "markdown": "markdown",
    "junit": "junit",
    "html": "html",
}
STDIN = "stdin.yaml"


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "format_",
    envvar="KUBEWRIGHT_FORMAT",
    type=click.Choice(tuple(FORMATS)),
    default="text",
    metavar="FORMAT",
    help=f"One of {', '.join(FORMATS)} (default: text).",
)
@click.option(
    "--output",
    "outputs",
    envvar="KUBEWRIGHT_OUTPUT",
    multiple=True,
    metavar="[FORMAT=]FILE",
    help="Write the report to a file instead; with FORMAT=, a further report. Repeatable.",
)
@click.option(
    "--fail-on",
    type=click.Choice((*options.LEVELS, "never"), case_sensitive=False),
    default="info",
    metavar="LEVEL",
    help="Exit with 1 for findings from this level on, or never (default: any reported finding).",
)
@click.option("--since", metavar="REV", help="Report only what was not there at this Git revision.")
@click.option(
    "--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Ignore the findings that this file knows."
)
@click.option(
    "--write-baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all findings to this file instead of reporting them.",
)
@click.option("--show-ignored", is_flag=True, help="List ignored findings, too, with the reason they are ignored for.")
@options.settings
@options.verbosity
def command(
    paths: tuple[str, ...],
    flags: Flags,
    format_: str,
    outputs: tuple[str, ...],
    fail_on: str,
    since: str | None,
    baseline: Path | None,
    write_baseline: Path | None,
    show_ignored: bool,
) -> int:
    """Find insecure manifests in files and directories and report them.

    PATH is a file or a directory, by default the current one; "-" reads one manifest from standard input.

    Exits with 0 when there is nothing to report, 1 when there is (--fail-on says from which severity on), 2 for a
    mistake in usage or configuration.
    """
    if since and paths == ("-",):
        raise click.UsageError("--since compares files of a repository, not standard input")
    tree, root = _tree(paths)
    settings = scanning.settle(root, flags)
    wanted = [destination(output) for output in outputs]
    found = scanning.run(tree, settings)
    if since and root:
        found = known.since(since, root, found, settings)
    if write_baseline:
        save(write_baseline, known.baseline(found))
        log.say(f"wrote {write_baseline}")
        return BUG if found.bugs else CLEAN
    if baseline:
        found = known.excused(found, known.read(baseline), f"known to the baseline {baseline}")
    report = Report(
        scan=found,
        rules=settings.rules,
        version=settings.version,
        prefix=scanning.prefix(root) if root and paths != ("-",) else "",
        show_ignored=show_ignored,
        quiet=log.is_quiet(),
    )
    for name, path in wanted:
        save(path, click.unstyle(render(name or format_, report)))
    if all(name for name, _ in wanted):
        stdout.write(render(format_, report))
    return exit_code(found, report, fail_on)


def render(name: str, report: Report) -> str:
    """Return a report in a format; only that format's module is imported."""
    module = importlib.import_module(f"bot.output.{FORMATS[name]}")
    text: str = module.render(report)
    return text


def exit_code(found: Scan, report: Report, fail_on: str) -> int:
    """Return the exit code of a scan. What could not be read may hide anything, so it counts, too."""
    if found.bugs:
        return BUG
    if fail_on == "never":
        return CLEAN
    threshold = Severity.parse(fail_on)
    fails = found.errors or any(one.finding.severity >= threshold for one in report.findings)
    return FINDINGS if fails else CLEAN


def _tree(paths: tuple[str, ...]) -> tuple[Tree, Path | None]:
    if paths == ("-",):
        return MemoryTree({STDIN: sys.stdin.buffer.read()}), Path.cwd()
    tree = scanning.work_tree(paths)
    return tree, tree.root


def destination(output: str) -> tuple[str, Path]:
    """Return format and file of an `--output`; the format is '' where none is named, as in `report=1.txt`."""
    name, equals, path = output.partition("=")
    if not equals or name not in FORMATS:
        if equals and name.isalpha() and (close := get_close_matches(name, FORMATS, 1)):
            raise click.UsageError(f"--output {output}: did you mean {close[0]}=? A file of that name is ./{output}")
        return "", Path(output)
    if not path:
        raise click.UsageError(f"--output {name}= names no file")
    return name, Path(path)


def save(path: Path, text: str) -> None:
    try:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise RepositoryError(f"{path}: cannot be written: {error.strerror}") from error
