"""What we say in comments. Each is said once, found again by its mark, and edited in place."""

from __future__ import annotations

from bot.lifecycle.ticks import HANDS_OFF, REBUILD, box

LONGEST = 65_536  # Characters of a text that GitHub takes.

HANDS_OFF_COMMENT = f"""\
**Hands off:** this branch holds commits that Kubewright did not make, or it has the label `{HANDS_OFF}`, so
Kubewright changes nothing here any more.

{box(REBUILD)} Tick to hand it back: the next run makes the branch afresh, and **commits of others on it are replaced**.
"""

TAKEN_BACK = "Kubewright looks after this pull request again; the branch was made afresh."


def obsolete(why: str) -> str:
    """Return what is said when we close a pull request ourselves."""
    return (
        f"Closed by Kubewright, going by the base branch as it is now: {why}. "
        "This is no decline: what turns up again is proposed again."
    )


def twin(number: int, is_open: bool) -> str:
    """Return what is said when we close a dashboard that was made beside another one."""
    said = f"Closed by Kubewright: two runs made a dashboard each, and #{number} is the one that is kept up to date."
    return said if is_open else f"{said} That one was closed: open it again to see it among the open issues."
