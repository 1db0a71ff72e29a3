"""Options that several commands share, and what they do to the run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bot.config import Flags

LEVELS = ("info", "low", "medium", "high", "critical")
_META = "kubewright"


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Keep a value where `bot.log` and the error handler find it."""
    context.meta[f"{_META}.{parameter.name}"] = value
    return value


def verbosity(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `-q`, `-v` and `--debug`; the command itself does not see them (`bot.log` does)."""
    for option in (
        click.option("--debug", is_flag=True, expose_value=False, callback=_remember, help="Show tracebacks."),
        click.option(
            "-v",
            "--verbose",
            count=True,
            expose_value=False,
            callback=_remember,
            help="Say more on stderr: which files were left out and why; twice for tracebacks.",
        ),
        click.option(
            "-q", "--quiet", is_flag=True, expose_value=False, callback=_remember, help="Say only what was asked for."
        ),
    ):
        function = option(function)
    return function


def _separated(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return names that were given one by one, or with commas between them."""
    return tuple(name.strip() for names in given for name in names.split(","))


def settings(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that make the settings; the command gets them as one `flags: bot.config.Flags`."""

    @functools.wraps(function)
    def collected(*args: Any, **given: Any) -> Any:
        given["cache"] = not given.pop("no_cache")
        # What was not given is None to click and empty to us.
        given_flags = {name: given.pop(name) for name in Flags.__dataclass_fields__}
        flags = Flags(**{name: value for name, value in given_flags.items() if value is not None})
        return function(*args, flags=flags, **given)

    wrapped: Callable[..., Any] = collected
    for option in reversed(
        (
            click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Read this configuration."),
            click.option(
                "--select",
                multiple=True,
                callback=_separated,
                metavar="X",
                help="Check these: rule id, category, framework, all.",
            ),
            click.option(
                "--ignore",
                multiple=True,
                callback=_separated,
                metavar="X",
                help="Leave these out: rule id, category, framework.",
            ),
            click.option(
                "--severity",
                type=click.Choice(LEVELS, case_sensitive=False),
                metavar="LEVEL",
                help=f"Leave out what is less severe: {', '.join(LEVELS)}.",
            ),
            click.option("--kubernetes-version", metavar="X.Y", help="The version the manifests are for (the newest)."),
            click.option("--exclude", multiple=True, metavar="GLOB", help="Leave these files out, as .gitignore does."),
            click.option(
                "--jobs", type=click.IntRange(min=1), metavar="N", help="Use at most N processes (one per processor)."
            ),
            click.option("--no-cache", is_flag=True, help="Neither use nor keep earlier results."),
        )
    ):
        wrapped = option(wrapped)
    return wrapped
