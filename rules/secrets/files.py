"""Settings inside a text: `name=value`, `name: value`, JSON, YAML, XML, line by line.

Not a parser of any of them: a line says enough, and a file that is broken or a template is read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rules.secrets import credentials, tokens, words
from rules.secrets.credentials import Credential
from rules.secrets.names import Kind, kind

_SETTING = re.compile(
    r"(?:\A|(?<=[\s,{;<?&(\[]))(?:--?|export[ \t]+|set[ \t]+)?([\"']?)([A-Za-z_][A-Za-z0-9_.-]{0,80})\1"
    r"(?:[ \t]{0,8}(=|:=|=>|:)[ \t]{0,8}|[ \t]{1,8}(?=\"))(\"[^\"\n]{0,512}\"|'[^'\n]{0,512}'|[^\s,;#\"'][^\s]{0,512})?"
)
_XML = re.compile(r"<([A-Za-z_][A-Za-z0-9_.-]{0,80})>([^<>\n]{1,512})</\1>")
_REDIS = re.compile(r"[ \t]*(requirepass|masterauth)[ \t]+\"?([^\s\"]+)")
_MORE_WORDS = re.compile(r"[ \t]+[A-Za-z]")
_COMMENT = re.compile(r"[ \t]*(?:#|//|;|--[ \t]|\*|<!--|REM\b)")
_BLOCK = frozenset(["|", ">", "|-", ">-", "|+", ">+"])
MAX_LINE = 4000
# What is written in these is a program or a text: names stand beside names, not beside values.
_PROGRAMS = (
    *(".sh", ".bash", ".py", ".js", ".ts", ".lua", ".rb", ".pl", ".go", ".sql", ".md", ".html", ".j2", ".tpl", ".tmpl"),
    *(".groovy", ".java", ".ps1", ".rego", ".jsonnet", ".ftl", ".css", ".awk", ".cue", ".star"),
)


class Setting(NamedTuple):
    """A name and its value in a text, with the line (from 1) on which they stand."""

    name: str
    value: str
    line: int
    quoted: bool


def settings(text: str) -> Iterator[Setting]:
    """Yield the settings whose names may belong to a credential; comments are left out."""
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > MAX_LINE or _COMMENT.match(line):
            continue
        for found in _SETTING.finditer(line):
            _, name, separator, given = found.groups()
            if given and kind(name) is not Kind.NONE:
                quoted = given[0] in "\"'"
                if separator == ":" and not quoted and _MORE_WORDS.match(line, found.end()):
                    continue  # A sentence.
                value = given[1:-1] if quoted else given.rstrip(",;)}]").rstrip("\"'")
                yield Setting(name, value, number, quoted)
        for name, value in _XML.findall(line):
            if kind(name) is not Kind.NONE:
                yield Setting(name, value.strip(), number, True)
        redis = _REDIS.match(line)
        if redis:
            yield Setting("password", redis[2], number, True)


def is_meant(setting: Setting, is_program: bool) -> bool:
    """Is this a value, and not the name of a variable, a call, a word of a sentence or a type?"""
    value = setting.value
    if not value or value in _BLOCK or value.startswith(("*", "&", "!", "$")):
        return False
    if value.lower() in setting.name.lower() or setting.name.lower() in value.lower():
        return False
    if not setting.quoted and (words.is_code(value) or (is_program and not words.is_random(value))):
        return False
    if kind(setting.name) is Kind.PASSWORD:
        return True
    return not (" " in value or (value.isalpha() and value.islower()))  # A machine draws other words.


def in_file(key: str, text: str) -> Credential | None:
    """Return the worst of what a file holds, and on which of its lines."""
    found = [(credentials.of_token(token), text.count("\n", 0, token.start) + 1, "") for token in tokens.tokens(text)]
    is_program = key.lower().endswith(_PROGRAMS) or text.startswith("#!")
    for setting in settings(text):
        if is_meant(setting, is_program):
            judged = credentials.by_name(setting.name, setting.value)
            if judged:
                found.append((judged, setting.line, setting.name))
    if not found:
        return None
    worst, line, name = max(found, key=lambda item: (item[0].severity, -item[1]))
    more = len({at for _, at, _ in found}) - 1
    where = f'("{name}", line {line} of it' if name and not credentials.by_shape(name) else f"(line {line} of it"
    others = f", and {more} more)" if more else ")"
    return Credential(f"{worst.said} {where}{others}", worst.severity)
