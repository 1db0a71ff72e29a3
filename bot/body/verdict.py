"""The first two lines of a pull request, and the table of what it changes, worst first. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot import diffs
from bot.body.groups import Group, fitting, plural
from bot.grouping import splits_files
from bot.markdown import code, shortened, tagged, words
from bot.messages import lowered
from bot.proposal import Proposal
from fixers.model import Safety
from rules.model import Severity


def sentences(proposal: Proposal, groups: Sequence[Group]) -> str:
    """Return how much it is, what is promised of it, and what to do with it."""
    added, removed = (
        sum(numbers) for numbers in zip(*(diffs.counts(one.before, one.after) for one in proposal.changes), strict=True)
    )
    count = f"{plural(len(proposal.commits), 'change')} in {plural(len(proposal.changes), 'file')}"
    if proposal.safety == Safety.SAFE:
        all_are, none = ("It is", "it cannot") if len(proposal.commits) == 1 else ("All are", "none can")
        promise = f"{all_are} safe: {none} change how a workload runs that works now."
        more = "Deploying them may restart the pods they touch."
    else:
        each = "It" if len(proposal.commits) == 1 else "Each"
        promise = f"{each} is right for most workloads and can break some."
        told = "Every section says" if len(groups) > 1 else "Below stands"
        more = f"{_read_first(groups)}{told} what can break and how to see it. {_order(proposal)}"
    where = (
        f"Made from {code(shortened(proposal.facts.base))} at {proposal.facts.commit[:8]}, a commit for each change."
    )
    return f"**{count}, +{added} −{removed} lines. {promise}**\n\n{more} {where}{_beside(proposal)}"


def _beside(proposal: Proposal) -> str:
    """Return what is to be known where proposals share files: each starts from the base, without the others."""
    if not splits_files(proposal.grouping):
        return ""
    return (
        f" Each {proposal.grouping} has a pull request of its own and stands alone; where two change the same lines, "
        "the second is made afresh once the first is merged."
    )


def _read_first(groups: Sequence[Group]) -> str:
    """Return which sections matter most to somebody short of time, where that is less than all."""
    worst = [group for group in groups if group.severities[0] >= Severity.HIGH]
    if not worst or len(worst) == len(groups):
        return ""
    named = "the first section, which is" if len(worst) == 1 else f"the first {len(worst)} sections, which are"
    return f"**Short of time?** Read {named} high or critical. "


def _order(proposal: Proposal) -> str:
    """Return what to do with the safe proposal: both start from the same base, so beside each other they conflict."""
    apart = {one.skip.finding.path for one in proposal.left if one.skip.code == "not-allowed"}
    shared = apart.intersection(change.path for change in proposal.changes)
    if not shared:
        return "Safe changes are proposed apart."
    what = "a file" if len(shared) == 1 else f"{len(shared)} files"
    return (
        f"**Merge the safe proposal first:** it changes {what} that this one changes, too; the next run makes this one "
        "afresh."
    )


def table(groups: Sequence[Group], safety: Safety, room: int) -> str:
    """Return the table, a row for each kind of change."""
    columns = ["Severity", "Change", "Where"]
    if safety != Safety.SAFE:
        columns.insert(2, "What can break")
    head = [_cells(*columns), _cells(*["---"] * len(columns))]
    rows = fitting(map(_row, groups), room - sum(map(len, head)) - 60)
    if missing := len(groups) - len(rows):
        rows.append(_cells("", f"{plural(missing, 'kind')} of change more", *[""] * (len(columns) - 2)))
    return "\n".join([*head, *rows])


def _row(group: Group) -> str:
    first, count, files = group.members[0], len(group.members), len(group.paths)
    what, where = words(lowered(shortened(group.fix.title))), first.place
    if count == 1:
        what += f" on {first.shown}"
    else:
        file = tagged(shortened(group.paths[0], 160)) if files == 1 else plural(files, "file")
        where = f"{count} places in {file}"
    cells = [f"{group.mark}&nbsp;{group.severity}", what, where]
    if not group.is_safe:
        cells.insert(2, words(shortened(group.fix.breaks, 160)))
    return _cells(*cells)


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
