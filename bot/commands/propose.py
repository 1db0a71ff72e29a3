"""`kubewright propose`: fix a repository in memory and make branches and pull requests of it."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from bot import log
from bot.bases import bases_of, works
from bot.checkout import Checkout
from bot.commands import options
from bot.config import Flags
from bot.errors import BUG
from bot.local_target import LocalTarget
from bot.markdown import visible
from bot.output import stdout
from bot.policy import DEFAULT, MAX_COMMITS, Grouping

if TYPE_CHECKING:
    from bot.hub.calls import Call
    from bot.hub.run import Session


@click.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[PATH]")
@click.option("--local", "is_local", is_flag=True, help="Make branches in this repository and no pull request.")
@click.option("--dry-run", is_flag=True, help="Print every write that would be made, and make none.")
@click.option("--push", is_flag=True, help="Push the commits with Git instead of having GitHub make them.")
@click.option("--any-time", is_flag=True, help="Write outside of the schedule in the configuration, too.")
@click.option("--unsafe/--no-unsafe", default=None, help="Propose unsafe fixes, too, apart from the safe ones.")
@click.option(
    "--base",
    "asked",
    multiple=True,
    metavar="BRANCH",
    help="The branch to propose to, or a pattern such as release/* (the one that is checked out).",
)
@click.option("--branch-prefix", "prefix", metavar="NAME", help="How our branches start (kubewright).")
@click.option(
    "--group",
    "grouping",
    type=click.Choice(get_args(Grouping)),
    metavar="BY",
    help="One proposal per application's directory (default), or per repository, file, rule, severity or owner.",
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
    "--repo",
    metavar="OWNER/NAME",
    envvar=["KUBEWRIGHT_REPO", "GITHUB_REPOSITORY"],
    help="The repository on GitHub (that of remote origin).",
)
@options.settings
@options.verbosity
def command(
    path: Path,
    flags: Flags,
    is_local: bool,
    dry_run: bool,
    push: bool,
    any_time: bool,
    asked: tuple[str, ...],
    output: Path | None,
    repo: str | None,
    **given: Any,
) -> int:
    """Fix a Git repository without touching its files, and propose the result.

    PATH lies in the repository; only files below it are changed, as they are in the last commit of the base
    branch. Each fix is a commit of its own. Safe and unsafe fixes go to branches of their own, and so do those of
    each application's directory. What the section pull-requests of the configuration says counts where no option
    says otherwise.

    On GitHub, pull requests are opened, kept up to date and closed, with the token in KUBEWRIGHT_TOKEN or
    GITHUB_TOKEN, or as the GitHub App of KUBEWRIGHT_APP_ID and KUBEWRIGHT_APP_PRIVATE_KEY; what people declined
    stays declined, and what people pushed is theirs. With --local the branches are made in the repository itself
    and the pull request's text is written to a file.

    Exits with 0 when everything is proposed or nothing is to do, 3 when Git or GitHub refused something.
    """
    if output and not is_local:
        raise click.UsageError("--output goes with --local")
    if push and is_local:
        raise click.UsageError("--push sends to GitHub, --local sends nothing: give one of them")
    checkout = Checkout.open(path)
    overrides = {key: value for key, value in given.items() if value is not None}
    if is_local:
        made = works(checkout, bases_of(checkout, flags, asked, overrides))
        proposals = []
        for work in made:
            mine = list(work.proposals({}))
            work.tell(mine)
            proposals += mine
        code = LocalTarget(checkout, dry_run, output).deliver(proposals)
        return BUG if any(work.bugs for work in made) else code
    return _on_github(checkout, flags, asked, overrides, dry_run, push, any_time, repo)


def _on_github(
    checkout: Checkout,
    flags: Flags,
    asked: tuple[str, ...],
    overrides: dict[str, Any],
    dry_run: bool,
    push: bool,
    any_time: bool,
    repo: str | None,
) -> int:
    from bot import origin
    from bot.hub import client, identity, pushing

    where = origin.repository(checkout, repo, os.environ, ", or --local")
    if dry_run and not identity.is_given(os.environ):
        log.say("there is no token: this is the plan without a look at what is there on GitHub")
        session = pushing.blind(where, checkout, DEFAULT)
    else:
        session = client.open_session(where, os.environ, DEFAULT)
    if push:
        session = pushing.by_push(session, checkout, os.environ)
    return deliver(session, checkout, flags, asked, overrides, dry_run=dry_run, any_time=any_time)


def deliver(
    session: Session,
    checkout: Checkout,
    flags: Flags,
    asked: tuple[str, ...],
    overrides: dict[str, Any],
    *,
    dry_run: bool,
    any_time: bool,
) -> int:
    """Bring the pull requests of a repository up to date; return the exit code. Raises OutsideError, ConfigError."""
    from bot.hub import presets, target
    from bot.hub.calls import Rehearsal

    bases = bases_of(checkout, flags, asked, overrides, presets.reader(session))
    policy = bases[0][2].policy
    session = replace(session, policy=policy)
    if dry_run:
        session = replace(session, wire=Rehearsal(session.wire, target.print_call))
    elif policy.schedule and not any_time and not policy.schedule.holds(datetime.now(UTC)):
        log.say(f"it is not the time, {policy.schedule}: nothing is written (--any-time writes)")
        session = replace(session, wire=Rehearsal(session.wire, _name_call))
    made = works(checkout, bases)
    code = target.deliver(session, made)
    return BUG if any(work.bugs for work in made) else code


def _name_call(call: Call) -> None:
    """Print what a write would be for, without what would be sent."""
    stdout.exactly(f"{call.method} {visible(call.path)}  # {visible(call.about)}\n")
