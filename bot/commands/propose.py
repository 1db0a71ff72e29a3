"""`kubewright propose`: fix a repository in memory and make branches and pull requests of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

import click

from bot import __version__, config, log
from bot.changes import changes
from bot.checkout import Checkout, CommitTree
from bot.commands import options, scanning
from bot.config import Flags, Settings
from bot.errors import BUG, ConfigError, RepositoryError
from bot.output.report import plural
from bot.proposal import MAX_COMMITS, Facts, Grouping, Known, Proposal, branch_name, propose
from bot.scan import Scan
from bot.targets import GitHubTarget, LocalTarget, Target
from fixers.model import Safety
from fixers.outcome import Outcome
from rules.errors import Bug
from rules.registry import all_rules

# Writing there needs a permission that we never ask for.
PROTECTED = ".github/workflows/"


@click.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[PATH]")
@click.option("--local", "is_local", is_flag=True, help="Make branches in this repository and no pull request.")
@click.option("--dry-run", is_flag=True, help="Print every write that would be made, and make none.")
@click.option("--unsafe", is_flag=True, help="Propose unsafe fixes, too, apart from the safe ones.")
@click.option("--base", metavar="BRANCH", help="The branch to propose to (the one that is checked out).")
@click.option("--branch-prefix", default="kubewright", metavar="NAME", help="How our branches start (kubewright).")
@click.option(
    "--group",
    "grouping",
    type=click.Choice(("repository", "directory")),
    default="repository",
    metavar="BY",
    help="One proposal for the repository (default), or one per top directory.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=MAX_COMMITS,
    metavar="N",
    help=f"At most so many fixes in one proposal, the worst first ({MAX_COMMITS}).",
)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="With --local: write the text here.")
@click.option(
    "--repo", metavar="OWNER/NAME", envvar=["KUBEWRIGHT_REPO", "GITHUB_REPOSITORY"], help="On GitHub (origin's)."
)
@options.settings
@options.verbosity
def command(
    path: Path,
    flags: Flags,
    is_local: bool,
    dry_run: bool,
    unsafe: bool,
    base: str | None,
    branch_prefix: str,
    grouping: Grouping,
    limit: int,
    output: Path | None,
    repo: str | None,
) -> int:
    """Fix a Git repository without touching its files, and propose the result.

    PATH lies in the repository; only files below it are changed, as they are in the last commit of the base
    branch. Each fix is a commit of its own. Safe and unsafe fixes go to branches of their own.

    With --local the branches are made in the repository itself and the pull request's text is written to a
    file. Otherwise they are made on GitHub, with the token in KUBEWRIGHT_TOKEN or GITHUB_TOKEN.

    Exits with 0 when everything is proposed or nothing is to do, 3 when Git or GitHub refused something.
    """
    checkout = Checkout.open(path)
    target = _target(checkout, is_local, dry_run, output, repo)
    name, commit = checkout.base(base)
    branch_name(branch_prefix, name, "", Safety.SAFE)  # A prefix that is none is told before any work is done.
    tree = checkout.tree(commit)
    settings = _settings(tree, checkout, flags)
    found = scanning.run(tree, settings)
    is_ours = partial(_is_ours, prefix=checkout.prefix)
    below = replace(found, findings=tuple(one for one in found.findings if is_ours(one.finding.path)))
    facts = Facts(
        base=name,
        commit=commit,
        prefix=branch_prefix,
        rules={rule.id: rule for rule in (*all_rules(), *settings.rules)},
        known={one.finding: Known(one.line, one.fingerprint) for one in below.findings},
        version=__version__,
    )
    bugs = list(found.bugs)
    proposals = list(_proposals(tree, below, settings, facts, grouping, limit, unsafe, bugs, is_ours))
    _tell(checkout, found, facts, proposals)
    code = target.deliver(proposals)
    return BUG if bugs else code


def _proposals(
    tree: CommitTree,
    found: Scan,
    settings: Settings,
    facts: Facts,
    grouping: Grouping,
    limit: int,
    unsafe: bool,
    bugs: list[Bug],
    may: Callable[[str], bool],
) -> Iterator[Proposal]:
    """Yield the proposals of each safety class; what goes wrong in one file is told and blocks no other."""
    for safety in (Safety.SAFE, Safety.UNSAFE) if unsafe else (Safety.SAFE,):
        outcomes: list[Outcome] = []
        for outcome in changes(tree, found, settings, {safety}, may=may):
            if isinstance(outcome, Bug):
                log.error(str(outcome), outcome.hint)
                bugs.append(outcome)
            else:
                outcomes.append(outcome)
        yield from propose(outcomes, facts, safety, grouping, limit)


def _settings(tree: CommitTree, checkout: Checkout, flags: Flags) -> Settings:
    """Return the settings: those of the configuration in the commit, at PATH or above it, or of `--config`."""
    if flags.config:
        return config.load(flags.config, None, flags)
    files = {entry.path for entry in tree.entries() if not entry.link}
    places = [PurePosixPath(checkout.prefix), *PurePosixPath(checkout.prefix).parents]
    source = next((file for place in places if (file := str(place / config.NAME)) in files), "")
    on_disk = config.find(checkout.root / checkout.prefix) if checkout.root else None
    if on_disk and not source:
        log.say(f"{on_disk} is not committed, so it does not count; --config {config.NAME} makes it")
    try:
        text = tree.read(source).decode("utf-8-sig") if source else None
    except UnicodeDecodeError:
        raise ConfigError(f"{source}: not UTF-8") from None
    return config.settle(text, source, flags)


def _is_ours(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and not path.startswith(PROTECTED)


def _tell(checkout: Checkout, found: Scan, facts: Facts, proposals: list[Proposal]) -> None:
    """Say what people must know beside the proposals."""
    log.say(f"made from {facts.base} at {facts.commit[:8]}; what is not committed there does not count")
    texts = {change.path: change.before for one in proposals for change in one.changes if not change.created}
    for path, text in sorted(texts.items()):
        if checkout.current_branch() == facts.base and checkout.differs_on_disk(path, text):
            log.say(f"{path} has changes that are not committed; the proposal does not hold them")
    if found.errors:
        log.say(f"{plural(len({error.path for error in found.errors}), 'file')} could not be read: see kubewright scan")
    for one in proposals:
        if waiting := sum(left.skip.code == "waiting" for left in one.left):
            log.say(f"{one.branch} is full; {waiting} more wait until it is merged (see --limit)")
    if not proposals:
        log.say("nothing to propose")


def _target(checkout: Checkout, is_local: bool, dry_run: bool, output: Path | None, repo: str | None) -> Target:
    """Return where proposals go. Complains about what is missing before any work is done."""
    if output and not is_local:
        raise click.UsageError("--output goes with --local")
    if is_local:
        return LocalTarget(checkout, dry_run, output)
    from bot import github

    name = repo or github.repository_of(checkout.origin() or "")
    if not name:
        raise RepositoryError("which repository on GitHub? remote origin does not say", "--repo OWNER/NAME, or --local")
    return GitHubTarget(checkout, dry_run, None if dry_run else github.connect(name, os.environ), name)
