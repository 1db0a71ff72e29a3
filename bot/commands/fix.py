"""`kubewright fix`: apply verified fixes in place, or show them as a diff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import click

from bot import files, log
from bot.changes import changes
from bot.commands import options, scanning
from bot.config import Flags, Settings
from bot.errors import BUG, CLEAN, FINDINGS, OUTSIDE, RepositoryError
from bot.output import stdout
from bot.output.report import plural
from bot.scan import Scan
from bot.tree import WorkTree
from fixers.model import Safety
from fixers.outcome import Change, Skip, by_file
from rules.errors import Bug
from rules.model import Finding

_NOT_ALLOWED, _IGNORED = "not-allowed", "ignored"


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--diff", is_flag=True, help="Print a unified diff instead and write nothing.")
@click.option("--unsafe", is_flag=True, help="Apply unsafe fixes, too: right for most, but look at each of them.")
@options.settings
@options.verbosity
def command(paths: tuple[str, ...], flags: Flags, diff: bool, unsafe: bool) -> int:
    """Apply verified fixes to manifests in place; everything else in the files stays as it is.

    PATH is a file or a directory, by default the current one.

    Exits with 0 when no finding is left, 1 when some are; with --diff 1 when there is a diff.
    """
    tree = scanning.work_tree(paths)
    settings = scanning.settle(tree.root, flags)
    found = scanning.run(tree, settings)
    made: list[Change] = []
    skips: list[Skip] = []
    bugs = list(found.bugs)
    failed: list[RepositoryError] = []
    for outcome in changes(tree, found, settings, Safety.UNSAFE if unsafe else Safety.SAFE):
        if isinstance(outcome, Bug):
            bugs.append(outcome)
            log.error(str(outcome), outcome.hint)
            continue
        skips += outcome.skips
        if outcome.change:
            try:
                if not diff:
                    _write(tree, outcome.change)
            except RepositoryError as error:  # One file that cannot be written does not keep the others.
                failed.append(error)
                log.error(str(error), error.hint)
            else:
                made.append(outcome.change)
    if diff:
        _show(tree, made)
    _Summary(found, settings, scanning.prefix(tree.root), diff).tell(made, skips)
    if bugs or failed:
        return BUG if bugs else OUTSIDE
    if diff:
        return FINDINGS if made else CLEAN
    return FINDINGS if found.errors or _left(skips, settings) else CLEAN


def _write(tree: WorkTree, change: Change) -> None:
    """Write all files of a change, or none. Raises RepositoryError."""
    files.write(
        [
            files.Write(tree.root / one.path, None if one.created else one.before.encode(), one.after.encode())
            for one in change.files
        ]
    )


def _show(tree: WorkTree, made: Sequence[Change]) -> None:
    """Show the changes, file by file."""
    from bot.diffs import unified
    from bot.output.diff import shown

    # Outside of the current directory names count from the scanned one, where the diff can then be applied.
    prefix = scanning.prefix(tree.root)
    for one in by_file(made):
        name = one.path if prefix.startswith(("/", "../")) else prefix + one.path
        text = unified(name, one.before, one.after, is_new=one.created)
        if stdout.is_seen():
            stdout.write(shown(text))
        else:
            stdout.exactly(text)


def _left(skips: Sequence[Skip], settings: Settings) -> list[Skip]:
    """Return the skips that leave a finding behind which somebody wants to hear of."""
    return [skip for skip in skips if skip.code != _IGNORED and skip.finding.severity >= settings.severity]


class _Summary:
    """What was fixed and what was left, for stderr."""

    def __init__(self, found: Scan, settings: Settings, prefix: str, diff: bool) -> None:
        self.errors = found.errors
        self.settings = settings
        self.prefix = prefix
        self.diff = diff
        self.known = {_key(one.finding): one for one in found.findings}

    def tell(self, made: Sequence[Change], skips: Sequence[Skip]) -> None:
        """Write what was fixed, what was left for another reason than its safety, each reason once, and the sums."""
        fixed = [step.fix for change in made for step in change.steps]
        verb = "would fix" if self.diff else "fixed"
        for fix in fixed:
            why = "; ".join(("", *fix.evidence))
            log.say(f"{verb} {self._place(fix.finding)} {fix.finding.rule}: {fix.title}{why}")
        left = _left(skips, self.settings)
        together: dict[tuple[str, str, bool], list[str]] = {}
        for skip in left:
            key = skip.finding.rule, skip.reason, skip.code == _NOT_ALLOWED
            together.setdefault(key, []).append(self._place(skip.finding))
        for (rule, reason, is_unsafe), places in together.items():
            tell = log.detail if is_unsafe else log.say
            if len(places) == 1:
                tell(f"left {places[0]} {rule}: {reason}")
                continue
            tell(f"left {rule}, {len(places)} times: {reason}")
            for place in places:
                tell(f"  {place}")
        for error in self.errors:
            log.say(f"left {self.prefix}{error.path}:{error.line}:{error.column}: {error}")
        log.say("; ".join(self._sums(len(fixed), len(by_file(made)), left)))

    def _sums(self, fixed: int, changed: int, left: Sequence[Skip]) -> Iterator[str]:
        verb = "would be fixed" if self.diff else "fixed"
        yield f"{plural(fixed, 'finding')} {verb} in {plural(changed, 'file')}"
        codes = Counter(skip.code for skip in left)
        unsafe = codes.pop(_NOT_ALLOWED, 0)
        if unsafe:
            yield f"{unsafe} left that --unsafe fixes, for you to review"
        if codes:
            yield f"{sum(codes.values())} left for the reasons given"

    def _place(self, finding: Finding) -> str:
        known = self.known.get(_key(finding))
        where = f":{known.line}:{known.column}" if known else ""
        return f"{self.prefix}{finding.path}{where}"


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.path, finding.document, finding.place
