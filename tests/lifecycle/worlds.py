"""A repository on the GitHub of the tests, what people do there, and runs of Kubewright on it, in this process.

A scan is shared by all runs on its commit, so that a test can afford many of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from double import TOKEN, GitHub, People, Repository, Thread, github

from bot import state
from bot.checkout import Checkout
from bot.config import Flags, Settings, settle
from bot.errors import OutsideError, exit_code
from bot.hub import client, target
from bot.hub.calls import Call, Rehearsal, Wire
from bot.hub.run import Session
from bot.lifecycle.dashboard import TITLE
from bot.policy import Policy
from bot.proposal import Proposal
from bot.proposing import Work
from bot.state import Decline, Memory, State

NAME = "acme/shop"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: {name}  # the shop's front
spec:
  serviceAccount: {name}
  containers:
    - name: {name}
      image: registry.example/{name}:1.4.2
      securityContext:
        privileged: true  # for debugging
"""
RULES = ("privileged-container", "deprecated-service-account-field")
HANDS_OFF = "kubewright:hands-off"


def pod(name: str, image: str = "1.4.2") -> str:
    return POD.format(name=name).replace("1.4.2", image)


class Clock:
    """A clock that stands still unless it is told to go on."""

    def __init__(self) -> None:
        self.now = 1_800_000_000

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: int = 7200) -> None:
        self.now += seconds


@dataclass
class World:
    """A repository with GitHub around it. `ada` may write there, `policy` is what the repository asks for."""

    hub: GitHub
    repo: Repository
    ada: People
    clock: Clock
    checkout: Checkout
    policy: Policy = field(default_factory=Policy)
    token: str = TOKEN
    out: str = ""
    err: str = ""
    commit: str = ""  # What the runner has checked out; "" is what GitHub has.
    rules: tuple[str, ...] = RULES
    works: dict[Any, Work] = field(default_factory=dict)

    # ---- Kubewright

    def run(
        self,
        *bases: str,
        dry: Callable[[Call], None] | None = None,
        heard: list[tuple[Call, Any]] | None = None,
        later: int = 7200,
    ) -> int:
        """Run once on branches (main), `later` than the run before; return the exit code.

        `dry` is told the writes instead of GitHub; to `heard` each write is added with its answer.
        """
        self.clock.forward(later)
        self.hub.clear_log()
        try:
            session = self.session()
            if dry:
                session = replace(session, wire=Rehearsal(session.wire, dry))
            if heard is not None:
                session = replace(session, wire=Heard(session.wire, heard))
            return target.deliver(session, [self.work(base) for base in bases or ("main",)])
        except OutsideError as error:
            return exit_code(error)

    def session(self) -> Session:
        given = {"KUBEWRIGHT_TOKEN": self.token, "GITHUB_API_URL": self.hub.url}
        return replace(client.open_session(NAME, given, self.policy, pace=0), clock=self.clock)

    def work(self, base: str) -> Work:
        commit = self.commit or self.tip(base)
        assert commit
        key = base, commit, self.policy
        if key not in self.works:
            settings = replace(_settings(self.rules), policy=self.policy)
            self.works[key] = _remembering(Work.of(self.checkout, base, commit, settings))
        return self.works[key]

    def writes(self) -> list[tuple[str, str]]:
        """Return what the last run wrote: method and path."""
        return self.hub.calls()

    # ---- What is there

    def tip(self, branch: str) -> str | None:
        return self.repo.objects.refs().get(f"refs/heads/{branch}")

    def branches(self) -> list[str]:
        """Return our branches."""
        names = (name.removeprefix("refs/heads/") for name in sorted(self.repo.objects.refs()))
        return [name for name in names if name.startswith("kubewright/")]

    def text(self, branch: str, path: str) -> str:
        return self.repo.objects.git("show", f"refs/heads/{branch}:{path}")

    @property
    def pulls(self) -> list[Thread]:
        return [one for one in self.repo.threads if one.pull]

    @property
    def open(self) -> list[Thread]:
        return [one for one in self.pulls if one.is_open]

    @property
    def pull(self) -> Thread:
        """The only open pull request."""
        (found,) = self.open
        return found

    @property
    def dashboards(self) -> list[Thread]:
        return [one for one in self.repo.threads if not one.pull and one.title == TITLE]

    @property
    def dashboard(self) -> Thread:
        (found,) = self.dashboards
        return found

    def state(self, thread: Thread | None = None) -> State:
        found = state.read((thread or self.pull).body)
        assert found is not None
        return found

    def memory(self) -> Memory:
        found = state.read_memory(self.dashboard.body)
        assert found is not None
        return found

    def ours(self, thread: Thread) -> list[str]:
        """Return the texts of our comments."""
        return [one.body for one in thread.comments if one.author.login == "kubewright[bot]"]

    def set_state(self, thread: Thread, known: State) -> None:
        thread.body = state.replaced(thread.body or "", known)

    # ---- What people do beside what `ada` can

    def edit(self, path: str, text: str | None, branch: str = "main") -> str:
        return self.ada.commit(branch, {path: text})

    def push_to(self, thread: Thread) -> str:
        """Put a person's commit on the branch of a pull request."""
        assert thread.pull
        return self.ada.commit(thread.pull.head, {"mine.txt": "mine\n"}, "mine")

    def quiet(self) -> None:
        """Run again: nothing is written."""
        assert self.run() == 0, self.hub.log[-1]
        assert self.writes() == []


@contextmanager
def world(directory: Path, files: Mapping[str, str], **policy: Any) -> Iterator[World]:
    """Yield a world whose repository holds these files on main."""
    with github(directory) as hub:
        clock = Clock()
        hub.clock = clock
        repo = hub.repository(NAME)
        ada = hub.people(NAME)
        ada.commit("main", files, "start")
        made = World(hub, repo, ada, clock, Checkout.open(repo.objects.path), Policy(**policy))
        yield made


@cache
def _settings(rules: tuple[str, ...]) -> Settings:
    return settle(None, "", Flags(select=rules, cache=False, jobs=1))


def _remembering(work: Work) -> Work:
    """Return the scan, which makes the proposals for the same declines only once."""
    made: dict[Any, list[Proposal]] = {}
    plain = work.proposals

    def proposals(declined: Mapping[str, Decline], *signer: str) -> Iterator[Proposal]:
        key = (*sorted(declined), signer)
        if key not in made:
            made[key] = list(plain(declined, *signer))
        for one in made[key]:
            facts = replace(one.facts, declined=declined)
            yield replace(one, facts=facts, declined={key: declined[key] for key in one.declined})

    object.__setattr__(work, "proposals", proposals)
    return work


class Heard:
    """A connection that keeps each write with its answer."""

    def __init__(self, wire: Wire, kept: list[tuple[Call, Any]]) -> None:
        self.get, self.pages, self.query = wire.get, wire.pages, wire.query
        self._wire, self._kept = wire, kept

    def send(self, call: Call) -> Any:
        answer = self._wire.send(call)
        self._kept.append((call, answer))
        return answer


def stripped(text: str) -> str:
    """Return a text without its hidden comments."""
    return re.sub(r"<!-- kubewright:(state|dashboard)[^>]*-->", "", text).strip()


SAFE = pod("web").replace("serviceAccount:", "serviceAccountName:")
TWO = {"apps/web.yaml": pod("web"), "tools/db.yaml": pod("db")}


def box_of(shop: World, action: str, number: int | None = None) -> str:
    """Return the one box of a pull request, or of the dashboard, for an action."""
    thread = shop.ada.thread(number) if number else shop.dashboard
    (line,) = [line for line in (thread.body or "").split("\n") if f"kw:{action}" in line]
    return line[line.index("kw:") : line.index(" -->")]
