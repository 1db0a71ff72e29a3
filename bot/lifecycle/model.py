"""What is seen on GitHub, and what to do about one group of fixes. Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.proposal import Proposal
from bot.state import Memory, State


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request whose head is one of our branches in the repository itself.

    `head` is the commit its branch is at, `merged_as` the commit that merged it; times are seconds since 1970
    (0: not yet); `author` is a login. `body` is its text, without what people wrote `above` it; `state` is read from
    it, None where there is none.
    """

    number: int
    url: str
    is_open: bool
    branch: str
    base: str
    head: str
    title: str
    body: str
    author: str
    labels: frozenset[str] = frozenset()
    created: int = 0
    closed: int = 0
    merged: int = 0
    merged_as: str = ""
    state: State | None = None
    above: str = ""


def is_touched(pull: Pull) -> bool:
    """Is there a commit on the branch that we did not make?"""
    return pull.state is None or pull.head not in pull.state.heads


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The dashboard issue as it is; `twins` are open ones that runs made beside it at the same time."""

    number: int
    url: str
    is_open: bool
    body: str
    memory: Memory
    twins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Observed:
    """What GitHub says before anything is written.

    `login` is who the token is; `tips` maps each branch under our prefix to its commit; `pulls` are those of our
    branches in any state, newest first; `now` is in seconds since 1970; `newer` are the numbers of those that were
    made from a later commit of their base than the one that is at hand.
    """

    login: str
    tips: Mapping[str, str]
    pulls: tuple[Pull, ...]
    dashboard: Dashboard | None = None
    now: int = 0
    newer: frozenset[int] = frozenset()

    def ours(self, branch: str | None = None) -> tuple[Pull, ...]:
        """Return the pull requests that we opened: all, or those of one branch."""
        return tuple(
            pull for pull in self.pulls if pull.author == self.login and (branch is None or pull.branch == branch)
        )


@dataclass(frozen=True, slots=True)
class Base:
    """A base branch as it is at hand: its name and commit, and what was found there.

    Only files whose paths start with `below` were looked at; `known` are the identities of all findings, `unread`
    the paths of files that could not be read. `earlier` maps each name that the branch had before it was renamed to
    the identities that findings had then, and those to the identities that they have now.
    """

    name: str
    commit: str
    below: str = ""
    known: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    earlier: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Create:
    """Open a pull request. `tip` is where the branch stands, None where it does not exist.

    The branch may be moved only if it is `known` to be ours; else it must be proven. `at_once`: a person asked for it,
    whatever the limits say.
    """

    proposal: Proposal
    tip: str | None
    known: bool = True
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """Make a branch afresh and write a pull request's text anew; `hands_back` ends a person's claim on it."""

    proposal: Proposal
    pull: Pull
    why: str
    hands_back: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """Leave a pull request that already says everything, or, without a proposal, of which this run knows too little."""

    pull: Pull
    proposal: Proposal | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Leave a pull request to the person who works on it: label it and say so once."""

    pull: Pull
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Close a pull request of ours that proposes nothing any more, saying why once, and delete its branch."""

    pull: Pull
    why: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Delete the branch of a pull request that we closed, as an interrupted run left it."""

    branch: str
    tip: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Do not open a pull request yet."""

    proposal: Proposal
    why: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """Something of a person's is in the way."""

    branch: str
    why: str
    hint: str = ""
    proposal: Proposal | None = field(default=None)


Action = Create | Update | Keep | Release | Close | Drop | Wait | Blocked
