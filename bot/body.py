"""The text of a pull request: what a reviewer must know, in the order in which it is needed. Pure.

Sections are added whole while they fit; what does not fit is counted. The state comment always fits: its
room is taken first.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot import diffs, state
from bot.markdown import code, fence, inline, prose, tagged, visible
from bot.proposal import Commit, Left, Proposal, lowered, subject_of
from fixers.model import Safety
from rules.model import Finding

LIMIT = 60_000  # GitHub refuses 65,536 characters.
MAX_TABLE = 15_000
MAX_LEFT = 6_000
MAX_DIFF = 60  # Lines of one section's diff.
MAX_LINE = 300  # Characters of one of its lines.

_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\Z")
_ROLLOUTS = {"Deployment": "deployment", "DaemonSet": "daemonset", "StatefulSet": "statefulset"}


def render(proposal: Proposal, ids: Sequence[str] = (), heads: Sequence[str] = (), limit: int = LIMIT) -> str:
    """Return the body of the pull request.

    `ids` are the commits in order, where they are known; `heads` are the tips that the branch may have and be ours.
    """
    comment = state.write(proposal, heads)
    labels = [identity[:8] for identity in ids] or [f"commit {number + 1}" for number in range(len(proposal.commits))]
    ordered = sorted(
        zip(proposal.commits, labels, strict=True), key=lambda pair: -pair[0].step.fix.finding.severity
    )  # Worst first; sorting keeps the order of equals.
    head = [_verdict(proposal), _table(ordered, proposal.safety)]
    tail = ["---", _decline(proposal), _checks(proposal), *_left(proposal.left), _behaviour(proposal), comment]
    room = limit - sum(len(part) + 2 for part in (*head, *tail)) - 100
    sections = _fitting((_section(commit, label, proposal.safety) for commit, label in ordered), room)
    if missing := len(ordered) - len(sections):
        sections.append(f"*{_plural(missing, 'change')} more than fit here: see the commits.*")
    return "\n\n".join([*head, *sections, *tail]) + "\n"


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
        more = "Deploying them restarts the pods they touch."
    else:
        promise = "Each is right for most workloads and can break some."
        more = "Every section says what can break and how to see it. Safe changes are proposed apart."
    where = f"Made on {code(_short(proposal.facts.base))} at {proposal.facts.commit[:8]}."
    return f"**{count}, +{added} −{removed} lines. {promise}**\n\n{more} {where}"


def _table(ordered: Sequence[tuple[Commit, str]], safety: Safety) -> str:
    rows = _fitting((_row(commit, label, safety) for commit, label in ordered), MAX_TABLE)
    if missing := len(ordered) - len(rows):
        rows.append(f"| | {missing} more | | | | |")
    head = ["| | Change | Where | Severity | Can it break? | Commit |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *rows])


def _row(commit: Commit, label: str, safety: Safety) -> str:
    fix = commit.step.fix
    mark, breaks = "🟢 skim", "no"
    if safety != Safety.SAFE:
        mark, breaks = "🟠 **read**", f"**maybe**: {inline(_short(fix.breaks, 160))}"
    what = f"{inline(lowered(_short(fix.title)))} on {tagged(_short(subject_of(fix.finding), 100))}"
    where = tagged(_short(f"{commit.path}:{commit.line}", 160))
    return f"| {mark} | {what} | {where} | {fix.finding.severity} | {breaks} | {label} |"


def _section(commit: Commit, label: str, safety: Safety) -> str:
    fix = commit.step.fix
    breaks = "nothing that works" if safety == Safety.SAFE else inline(_short(fix.breaks))
    points = "\n".join(
        [
            f"- **Why:** {prose(commit.rule.why or commit.rule.title)}",
            *(f"- **Note:** {inline(_short(note))}" for note in commit.step.notes),
            f"- **What it can break:** {breaks}.",
            f"- **Verify:** {_verify(commit)}",
            f"- **Undo:** revert {label}.",
        ]
    )
    about = f"{inline(_short(fix.finding.message))} ({tagged(commit.rule.id)}, {fix.finding.severity})"
    if safety == Safety.SAFE:
        return _details(f"🟢 <b>{label}</b> · {about}", _diff(commit), points)
    return f"### 🟠 {label} · {about}\n\n{_diff(commit)}\n\n{points}"


def _diff(commit: Commit) -> str:
    path = _short(commit.path)
    lines = [
        f"--- {path}",
        f"+++ {path}",
        *(
            line if len(line) <= MAX_LINE else line[:MAX_LINE] + "…"
            for line in diffs.hunks(commit.step.before, commit.step.after)
        ),
    ]
    cut = len(lines) - MAX_DIFF
    if cut > 0:
        lines = [*lines[:MAX_DIFF], f"  … {cut} more lines: see the commit"]
    return fence(lines, "diff")


def _verify(commit: Commit) -> str:
    """Return how to see that it works: the commands name only objects whose names are plain."""
    finding = commit.step.fix.finding
    checks = []
    kind = _ROLLOUTS.get(finding.kind)
    if kind and _NAME.match(finding.name):
        checks.append(f"{code(f'kubectl{_namespace(finding)} rollout status {kind}/{finding.name} --timeout=5m')}")
    section = " ".join(commit.rule.section("Verify").split())
    if section:
        checks.append(f"in its terms for an object `web`: {prose(section)}" if checks else prose(section))
    if not checks:
        file = shlex.quote(commit.path)
        checks.append(f"{code(f'kubectl apply --dry-run=server -f {file}')} is accepted.")
    return "; ".join(checks)


def _namespace(finding: Finding) -> str:
    return f" -n {finding.namespace}" if _NAME.match(finding.namespace) else ""


def _decline(proposal: Proposal) -> str:
    commit = proposal.commits[-1]
    pointer = commit.step.fix.finding.pointer
    key = next((str(part) for part in reversed(pointer) if isinstance(part, str)), "spec")
    shown = key if re.fullmatch(r"[A-Za-z]{1,63}", key) else "spec"
    snippet = fence(
        [f"# kubewright: ignore[{commit.rule.id}] the reason, for everyone to read", f"{shown}: ..."], "yaml"
    )
    return (
        "### Decline\n\n"
        "Write the reason into the file, above the line it is about. The finding is then neither proposed nor "
        f"reported again; `until=2027-06-30` behind the bracket makes it come back.\n\n{snippet}"
    )


def _checks(proposal: Proposal) -> str:
    count = _plural(len(proposal.commits), "change")
    rows = [
        ("each file still parses, with as many documents as before", f"{_plural(len(proposal.changes), 'file')}"),
        ("the data is the old data with the JSON Patch of the fix applied, nothing else", count),
        ("every byte outside the edited lines is unchanged; comments are kept", count),
        ("the finding is gone and no new one appeared", count),
        ("another run over the result changes nothing", f"{_plural(len(proposal.changes), 'file')}"),
    ]
    lines = ["| Proven | For |", "| --- | --- |", *(f"| {what} | {number} |" for what, number in rows)]
    return _details(
        "Checked for you before this was made",
        "\n".join(lines),
        "What fails one of these is not proposed. Not checked: whether your cluster accepts it and your images start.",
    )


def _left(left: Sequence[Left]) -> Iterator[str]:
    counted = Counter(one.skip.code for one in left)
    named = [one for one in left if one.skip.code not in ("not-allowed", "ignored")]
    lines = _fitting((_left_line(one) for one in named), MAX_LEFT)
    if missing := len(named) - len(lines):
        lines.append(f"- {missing} more: `kubewright scan` lists them.")
    if counted["not-allowed"]:
        lines.append(f"- {_plural(counted['not-allowed'], 'finding')} with a fix of the other kind (safe or unsafe).")
    if counted["ignored"]:
        lines.append(f"- {_plural(counted['ignored'], 'finding')} that an ignore excuses.")
    if lines:
        yield _details(f"Seen and left alone ({len(left)})", "\n".join(lines))


def _left_line(one: Left) -> str:
    finding = one.skip.finding
    place = code(_short(f"{finding.path}:{one.line}", 160))
    about, reason = inline(_short(finding.message, 160)), inline(_short(one.skip.reason))
    return f"- {place} {about} ({tagged(finding.rule)}): {reason}."


def _behaviour(proposal: Proposal) -> str:
    lines = [
        "- **It stays current:** the next `kubewright propose` makes these commits afresh where something changed, "
        "and changes nothing where nothing did.",
        "- **Your commits are safe:** once somebody else's commit is on this branch, Kubewright leaves it alone.",
        "- **Never** merges itself, edits workflows, or touches other branches.",
    ]
    more = "Rules: `kubewright explain`."
    return _details(
        "How this behaves", "\n".join(lines), f"{more} Made by Kubewright {inline(proposal.facts.version)}."
    )


def _details(summary: str, *parts: str) -> str:
    return "\n\n".join([f"<details><summary>{summary}</summary>", *parts, "</details>"])


def _short(text: str, length: int = MAX_LINE) -> str:
    """Return the start of a foreign text; names have no limit in a file. Escapes are made first: they are longer."""
    text = visible(text)
    return text if len(text) <= length else text[: length - 1] + "…"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
