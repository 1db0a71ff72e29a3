"""The marks of Kubewright itself.

A comment `# kubewright: ignore[rule-id, rule-id] reason until=2027-06-30` excuses findings in the key or list
item on its line, or on the next line with content when it stands alone. The annotations
`kubewright.dev/ignore: rule-id, rule-id` and `kubewright.dev/ignore-reason` excuse those of a whole object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from rules.ignores.comments import Grammar, Mark
from rules.ignores.model import Ignore, from_root
from rules.manifest import Document
from rules.pointer import Pointer, get

ANNOTATION = "kubewright.dev/ignore"
REASON = "kubewright.dev/ignore-reason"

_MARK = re.compile(r"#[ \t]*kubewright:[ \t]*ignore\b(?:\[([^\]\r\n]*)\])?([^\r\n]*)")
_UNTIL = re.compile(r"(?:^|(?<=\s))until=(\S*)")


def annotated(single: Document) -> Iterator[Ignore]:
    """Yield what the annotations of an object ask for."""
    given = get(single.value, "metadata", "annotations")
    names = get(given, ANNOTATION)
    if isinstance(names, str):
        reason = get(given, REASON)
        place = (*single.base, "metadata", "annotations", ANNOTATION)
        start, end = from_root(single).span(place)
        yield _ignore(names, reason if isinstance(reason, str) else "", start, end, 0, single.base)


def _comment(mark: Mark) -> Iterator[Ignore]:
    names, rest = mark.groups
    yield _ignore(names, rest or "", mark.start, mark.end, mark.line)


COMMENTS = (Grammar("kubewright:", _MARK, _comment),)


def _ignore(names: str | None, rest: str, start: int, end: int, line: int, base: Pointer = ()) -> Ignore:
    rules = tuple(part.strip() for part in (names or "").split(",") if part.strip())
    problem = "" if rules else "the ignore names no rule: write ignore[rule-id] reason"
    until = None
    said = _UNTIL.search(rest)
    if said:
        rest = rest[: said.start()] + rest[said.end() :]
        try:
            until = date.fromisoformat(said.group(1))
        except ValueError:
            rules = ()
            problem = f"the ignore ends on no date: until={said.group(1)}; write it like until=2027-06-30"
    return Ignore(rules, " ".join(rest.split()) or "no reason given", until, start, end, line, base, problem)
