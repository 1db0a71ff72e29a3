"""`kubewright propose`: fix a repository in memory and make branches and pull requests of it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import click

from bot.checkout import Checkout
from bot.commands import options
from bot.config import Flags
from bot.errors import BUG, RepositoryError
from bot.local_target import LocalTarget
from bot.policy import MAX_COMMITS, Grouping
from bot.proposing import Work, settings_of


@click.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[PATH]")
@click.option("--local", "is_local", is_flag=True, help="Make branches in this repository and no pull request.")
@click.option("--dry-run", is_flag=True, help="Print every write that would be made, and make none.")
@click.option("--unsafe", is_flag=True, default=None, help="Propose unsafe fixes, too, apart from the safe ones.")
@click.option("--base", metavar="BRANCH", help="The branch to propose to (the one that is checked out).")
@click.option("--branch-prefix", "prefix", metavar="NAME", help="How our branches start (kubewright).")
@click.option(
    "--group",
    "grouping",
    type=click.Choice(get_args(Grouping)),
    metavar="BY",
    help="One proposal per directory (default), or per repository, file, rule, severity or owner.",
)
@click.option(
    "--limit",
    "commits",
    type=click.IntRange(min=1),
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
    base: str | None,
    output: Path | None,
    repo: str | None,
    **given: Any,
) -> int:
    """Fix a Git repository without touching its files, and propose the result.

    PATH lies in the repository; only files below it are changed, as they are in the last commit of the base
    branch. Each fix is a commit of its own. Safe and unsafe fixes go to branches of their own.

    On GitHub, pull requests are opened, kept up to date and closed, with the token in KUBEWRIGHT_TOKEN or
    GITHUB_TOKEN; what people declined stays declined, and what people pushed is theirs. With --local the branches
    are made in the repository itself and the pull request's text is written to a file.

    Exits with 0 when everything is proposed or nothing is to do, 3 when Git or GitHub refused something.
    """
    if output and not is_local:
        raise click.UsageError("--output goes with --local")
    checkout = Checkout.open(path)
    name, commit = checkout.base(base)
    settings = settings_of(checkout.tree(commit), checkout, flags)
    overrides = {key: value for key, value in given.items() if value is not None}
    settings = replace(settings, policy=replace(settings.policy, **overrides))
    if is_local:
        work = Work.of(checkout, name, commit, settings)
        proposals = list(work.proposals({}))
        work.tell(proposals)
        code = LocalTarget(checkout, dry_run, output).deliver(proposals)
        return BUG if work.bugs else code
    return _on_github(checkout, Work.of, name, commit, settings, dry_run, repo)


def _on_github(
    checkout: Checkout, scan: Any, name: str, commit: str, settings: Any, dry_run: bool, repo: str | None
) -> int:
    from bot.hub import client, target
    from bot.hub.calls import Rehearsal

    where = repo or client.repository_of(checkout.origin() or "")
    if not where:
        raise RepositoryError("which repository on GitHub? remote origin does not say", "--repo OWNER/NAME, or --local")
    session = client.open_session(where, os.environ, settings.policy)
    if dry_run:
        session = replace(session, wire=Rehearsal(session.wire, target.print_call))
    work = scan(checkout, name, commit, settings)
    code = target.deliver(session, [work])
    return BUG if work.bugs else code
