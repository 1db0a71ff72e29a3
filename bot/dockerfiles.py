"""A Dockerfile -> the user number that its image starts as, where the text leaves no doubt.

Read by hand and narrowly: what is asked for is one line, and a wrong answer makes a fix safe that is not. The
parsers on PyPI do not know here-documents, or compile Go. Whatever is unusual (other front ends, variables,
ONBUILD, odd continuations, quotes around here-documents) is no answer. Reading is linear in the text.

Facts: docs.docker.com/reference/dockerfile and the parser of BuildKit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX = 200_000  # Characters. No Dockerfile that people write comes near.

_KNOWN = frozenset(
    [
        *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"),
        *("RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
    ]
)
_DIRECTIVE = re.compile(r"#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(.*?)[ \t]*\Z")
# The front end of Docker itself, in whatever version; another one may read the file otherwise.
_DOCKERS_OWN = re.compile(r"(?:docker\.io/)?docker/dockerfile(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?\Z", re.ASCII)
_INSTRUCTION = re.compile(r"([A-Za-z]+)(?:[ \t]+(.*))?\Z", re.DOTALL)
_FROM = re.compile(r"(?:--platform=\S+[ \t]+)?([^\s-]\S*)(?:[ \t]+[Aa][Ss][ \t]+([A-Za-z][\w.-]*))?[ \t]*\Z", re.ASCII)
_USER = re.compile(r"([0-9]{1,10})(?::[\w.-]+)?[ \t]*\Z", re.ASCII)
_HERE = re.compile(r"(?:^|(?<=[ \t]))[0-9]*<<(-?)([A-Za-z_]\w*)(?=[ \t]|\Z)", re.ASCII)
_HIGHEST = 2**31 - 1
# The only instructions whose text may go on in a here-document.
_HERE_DOCUMENTS = frozenset(["ADD", "COPY", "RUN"])


class User(NamedTuple):
    """A user number above zero, and the line (from 1) that sets it."""

    number: int
    line: int


class _Unclear(Exception):
    """The text is not certain to mean one thing."""


def user(text: str, target: str = "") -> User | None:
    """Return who the image of the last stage, or of the `target` stage, starts as; None when that is not certain."""
    try:
        return _user(text, target.lower())
    except _Unclear:
        return None


def _user(text: str, target: str) -> User | None:
    stages: dict[str, User | None] = {}
    current: User | None = None
    name, seen = "", False
    for word, rest, line in _instructions(text):
        if word == "FROM":
            if seen and name == target and target:
                return current
            found = _FROM.match(rest)
            if found is None:
                raise _Unclear
            # A name of no stage is an image from elsewhere, whose user nobody knows.
            current = stages.get(found.group(1).lower())
            name, seen = (found.group(2) or "").lower(), True
            if name in stages:
                raise _Unclear
        elif word == "USER":
            if not seen:
                raise _Unclear
            current = _number(rest, line)
        if name:
            stages[name] = current
    return current if seen and (not target or name == target) else None


def _number(rest: str, line: int) -> User | None:
    found = _USER.match(rest)
    number = int(found.group(1)) if found else 0
    return User(number, line) if 0 < number <= _HIGHEST else None


def _instructions(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield (instruction in capitals, what follows it, its line). Raises _Unclear."""
    if len(text) > MAX or "\0" in text:
        raise _Unclear
    lines = [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]
    # Behind `#!` a directive still counts, and a second carriage return belongs to the line break.
    if lines[0].startswith("#!") or any(line.endswith("\r") for line in lines):
        raise _Unclear
    escape, at = _directives(lines)
    while at < len(lines):
        start = at
        joined, at = _joined(lines, at, escape)
        stripped = joined.strip(" \t")
        if not stripped:
            continue
        found = _INSTRUCTION.match(stripped)
        word = found.group(1).upper() if found else ""
        if found is None or word not in _KNOWN:  # ONBUILD among them: it may set the user of a stage built on this one.
            raise _Unclear
        rest = found.group(2) or ""
        if word in _HERE_DOCUMENTS and "<<" in rest:
            at = _behind(lines, at, rest)
        yield word, rest, start + 1


def _directives(lines: list[str]) -> tuple[str, int]:
    """Return the sign that continues a line, and the index of the first line that is no directive."""
    escape, seen = "\\", set[str]()
    for index, line in enumerate(lines):
        found = _DIRECTIVE.match(line.strip(" \t"))
        name = found.group(1).lower() if found else ""
        if found is None or name not in ("syntax", "escape", "check"):
            return escape, index
        given = found.group(2)
        if name in seen or (name == "syntax" and not _DOCKERS_OWN.match(given)):
            raise _Unclear
        if name == "escape":
            if given not in ("\\", "`"):
                raise _Unclear
            escape = given
        seen.add(name)
    return escape, len(lines)


def _joined(lines: list[str], at: int, escape: str) -> tuple[str, int]:
    """Return the line at an index with those that continue it, comments left out, and the index behind them."""
    parts: list[str] = []
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.lstrip(" \t").startswith("#"):
            if not parts:
                return "", at
            continue
        if parts and not line.strip(" \t"):  # Docker warns of it; what it means changed once.
            raise _Unclear
        ended = line.rstrip(" \t")
        if not ended.endswith(escape):
            return "".join([*parts, line]), at
        if ended != line or ended.endswith(escape * 2):
            raise _Unclear
        parts.append(ended[:-1])
    if parts:
        raise _Unclear
    return "", at


def _behind(lines: list[str], at: int, rest: str) -> int:
    """Return the index behind the here-documents that an instruction opens. Raises _Unclear."""
    found = _HERE.findall(rest)
    if len(found) != rest.count("<<") or any(sign in rest for sign in "\"'`$\\("):
        raise _Unclear
    for dash, word in found:
        while True:
            if at >= len(lines):
                raise _Unclear
            line = lines[at].lstrip("\t") if dash else lines[at]
            at += 1
            if line == word:
                break
    return at
