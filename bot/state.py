"""What a pull request, or the dashboard, remembers about itself: a comment that nobody sees. Pure.

Base64 of JSON, so that no text in it can end the comment. Never trusted: anyone can copy it into a text of his
own, so commits are compared with Git, the author with ourselves, and findings with those that are known.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# So many that the comment leaves room for a text; the oldest go first.
MAX_FINDINGS, MAX_DECLINED, MAX_REMEMBERED, MAX_AGAIN, MAX_FILES = 300, 150, 250, 100, 200
MAX_BRANCHES, MAX_BASES = 60, 20
MAX_LENGTH = 45_000  # Characters of the comment: more than the most that can be in it.
OBSOLETE = "obsolete"
TEXT = "<!-- kubewright:text -->"  # Where our text of a pull request begins: what stands above is a person's.

_TEXT = re.compile(rf"^{TEXT}[ \t]*\r?$", re.MULTILINE)
_COMMENT = re.compile(rf"<!-- kubewright:(state|dashboard) v([0-9]{{1,3}}) ([A-Za-z0-9+/=]{{1,{MAX_LENGTH}}}) -->")
_VERSION = "2"
_COMMIT = re.compile(r"[0-9a-f]{8,64}")
_IDENTITY = re.compile(r"[0-9a-f]{8,24}")
_LINES = re.compile(r"[0-9a-f]{0,16}")
_MARK = re.compile(r"[0-9a-f]{8}")
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_/-]{0,99}")
_BASE = re.compile(r"[!#-\[\]-~]{1,100}")  # What JSON writes as it is.
_MAX_NAME = 500


@dataclass(frozen=True, slots=True)
class Decline:
    """A person's no to one finding.

    `lines` is a hash of the finding's lines as they were (a decline ends when these change), `when` seconds
    since 1970, `why` one of `box`, `closed`, `revert`, and `pull` the number of the pull request it was said in.
    """

    lines: str
    when: int
    why: str
    pull: int


@dataclass(frozen=True, slots=True)
class State:
    """What a pull request remembers.

    `base` is the commit it was made from, `digest` a hash of what was proposed, `heads` the commits at which the
    branch may stand and be ours, the last one where it should stand; `findings` maps the identity of each
    proposed finding to the hash of its lines; `closed` says why we closed it ourselves, or "". `into` is the base
    branch it was made for, `below` the part of the repository that was looked at, `files` the marks of its files,
    `title` the mark of the title that we gave it last.
    """

    base: str = ""
    digest: str = ""
    heads: tuple[str, ...] = ()
    findings: Mapping[str, str] = field(default_factory=dict)
    declined: Mapping[str, Decline] = field(default_factory=dict)
    closed: str = ""
    into: str = ""
    below: str = ""
    files: tuple[str, ...] = ()
    title: str = ""


def mark_of(text: str) -> str:
    """Return what a path is remembered by: a hash short enough to keep many, long enough to mistake none."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]


def mark_of_title(title: str) -> str:
    """Return what a title is remembered by; GitHub may keep its spaces in another way."""
    return mark_of(" ".join(title.split()))


@dataclass(frozen=True, slots=True)
class Memory:
    """What the dashboard remembers: every decline, and when a person took one back (seconds since 1970).

    `branches` are those of the pull requests that the last run left open: they are looked at again, whatever the
    settings call our branches by then. `bases` are the branches that it proposed to: one may be renamed.
    """

    declined: Mapping[str, Decline] = field(default_factory=dict)
    again: Mapping[str, int] = field(default_factory=dict)
    branches: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()


def write(state: State) -> str:
    """Return the comment for the text of a pull request."""
    data = {
        "base": state.base,
        "below": state.below,
        "closed": state.closed,
        "declined": _written(state.declined, MAX_DECLINED),
        "digest": state.digest,
        "files": list(state.files[:MAX_FILES]),
        "findings": dict(list(state.findings.items())[:MAX_FINDINGS]),
        "heads": list(state.heads),
        "into": state.into,
        "title": state.title,
    }
    return _comment("state", data)


def write_memory(memory: Memory) -> str:
    """Return the comment for the text of the dashboard."""
    latest = sorted(memory.again.items(), key=lambda item: -item[1])[:MAX_AGAIN]
    data = {
        "again": dict(latest),
        "bases": [name for name in memory.bases if _BASE.fullmatch(name)][:MAX_BASES],
        "branches": list(memory.branches[:MAX_BRANCHES]),
        "declined": _written(memory.declined, MAX_REMEMBERED),
    }
    return _comment("dashboard", data)


def read(body: str | None) -> State | None:
    """Return the state in a pull request's text; None where there is none that can be read. Never raises."""
    data = _data("state", body)
    if data is None:
        return None
    digest, base, closed = (_text(data.get(key)) for key in ("digest", "base", "closed"))
    heads, files, title = data.get("heads"), data.get("files"), _text(data.get("title"))
    if not digest or not isinstance(heads, list):
        return None
    return State(
        base=base if _COMMIT.fullmatch(base) else "",
        digest=digest[:64],
        heads=tuple(head for head in heads[:10] if isinstance(head, str) and _COMMIT.fullmatch(head)),
        findings=_findings(data.get("findings")),
        declined=_declined(data.get("declined")),
        closed=OBSOLETE if closed == OBSOLETE else "",
        into=_text(data.get("into"))[:_MAX_NAME],
        below=_text(data.get("below"))[:_MAX_NAME],
        files=tuple(mark for mark in files[:MAX_FILES] if isinstance(mark, str) and _MARK.fullmatch(mark))
        if isinstance(files, list)
        else (),
        title=title if _MARK.fullmatch(title) else "",
    )


def read_memory(body: str | None) -> Memory | None:
    """Return the memory in the dashboard's text; None where there is none that can be read. Never raises."""
    data = _data("dashboard", body)
    if data is None:
        return None
    given = data.get("again")
    again = {
        key: when
        for key, when in (given.items() if isinstance(given, dict) else ())
        if _IDENTITY.fullmatch(key) and _is_count(when)
    }
    branches = _names(data.get("branches"), _BRANCH, MAX_BRANCHES)
    return Memory(_declined(data.get("declined")), again, branches, _names(data.get("bases"), _BASE, MAX_BASES))


def replaced(body: str, state: State) -> str:
    """Return a pull request's text with another state in it."""
    return f"{_COMMENT.sub('', body).rstrip()}\n\n{write(state)}\n"


def parted(body: str | None) -> tuple[str, str]:
    """Return what people wrote above our text of a pull request, and our text; without its mark all of it is ours.

    The first mark that has a line of its own counts: our text quotes files, which may hold more of them, but no line
    of a file as a whole line.
    """
    whole = body or ""
    found = _TEXT.search(whole)
    return (whole[: found.start()], whole[found.start() :]) if found else ("", whole)


def below(above: str, text: str) -> str:
    """Return our text of a pull request below what people wrote."""
    return f"{above.rstrip()}\n\n{text}" if above.strip() else text


def _comment(name: str, data: Any) -> str:
    encoded = base64.b64encode(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).decode()
    return f"<!-- kubewright:{name} v{_VERSION} {encoded} -->"


def _data(name: str, body: str | None) -> dict[str, Any] | None:
    """Return what the last comment of that name holds."""
    found = [text for kind, version, text in _COMMENT.findall(body or "") if (kind, version) == (name, _VERSION)]
    if not found:
        return None
    try:
        data = json.loads(base64.b64decode(found[-1], validate=True))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _written(declined: Mapping[str, Decline], most: int) -> dict[str, list[Any]]:
    latest = sorted(declined.items(), key=lambda item: (-item[1].when, item[0]))[:most]
    return {key: [one.lines, one.when, one.why, one.pull] for key, one in latest}


def _declined(given: Any) -> dict[str, Decline]:
    found = {}
    for key, item in given.items() if isinstance(given, dict) else ():
        if _IDENTITY.fullmatch(key) and isinstance(item, list) and len(item) == 4:
            lines, when, why, pull = item
            known = isinstance(lines, str) and _LINES.fullmatch(lines) and why in ("box", "closed", "revert")
            if known and _is_count(when) and _is_count(pull):
                found[key] = Decline(lines, when, why, pull)
    return found


def _findings(given: Any) -> dict[str, str]:
    pairs = given.items() if isinstance(given, dict) else ()
    return {
        key: lines
        for key, lines in pairs
        if _IDENTITY.fullmatch(key) and isinstance(lines, str) and _LINES.fullmatch(lines)
    }


def _names(given: Any, pattern: re.Pattern[str], most: int) -> tuple[str, ...]:
    names = given[:most] if isinstance(given, list) else ()
    return tuple(name for name in names if isinstance(name, str) and pattern.fullmatch(name))


def _is_count(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 10**12


def _text(given: Any) -> str:
    return given if isinstance(given, str) else ""
