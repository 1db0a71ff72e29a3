"""The state of the double, and what follows from a ref that moved."""

from __future__ import annotations

import copy
import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .faults import Faults, Record
from .judge import Operation
from .model import EVERYTHING, Account, App, Comment, Permissions, Pull, Repository, Role, Thread, Token
from .objects import Objects
from .thread_shapes import Shapes

GITHUB = Account("GitHub", 2, "Organization")
# https://docs.github.com/en/actions/concepts/security/github_token
ACTIONS_BOT = Account("github-actions[bot]", 41898282, "Bot")


@dataclass
class Installation:
    """An App on an account: `repositories` are full names, None for all of its owner."""

    id: int
    app: App
    owner: Account
    permissions: Permissions
    repositories: tuple[str, ...] | None = None


@dataclass
class Hub:
    """Everything that a GitHub knows. `clock` tells seconds since 1970."""

    directory: Path
    url: str = ""
    web: str = "https://github.example"
    clock: Callable[[], float] = time.time
    accounts: dict[str, Account] = field(default_factory=lambda: {ACTIONS_BOT.login: ACTIONS_BOT})
    tokens: dict[str, Token] = field(default_factory=dict)
    repositories: dict[str, Repository] = field(default_factory=dict)  # By full name in lower case.
    renamed: dict[str, str] = field(default_factory=dict)
    apps: dict[int, App] = field(default_factory=dict)
    installations: dict[int, Installation] = field(default_factory=dict)
    has_graphql: bool = True
    log: list[Record] = field(default_factory=list)
    pushes: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    last_id: int = 1000
    before_write: dict[str, Repository] = field(default_factory=dict)
    # Held by whatever reads or changes what is above; never while Git serves a push.
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def shapes(self) -> Shapes:
        return Shapes(self.url, self.web)

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    # ---- Making what is there

    def account(self, login: str, kind: str = "User") -> Account:
        """Return an account, made when it is first asked for."""
        if login not in self.accounts:
            number = int(hashlib.sha256(login.encode()).hexdigest()[:7], 16)
            self.accounts[login] = Account(login, number, "Bot" if login.endswith("[bot]") else kind)  # type: ignore[arg-type]
        return self.accounts[login]

    def repository(self, full_name: str, **settings: Any) -> Repository:
        """Make a repository, empty, or of what `bare` names. Its owner is an organization."""
        bare = settings.pop("bare", None) or self.directory / f"{full_name}.git"
        objects = Objects(Path(bare))
        if not objects.path.exists():
            objects.path.mkdir(parents=True)
            objects.git("init", "-q", "--bare", "-b", settings.get("default_branch", "main"))
        objects.git("config", "http.receivepack", "true")
        objects.git("config", "core.logAllRefUpdates", "false")
        owner = self.account(full_name.partition("/")[0], "Organization")
        made = Repository(len(self.repositories) + 7, full_name, owner, objects, created=self.clock(), **settings)
        made.roles.setdefault(owner.login, "admin")
        made.roles.setdefault("grace", "read")
        made.tips = objects.refs()
        self.repositories[full_name.lower()] = made
        return made

    def fork(self, full_name: str, owner: str) -> Repository:
        """Make a fork: a public copy that belongs to a person."""
        repo = self.find(full_name)
        assert repo is not None, full_name
        bare = self.directory / f"{owner}/{repo.name}.git"
        repo.objects.git("clone", "-q", "--bare", str(repo.objects.path), str(bare))
        self.account(owner)
        return self.repository(f"{owner}/{repo.name}", bare=bare, is_private=False)

    def delete(self, full_name: str) -> None:
        """Delete a repository; pull requests from it lose their source."""
        gone = self.repositories.pop(full_name.lower())
        for repo in self.repositories.values():
            for thread in repo.pulls:
                if thread.pull and thread.pull.source == gone.full_name:
                    thread.pull.source = None

    def rename(self, old: str, new: str) -> None:
        """Give a repository another name; the old one leads to it."""
        repo = self.repositories.pop(old.lower())
        repo.full_name = new
        self.renamed[old.lower()] = new
        self.repositories[new.lower()] = repo

    def token(self, secret: str, kind: str, login: str, **given: Any) -> Token:
        """Make a token. `permissions`, `repositories`, `expires` and `app` as in `Token`."""
        made = Token(secret, kind, self.account(login), **given)  # type: ignore[arg-type]
        self.tokens[secret] = made
        return made

    def install(
        self, app: App, owner: str, permissions: Permissions = EVERYTHING, repositories: tuple[str, ...] | None = None
    ) -> Installation:
        """Install an App on an account."""
        self.apps[app.id] = app
        made = Installation(
            len(self.installations) + 1, app, self.account(owner, "Organization"), permissions, repositories
        )
        self.installations[made.id] = made
        return made

    # ---- Looking

    def find(self, full_name: str) -> Repository | None:
        return self.repositories.get(full_name.lower())

    def by_id(self, number: int) -> Repository | None:
        return next((one for one in self.repositories.values() if one.id == number), None)

    def role(self, repo: Repository, who: Token) -> Role:
        """Return what a token may do: the least of what its account may and what it is limited to."""
        if who.kind == "app":
            return ""
        given = repo.roles.get(who.account.login, "")
        if who.is_bot:
            given = "write"
        if who.repositories is not None and repo.full_name not in who.repositories:
            given = ""
        return given or ("" if repo.is_private else "read")

    # ---- What follows

    def sync(self, repo: Repository) -> None:
        """Look at the refs, and let happen what GitHub lets happen when they move."""
        now, old = repo.objects.refs(), repo.tips
        forks = {one.pull.source for one in repo.pulls if one.is_open and one.pull} - {repo.full_name, None}
        for fork in filter(None, map(self.find, map(str, forks))):
            fork.tips = fork.objects.refs()
        if now == old and not forks:
            return
        repo.tips = now
        for thread in repo.pulls:
            if thread.is_open:
                self._settle(repo, thread, old)

    def _settle(self, repo: Repository, thread: Thread, old: Mapping[str, str]) -> None:
        pull = thread.pull
        assert pull is not None
        if pull.source is None:
            return
        source = self.find(pull.source)
        head = source.branch(pull.head) if source else None
        base = repo.branch(pull.base)
        if head is None or base is None:
            # https://docs.github.com/en/pull-requests/committing-changes-to-your-project/creating-and-deleting-
            # branches-within-your-repository: deleting a branch closes its pull requests.
            self.close(thread, GITHUB)
            return
        head_moved, base_moved = head != pull.head_sha, base != old.get(f"refs/heads/{pull.base}")
        if not head_moved and not base_moved:
            return
        if head_moved:
            if not repo.objects.kind(head):
                repo.objects.git("fetch", "-q", str(source.objects.path), head)  # type: ignore[union-attr]
            pull.head_sha, pull.base_sha = head, base
            thread.updated = self.clock()
        if repo.objects.is_ancestor(head, base):
            if base_moved:
                pull.base_sha = old.get(f"refs/heads/{pull.base}", base)
                self.merged(thread, GITHUB, head)
            else:
                self.close(thread, GITHUB)

    def close(self, thread: Thread, who: Account, reason: str | None = None) -> None:
        thread.is_open = False
        thread.closed = thread.updated = self.clock()
        thread.closed_by, thread.reason = who, reason

    def merged(self, thread: Thread, who: Account, commit: str) -> None:
        assert thread.pull is not None
        self.close(thread, who)
        thread.pull.merged, thread.pull.merged_by, thread.pull.merge_commit = self.clock(), who, commit

    def start_thread(
        self, repo: Repository, who: Account, title: str, body: str | None, pull: Pull | None = None
    ) -> Thread:
        """Open an issue or a pull request under the next number."""
        now = self.clock()
        thread = Thread(1 + max((one.number for one in repo.threads), default=0), who, title, body, now, now, pull)
        repo.threads.append(thread)
        return thread

    def comment(self, thread: Thread, who: Account, body: str) -> Comment:
        now = self.clock()
        made = Comment(self.next_id(), who, body, now, now)
        thread.comments.append(made)
        thread.updated = now
        return made

    # ---- Going back

    def saved(self) -> Any:
        """Return all of it, to be given to `restore` any number of times."""
        with self.lock:
            for repo in self.repositories.values():
                self.sync(repo)
            return {name: _copied(repo) for name, repo in self.repositories.items()}, dict(self.tokens), self.last_id

    def restore(self, saved: Any) -> None:
        """Be again as `saved` was, refs included; log, faults and violations stay."""
        repositories, tokens, self.last_id = saved
        with self.lock:
            self.tokens = dict(tokens)
            self.before_write.clear()
            for name, then in repositories.items():
                repo = self.by_id(then.id)
                assert repo is not None
                vars(repo).update(vars(_copied(then)))  # In place: whoever holds it sees it.
                self.repositories[name] = repo
                now = repo.objects.refs()
                gone = [(name, "0" * 40, None) for name in now if name not in repo.tips]
                kept = [(name, sha, None) for name, sha in repo.tips.items() if now.get(name) != sha]
                if gone or kept:
                    repo.objects.move([*gone, *kept])


def _copied(repo: Repository) -> Repository:
    return copy.deepcopy(repo, {id(repo.objects): repo.objects})


@dataclass(frozen=True)
class Ask:
    """A request that may be answered: whose it is, what it names, and what it says."""

    hub: Hub
    operation: Operation
    who: Token
    names: Mapping[str, str]
    query: Mapping[str, str]
    given: Any
    there: Repository | None = None

    @property
    def repo(self) -> Repository:
        assert self.there is not None
        return self.there

    @property
    def body(self) -> dict[str, Any]:
        return self.given if isinstance(self.given, dict) else {}

    @property
    def shapes(self) -> Shapes:
        return self.hub.shapes

    @property
    def me(self) -> Account:
        return self.who.account

    def can(self, role: Role) -> bool:
        from .model import RANKS

        return RANKS[self.hub.role(self.repo, self.who)] >= RANKS[role]
