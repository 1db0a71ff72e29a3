"""What is sent to GitHub, and the two ways to send it: for good, or only to be printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.errors import GitHubError
from bot.objects import Stored


class Missing(GitHubError):
    """GitHub said 404 or 410: it is not there, or the token may not see it."""


class Refused(GitHubError):
    """GitHub understood and said no (4xx but 404): nothing happened."""


class Unclear(GitHubError):
    """Nobody knows whether it happened: no answer, a broken one, or 5xx."""


class Stopped(GitHubError):
    """Nothing more can be done in this run. What was done stays done; the next run goes on from there."""


class Limited(Stopped):
    """The rate limit is used up, and waiting for it would take longer than a run may."""


class Denied(Stopped):
    """GitHub does not take the token, or takes it no longer. Nothing happened."""


@dataclass(frozen=True, slots=True)
class Call:
    """One write: `path` starts with a slash, `body` is what is sent as JSON.

    `about` says to people what it is for, `expected` the id (SHA) that the answer must name, "" where it is GitHub's
    to choose. The method PUSH is Git's: it moves the branch `branch` from `old` to `new`, and `objects` go along.
    """

    method: str
    path: str
    body: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    expected: str = ""
    objects: tuple[Stored, ...] = ()


class Wire(Protocol):
    """A connection to GitHub's API. All methods raise GitHubError, of the kinds above where one is meant.

    Reads are repeated by the connection itself where that can help; a write is sent exactly once.
    """

    def get(self, path: str, **query: str) -> Any:
        """Return the JSON of one answer. Raises Missing."""

    def pages(self, path: str, **query: str) -> Iterator[Any]:
        """Yield every item of a list, page by page."""

    def query(self, query: str, variables: Mapping[str, Any]) -> Any:
        """Ask by GraphQL; return `data`. Reads only. Raises Missing where the server has no GraphQL."""

    def send(self, call: Call) -> Any:
        """Write; return the JSON of the answer, None where it has no content.

        For GraphQL, path is `/graphql`, and `data` is returned. Raises Refused, Missing, Unclear, Stopped.
        """


class Rehearsal:
    """Reads like the connection it is given, and tells each write instead of sending it.

    What GitHub would answer is made up as far as later writes need it: `sha`, `number`, `html_url`, `id`.
    """

    def __init__(self, wire: Wire, tell: Callable[[Call], None]) -> None:
        self._wire = wire
        self._tell = tell
        self._count = 0

    def get(self, path: str, **query: str) -> Any:
        return self._wire.get(path, **query)

    def pages(self, path: str, **query: str) -> Iterator[Any]:
        return self._wire.pages(path, **query)

    def query(self, query: str, variables: Mapping[str, Any]) -> Any:
        return self._wire.query(query, variables)

    def send(self, call: Call) -> Any:
        self._tell(call)
        self._count += 1
        made = f"new-{self._count}"
        return {"sha": call.expected or made, "number": made, "id": made, "html_url": made}


class Blind:
    """Sees nothing, for a rehearsal without a token: no branch, no pull request, nobody's word.

    Only the tree of a commit that is at hand is known, by `tree_of`: new trees are made on top of it. Nothing can be
    written through it.
    """

    def __init__(self, tree_of: Callable[[str], str]) -> None:
        self._tree_of = tree_of

    def get(self, path: str, **query: str) -> Any:
        before, found, commit = path.partition("/git/commits/")
        if found and before:
            return {"tree": {"sha": self._tree_of(commit)}, "parents": [], "message": ""}
        if "/git/matching-refs/" in path:
            return []
        raise Missing(f"{path} was not asked for")

    def pages(self, path: str, **query: str) -> Iterator[Any]:
        return iter(())

    def query(self, query: str, variables: Mapping[str, Any]) -> Any:
        raise Missing("GitHub was not asked")

    def send(self, call: Call) -> Any:
        raise Refused("nothing can be written without a token", "set GITHUB_TOKEN or KUBEWRIGHT_TOKEN")
