"""Diffs as a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterator

import click

from bot.log import harmless

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def shown(diff: str) -> str:
    """Return the diff for a terminal: coloured, and nothing in it acts."""
    return "".join(f"{line}\n" for line in _coloured(diff))


def _coloured(diff: str) -> Iterator[str]:
    for line in diff.split("\n")[:-1]:
        text = "\t".join(harmless(part) for part in line.removesuffix("\r").split("\t"))
        if line.startswith(("--- ", "+++ ")):
            yield click.style(text, bold=True)
        else:
            yield click.style(text, fg=_COLOURS.get(line[:1]))
