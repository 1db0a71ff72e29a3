"""Lines of shell that fetch a program from elsewhere and run it, told by their look.

No parser of shells: a line is enough, and what is only printed or commented is taken out first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rules.model import Severity

_MAX_LENGTH = 100_000
_CONTINUED = re.compile(r"\\[ \t]*\r?\n[ \t]*")
_COMMENT = re.compile(r"(?m)(?:^|(?<=[ \t;]))#[^\n]*$")
_PRINTED = re.compile(r"\b(?:echo|printf)[ \t]+(?:-[a-zA-Z]+[ \t]+)?(?:\"[^\"$`]*\"|'[^']*')")

_FETCH = r"\b(?:curl|wget|aria2c)\b"
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
