"""What the double holds beside Git: accounts, tokens, repositories, issues and pull requests. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .objects import Objects

Role = Literal["", "read", "triage", "write", "admin"]
RANKS: Mapping[str, int] = {"": 0, "read": 1, "triage": 2, "write": 3, "admin": 4}
# Of an App, a workflow's token or a fine-grained token: permission -> "read" or "write".
Permissions = Mapping[str, str]
EVERYTHING: Permissions = {
    "checks": "write",
    "contents": "write",
    "issues": "write",
    "metadata": "read",
    "pull_requests": "write",
    "security_events": "write",
}


@dataclass(frozen=True)
class Account:
    """A person, an organization or a bot: `login` of a bot ends in [bot]."""

    login: str
    id: int
    type: Literal["User", "Organization", "Bot"] = "User"

    @property
    def email(self) -> str:
        return f"{self.id}+{self.login}@users.noreply.github.com"


@dataclass(frozen=True)
class App:
    """A GitHub App; `key` is the public key (PEM) that its JSON Web Tokens are checked with."""

    id: int
    slug: str
    client_id: str = ""
    key: str = ""


@dataclass(frozen=True)
class Token:
    """What a request is allowed by.

    `kind` is `classic` (a person's), `fine` (a person's, fine-grained), `actions` (GITHUB_TOKEN), `installation`
    or `app` (a JSON Web Token). `repositories` are full names, None for all that the account may see; `expires` is
    in seconds since 1970, 0 for never.
    """

    secret: str
    kind: Literal["classic", "fine", "actions", "installation", "app"]
    account: Account
    permissions: Permissions = field(default_factory=lambda: EVERYTHING)
    repositories: tuple[str, ...] | None = None
    expires: float = 0
    app: App | None = None

    @property
    def is_bot(self) -> bool:
        return self.kind in ("actions", "installation")


@dataclass
class Comment:
    """A comment; a review's has a `place` in a file besides."""

    id: int
    author: Account
    body: str
    created: float
    updated: float
    place: dict[str, Any] = field(default_factory=dict)
    review: int = 0


@dataclass
class Review:
    """A review of a pull request."""

    id: int
    author: Account
    body: str
    state: str
    commit: str
    when: float


@dataclass
class Pull:
    """What a pull request is beyond an issue. `source` is the full name of the head's repository, None once deleted."""

    head: str
    base: str
    source: str | None
    head_sha: str
    base_sha: str
    draft: bool = False
    maintainers_may_modify: bool = False
    merged: float = 0
    merged_by: Account | None = None
    merge_commit: str | None = None
    reviewers: list[Account] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    # Heads for which somebody asked whether it can be merged: the first to ask is told that GitHub does not know yet.
    judged: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Labelled:
    """A label that was added: by whom, and when."""

    id: int
    name: str
    actor: Account
    created: float


@dataclass
class Thread:
    """An issue or, with `pull`, a pull request: they share numbers, labels, comments and assignees."""

    number: int
    author: Account
    title: str
    body: str | None
    created: float
    updated: float
    pull: Pull | None = None
    is_open: bool = True
    closed: float = 0
    closed_by: Account | None = None
    reason: str | None = None
    labels: list[str] = field(default_factory=list)
    labelled: list[Labelled] = field(default_factory=list)  # All that was ever added.
    assignees: list[Account] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    locked: bool = False


@dataclass
class Repository:
    """A repository: `tips` maps each ref to its object as last seen, `roles` logins to what they may do."""

    id: int
    full_name: str
    owner: Account
    objects: Objects
    default_branch: str = "main"
    is_private: bool = True
    is_archived: bool = False
    has_issues: bool = True
    roles: dict[str, Role] = field(default_factory=dict)
    teams: list[str] = field(default_factory=list)
    protected: set[str] = field(default_factory=set)
    # Settings, Actions, General: "Allow GitHub Actions to create and approve pull requests". Off by default.
    actions_may_open: bool = False
    threads: list[Thread] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)  # In lower case -> as it is spelled.
    checks: list[dict[str, Any]] = field(default_factory=list)
    scans: list[dict[str, Any]] = field(default_factory=list)
    tips: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)  # The earlier name of a branch -> its name.
    # Commits that GitHub signed: of a bot, with neither author nor committer given.
    signed: set[str] = field(default_factory=set)
    created: float = 0

    @property
    def name(self) -> str:
        return self.full_name.partition("/")[2]

    @property
    def pulls(self) -> list[Thread]:
        """Pull requests, the oldest first."""
        return [one for one in self.threads if one.pull]

    @property
    def issues(self) -> list[Thread]:
        """Issues that are no pull requests, the oldest first."""
        return [one for one in self.threads if not one.pull]

    def branch(self, name: str) -> str | None:
        """Return the commit of a branch, as last seen."""
        return self.tips.get(f"refs/heads/{name}")

    def thread(self, number: int) -> Thread | None:
        return next((one for one in self.threads if one.number == number), None)
