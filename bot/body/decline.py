"""How a person says no: by a box for each finding, in the file itself, or in the configuration. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot import credentials
from bot.body.groups import Group, Member, details, fitting, plural
from bot.lifecycle.ticks import DECLINE, box
from bot.markdown import fence, inline, shortened
from bot.messages import lowered

MAX_BOXES = 12_000  # Characters.
MAX_FLAT = 10  # Boxes in one list; more are folded by kind.
MAX_SHOWN = 160  # Characters of the line that stands for all others.

_KEY = re.compile(r"[A-Za-z]{1,63}")
_INDENT = re.compile(r" *")


def section(groups: Sequence[Group], room: int) -> str:
    """Return the boxes that fit into so many characters, one for each finding, and the other ways to say no."""
    head = (
        "### Decline\n\nTick a box: the next run takes that change out, and it is not proposed again until its "
        "lines change. "
    )
    file = how_in_the_file(groups)
    room = min(MAX_BOXES, room - len(head) - len(file) - 200)
    count = sum(len(group.members) for group in groups)
    shown, number = _flat(groups, room) if count <= MAX_FLAT else _folded(groups, room)
    if missing := count - number:
        what = f"{plural(missing, 'change')} more {'has' if missing == 1 else 'have'} no box, for want of room"
        shown.append(f"*{what}: decline in the file. Closing this pull request declines all of it.*")
    return "\n\n".join([head.rstrip(), *shown, file])


def _flat(groups: Sequence[Group], room: int) -> tuple[list[str], int]:
    boxes = (f"{_box(one)} {_what(group)} on {one.shown}, {one.place}" for group in groups for one in group.members)
    lines = fitting(boxes, room)
    return ["\n".join(lines)] if lines else [], len(lines)


def _folded(groups: Sequence[Group], room: int) -> tuple[list[str], int]:
    """Return one fold with the boxes of each kind below its name, and how many boxes there are."""
    parts: list[str] = []
    number = 0
    room -= 100
    for group in groups:
        title = f"**{inline(shortened(group.fix.title, 100))}**"
        lines = fitting((f"{_box(one)} {one.shown} {one.place}" for one in group.members), room - len(title) - 4)
        if lines:
            parts += [title, "\n".join(lines)]
            room -= sum(len(line) + 1 for line in lines) + len(title) + 4
            number += len(lines)
        if len(lines) < len(group.members):
            break
    return [details(f"{plural(number, 'box')}, one for each change", *parts)] if parts else [], number


def _box(member: Member) -> str:
    return f"{box(DECLINE, member.commit.identity)} {member.label}"


def _what(group: Group) -> str:
    return inline(lowered(shortened(group.fix.title, 100)))


def how_in_the_file(groups: Sequence[Group]) -> str:
    """Return how to decline for good, shown on the first line that can hold a comment."""
    members = [(group, member) for group in groups for member in group.members]
    group, member = next((one for one in members if not one[1].commit.path.endswith(".json")), members[0])
    rule = group.rule.id
    if member.commit.path.endswith(".json"):
        where = "Or name the rule in an annotation of the object, as JSON has no comments."
        shown = fence([f'"annotations": {{"kubewright.dev/ignore": "{rule}"}}'], "json")
    else:
        where = "Or write the reason into the file, above the line it is about."
        indent, line = _line(member)
        shown = fence(
            [f"{indent}# kubewright: ignore[{rule}] the reason, for everyone to read", f"{indent}{line}"], "yaml"
        )
    return (
        f"{where} The finding is then neither proposed nor reported again; `until=YYYY-MM-DD` behind the bracket makes "
        f"it come back.\n\n{shown}\n\n"
        f"A rule that is wrong for the whole repository is switched off by `ignore: [{rule}]` in `.kubewright.yaml`."
    )


def _line(member: Member) -> tuple[str, str]:
    """Return the indentation and the text of a finding's line; what could be a credential is not repeated."""
    before, number = member.commit.step.before, member.commit.line
    lines = list(_lines(before, number))
    if len(lines) == number and not credentials.holds_one(before):
        indent = _INDENT.match(lines[-1])
        return indent.group() if indent else "", shortened(lines[-1].strip(), MAX_SHOWN)
    pointer = member.commit.step.fix.finding.pointer
    key = next((str(part) for part in reversed(pointer) if isinstance(part, str)), "spec")
    return "", f"{key if _KEY.fullmatch(key) else 'spec'}: ..."


def _lines(text: str, most: int) -> Iterator[str]:
    yield from text.split("\n")[:most]
