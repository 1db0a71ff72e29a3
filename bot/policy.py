"""How pull requests are made and handled: settings of the configuration file, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.schedule import Schedule

Grouping = Literal["repository", "directory", "file", "rule", "severity", "owner"]
Rebase = Literal["conflicted", "behind", "never"]

# A person reviews it commit by commit. GitHub's limit is higher: 500 writes an hour, of which a commit takes two.
MAX_COMMITS = 50


@dataclass(frozen=True, slots=True)
class Policy:
    """How pull requests are made and handled.

    `open_limit` and `hourly_limit` count pull requests (0: no limit), `commits` the fixes of one; `rebase` says when
    a branch is made afresh though the fixes are the same; `bases` are the branches to propose to (none: the one that
    is checked out), as names or patterns. Outside of the `schedule` (None: always) nothing is written. `title` and
    `subject` are templates of titles and of the first lines of commit messages (`bot.templates`), "" for ours.
    """

    grouping: Grouping = "directory"
    unsafe: bool = False
    prefix: str = "kubewright"
    commits: int = MAX_COMMITS
    bases: tuple[str, ...] = ()
    sign_off: bool = False
    open_limit: int = 5
    hourly_limit: int = 2
    rebase: Rebase = "conflicted"
    labels: tuple[str, ...] = ("kubewright",)
    reviewers: tuple[str, ...] = ()
    team_reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    dashboard: bool = True
    schedule: Schedule | None = None
    title: str = ""
    subject: str = ""


DEFAULT = Policy()
