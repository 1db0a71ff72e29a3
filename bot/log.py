"""What people may want to know beside the result: to stderr, in plain words, never with control characters."""

from __future__ import annotations

import sys
from typing import Any

import click

from bot.markdown import visible


def harmless(text: str) -> str:
    """Return a text for a line of a log: nothing invisible, and nothing that a runner takes for a command.

    Runners obey `##[command]` anywhere in a line, and `::command::` at its start: see `line`.
    """
    return visible(text).replace("##[", "##\\x5b")


def line(text: str) -> str:
    """Return a whole line for a log whose first characters are foreign."""
    made = harmless(text)
    return made.replace("::", "\\x3a:", 1) if made.lstrip().startswith("::") else made


def is_quiet() -> bool:
    """Was `-q` given?"""
    return bool(_option("quiet"))


def is_verbose() -> bool:
    """Was `-v` given?"""
    return bool(_option("verbose"))


def say(message: str) -> None:
    """Write a line to stderr unless `-q` was given."""
    if not is_quiet():
        _write(harmless(message))


def detail(message: str) -> None:
    """Write a line to stderr if `-v` was given."""
    if is_verbose():
        _write(harmless(message))


def error(message: str, hint: str | None = None) -> None:
    """Write an error, and what can be done about it."""
    lead = click.style("error:", fg="red", bold=True)
    _write(f"{lead} {harmless(message)}")
    if hint:
        _write(f"{click.style('hint:', fg='cyan')} {harmless(hint)}")


def _write(line: str) -> None:
    # click leaves the colours out where stderr is no terminal; NO_COLOR is for us to respect.
    click.echo(line, file=sys.stderr, color=False if no_color() else None)


def no_color() -> bool:
    """Does the environment ask for no colour? (https://no-color.org: any value that is not empty.)"""
    import os

    return bool(os.environ.get("NO_COLOR"))


def _option(name: str) -> Any:
    context = click.get_current_context(silent=True)
    return context.meta.get(f"kubewright.{name}") if context else None
