"""Patterns of files to leave out, read like the lines of a `.gitignore`.

- A pattern without a slash (a last one aside) matches a name anywhere: `*.gen.yaml`, `vendor`.
- A pattern with a slash starts at the root: `charts/*/crds`, `/build`.
- `*` and `?` stay within one name, `**` spans directories, `[a-z]` and `[!a-z]` are sets.
- A last slash means directories only. What matches a directory matches everything below it.

There is no negation: `!` is refused rather than misread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return a function that says whether a path (relative, with `/`) matches one of the patterns.

    Raises ValueError for a pattern that is empty or negated.
    """
    compiled = [_compile(pattern) for pattern in patterns]
    if not compiled:
        return lambda path: False
    return lambda path: any(pattern.match(path) for pattern in compiled)


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    if pattern.startswith("!"):
        raise ValueError(f"{pattern!r}: a pattern cannot be negated")
    body = pattern.removeprefix("./").rstrip("/")
    if not body.strip("/"):
        raise ValueError(f"{pattern!r} matches no file")
    start = "" if "/" in body else "(?:.*/)?"
    end = "/.*" if pattern.endswith("/") else "(?:/.*)?"
    return re.compile(start + _translate(body.lstrip("/")) + end + r"\Z", re.DOTALL)


def _translate(body: str) -> str:
    """Return the regular expression of a pattern."""
    made, index = [], 0
    while index < len(body):
        if body.startswith("**/", index) and (index == 0 or body[index - 1] == "/"):
            made.append("(?:.*/)?")
            index += 3
            continue
        if body.startswith("**", index):
            made.append(".*")
            index += 2
            continue
        end = body.find("]", index + 2) if body[index] == "[" else -1
        if end > 0:
            made.append(_set(body[index + 1 : end]))
            index = end + 1
            continue
        made.append({"*": "[^/]*", "?": "[^/]"}.get(body[index]) or re.escape(body[index]))
        index += 1
    return "".join(made)


def _set(members: str) -> str:
    negated = members[0] in "!^" and len(members) > 1
    inner = (members[1:] if negated else members).replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^")
    # A set never matches the slash: names end there.
    return f"(?!/)[{'^' if negated else ''}{inner}]"


def below(pattern: str, directory: tuple[str, ...]) -> str | None:
    """Return the pattern as seen from a directory below the root; None where it can match nothing there.

    So a configuration at the top of a repository means the same when only a part of it is scanned.
    """
    body = pattern.removeprefix("./")
    if "/" not in body.rstrip("/"):
        return pattern
    parts = body.strip("/").split("/")
    for depth, name in enumerate(directory):
        if depth == len(parts):
            return "**"  # It matches a directory above: everything here is left out.
        if parts[depth] == "**":
            return "/".join(parts[depth:])
        if not re.fullmatch(_translate(parts[depth]), name, re.DOTALL):
            return None
    rest = "/".join(parts[len(directory) :])
    return f"/{rest}{'/' if body.endswith('/') else ''}" if rest else "**"
