"""`kubewright sweep`: propose over many repositories."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from bot import log, origin
from bot.checkout import Checkout
from bot.commands import options, propose
from bot.config import Flags
from bot.errors import CLEAN, OUTSIDE, ConfigError, GitHubError, OutsideError, exit_code
from bot.hub import client, identity
from bot.hub.calls import Limited
from bot.hub.pacing import Pacing
from bot.output import stdout
from bot.policy import DEFAULT
from bot.sweeping import Progress, listed, named, of_organisation
from bot.tree import MAX_BYTES


@click.command()
@click.option("--org", metavar="NAME", help="Every repository of this organization, but for archives and forks.")
@click.option("--repos", type=click.Path(path_type=Path), metavar="FILE", help="Repositories, one OWNER/NAME a line.")
@click.option("--repo", "names", multiple=True, metavar="OWNER/NAME", help="This repository; can be repeated.")
@click.option("--dry-run", is_flag=True, help="Print every write that would be made, and make none.")
@click.option("--unsafe", is_flag=True, default=None, help="Propose unsafe fixes, too, apart from the safe ones.")
@click.option("--any-time", is_flag=True, help="Write outside of the schedule in the configuration, too.")
@click.option(
    "--progress",
    "file",
    type=click.Path(path_type=Path),
    default=Path(".kubewright-sweep.json"),
    metavar="FILE",
    help="Where to keep what is done until all is (.kubewright-sweep.json).",
)
@options.settings
@options.verbosity
def command(
    flags: Flags,
    org: str | None,
    repos: Path | None,
    names: tuple[str, ...],
    dry_run: bool,
    unsafe: bool | None,
    any_time: bool,
    file: Path,
) -> int:
    """Propose over many repositories, one after the other.

    Each is cloned to a temporary directory and scanned with the configuration in its default branch, and its pull
    requests are brought up to date as `propose` does. A repository that fails keeps nothing else back. When GitHub
    takes no more, or the sweep is interrupted, run the same command again: what is done is not done twice.

    Exits with 0 when all is done, 3 when Git or GitHub refused something or the sweep is not complete.
    """
    if not (org or repos or names):
        raise click.UsageError("which repositories? --org NAME, --repos FILE or --repo OWNER/NAME")
    origin.need_token(os.environ)
    pacing = Pacing(1.0)  # One for all: GitHub's limits are those of the token.
    wanted = _wanted(pacing, org, repos, names)
    progress = Progress(file, {}) if dry_run else Progress.load(file)
    left = progress.left(wanted)
    if len(left) < len(wanted):
        log.say(f"{_count(len(wanted) - len(left))} of {len(wanted)} done before ({file})")
    overrides = {} if unsafe is None else {"unsafe": unsafe}
    codes: dict[str, int] = {}
    for number, name in enumerate(left, 1):
        log.say(f"[{number}/{len(left)}] {name}")
        stdout.exactly(f"# {name}\n")
        try:
            codes[name] = _one(pacing, name, flags, overrides, dry_run=dry_run, any_time=any_time)
        except Limited as error:
            log.error(f"{name}: {error}", f"{error.hint}; {_count(len(left) - number + 1)} left")
            return OUTSIDE
        except (OutsideError, ConfigError) as error:
            log.error(f"{name}: {error}", error.hint)
            codes[name] = exit_code(error)
        if codes[name] and pacing.is_used_up:  # What was begun there goes on with the next sweep.
            log.error(
                f"{name}: GitHub takes no more for now", f"run again later; {_count(len(left) - number + 1)} left"
            )
            return OUTSIDE
        if not dry_run:
            progress.keep(name, codes[name])
    return _finished(progress, wanted, codes, dry_run=dry_run)


def _wanted(pacing: Pacing, org: str | None, repos: Path | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the repositories to go through. Raises ConfigError, GitHubError."""
    found = [*named(names, "--repo"), *(listed(repos) if repos else ())]
    if org:
        if identity.app_of(os.environ) is not None:
            raise ConfigError("--org: an App sees one repository at a time", "list them in a file for --repos")
        found += of_organisation(client.connect(f"{org}/.github", os.environ, pacing), org)
    if not found:
        raise GitHubError("there is no repository to go through", "may the token see those of the organization?")
    return tuple(dict.fromkeys(found))


def _one(pacing: Pacing, name: str, flags: Flags, overrides: dict[str, Any], *, dry_run: bool, any_time: bool) -> int:
    """Bring one repository's pull requests up to date; return the exit code. Raises OutsideError, ConfigError."""
    session = client.open_session(name, os.environ, DEFAULT, pacing)
    server = identity.addresses(os.environ).server
    with tempfile.TemporaryDirectory(prefix="kubewright-") as directory:
        token = session.wire.token() if isinstance(session.wire, client.Client) else ""
        url, place = f"{server}/{session.place.name}.git", Path(directory) / "clone.git"
        checkout = Checkout.clone(url, place, token, largest=MAX_BYTES)  # Nobody would read a larger file.
        base = checkout.base(None)[0]
        return propose.deliver(session, checkout, flags, (base,), overrides, dry_run=dry_run, any_time=any_time)


def _finished(progress: Progress, wanted: tuple[str, ...], codes: Mapping[str, int], *, dry_run: bool) -> int:
    """Say what came of it, and return the exit code."""
    failed = sorted(name for name, code in codes.items() if code != CLEAN)
    stdout.exactly(f"{_count(len(wanted))}: {len(wanted) - len(failed)} done, {len(failed)} failed\n")
    for name in failed:
        stdout.exactly(f"failed: {name} (exit code {codes[name]})\n")
    if not failed and not dry_run:
        progress.finish()
    return max((codes[name] for name in failed), default=CLEAN)


def _count(number: int) -> str:
    return "1 repository" if number == 1 else f"{number} repositories"
