"""GraphQL: who we are, and moving refs by compare-and-swap. https://docs.github.com/en/graphql/reference/mutations"""

from __future__ import annotations

from typing import Any

import graphql

from .answers import Answer, error
from .git_data import is_valid, token_may_write
from .hub import Ask, Hub
from .judge import Operation, Undocumented, check_query, graphql_schema
from .model import Repository, Token
from .objects import ZERO, GitRefused

MUTATION = Operation("POST", "/graphql", {})


def answer(hub: Hub, who: Token, body: Any) -> Answer:
    """Answer a GraphQL request; its errors come with status 200. Raises Undocumented."""
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise error(400, "Problems parsing JSON")
    if left := body.keys() - {"query", "variables", "operationName"}:
        raise Undocumented(f"GraphQL knows no {', '.join(left)}")
    check_query(body["query"])
    roots = {
        "viewer": lambda info: _viewer(who),
        "updateRefs": lambda info, **given: _update_refs(hub, who, given["input"]),
    }
    done = graphql.graphql_sync(
        graphql_schema(), body["query"], root_value=roots, variable_values=body.get("variables")
    )
    told: dict[str, Any] = {"data": done.data}
    if done.errors:
        told["errors"] = [
            {
                "type": one.extensions.get("type") if one.extensions else None,
                "path": one.path,
                "locations": [{"line": place.line, "column": place.column} for place in one.locations or ()],
                "message": one.message,
            }
            for one in done.errors
        ]
    return Answer(200, told)


def _refusal(kind: str, message: str) -> graphql.GraphQLError:
    return graphql.GraphQLError(message, extensions={"type": kind})


def _viewer(who: Token) -> dict[str, str]:
    if who.kind == "app":
        raise _refusal("FORBIDDEN", "Resource not accessible by integration")
    return {"login": who.account.login}


def _update_refs(hub: Hub, who: Token, given: dict[str, Any]) -> dict[str, Any]:
    number = given["repositoryId"].removeprefix("R_")
    repo = hub.by_id(int(number)) if number.isdecimal() else None
    ask = Ask(hub, MUTATION, who, {}, {}, None, repo)
    if repo is None or not ask.can("read"):
        raise _refusal("NOT_FOUND", f"Could not resolve to a node with the global id of '{given['repositoryId']}'")
    if repo.is_archived:
        raise _refusal("UNPROCESSABLE", "Repository was archived so is read-only.")
    if not token_may_write(ask):
        what = "personal access token" if who.kind == "fine" else "integration"
        raise _refusal("FORBIDDEN", f"Resource not accessible by {what}")
    moves = [_move(ask, repo, one) for one in given["refUpdates"]]
    try:
        repo.objects.move(moves)
    except GitRefused:
        raise _refusal("UNPROCESSABLE", "Reference cannot be updated: it does not match beforeOid") from None
    hub.sync(repo)
    return {"clientMutationId": given.get("clientMutationId")}


def _move(ask: Ask, repo: Repository, one: dict[str, Any]) -> tuple[str, str, str | None]:
    name, new, old = one["name"], one["afterOid"], one.get("beforeOid")
    if not name.startswith("refs/heads/") and not name.startswith("refs/tags/"):
        raise _refusal("UNPROCESSABLE", f"{name} is not a qualified name of a branch or a tag")
    if not is_valid(ask, name):
        raise _refusal("UNPROCESSABLE", f"{name} is not a valid name")
    if name.removeprefix("refs/heads/") in repo.protected:
        raise _refusal("UNPROCESSABLE", f"Protected branch update failed for {name}.")
    if new != ZERO and not repo.objects.kind(new):
        raise _refusal("NOT_FOUND", f"Object {new} does not exist")
    now = repo.tips.get(name, ZERO)
    if ZERO not in (new, now) and not one.get("force") and not repo.objects.is_ancestor(now, new):
        raise _refusal("UNPROCESSABLE", f"{name}: not a fast forward")
    return name, new, old
