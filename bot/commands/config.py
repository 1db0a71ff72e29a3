"""`kubewright config`: check the configuration, show what is in force, print its JSON Schema."""

from __future__ import annotations

from pathlib import Path

import click

from bot import log
from bot.commands import options, scanning
from bot.config import NAME, Flags, Settings, find, load
from bot.errors import CLEAN, ConfigError
from bot.output import stdout
from bot.output.json import dumps
from bot.policy import Policy

_SCOPES = ("path", "kind", "namespace", "name", "reason")


@click.group()
def command() -> None:
    """Check and show the configuration, .kubewright.yaml."""


@command.command(short_help="Check a configuration file.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@options.verbosity
def validate(file: Path | None) -> int:
    """Check a configuration file, by default the one that a scan of this directory uses.

    Exits with 0 when it can be used, 2 with file, line and key when not.
    """
    if file is None and find(Path.cwd()) is None:
        raise ConfigError(f"no {NAME} was found", "'kubewright init' writes one")
    # Selectors are checked only with the rules at hand, so everything is settled as a run would do it.
    log.say(f"{load(file, Path.cwd()).source}: valid")
    return CLEAN


@command.command(short_help="Show the settings that are in force, as JSON.")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@options.settings
@options.verbosity
def show(path: Path | None, flags: Flags) -> int:
    """Show the settings that are in force for a directory, by default the current one, as JSON."""
    stdout.exactly(dumps(effective(scanning.settle(path or Path.cwd(), flags))))
    return CLEAN


@command.command()
@options.verbosity
def schema() -> int:
    """Print the JSON Schema of the configuration file."""
    from bot.config_file import schema as of_file

    stdout.exactly(dumps(of_file()))
    return CLEAN


def effective(settings: Settings) -> dict[str, object]:
    """Return settings as a JSON value."""
    return {
        "source": settings.source or None,
        "kubernetes-version": ".".join(map(str, settings.version)),
        "severity": str(settings.severity),
        "exclude": list(settings.exclude),
        "jobs": settings.jobs,
        "cache": settings.cache,
        "ignore": [
            {"rules": sorted(ignore.rules)}
            | {name: getattr(ignore, name) for name in _SCOPES if getattr(ignore, name)}
            | ({"until": ignore.until.isoformat()} if ignore.until else {})
            for ignore in settings.ignores
        ],
        "extends": settings.unread or None,
        "pull-requests": _policy(settings.policy),
        "rules": {rule.id: str(rule.severity) for rule in settings.rules},
    }


def _policy(policy: Policy) -> dict[str, object]:
    """Return how pull requests are made, under the keys of the file."""
    schedule = policy.schedule
    return {
        "group": policy.grouping,
        "unsafe": policy.unsafe,
        "base-branches": list(policy.bases),
        "branch-prefix": policy.prefix,
        "limits": {"open": policy.open_limit, "hourly": policy.hourly_limit, "commits": policy.commits},
        "rebase": policy.rebase,
        "labels": list(policy.labels),
        "reviewers": list(policy.reviewers),
        "team-reviewers": list(policy.team_reviewers),
        "assignees": list(policy.assignees),
        "dashboard": policy.dashboard,
        "sign-off": policy.sign_off,
        "schedule": {"timezone": schedule.timezone, "windows": list(schedule.words)} if schedule else None,
        "title": policy.title or None,
        "commit-subject": policy.subject or None,
    }
