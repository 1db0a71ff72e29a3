"""What GitHub says before anything is written. Reads only, by documented REST endpoints.

Filters are never trusted: GitHub answers a `head` that it does not understand with every pull request, so each
answer is compared with what was asked for. https://docs.github.com/en/rest/pulls/pulls
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot import state
from bot.errors import GitHubError
from bot.hub.calls import Missing, Refused, Wire
from bot.lifecycle.dashboard import TITLE
from bot.lifecycle.model import Dashboard, Observed, Pull
from bot.lifecycle.ticks import HANDS_OFF_MARK, REBUILD, is_ticked

HOUR = 3600  # Longer than a run takes: two that made a dashboard each went on at the same time.


@dataclass(frozen=True, slots=True)
class Home:
    """A repository on GitHub: `name` is `owner/name` as GitHub spells it, `node` its id in GraphQL.

    `pushes`: commits are made here and pushed by Git, not made by the API.
    """

    name: str
    owner: str
    id: int
    node: str
    has_issues: bool = True
    pushes: bool = False

    @property
    def path(self) -> str:
        """Where its API starts."""
        return f"/repos/{self.name}"


def home(wire: Wire, name: str) -> Home:
    """Return a repository. Raises GitHubError, also where nothing can be written to it."""
    given = wire.get(f"/repos/{name}")
    found = Home(
        name=str(given["full_name"]),
        owner=str(given["owner"]["login"]),
        id=int(given["id"]),
        node=str(given.get("node_id") or ""),
        has_issues=bool(given.get("has_issues", True)),
    )
    if given.get("archived") or given.get("disabled"):
        raise GitHubError(f"{found.name} is archived, so nothing can be proposed there")
    return found


def tips(wire: Wire, place: Home, prefix: str) -> dict[str, str]:
    """Return the branches whose names start with `prefix/`, and the commit of each."""
    found = {}
    for given in wire.get(f"{place.path}/git/matching-refs/heads/{prefix}"):  # All at once: it has no pages.
        ref = str(given["ref"])
        if ref.startswith(f"refs/heads/{prefix}/"):
            found[ref.removeprefix("refs/heads/")] = str(given["object"]["sha"])
    return found


def tip(wire: Wire, place: Home, branch: str) -> str | None:
    """Return the commit of a branch; None only where GitHub lists the branches and it is not among them."""
    for given in wire.get(f"{place.path}/git/matching-refs/heads/{quote(branch)}"):
        if given["ref"] == f"refs/heads/{branch}":
            return str(given["object"]["sha"])
    return None


def name_now(wire: Wire, place: Home, branch: str) -> str:
    """Return what a branch is called now, "" where there is none: GitHub leads on from the name before a rename.

    https://docs.github.com/en/rest/branches/branches#get-a-branch
    """
    try:
        return str(wire.get(f"{place.path}/branches/{quote(branch, safe='')}")["name"])
    except (Missing, KeyError, TypeError):
        return ""


def pulls(wire: Wire, place: Home, branch: str) -> Iterator[Pull]:
    """Yield the pull requests of a branch of the repository itself, in any state, newest first."""
    query = {"state": "all", "head": f"{place.owner}:{branch}", "sort": "created", "direction": "desc"}
    for given in wire.pages(f"{place.path}/pulls", **query):
        where = given["head"].get("repo")  # None once a fork is deleted.
        if given["head"]["ref"] == branch and where is not None and where["id"] == place.id:
            pull = pull_of(given)
            # Without them a person's hands-off label would be overlooked.
            yield pull if "labels" in given or not pull.is_open else replace(pull, labels=labels(wire, place, pull))


def labels(wire: Wire, place: Home, pull: Pull) -> frozenset[str]:
    """Return the labels of a pull request where a list of them leaves them out, in lower case."""
    found = wire.get(f"{place.path}/issues/{pull.number}")
    return frozenset(str(given["name"]).casefold() for given in found.get("labels", ()))


def pull_of(given: Any) -> Pull:
    """Return a pull request from GitHub's JSON."""
    above, body = state.parted(given.get("body"))
    return Pull(
        number=int(given["number"]),
        url=str(given["html_url"]),
        is_open=given["state"] == "open",
        branch=str(given["head"]["ref"]),
        base=str(given["base"]["ref"]),
        head=str(given["head"]["sha"]),
        title=str(given["title"]),
        body=body,
        author=_login(given),
        # GitHub takes labels that differ in case alone for one.
        labels=frozenset(str(label["name"]).casefold() for label in given.get("labels", ())),
        created=_seconds(given.get("created_at")),
        closed=_seconds(given.get("closed_at")),
        merged=_seconds(given.get("merged_at")),
        merged_as=str(given.get("merge_commit_sha") or ""),
        state=state.read(body),
        above=above,
    )


def dashboard(wire: Wire, place: Home, login: str) -> Dashboard | None:
    """Return the issue that is our dashboard, the first one if two runs made one each.

    Found by author, title and memory, and not by a label: anybody may take that away.
    """
    if not place.has_issues:
        return None
    try:
        found = sorted(_dashboards(wire, place, login), key=lambda one: one.number)
    except Missing:  # 410: issues were switched off.
        return None
    return replace(found[0], twins=tuple(one.number for one in found[1:] if one.is_open)) if found else None


def _dashboards(wire: Wire, place: Home, login: str) -> Iterator[Dashboard]:
    """Yield the oldest dashboard, and those that were made at about the same time."""
    query = {"state": "all", "creator": login, "sort": "created", "direction": "asc"}
    until = None
    for given in wire.pages(f"{place.path}/issues", **query):
        created = _seconds(given.get("created_at"))
        if until is not None and created > until:
            return
        body = given.get("body") or ""
        memory = state.read_memory(body)
        ours = _login(given) == login and given["title"] == TITLE and "pull_request" not in given
        if ours and memory is not None:
            until = until or created + HOUR
            yield Dashboard(int(given["number"]), str(given["html_url"]), given["state"] == "open", body, memory)


def comment(wire: Wire, place: Home, number: int | str, login: str, mark: str) -> tuple[int, str] | None:
    """Return id and text of our comment with a mark on an issue or pull request, the first one; None without."""
    for given in wire.pages(f"{place.path}/issues/{number}/comments"):
        if _login(given) == login and mark in (given.get("body") or ""):
            return int(given["id"]), str(given["body"])
    return None


def labelled(wire: Wire, place: Home, number: int) -> frozenset[str]:
    """Return the labels that an issue or pull request ever had, in lower case."""
    try:
        return frozenset(
            str(given["label"]["name"]).casefold()
            for given in wire.pages(f"{place.path}/issues/{number}/events")
            if given.get("event") == "labeled" and given.get("label")
        )
    except Missing:
        return frozenset()


def asked(wire: Wire, place: Home, found: Iterable[Pull], login: str) -> frozenset[int]:
    """Return the pull requests whose hands-off comment has its box ticked."""
    numbers = set()
    for pull in found:
        said = comment(wire, place, pull.number, login, HANDS_OFF_MARK)
        if said and is_ticked(said[1], REBUILD):
            numbers.add(pull.number)
    return frozenset(numbers)


def holds(wire: Wire, place: Home, base: str, commit: str) -> bool:
    """Is a commit part of the history of another, `base`?"""
    if not commit:
        return False
    try:
        compared = wire.get(f"{place.path}/compare/{commit}...{base}", per_page="1")
    except Missing:
        return False
    return compared.get("status") in ("ahead", "identical")


def newer(wire: Wire, place: Home, base: str, commit: str, found: Iterable[Pull]) -> frozenset[int]:
    """Return the pull requests that were made from a later commit of a base branch than the one at hand.

    A run that started earlier, or on a checkout that was not brought up to date, must not set them back.
    """
    if tip(wire, place, base) in (commit, None):
        return frozenset()
    return frozenset(
        pull.number
        for pull in found
        if pull.is_open and pull.state and pull.base == base and pull.state.base not in ("", commit)
        if holds(wire, place, pull.state.base, commit)
    )


def is_made_by(wire: Wire, place: Home, base: str, head: str, login: str) -> bool:
    """Did `login` make every commit of a branch that a base branch lacks, and nobody amend or rebase one?

    Whoever amends, rebases or picks a commit leaves the author and is its committer, at another time.
    """
    try:
        compared = wire.get(f"{place.path}/compare/{base}...{head}")
        commits = compared["commits"]
        return 0 < len(commits) == compared["total_commits"] and all(_is_untouched(one, login) for one in commits)
    except (Missing, KeyError, TypeError):
        return False


def _is_untouched(given: Any, login: str) -> bool:
    made = given["commit"]
    return (
        (given.get("author") or {}).get("login") == login
        and made["author"]["date"] == made["committer"]["date"]
        and len(given["parents"]) == 1
        and "\nKubewright-Finding: " in made["message"]
    )


def observe(wire: Wire, place: Home, login: str, prefix: str, branches: Collection[str], now: int) -> Observed:
    """Return what is there for these branches and for all others under our prefix."""
    board = dashboard(wire, place, login)
    earlier = board.memory.branches if board else ()
    there = tips(wire, place, prefix)
    for branch in earlier:  # Of other settings.
        if not branch.startswith(f"{prefix}/") and (commit := tip(wire, place, branch)):
            there[branch] = commit
    found = [
        replace(pull, head=there.get(branch, pull.head)) if pull.is_open else pull  # It may lag behind the branch.
        for branch in sorted({*branches, *there, *earlier})
        for pull in pulls(wire, place, branch)
    ]
    return Observed(
        login=login,
        tips=there,
        pulls=tuple(sorted(found, key=lambda pull: -pull.number)),
        dashboard=board,
        now=now,
    )


def _login(given: Any) -> str:
    return str((given.get("user") or {}).get("login", ""))


def _seconds(given: str | None) -> int:
    return int(datetime.fromisoformat(given).timestamp()) if given else 0


def signer(wire: Wire, login: str) -> str:
    """Return who signs off the commits that GitHub makes for us: the address it writes as their author's.

    So for bots, and for people who keep theirs private.
    https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
    """
    try:
        number = f"{wire.get(f'/users/{quote(login)}')['id']}+"
    except (Missing, Refused, KeyError, TypeError):
        number = ""
    return f"{login} <{number}{login}@users.noreply.github.com>"
