"""Credentials in the words of a command: behind flags, in assignments, in headers and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rules.secrets import credentials, names, tokens, words
from rules.secrets.credentials import Credential
from rules.secrets.names import Kind

_MAX_LENGTH = 100_000
# In a line of shell: `--password=x`, `--password x`, `PGPASSWORD=x psql`.
_VALUE = r"(\"[^\"\n]{1,512}\"|'[^'\n]{1,512}'|[^\s;|&<>\"'`)]{1,512})"
_FLAG = re.compile(rf"(?:\A|(?<=[\s;|&(\"']))--?([A-Za-z][A-Za-z0-9_.-]{{1,80}})(?:=|[ \t]{{1,8}}){_VALUE}")
_ASSIGNED = re.compile(rf"(?:\A|(?<=[\s;|&(\"',]))(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]{{1,80}})={_VALUE}")
# The rest of one command in a line, as far as is looked.
_REST = r"[^\n;|&]{0,512}?"
_SHORT = (
    re.compile(
        rf"\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mariadb-admin)\b[^\n;|&]{{0,512}}?[ \t]-p{_VALUE}"
    ),
    re.compile(rf"\b(?:mongo|mongosh|mongodump|mongorestore|mongoexport|mongoimport)\b{_REST}[ \t]-p[ \t]*{_VALUE}"),
    re.compile(
        r"\b(?:docker|podman|nerdctl|buildah|skopeo|oras|crane|helm)\b[^\n;|&]{0,40}?"
        rf"\blogin\b{_REST}[ \t]-p[ \t]*{_VALUE}"
    ),
    re.compile(rf"\bsqlcmd\b{_REST}[ \t]-P[ \t]*{_VALUE}"),
    re.compile(rf"\b(?:redis-cli)\b[^\n;|&]{{0,512}}?[ \t]-a[ \t]*{_VALUE}"),
    re.compile(rf"\bsshpass[ \t]+-p[ \t]*{_VALUE}"),
    re.compile(rf"--(?:requirepass|masterauth)[= \t]{_VALUE}"),
)
_LOGIN = re.compile(
    r"\b(?:curl|wget)\b[^\n;|&]{0,512}?[ \t](?:-u|--user)[= \t]*[\"']?([^\s:\"'$]{1,128}):([^\s\"']{1,512})"
)
_BEARER = re.compile(r"(?i)authorization:[ \t]*(?:bearer|token)[ \t]+([^\s\"']{8,4096})")


class Found(NamedTuple):
    """A credential in a command: what it is, under which name, and in which of the words."""

    credential: Credential
    name: str
    place: int


def in_words(given: Sequence[str]) -> Iterator[Found]:
    """Yield the credentials in the words of a command, at most one for each word."""
    seen: set[int] = set()
    for found in (*_by_word(given), *_by_pair(given), *_as_line(given)):
        if found.place not in seen:
            seen.add(found.place)
            yield found


def _by_word(given: Sequence[str]) -> Iterator[Found]:
    for index, word in enumerate(given):
        if len(word) > _MAX_LENGTH:
            continue
        found = sorted(tokens.tokens(word), key=lambda token: token.is_half)
        if found:
            yield Found(credentials.of_token(found[0]), "", index)
        for name, value in _named(word):
            judged = _judge(name, value)
            if judged:
                yield Found(judged, name if name in word else "", index)  # Headers and short flags have none.


def _by_pair(given: Sequence[str]) -> Iterator[Found]:
    """A flag and its value as two words: `[--password, x]`."""
    for index in range(len(given) - 1):
        flag, value = given[index], given[index + 1]
        name = flag.lstrip("-")
        if flag.startswith("-") and name and "=" not in flag and len(flag) <= 100 and not value.startswith("-"):
            expected = "password" if name in ("requirepass", "masterauth") else name
            judged = _judge(expected, value) if not any(char.isspace() for char in flag) else None
            if judged:
                yield Found(judged, name, index + 1)


def _as_line(given: Sequence[str]) -> Iterator[Found]:
    """Short flags of known programs, whose words stand in a list: `[mysql, -uroot, -px]`."""
    if not given or any(char.isspace() for char in given[0]):
        return
    for index, word in enumerate(given[1:], start=1):
        before = given[index - 1] if index > 1 else ""
        # Not `-p` of mysql: what stands behind it is a database.
        known = before in ("-u", "--user", "-a", "-P") or (before == "-p" and "mysql" not in given[0])
        login = "login " if "login" in given[1:index] else ""
        line = f"{given[0]} {login}{f'{before} ' if known else ''}{word}"
        if len(line) <= _MAX_LENGTH and "\n" not in word:
            for name, value in _short(line):
                judged = _judge(name, value)
                if judged:
                    yield Found(judged, "", index)


def _named(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (_FLAG, _ASSIGNED):
        for found in pattern.finditer(text):
            yield found[1], found[2]
    yield from _short(text)
    for found in _BEARER.finditer(text):
        if words.is_random(found[1]):
            yield "token", found[1]


def _short(text: str) -> Iterator[tuple[str, str]]:
    for pattern in _SHORT:
        for found in pattern.finditer(text):
            yield "password", found[1]
    for found in _LOGIN.finditer(text):
        yield "password", found[2]


def _judge(name: str, value: str) -> Credential | None:
    """Return what a value is under a name; what a shell still works out is nothing yet."""
    if names.kind(name) in (Kind.NONE, Kind.PERHAPS):
        return None
    text = value.strip("\"'")
    if not text or "`" in text or "$" in text or text.startswith(("-", "%", "@", "{", "<", "/")) or words.is_code(text):
        return None
    if text.lower() in name.lower() or name.lower() in text.lower():
        return None
    return credentials.by_name(name, text)
