"""The text of a pull request: what a reviewer must know, in the order in which it is needed. Pure.

What must be there takes its room first: the state, the verdict, what was checked and how it behaves. What is left
is shared out; whatever does not fit is counted, and nothing is cut in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot import state
from bot.body import closing, decline, sections, verdict
from bot.body.groups import grouped
from bot.proposal import Proposal

LIMIT = 60_000
MOST = 65_000  # With what people wrote above it; GitHub refuses 65,536 characters.


def render(
    proposal: Proposal,
    ids: Sequence[str] = (),
    heads: Sequence[str] = (),
    limit: int = LIMIT,
    rebuild: bool = False,
    is_local: bool = False,
) -> str:
    """Return the body of the pull request.

    `ids` are the commits in order, where they are known; `heads` are the tips that the branch may have and be
    ours; `rebuild` leaves the box ticked by which a person asked for a fresh branch. A local text is read by
    people alone: it has no boxes and remembers nothing.
    """
    labels = [identity[:8] for identity in ids] or [f"commit {number + 1}" for number in range(len(proposal.commits))]
    groups = grouped(proposal.commits, labels)
    start, comment = ([], []) if is_local else ([state.TEXT], [state.write(proposal.state(heads))])
    always = [verdict.sentences(proposal, groups), closing.checks(proposal)]
    always.append(closing.local_behaviour(proposal) if is_local else closing.behaviour(proposal, rebuild))
    room = limit - sum(len(part) + 2 for part in (*start, *always, *comment)) - 50
    # A single section says it all, where it is open.
    table = verdict.table(groups, proposal.safety, room // 4) if len(groups) > 1 or groups[0].is_safe else ""
    left = closing.left_alone(proposal, room // 8)
    room -= sum(len(part) + 2 for part in (table, *left))
    no = decline.how_in_the_file(groups) if is_local else decline.section(groups, room // 3)
    shown = sections.within(groups, room - len(no) - 10)
    parts = [*start, always[0], table, *shown, "---", no, always[1], *left, always[2], *comment]
    return "\n\n".join(filter(None, parts)) + "\n"
