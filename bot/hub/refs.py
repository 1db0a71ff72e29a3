"""Moving a branch if it still stands where it was seen, and not otherwise.

GraphQL's `updateRefs` compares and moves at once (https://docs.github.com/en/graphql/reference/mutations). Servers
without it get the REST endpoints: making a ref fails by itself where it exists; a move or a deletion is preceded
by one more look, which leaves a gap of one round trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.errors import GitHubError
from bot.hub import observe
from bot.hub.calls import Call, Missing, Refused, Unclear, Wire
from bot.hub.observe import Home
from bot.objects import Stored

MOVE = """mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"""


def move(
    wire: Wire, place: Home, branch: str, old: str | None, new: str | None, objects: Sequence[Stored] = ()
) -> None:
    """Move a branch from one commit to another; None means that it does not exist.

    `objects` are what Git has to bring along where it pushes. Raises GitHubError where the branch stands elsewhere:
    somebody pushed meanwhile, and nothing is lost.
    """
    if old == new:
        return
    try:
        _swap(wire, place, branch, old, new, tuple(objects))
    except Unclear:
        if observe.tip(wire, place, branch) != new:
            raise
    except Refused as error:
        now = observe.tip(wire, place, branch)
        if now == new:
            return
        if now != old:
            raise GitHubError(
                f"branch {branch} moved while this ran, so it is left as it is", "somebody pushed: run again"
            ) from None
        raise error


def _swap(wire: Wire, place: Home, branch: str, old: str | None, new: str | None, objects: tuple[Stored, ...]) -> None:
    zero = "0" * (64 if len(old or new or "") == 64 else 40)  # As long as an id; a rehearsal's are shorter.
    change = {"name": f"refs/heads/{branch}", "beforeOid": old or zero, "afterOid": new or zero, "force": True}
    variables = {"input": {"repositoryId": place.node, "refUpdates": [change]}}
    about = f"delete branch {branch}" if new is None else f"move branch {branch}"
    if place.pushes:
        body = {"branch": branch, "old": old, "new": new}
        wire.send(Call("PUSH", f"/{place.name}.git", body, about, objects=objects))
    elif place.node:
        try:
            wire.send(Call("POST", "/graphql", {"query": MOVE, "variables": variables}, about))
        except Missing:
            _by_rest(wire, place, branch, old, new, about)
    else:
        _by_rest(wire, place, branch, old, new, about)


def _by_rest(wire: Wire, place: Home, branch: str, old: str | None, new: str | None, about: str) -> None:
    path = f"{place.path}/git/refs/heads/{branch}"
    if old is None:
        body: dict[str, Any] = {"ref": f"refs/heads/{branch}", "sha": new}
        wire.send(Call("POST", f"{place.path}/git/refs", body, about))
        return
    if observe.tip(wire, place, branch) != old:
        raise Refused(f"branch {branch} does not stand at {old[:8]} any more")
    if new is None:
        wire.send(Call("DELETE", path, {}, about))
    else:
        wire.send(Call("PATCH", path, {"sha": new, "force": True}, about))
