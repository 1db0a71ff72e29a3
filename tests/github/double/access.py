"""Who may do what: the operations that the double knows, and what each needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .answers import Answer, Page, error, forbidden, missing
from .hub import Ask
from .model import Role

REPO = "/repos/{owner}/{repo}"
Handler = Callable[[Ask], Answer | Page]
LEVELS = {"read": 1, "write": 2}


@dataclass(frozen=True)
class Endpoint:
    """`needs` are permissions of which one suffices, as `contents:write`; `role` is what a person needs."""

    handler: Handler
    needs: tuple[str, ...]
    role: Role


ENDPOINTS: dict[tuple[str, str], Endpoint] = {}


def endpoint(
    method: str, path: str, needs: str | Sequence[str] = (), role: Role = "read"
) -> Callable[[Handler], Handler]:
    """Register what answers an operation."""

    def register(handler: Handler) -> Handler:
        ENDPOINTS[method, path] = Endpoint(handler, (needs,) if isinstance(needs, str) else tuple(needs), role)
        return handler

    return register


def check(ask: Ask, one: Endpoint) -> None:
    """Raise an Answer unless the token may ask for this."""
    writes = ask.operation.method != "GET"
    if ask.there is None:
        return
    # What a token may not see is not there for it.
    # https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#404-not-found-for-an-existing-resource
    if ask.who.kind != "app" and not ask.can("read"):
        raise missing()
    if writes and ask.repo.is_archived:
        raise forbidden("Repository was archived so is read-only.")
    if ask.who.kind in ("actions", "installation", "fine") and one.needs:
        public = not writes and not ask.repo.is_private
        if not public and not any(_has(ask, need) for need in one.needs):
            what = "personal access token" if ask.who.kind == "fine" else "integration"
            raise forbidden(f"Resource not accessible by {what}")
    if not ask.can(one.role):
        # https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api#failed-login-limit
        raise missing()


def _has(ask: Ask, need: str) -> bool:
    name, _, level = need.partition(":")
    return LEVELS.get(ask.who.permissions.get(name, ""), 0) >= LEVELS[level]


def check_token(ask: Ask, now: float) -> None:
    """Raise 401 where the token has expired."""
    if ask.who.expires and ask.who.expires <= now:
        raise error(401, "Bad credentials")
