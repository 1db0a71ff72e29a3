"""Somebody's pull request on GitHub: what it shows, what we said of it, and one review. Resolves, deletes nothing.

https://docs.github.com/en/rest/pulls/reviews, https://docs.github.com/en/rest/pulls/comments
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot import review, suggestion
from bot.errors import GitHubError
from bot.hub.act import TRIES
from bot.hub.calls import Call, Refused, Unclear, Wire
from bot.hub.observe import Home
from bot.hub.run import Session
from bot.review import Comment, Key, Review
from bot.suggestion import Place


@dataclass(frozen=True, slots=True)
class Seen:
    """A pull request as it stands: the commits of both sides, the lines that its diff shows, what we said before.

    `comments` counts our comments: several findings may share one.
    """

    number: int
    url: str
    is_open: bool
    head: str
    base: str
    shown: dict[str, tuple[Place, ...]]
    said: frozenset[Key]
    comments: int


def look(session: Session, number: int) -> Seen:
    """Read a pull request. Raises GitHubError, also where somebody pushed meanwhile."""
    place = f"{session.place.path}/pulls/{number}"
    given = session.wire.get(place)
    files = {
        str(one["filename"]): suggestion.hunks(one.get("patch"))
        for one in session.wire.pages(f"{place}/files")
        if one.get("status") != "removed"
    }
    ours = _ours(session.wire, session.place, number, session.login)
    head = _head(given)
    if _head(session.wire.get(place)) != head:
        raise GitHubError(f"somebody pushed to pull request {number} while this ran", "the new commit has its own run")
    return Seen(
        number=number,
        url=str(given["html_url"]),
        is_open=given["state"] == "open",
        head=head,
        base=str(given["base"]["sha"]),
        shown=files,
        said=frozenset(key for keys in ours for key in keys),
        comments=len(ours),
    )


def post(session: Session, seen: Seen, made: Review) -> None:
    """Say it, in one review that neither approves nor asks for changes. Raises GitHubError.

    After an unclear answer looks whether it is there: it was said as a whole, or not at all.
    """
    call = Call(
        "POST",
        f"{session.place.path}/pulls/{seen.number}/reviews",
        {
            "commit_id": seen.head,
            "event": "COMMENT",
            "body": made.body,
            "comments": [_comment(comment) for comment in made.comments],
        },
        f"review pull request {seen.number}",
    )

    def is_there() -> bool:
        told = {key for keys in _ours(session.wire, session.place, seen.number, session.login) for key in keys}
        return all(review.key(one) in told for comment in made.comments for one in comment.findings)

    _send(session, call, is_there)


def _send(session: Session, call: Call, is_there: Callable[[], bool]) -> None:
    for number in range(1, TRIES + 1):
        try:
            session.wire.send(call)
        except (Unclear, Refused) as error:
            if is_there():
                return
            if isinstance(error, Refused) and error.hint and "contents: write" in error.hint:
                # A review changes no file: less is enough than for pull requests of our own.
                raise Refused(str(error), "the token needs the permission 'pull-requests: write'") from None
            if isinstance(error, Refused) or number == TRIES:
                raise
            session.wait(number)
        else:
            return


def _comment(comment: Comment) -> dict[str, Any]:
    made: dict[str, Any] = {"path": comment.path, "body": comment.body, "line": comment.place.last, "side": "RIGHT"}
    if comment.place.first < comment.place.last:
        made |= {"start_line": comment.place.first, "start_side": "RIGHT"}
    return made


def _ours(wire: Wire, place: Home, number: int, login: str) -> list[tuple[Key, ...]]:
    """Return what each of our comments on lines is about, outdated ones included. Anybody may copy a mark."""
    found = []
    for given in wire.pages(f"{place.path}/pulls/{number}/comments"):
        marks = review.marked(given.get("body") or "") if (given.get("user") or {}).get("login") == login else ()
        if marks:
            found.append(tuple((str(given["path"]), mark) for mark in marks))
    return found


def _head(given: Any) -> str:
    return str(given["head"]["sha"])
