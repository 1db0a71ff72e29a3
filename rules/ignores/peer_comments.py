"""The comments of other scanners.

Checkov writes `# checkov:skip=ID,ID:reason`, Trivy `# trivy:ignore:ID`, several of them on one line, each perhaps
with `:exp:2027-06-30`. They excuse what comments of Kubewright excuse; on the first line of an object, or above
it, the whole object. Options that Kubewright does not know could only narrow a mark: one with such is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from rules import peers
from rules.ignores.comments import Grammar, Mark
from rules.ignores.model import Ignore, foreign

_CHECKOV = re.compile(r"#[ \t]*((?:checkov|bridgecrew|cortex):skip)=[ \t]*([\w-]+(?:,[\w-]+)*)(?::([^\r\n]*))?")
_TRIVY = re.compile(r"#[ \t]*(?=trivy:ignore:)([^\r\n]*)")
_TRIVY_WORD = "trivy:ignore:"


def _checkov(mark: Mark) -> Iterator[Ignore]:
    word, names, reason = mark.groups
    for name in dict.fromkeys((names or "").split(",")):
        yield from _ignores("checkov", peers.same("checkov", name), f"{word}={name}", reason or "", mark)


def _trivy(mark: Mark) -> Iterator[Ignore]:
    words = (mark.groups[0] or "").split()
    reason = " ".join(word for word in words if not word.startswith(_TRIVY_WORD))
    for word in dict.fromkeys(words):
        if not word.startswith(_TRIVY_WORD):
            continue
        name, *options = word.removeprefix(_TRIVY_WORD).split(":")
        until = None
        if options:
            try:
                key, day = options
                until = date.fromisoformat(day) if key == "exp" else None
            except ValueError:
                until = None
            if until is None:
                continue
        rules = peers.every("trivy") if name == "*" else peers.same("trivy", name)
        yield from _ignores("trivy", rules, word, reason, mark, until)


def _ignores(
    peer: str, rules: frozenset[str], said: str, reason: str, mark: Mark, until: date | None = None
) -> Iterator[Ignore]:
    if rules:
        yield foreign(peer, rules, said, reason, line=0 if mark.is_first else mark.line, until=until)


COMMENTS = (Grammar(":skip=", _CHECKOV, _checkov), Grammar(_TRIVY_WORD, _TRIVY, _trivy))
PEERS = ("checkov", "trivy")
