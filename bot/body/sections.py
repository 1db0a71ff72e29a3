"""One section for each kind of change: why, what it can break, how to see it, how to undo it, and the lines. Pure.

Every kind is explained, the worst ones with a place of each, before a second place of any is shown: the first places
of all kinds, then the second ones, as long as there is room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import credentials, diffs, verification
from bot.body.groups import Group, Member, details, plural
from bot.markdown import fence, html, prose, shortened, tagged, words
from fixers.outcome import Change
from rules.model import Rule, Severity

# Sections that are not folded, and how many of those that are high or critical: what is more is not read in one go,
# and the table names it.
MAX_OPEN, MAX_OPEN_WORST = 5, 10
MAX_PLACES = 5  # Of one section: the others are the same change again.
MAX_DIFF = 60  # Lines of one place's diff.
MAX_LINE = 300  # Characters of one of its lines.
MAX_NOTES = 5
_AROUND = 150  # Characters that a section has around its points and its places.


def within(groups: Sequence[Group], room: int) -> list[str]:
    """Return the sections that fit into so many characters, the worst first, and how many do not."""
    room -= _AROUND
    kept = 0  # Room for the first places of open sections.
    points: list[str] = []
    for number, group in enumerate(groups):
        text = _points(group)
        size = len(_title(group)) + len(text) + _AROUND
        if size > room:
            break
        first = len(_place(group, 0)) + 2 if _is_open(number, group) else 0
        first = first if size + first <= room else 0
        points.append(text)
        room, kept = room - size - first, kept + first
    shown = groups[: len(points)]
    places = _places(shown, room + kept)
    made = [
        _section(*each, is_open=_is_open(number, each[0]))
        for number, each in enumerate(zip(shown, points, places, strict=True))
    ]
    if missing := len(groups) - len(shown):
        made.append(f"*{plural(missing, 'kind')} of change more than fit here: see the commits.*")
    return made


def _is_open(number: int, group: Group) -> bool:
    most = MAX_OPEN_WORST if group.severities[0] >= Severity.HIGH else MAX_OPEN
    return number < most and not group.is_safe


def _places(groups: Sequence[Group], room: int) -> list[list[str]]:
    """Return the places of each group that are shown in so many characters: always its first ones."""
    shown: list[list[str]] = [[] for _ in groups]
    for number in range(MAX_PLACES):
        for group, places in zip(groups, shown, strict=True):
            if len(group.members) <= number or len(places) < number:
                continue
            text = _place(group, number)
            if len(text) + 2 <= room:
                places.append(text)
                room -= len(text) + 2
    return shown


def _section(group: Group, points: str, places: Sequence[str], is_open: bool) -> str:
    """Return a section: open where there is something to weigh, folded where there is not."""
    parts = [*places[:1], points, *places[1:]]
    if missing := len(group.members) - len(places):
        alone = "Its" if len(group.members) == 1 else "Their"
        left = f"{plural(missing, 'place')} more" if places else f"{alone} lines do not fit here"
        parts.append(f"*{left}: see the {'commit' if missing == 1 else 'commits'}.*")
    if is_open:
        return "\n\n".join([f"### {_title(group)}", *parts])
    return details(_title(group), *parts)


def _title(group: Group) -> str:
    first, count = group.members[0], len(group.members)
    where = first.shown if count == 1 else f"{count} places"
    return f"{group.mark} {words(shortened(group.fix.title))} · {where} ({tagged(group.rule.id)}, {group.severity})"


def _place(group: Group, number: int) -> str:
    """Return one place: who, what, where and the lines; all but the first of a section are folded."""
    member = group.members[number]
    message = html(shortened(member.commit.step.fix.finding.message, 160))
    about = f"<b>{member.label}</b> · {member.shown}: {message} · {member.place}"
    lines = _diff(member)
    return f"{about}\n\n{lines}" if number == 0 else details(about, lines)


def _points(group: Group) -> str:
    notes = dict.fromkeys(note for commit in group.commits for note in commit.step.notes)
    return "\n".join(
        [
            f"- **Why:** {prose(_why(group.rule))}",
            *(f"- **Note:** {_sentence(note)}" for note in list(notes)[:MAX_NOTES]),
            f"- **What it can break:** {'nothing that works.' if group.is_safe else _sentence(group.fix.breaks)}",
            f"- **Verify:** {verification.steps(group.commits)}",
            f"- **Undo:** {_undo(group.members)}",
        ]
    )


def _why(rule: Rule) -> str:
    """Return what a reviewer must know of a rule; `kubewright explain` tells the rest."""
    return rule.why.partition("\n\n")[0] or rule.title


def _undo(members: Sequence[Member]) -> str:
    what = members[0].label if len(members) == 1 else "the commit of that place"
    if all(member.is_top for member in members):
        return f"revert {what}."
    return f"revert {what}; where Git meets a conflict, first the later commit that changed the lines beside it."


def _sentence(text: str) -> str:
    return prose(shortened(text.rstrip(". "))) + "."


def _named(file: Change, count: int) -> Iterator[str]:
    """Yield the names of a file as a diff has them, where the line above does not say it all."""
    if count > 1 or file.created:
        yield f"--- {'/dev/null' if file.created else shortened(file.path)}"
        yield f"+++ {shortened(file.path)}"


def _diff(member: Member) -> str:
    files = member.commit.files
    if any(credentials.holds_one(file.before) for file in files):
        return "The difference is not shown here, as the file holds what looks like a credential: see the commit."
    lines = [
        line if len(line) <= MAX_LINE else line[:MAX_LINE] + "…"
        for file in files
        for line in (
            *_named(file, len(files)),
            *(given.removesuffix("\r") for given in diffs.hunks(file.before, file.after)),
        )
    ]
    cut = len(lines) - MAX_DIFF
    if cut > 0:
        lines = [*lines[:MAX_DIFF], f"  … {cut} more lines: see the commit"]
    return fence(lines, "diff")
