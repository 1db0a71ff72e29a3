"""What people may want to know beside the result: to stderr, in plain words, never with control characters."""

from __future__ import annotations

import sys
from typing import Any

import click


def visible(text: str) -> str:
    """Return a text that a terminal shows as it is: control, bidirectional and invisible characters escaped.

    Names and values come from files of strangers; an escape sequence in one could repaint the terminal.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(ord(char)) for char in text)


def _escaped(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def is_quiet() -> bool:
    """Was `-q` given?"""
    return bool(_option("quiet"))


def is_verbose() -> bool:
    """Was `-v` given?"""
    return bool(_option("verbose"))


def wants_traceback() -> bool:
    """Was `--debug` or `-vv` given?"""
    return bool(_option("debug")) or int(_option("verbose") or 0) > 1


def say(message: str) -> None:
    """Write a line to stderr unless `-q` was given."""
    if not is_quiet():
        _write(visible(message))


def detail(message: str) -> None:
    """Write a line to stderr if `-v` was given."""
    if is_verbose():
        _write(visible(message))


def error(message: str, hint: str | None = None) -> None:
    """Write an error, and what can be done about it."""
    lead = click.style("error:", fg="red", bold=True)
    _write(f"{lead} {visible(message)}")
    if hint:
        _write(f"{click.style('hint:', fg='cyan')} {visible(hint)}")


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
