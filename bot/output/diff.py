"""Unified diffs that `git apply` and `patch` read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import unified_diff

import click

from bot.log import harmless

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_NO_NEWLINE = "\n\\ No newline at end of file\n"
_UNUSUAL = re.compile(rb'[^ -~]|["\\]')
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def unified(path: str, before: str, after: str) -> str:
    """Return the diff of a file's texts, byte for byte; '' when they are equal."""
    # Lines end with \n alone, as for git: str.splitlines would cut at form feeds and \r, too.
    lines = unified_diff(_LINE.findall(before), _LINE.findall(after), _name("a", path), _name("b", path))
    return "".join(line if line.endswith("\n") else line + _NO_NEWLINE for line in lines)


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


def _name(side: str, path: str) -> str:
    """Return a file name as git writes it: quoted, with octal escapes, where it is unusual."""
    name = f"{side}/{path.removeprefix('./')}".encode("utf-8", "surrogateescape")
    if not _UNUSUAL.search(name):
        return name.decode()
    return '"' + _UNUSUAL.sub(lambda found: b"\\%03o" % found.group()[0], name).decode() + '"'
