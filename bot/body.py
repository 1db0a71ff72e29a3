"""The text of a pull request: what a reviewer must know, in the order in which it is needed. Pure.

Sections are added whole while they fit; what does not fit is counted. The state comment always fits: its
room is taken first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot import credentials, diffs, state, verification
from bot.lifecycle.ticks import DECLINE, HANDS_OFF, REBUILD, box
from bot.markdown import code, fence, html, inline, prose, shortened, tagged
from bot.messages import lowered, subject_of
from bot.proposal import Commit, Left, Proposal
from fixers.model import Fix, Safety
from rules.model import Rule, Severity

LIMIT = 60_000  # GitHub refuses 65,536 characters.
MAX_TABLE = 15_000
MAX_LEFT = 6_000
MAX_BOXES = 12_000
MAX_SECTION = 12_000
MAX_DIFF = 60  # Lines of one section's diff.
MAX_LINE = 300  # Characters of one of its lines.


@dataclass(frozen=True, slots=True)
class _Group:
    """Fixes of one kind: the same rule and the same remedy, in one or many places.

    Labels name the commits; `tops` says of each whether no later commit changes its file.
    """

    commits: tuple[Commit, ...]
    labels: tuple[str, ...]
    tops: tuple[bool, ...]

    @property
    def rule(self) -> Rule:
        return self.commits[0].rule

    @property
    def fix(self) -> Fix:
        return self.commits[0].step.fix

    @property
    def severity(self) -> Severity:
        return max(commit.step.fix.finding.severity for commit in self.commits)

    @property
    def is_safe(self) -> bool:
        return self.fix.safety == Safety.SAFE


def render(
    proposal: Proposal,
    ids: Sequence[str] = (),
    heads: Sequence[str] = (),
    limit: int = LIMIT,
    rebuild: bool = False,
) -> str:
    """Return the body of the pull request.

    `ids` are the commits in order, where they are known; `heads` are the tips that the branch may have and be
    ours; `rebuild` leaves the box ticked by which a person asked for a fresh branch.
    """
    comment = state.write(proposal.state(heads))
    labels = [identity[:8] for identity in ids] or [f"commit {number + 1}" for number in range(len(proposal.commits))]
    groups = _groups(proposal.commits, labels)
    head = [_verdict(proposal), _table(groups)]
    tail = ["---", _decline(groups), _checks(proposal), *_left(proposal), _behaviour(proposal, rebuild), comment]
    room = limit - sum(len(part) + 2 for part in (*head, *tail)) - 100
    sections = _fitting((_section(group) for group in groups), room)
    if missing := len(groups) - len(sections):
        sections.append(f"*{_plural(missing, 'kind')} of change more than fit here: see the commits.*")
    return "\n\n".join([*head, *sections, *tail]) + "\n"


def _groups(commits: Sequence[Commit], labels: Sequence[str]) -> list[_Group]:
    """Return the groups, the worst first."""
    by_kind: dict[tuple[str, str, str], list[tuple[Commit, str, bool]]] = {}
    last = {file.path: number for number, commit in enumerate(commits) for file in commit.files}
    for number, (commit, label) in enumerate(zip(commits, labels, strict=True)):
        fix, top = commit.step.fix, all(last[file.path] == number for file in commit.files)
        by_kind.setdefault((commit.rule.id, fix.title, fix.breaks), []).append((commit, label, top))
    groups = [_Group(*zip(*members, strict=True)) for members in by_kind.values()]
    return sorted(groups, key=lambda group: (-group.severity, group.rule.id, group.fix.title))


def _fitting(parts: Iterable[str], room: int) -> list[str]:
    """Return the first parts, whole, that fit into so many characters with a blank line between them."""
    kept: list[str] = []
    for part in parts:
        room -= len(part) + 2
        if room < 0:
            break
        kept.append(part)
    return kept


def _verdict(proposal: Proposal) -> str:
    added, removed = (
        sum(numbers) for numbers in zip(*(diffs.counts(one.before, one.after) for one in proposal.changes), strict=True)
    )
    count = f"{_plural(len(proposal.commits), 'change')} in {_plural(len(proposal.changes), 'file')}"
    if proposal.safety == Safety.SAFE:
        promise = "All are safe: none can change how a workload runs that works now."
        more = "Deploying them may restart the pods they touch."
    else:
        promise = "Each is right for most workloads and can break some."
        more = f"Every section says what can break and how to see it. {_order(proposal)}"
    where = f"Checked against {code(shortened(proposal.facts.base))} at {proposal.facts.commit[:8]}."
    return f"**{count}, +{added} −{removed} lines. {promise}**\n\n{more} {where}"


def _order(proposal: Proposal) -> str:
    """Return what to do with the safe proposal: both start from the same base, so beside each other they conflict."""
    apart = {one.skip.finding.path for one in proposal.left if one.skip.code == "not-allowed"}
    shared = apart.intersection(change.path for change in proposal.changes)
    if not shared:
        return "Safe changes are proposed apart."
    what = "a file" if len(shared) == 1 else f"{len(shared)} files"
    again = "`kubewright propose --unsafe`"
    return f"**Merge the safe proposal first:** it changes {what} that this one changes, too; then run {again} again."


def _table(groups: Sequence[_Group]) -> str:
    rows = _fitting(map(_row, groups), MAX_TABLE)
    if missing := len(groups) - len(rows):
        rows.append(f"| | {missing} more | | | | |")
    head = ["| | Change | Where | Severity | Can it break? | Commit |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *rows])


def _row(group: _Group) -> str:
    mark, breaks = "🟢 skim", "no"
    if not group.is_safe:
        mark, breaks = "🟠 **read**", f"**maybe**: {inline(shortened(group.fix.breaks, 160))}"
    what, where, commit = inline(lowered(shortened(group.fix.title))), _place(group.commits[0]), group.labels[0]
    if len(group.commits) == 1:
        what += f" on {_object(group.commits[0])}"
    else:
        files = len({commit.path for commit in group.commits})
        where = f"{len(group.commits)} places in {_plural(files, 'file')}"
        commit = f"{len(group.commits)} commits"
    return f"| {mark} | {what} | {where} | {group.severity} | {breaks} | {commit} |"


def _section(group: _Group) -> str:
    """Return why, risk, check and undo of a group, and each place's diff; folded when there is nothing to weigh."""
    mark = "🟢" if group.is_safe else "🟠"
    about = f"({tagged(group.rule.id)}, {group.severity})"
    if len(group.commits) == 1:
        message = html(shortened(group.fix.finding.message))
        title, parts = f"{group.labels[0]} · {message} {about}", [_diff(group.commits[0]), _points(group)]
    else:
        title = f"{html(shortened(group.fix.title))} · {len(group.commits)} places {about}"
        places = [_details(_summary(*pair), _diff(pair[0])) for pair in zip(group.commits, group.labels, strict=True)]
        shown = _fitting(places, MAX_SECTION)
        if missing := len(places) - len(shown):
            shown.append(f"*{_plural(missing, 'place')} more: see the commits.*")
        parts = [_points(group), *shown]
    if group.is_safe:
        return _details(f"{mark} {title}", *parts)
    return "\n\n".join([f"### {mark} {title}", *parts])


def _summary(commit: Commit, label: str) -> str:
    message = html(shortened(commit.step.fix.finding.message, 160))
    return f"<b>{label}</b> · {_object(commit)}: {message} · {_place(commit)}"


def _object(commit: Commit) -> str:
    return tagged(shortened(subject_of(commit.step.fix.finding), 100))


def _place(commit: Commit) -> str:
    return tagged(shortened(f"{commit.path}:{commit.line}", 160))


def _points(group: _Group) -> str:
    notes = dict.fromkeys(note for commit in group.commits for note in commit.step.notes)
    return "\n".join(
        [
            f"- **Why:** {prose(_why(group.rule))}",
            *(f"- **Note:** {_sentence(note)}" for note in list(notes)[:5]),
            f"- **What it can break:** {'nothing that works.' if group.is_safe else _sentence(group.fix.breaks)}",
            f"- **Verify:** {verification.steps(group.commits)}",
            f"- **Undo:** {_undo(group)}",
        ]
    )


def _why(rule: Rule) -> str:
    """Return what a reviewer must know of a rule; `kubewright explain` tells the rest."""
    return rule.why.partition("\n\n")[0] or rule.title


def _undo(group: _Group) -> str:
    what = group.labels[0] if len(group.commits) == 1 else "the commit of that place"
    more = "" if all(group.tops) else " Where Git meets a conflict, a later commit here changed the lines beside it:"
    return f"revert {what}.{more}{' revert that one first, or edit by hand.' if more else ''}"


def _sentence(text: str) -> str:
    return inline(shortened(text.rstrip(". "))) + "."


def _diff(commit: Commit) -> str:
    if any(credentials.holds_one(file.before) for file in commit.files):
        return "The difference is not shown here, as the file holds what looks like a credential: see the commit."
    lines = [
        line if len(line) <= MAX_LINE else line[:MAX_LINE] + "…"
        for file in commit.files
        for line in (
            f"--- {'/dev/null' if file.created else shortened(file.path)}",
            f"+++ {shortened(file.path)}",
            *(given.removesuffix("\r") for given in diffs.hunks(file.before, file.after)),
        )
    ]
    cut = len(lines) - MAX_DIFF
    if cut > 0:
        lines = [*lines[:MAX_DIFF], f"  … {cut} more lines: see the commit"]
    return fence(lines, "diff")


def _decline(groups: Sequence[_Group]) -> str:
    """Return the boxes, one per finding, and how to decline for good in the file itself."""
    boxes = _fitting(
        (_box(*pair) for group in groups for pair in zip(group.commits, group.labels, strict=True)), 15_000
    )
    count = sum(len(group.commits) for group in groups)
    if count > len(boxes):
        boxes.append(f"\n{count - len(boxes)} more have no box here: decline them in their files.")
    commit = groups[0].commits[0]
    pointer = commit.step.fix.finding.pointer
    key = next((str(part) for part in reversed(pointer) if isinstance(part, str)), "spec")
    shown = key if re.fullmatch(r"[A-Za-z]{1,63}", key) else "spec"
    snippet = fence(
        [f"# kubewright: ignore[{commit.rule.id}] the reason, for everyone to read", f"{shown}: ..."], "yaml"
    )
    listed = "\n".join(boxes)
    return (
        "### Decline\n\n"
        "Tick a box: the next run takes that change out, and it is not proposed again until its lines change.\n\n"
        f"{listed}\n\n"
        "Or write the reason into the file, above the line it is about. The finding is then neither proposed nor "
        f"reported again; `until=2027-06-30` behind the bracket makes it come back.\n\n{snippet}"
    )


def _box(commit: Commit, label: str) -> str:
    about = f"{inline(lowered(shortened(commit.step.fix.title, 100)))} on {_object(commit)}"
    return f"{box(DECLINE, commit.identity)} {label} {about}"


def _checks(proposal: Proposal) -> str:
    count = _plural(len(proposal.commits), "change")
    files = _plural(len(proposal.changes), "file")
    rows = [
        (f"each file still parses, with as many documents as before{_but_new(proposal)}", files),
        ("the data is the old data with the JSON Patch of the fix applied, nothing else", count),
        ("every byte outside the edits is unchanged; no comment outside what is removed is lost", count),
        ("the finding is gone and no new one appeared", count),
        (
            "no object is less valid for the target version of Kubernetes than it was; custom resources are not judged",
            count,
        ),
        (
            "another run over the result finds no more of these fixes to make",
            f"{_plural(len(proposal.changes), 'file')}",
        ),
    ]
    lines = ["| Proven | For |", "| --- | --- |", *(f"| {what} | {number} |" for what, number in rows)]
    return _details(
        "Checked for you before this was made",
        "\n".join(lines),
        "What fails one of these is not proposed. Not checked: whether your cluster accepts it and your images start.",
    )


def _but_new(proposal: Proposal) -> str:
    count = sum(len(commit.step.fix.documents) for commit in proposal.commits)
    return f" and {_plural(count, 'new one')}" if count else ""


def _left(proposal: Proposal) -> Iterator[str]:
    counted = Counter(one.skip.code for one in proposal.left)
    named = [one for one in proposal.left if one.skip.code not in ("not-allowed", "ignored", "waiting")]
    lines = _fitting((_left_line(one) for one in named), MAX_LEFT)
    if missing := len(named) - len(lines):
        lines.append(f"- {missing} more: `kubewright scan` lists them.")
    if waiting := counted["waiting"]:
        lines.append(f"- {_plural(waiting, 'fix')} more than this proposal holds: proposed when this one is merged.")
    if other := counted["not-allowed"]:
        here = proposal.safety == Safety.SAFE
        how = (
            "an unsafe fix: `kubewright propose --unsafe` proposes them apart" if here else "a safe fix: proposed apart"
        )
        lines.append(f"- {_plural(other, 'finding')} with {how}.")
    if ignored := counted["ignored"]:
        lines.append(f"- {_plural(ignored, 'finding')} that {'is' if ignored == 1 else 'are'} ignored.")
    if lines:
        yield _details(f"Seen and left alone ({len(proposal.left)})", "\n".join(lines))


def _left_line(one: Left) -> str:
    finding = one.skip.finding
    place = code(shortened(f"{finding.path}:{one.line}", 160))
    about, reason = inline(shortened(finding.message, 160)), _sentence(one.skip.reason)
    return f"- {place} {about} ({tagged(finding.rule)}): {reason}"


def _behaviour(proposal: Proposal, rebuild: bool) -> str:
    again = box(REBUILD).replace("[ ]", "[x]" if rebuild else "[ ]")
    count = len(proposal.commits)
    lines = [
        "- **It stays current:** the next run makes these commits afresh where their files changed on "
        f"{code(shortened(proposal.facts.base))} (merging other fixes counts), and changes nothing else.",
        f"{again} Tick to have this branch **made afresh** by the next run",
        "- **Your commits are safe:** once somebody else's commit is on this branch, Kubewright leaves it alone "
        f"(label {code(HANDS_OFF)}). Tick the box above to hand it back; **such commits are then replaced**.",
        f"- **Closing it is a no:** {'this finding stays' if count == 1 else f'all {count} findings stay'} declined "
        "until their lines change. Reopen it, or tick a box in the dashboard issue, to change your mind.",
        "- **It goes away by itself** when nothing of it is left to be fixed.",
        "- **Never** merges itself, edits workflows, or touches other branches.",
    ]
    more = "Rules: `kubewright explain`."
    return _details(
        "How this behaves", "\n".join(lines), f"{more} Made by Kubewright {inline(proposal.facts.version)}."
    )


def _details(summary: str, *parts: str) -> str:
    return "\n\n".join([f"<details><summary>{summary}</summary>", *parts, "</details>"])


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{'es' if noun.endswith('x') else 's'}"
