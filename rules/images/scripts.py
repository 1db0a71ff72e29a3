"""Lines of shell that fetch a program from elsewhere and run it, told by their look.

No parser of shells: a line is enough, and what is only printed or commented is taken out first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from rules.model import Severity

_MAX_LENGTH = 100_000
_CONTINUED = re.compile(r"\\[ \t]*\r?\n[ \t]*")
_COMMENT = re.compile(r"(?m)(?:^|(?<=[ \t;]))#[^\n]*$")
_PRINTED = re.compile(r"\b(?:echo|printf)[ \t]+(?:-[a-zA-Z]+[ \t]+)?(?:\"[^\"$`]*\"|'[^']*')")

_FETCH = r"\b(?:curl|wget|aria2c)\b"
_POWERSHELL = r"(?:iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring)"
_SHELL = r"(?:/(?:usr/)?bin/)?(?:env[ \t]+)?(?:ba|z|k|da|a)?sh"
# Short enough that no text can be made to take long.
_REST = r"(?:[^\n;|&]|&(?![&\s])){0,400}"
_NEAR = r"[^\n;|&]{0,100}"
_PIPE = r"(?<!\|)\|(?!\|)"
_ADDRESS = r"[\"']?(?:https?://|git@|github\.com/)"

# The end of a pipe that runs what comes in: `| bash -s -- x`, `| python3 -`, not `| python3 -m json.tool`.
_TAKES = (
    rf"(?:sudo[ \t]+(?:-[A-Za-z]+[ \t]+){{0,3}})?(?:{_SHELL}(?![\w.-])(?![ \t]+(?:-[a-z]*c\b|[^-\s;&|)\"'<>]))"
    r"|(?:python[0-9.]*|perl|ruby|node|php)(?:[ \t]+-)?[ \t]*(?=$|[\n;&|)\"']))"
)


class Found(NamedTuple):
    """What a text does, in words that follow the name of a container."""

    said: str
    severity: Severity = Severity.HIGH


_IN_TEXT = (
    (
        rf"{_FETCH}{_REST}(?:{_PIPE}{_REST}){{0,3}}{_PIPE}&?[ \t]*{_TAKES}",
        Found("runs a script that it downloads when it starts"),
    ),
    (
        rf"(?:\b{_SHELL}|\bsource|(?:^|[;&|\s])\.|\beval)[ \t]+(?:-[a-z]+[ \t]+)?[\"']?(?:<|\$)\([ \t]*{_FETCH}",
        Found("runs a script that it downloads when it starts"),
    ),
    (
        rf"(?i:\b(?:iex|invoke-expression)\b[^\n;]{{0,200}}\b{_POWERSHELL}\b"
        rf"|\b{_POWERSHELL}\b[^\n;|]{{0,400}}\|[ \t]*(?:iex|invoke-expression)\b)",
        Found("runs a script that it downloads when it starts"),
    ),
    (
        rf"\b(?:kubectl|oc)\b{_NEAR}\b(?:apply|create|replace)\b{_NEAR}[ \t]"
        rf"(?:-f|-k|--filename|--kustomize)[ =]?{_ADDRESS}",
        Found("applies a manifest that it downloads"),
    ),
    (
        rf"\b{_SHELL}[ \t]+-i\b[^\n]{{0,200}}/dev/(?:tcp|udp)/"
        rf"|\b(?:nc|ncat|netcat)\b{_REST}[ \t](?:-[a-z]*e|--exec|--sh-exec)[ =][ \t]*[\"']?{_SHELL}\b",
        Found("opens a shell to whoever answers at another address"),
    ),
    (
        r"\b(?:apt|apt-get|yum|dnf|microdnf|zypper)[ \t]+(?:-[^\s]+[ \t]+){0,5}install\b"
        r"|\bapk[ \t]+(?:-[^\s]+[ \t]+){0,5}add\b",
        Found("installs packages when it starts", Severity.MEDIUM),
    ),
    (
        r"\bpip[0-9.]*[ \t]+install\b(?![^\n;&|]{0,1000}(?:--require-hashes|--no-index))"
        r"|\bnpm[ \t]+(?:-[^\s]+[ \t]+){0,5}(?:install|i)\b|\bgem[ \t]+install\b|\bgo[ \t]+install[ \t]+[^\s]+@"
        r"|\byarn[ \t]+(?:global[ \t]+)?add\b",
        Found("installs packages when it starts", Severity.MEDIUM),
    ),
)
# What a shell downloads into a file, and does with the file afterwards, unless it checks it in between.
_SAVES = re.compile(rf"({_FETCH})({_REST})")
_INTO = re.compile(
    r"(?:[ \t](?:-[A-Za-z]*[oO]|--output(?:-document)?)(?:[= \t][ \t]*|(?=[-/.$\"']))|>[ \t]*)[\"']?([^\s\"'>]{1,200})"
)
_FROM = re.compile(r"[a-z]+://[^\s\"'/]+/(?:[^\s\"'?#]*/)?([^\s\"'?#/]{1,200})")
_START = r"(?:^|[;&|({`!\n]|\b(?:then|do|else|exec|sudo|nohup|time)[ \t])[ \t]*"
_RUNS = (
    rf"(?:(?:{_SHELL}|python[0-9.]*|perl|ruby|node|php|source|\.)[ \t]+(?:-[A-Za-z]+[ \t]+){{0,3}}"
    r"|chmod[ \t]+(?:-[A-Za-z]+[ \t]+)?(?:[ugoa]*\+[rwst]*x[rwst]*|[0-7]*[1357][0-7]*)[ \t]+|)"
)
_CHECKS = re.compile(
    r"\b(?:sha[0-9]{1,3}sum|shasum)\b[^\n;&]{0,200}[ \t](?:-[a-z]*c\b|--check\b)|\bgpgv?\b|\b(?:cosign|minisign)\b"
)
_SAVED = Found("runs a file that it downloads when it starts")
# So many downloads are looked at in one text, and so much of what follows each: enough, and no text takes long.
_MANY, _FAR = 50, 1500
_PATTERNS = tuple((re.compile(shape), found) for shape, found in _IN_TEXT)


def actions(text: str) -> Iterator[Found]:
    """Yield what a text of shell does that is worth knowing, each kind once and the worst first."""
    if len(text) > _MAX_LENGTH:
        return
    text = _PRINTED.sub("", _COMMENT.sub("", _CONTINUED.sub(" ", text)))
    seen: set[str] = set()
    for shape, found in _PATTERNS:
        if found.said not in seen and shape.search(text):
            seen.add(found.said)
            yield found
    if _runs_what_it_saves(text):
        yield _SAVED


def _runs_what_it_saves(text: str) -> bool:
    """Does a text make a program of a file that it downloads, without checking its sum or signature first?"""
    for download in islice(_SAVES.finditer(text), _MANY):
        name = _file(*download.groups())
        if not name:
            continue
        rest = text[download.end() : download.end() + _FAR]
        run = re.search(rf"{_START}{_RUNS}[\"']?(?:\./)?{re.escape(name)}(?![\w./-])", rest)
        if run and not _CHECKS.search(rest, 0, run.start()):
            return True
    return False


def _file(program: str, words: str) -> str:
    """Return the name of the file that a download is written to, "" where it is none."""
    found = _INTO.search(words)
    into = found.group(1) if found else ""
    # `curl -O` takes the name from the address, as wget does unless it is told one; what else curl gets, it prints.
    if not into if program == "wget" else into != "-" and (into.startswith("-") or "://" in into):
        found = _FROM.search(words)
        into = found.group(1) if found else ""
    return "" if into.startswith(("-", "/dev/", "&")) else into.removeprefix("./")
