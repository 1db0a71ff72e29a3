"""Results to standard output: exactly as made, styled only where somebody looks."""

from __future__ import annotations

import os
import sys

import click

from bot.errors import RepositoryError
from bot.log import no_color


def is_seen() -> bool:
    """Does standard output go to a terminal?"""
    return sys.stdout.isatty()


def has_colour() -> bool:
    """Shall results be coloured? On a terminal that does not say NO_COLOR."""
    return is_seen() and not no_color()


def write(text: str) -> None:
    """Write a styled text; the style is left out unless `has_colour`."""
    exactly(text if has_colour() else click.unstyle(text))


def exactly(text: str) -> None:
    """Write a text byte for byte as UTF-8, line breaks untouched. A reader that has gone is no error.

    Raises RepositoryError for what else keeps it from being written, such as a full disk.
    """
    try:
        click.echo(text.encode("utf-8", "surrogateescape"), nl=False)
        sys.stdout.flush()
    except BrokenPipeError:
        close()
    except OSError as error:
        close()
        raise RepositoryError(f"standard output cannot be written: {error.strerror}") from error


def close() -> None:
    """Send the rest nowhere: the interpreter would complain when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
