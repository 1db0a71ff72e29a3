"""Accounts, GitHub Apps and their tokens, limits. https://docs.github.com/en/rest/apps"""

from __future__ import annotations

from typing import Any

import jwt

from .access import REPO, endpoint
from .answers import Answer, Page, error, forbidden, missing
from .hub import Ask, Hub, Installation
from .model import App, Repository
from .shapes import when

UNTIMED: Any = {"verify_exp": False, "verify_iat": False}  # The clock is the hub's.
NOT_THERE = "There is at least one repository that does not exist or is not accessible to the parent installation."


@endpoint("GET", "/user")
def get_user(ask: Ask) -> Answer:
    if ask.who.kind in ("actions", "installation", "app"):
        raise forbidden("Resource not accessible by integration")
    return Answer(200, ask.shapes.user(ask.me))


@endpoint("GET", "/rate_limit")
def get_rate_limit(ask: Ask) -> Answer:
    rate = {"limit": 5000, "remaining": 4999, "reset": int(ask.hub.clock()) + 3600, "used": 1}
    return Answer(200, {"resources": dict.fromkeys(("core", "search", "graphql"), rate), "rate": rate})


@endpoint("GET", "/orgs/{org}/repos")
def list_repositories(ask: Ask) -> Page:
    if ask.hub.accounts.get(ask.names["org"]) is None:
        raise missing()
    found = [
        repo
        for repo in ask.hub.repositories.values()
        if repo.owner.login == ask.names["org"] and ask.hub.role(repo, ask.who)
    ]
    return Page(found, lambda one: {**ask.shapes.repository(one, ask.who)})


@endpoint("GET", "/installation/repositories")
def list_installed(ask: Ask) -> Answer:
    if ask.who.kind not in ("installation", "actions"):
        raise forbidden("You must authenticate with an installation access token in order to list repositories.")
    found = [repo for repo in ask.hub.repositories.values() if _covers(ask, repo)]
    size, page = min(100, int(ask.query.get("per_page", 30))), int(ask.query.get("page", 1))
    shown = found[(page - 1) * size : page * size]
    kind = "all" if ask.who.repositories is None else "selected"
    answer = Answer(
        200,
        {
            "total_count": len(found),
            "repository_selection": kind,
            "repositories": [ask.shapes.repository(repo, ask.who) for repo in shown],
        },
    )
    if page * size < len(found):
        answer.headers["Link"] = (
            f'<{ask.hub.url}/installation/repositories?per_page={size}&page={page + 1}>; rel="next"'
        )
    return answer


def _covers(ask: Ask, repo: Repository) -> bool:
    return ask.who.repositories is None or repo.full_name in ask.who.repositories


def app_of(hub: Hub, token: str) -> App | None:
    """Return the App whose JSON Web Token this is; None where it is none that counts.

    https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/
    generating-a-json-web-token-jwt-for-a-github-app
    """
    for app in hub.apps.values():
        try:
            claims = jwt.decode(token, app.key, algorithms=["RS256"], options=UNTIMED)
        except (jwt.InvalidTokenError, ValueError):
            continue
        now = hub.clock()
        named = str(claims.get("iss")) in (str(app.id), app.client_id)
        if named and claims["iat"] <= now + 1 and now < claims["exp"] <= now + 10 * 60 + 1:
            return app
    return None


def _by_app(ask: Ask) -> App:
    if ask.who.kind != "app" or ask.who.app is None:
        raise error(401, "A JSON web token could not be decoded")
    return ask.who.app


@endpoint("GET", "/app")
def get_app(ask: Ask) -> Answer:
    return Answer(200, ask.shapes.app(_by_app(ask), ask.me))


@endpoint("GET", f"{REPO}/installation", role="")
def get_installation(ask: Ask) -> Answer:
    app = _by_app(ask)
    for one in ask.hub.installations.values():
        named = one.repositories is None or ask.repo.full_name in one.repositories
        if one.app.id == app.id and one.owner == ask.repo.owner and named:
            return Answer(200, _installation(ask, one))
    raise missing()


def _installation(ask: Ask, one: Installation) -> dict[str, Any]:
    url = f"{ask.hub.url}/app/installations/{one.id}"
    return {
        "id": one.id,
        "account": ask.shapes.account(one.owner),
        "repository_selection": "all" if one.repositories is None else "selected",
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{ask.hub.url}/installation/repositories",
        "html_url": f"{ask.hub.web}/organizations/{one.owner.login}/settings/installations/{one.id}",
        "app_id": one.app.id,
        "app_slug": one.app.slug,
        "target_id": one.owner.id,
        "target_type": one.owner.type,
        "permissions": dict(one.permissions),
        "events": [],
        "created_at": when(0),
        "updated_at": when(0),
        "single_file_name": None,
        "suspended_by": None,
        "suspended_at": None,
    }


@endpoint("POST", "/app/installations/{installation_id}/access_tokens")
def make_token(ask: Ask) -> Answer:
    app, given = _by_app(ask), ask.body
    one = ask.hub.installations.get(int(ask.names["installation_id"]))
    if one is None or one.app.id != app.id:
        raise missing()
    permissions = given.get("permissions", dict(one.permissions))
    rank = {"": 0, "read": 1, "write": 2}
    if any(rank[level] > rank[one.permissions.get(name, "")] for name, level in permissions.items()):
        raise error(422, "The permissions requested are not granted to this installation.")
    permissions = {"metadata": "read", **permissions}
    mine = [repo for repo in ask.hub.repositories.values() if repo.owner == one.owner]
    if one.repositories is not None:
        mine = [repo for repo in mine if repo.full_name in one.repositories]
    names, ids = given.get("repositories"), given.get("repository_ids")
    is_narrow = names is not None or ids is not None
    chosen = [repo for repo in mine if repo.name in (names or ()) or repo.id in (ids or ())] if is_narrow else mine
    if is_narrow and len(chosen) != len(names or ids or ()):
        raise error(422, NOT_THERE)
    expires = int(ask.hub.clock()) + 3600
    covers = tuple(repo.full_name for repo in chosen)
    secret = f"ghs_{ask.hub.next_id():036d}"
    limited = None if one.repositories is None and not is_narrow else covers
    ask.hub.token(
        secret,
        "installation",
        f"{app.slug}[bot]",
        permissions=permissions,
        repositories=limited,
        expires=expires,
        app=app,
    )
    told: dict[str, Any] = {"token": secret, "expires_at": when(expires), "permissions": permissions}
    told["repository_selection"] = "all" if limited is None else "selected"
    if limited is not None:
        told["repositories"] = [ask.shapes.repository(repo) for repo in chosen]
    return Answer(201, told)
