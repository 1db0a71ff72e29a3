"""Other ways to be connected: commits that Git pushes, and no connection at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot import objects
from bot.checkout import Checkout
from bot.errors import RepositoryError
from bot.hub.calls import Blind, Call, Refused, Unclear, Wire
from bot.hub.client import Client, check_name
from bot.hub.identity import addresses
from bot.hub.observe import Home
from bot.hub.run import Session
from bot.policy import Policy
from bot.transport import Rejected


class Pushing:
    """A connection that moves branches by Git, `--force-with-lease`, and does all else as the one it is given."""

    def __init__(self, wire: Wire, checkout: Checkout, url: str, token: Callable[[], str]) -> None:
        self._wire = wire
        self._checkout = checkout
        self._url = url
        self._token = token

    def get(self, path: str, **query: str) -> Any:
        return self._wire.get(path, **query)

    def pages(self, path: str, **query: str) -> Iterator[Any]:
        return self._wire.pages(path, **query)

    def query(self, query: str, variables: Mapping[str, Any]) -> Any:
        return self._wire.query(query, variables)

    def send(self, call: Call) -> Any:
        if call.method != "PUSH":
            return self._wire.send(call)
        body = call.body
        try:
            self._checkout.push(self._url, self._token(), body["branch"], call.objects, body["old"], body["new"])
        except Rejected as error:
            raise Refused(str(error), error.hint) from None
        except RepositoryError as error:
            raise Unclear(str(error), error.hint) from None
        return None


def by_push(session: Session, checkout: Checkout, environment: Mapping[str, str]) -> Session:
    """Return a session whose commits are made here, with our name, and pushed. Raises ConfigError."""
    url = f"{addresses(environment).server}/{session.place.name}.git"
    token = session.wire.token if isinstance(session.wire, Client) else str
    wire = Pushing(session.wire, checkout, url, token)
    return replace(session, wire=wire, place=replace(session.place, pushes=True))


def blind(name: str, checkout: Checkout, policy: Policy) -> Session:
    """Return a repository that nobody looks at, for a rehearsal without a token. Raises ConfigError."""
    check_name(name)
    owner = name.partition("/")[0]
    place = Home(name, owner, 0, f"(the id of {name})")
    return Session(Blind(lambda commit: objects.parse_commit(checkout.read(commit)).tree), place, "", policy)
