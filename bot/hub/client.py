"""The connection to GitHub: what is sent, what an answer means, and what is sent again.

Reads are repeated here where that can help; a write is sent once, and again only where GitHub said that nothing
happened: for a limit, or because a token was over. https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from github import Github
from github.Requester import Requester

from bot.errors import ConfigError, GitHubError
from bot.hub import identity, observe, pacing
from bot.hub.calls import Call, Denied, Limited, Missing, Refused, Unclear, Wire
from bot.hub.connection import Connection
from bot.hub.identity import Identity, Installation
from bot.hub.pacing import Pacing
from bot.hub.run import Session
from bot.policy import Policy

PER_PAGE = 100
MAX_PAGES = 1000

_REMOTE = re.compile(
    r"(?:https?://(?:[^@/]*@)?[^/]+/|ssh://[^/]+/|[^@/:]+@[^:/]+:)([\w.-]+/[\w.-]+?)(?:\.git)?/?", re.ASCII
)
_FULL_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


def repository_of(url: str) -> str | None:
    """Return `OWNER/NAME` of the URL of a remote, or None."""
    found = _REMOTE.fullmatch(url)
    return found.group(1) if found else None


def check_name(name: str) -> None:
    """Raise ConfigError unless this looks like `OWNER/NAME`."""
    if not _FULL_NAME.fullmatch(name) or ".." in name:
        raise ConfigError(f"{name!r} is no repository on GitHub", "it looks like OWNER/NAME")


def open_session(name: str, environment: Mapping[str, str], policy: Policy, pace: float | Pacing = 1.0) -> Session:
    """Return a repository on GitHub, by the token and the address in the environment.

    `pace` is the number of seconds between writes, and the unit of all waiting; or the pacing that several
    repositories share. Raises ConfigError, GitHubError.
    """
    wire = connect(name, environment, pace)
    wire.pacing.keep_back()
    place = observe.home(wire, name)
    who, has_graphql = who_we_are(wire, environment)
    if not has_graphql:
        place = replace(place, node="")
    return Session(wire, place, who, policy, wire.pacing.rest, wire.pacing.spend)


def connect(name: str, environment: Mapping[str, str], pace: float | Pacing = 1.0) -> Client:
    """Return a connection. Nothing is sent yet. Raises ConfigError."""
    check_name(name)
    shared = pace if isinstance(pace, Pacing) else Pacing(pace)
    api = identity.addresses(environment).api
    app = identity.app_of(environment)
    if app is not None:
        return Client(name, api, Installation(Client(name, api, app, shared, repeats_all=True), name), shared)
    token = identity.token_of(environment)
    if token is None:
        raise ConfigError(
            "there is no token for GitHub", "set GITHUB_TOKEN or KUBEWRIGHT_TOKEN; --local and --dry-run need none"
        )
    return Client(name, api, token, shared)


def who_we_are(wire: Client, environment: Mapping[str, str]) -> tuple[str, bool]:
    """Return our login, and whether refs may be moved by GraphQL. Raises GitHubError.

    GraphQL knows who we are for every kind of token, REST only for those of people; where GraphQL fails in any way,
    REST does without it.
    """
    known = wire.identity.login()
    if known:
        return known, True
    try:
        return _viewer(wire), True
    except Limited:
        raise
    except (GitHubError, KeyError, TypeError):
        pass
    try:
        return _user(wire), False
    except (Missing, Refused, KeyError, TypeError):
        pass
    if environment.get("GITHUB_ACTIONS") == "true":
        return "github-actions[bot]", False
    raise GitHubError("GitHub does not say whose the token is", "is it valid?")


def _viewer(wire: Wire) -> str:
    return _name(wire.query("query { viewer { login } }", {})["viewer"]["login"])


def _user(wire: Wire) -> str:
    return _name(wire.get("/user")["login"])


def _name(given: Any) -> str:
    """Return what is a name. Raises TypeError for what is none."""
    if not isinstance(given, str) or not given:
        raise TypeError
    return given


class Client:
    """A connection to one repository's GitHub; see `bot.hub.calls.Wire`.

    `repeats_all`: it makes nothing that could be there twice, so that its writes are repeated like reads.
    """

    def __init__(self, name: str, api: str, who: Identity, pace: Pacing, *, repeats_all: bool = False) -> None:
        github = Github(
            auth=who.auth,
            base_url=api,
            user_agent="kubewright",
            seconds_between_requests=None,
            seconds_between_writes=None,
        )
        self._requester: Requester = github.requester
        self._connection = Connection(api)
        self._name = name
        self._repeats_all = repeats_all
        self.identity = who
        self.pacing = pace

    def get(self, path: str, **query: str) -> Any:
        return self._asked("GET", path, query)[1]

    def pages(self, path: str, **query: str) -> Iterator[Any]:
        for page in range(1, MAX_PAGES + 1):
            headers, items = self._asked("GET", path, {**query, "per_page": str(PER_PAGE), "page": str(page)})
            if not isinstance(items, list):
                raise Unclear(f"GitHub answered something else than a list for {path}")
            yield from items
            link = headers.get("link")
            if 'rel="next"' not in link if link else len(items) < PER_PAGE:
                return
        raise Unclear(f"GitHub's list of {path} has no end")

    def query(self, query: str, variables: Mapping[str, Any]) -> Any:
        return self._graphql({"query": query, "variables": dict(variables)}, is_write=False)

    def send(self, call: Call) -> Any:
        if call.path == "/graphql":
            return self._graphql(dict(call.body), is_write=True)
        return self._asked(call.method, call.path, None, dict(call.body) if call.body else None)[1]

    def token(self) -> str:
        """Return the token as it is now, for Git. Raises GitHubError."""
        return str(self.identity.auth.token)

    def _graphql(self, body: dict[str, Any], *, is_write: bool) -> Any:
        url = self._requester.graphql_url
        _, answer = self._asked("POST", url, None, body, is_write=is_write)
        return answer.get("data") if isinstance(answer, dict) else None

    def _asked(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: dict[str, Any] | None = None,
        *,
        is_write: bool | None = None,
    ) -> tuple[dict[str, str], Any]:
        """Send a request until it has an answer; return headers and JSON. Raises GitHubError."""
        is_write = method != "GET" if is_write is None else is_write
        tries, pauses, renewed = 0, 0, False
        while True:
            self.pacing.before(is_write=is_write)
            tries += 1
            try:
                said = self._once(method, path, query, body, is_write=is_write)
                wanted = pacing.pause(*said, pauses, self.pacing.clock())
                if wanted is None:
                    return said[1], self._meant(*said, is_graphql=path == self._requester.graphql_url)
                pauses += 1
                self.pacing.wait(wanted, pauses)
            except Denied:
                if renewed or not self.identity.renew():
                    raise
                renewed = True
            except Unclear:
                if tries - pauses >= pacing.TRIES or (is_write and not self._repeats_all):
                    raise
                self.pacing.back_off(tries, self._connection.headers)

    def _once(
        self, method: str, path: str, query: Mapping[str, str] | None, body: dict[str, Any] | None, *, is_write: bool
    ) -> tuple[int, dict[str, str], str]:
        """Send a request; return status, headers and text. A limit of GraphQL becomes what it is of REST: 429."""
        there = self._connection
        there.headers = {}
        try:
            self._requester.requestJson(method, path, dict(query or {}), None, body, there)  # type: ignore[arg-type]
        finally:
            self.pacing.after(there.headers, is_write=is_write)
        is_limited = there.status == 200 and path == self._requester.graphql_url and '"RATE_LIMITED"' in there.text
        return 429 if is_limited else there.status, there.headers, there.text

    def _meant(self, status: int, headers: Mapping[str, str], text: str, *, is_graphql: bool) -> Any:
        """Return the JSON of an answer. Raises GitHubError for what is no good news."""
        if status in (204, 205):
            return None
        try:
            data = json.loads(text, object_hook=_Object) if text else None
        except (ValueError, RecursionError):
            data, said = None, "no JSON"
        else:
            # Masked before it is cut: half a token is still one.
            said = identity.masked(_said(data), self.identity.secrets)[:300]
        if is_graphql and status in (405, 501):
            raise Missing(f"GitHub said {status} for {self._name}: {said}", "there is no GraphQL")
        if not 200 <= status < 300:
            raise _error(status, headers, f"GitHub said {status} for {self._name}: {said}")
        if data is None:
            raise Unclear(f"GitHub said {status} for {self._name}: {said}", "is GITHUB_API_URL the right one?")
        errors = data.get("errors") if is_graphql and isinstance(data, dict) else None
        if errors:
            raise _graphql_error(errors, f"GitHub refused for {self._name}: {said}")
        return data


class _Object(dict[str, Any]):
    """A JSON object that says whose fault it is when it lacks something."""

    def __missing__(self, key: str) -> Any:
        raise Unclear(f"GitHub's answer has no {key!r}", "run again later")


def _error(status: int, headers: Mapping[str, str], message: str) -> GitHubError:
    """Return what an answer of GitHub means for people."""
    if status == 401:
        return Denied(message, "the token is not valid, or no longer; for a GitHub App: is the clock right?")
    if status in (404, 410):
        return Missing(message, "it does not exist, or the token may not see or change it")
    if "not permitted to create or approve pull requests" in message:
        where = "Settings, Actions, General"
        return Refused(message, f"turn on 'Allow GitHub Actions to create and approve pull requests' in {where}")
    if status == 403 and "x-github-sso" in headers:
        return Refused(message, "authorize the token for the single sign-on of the organization")
    if status == 403:
        return Refused(message, "the token needs the permissions 'contents: write' and 'pull-requests: write'")
    if 400 <= status < 500 and status != 408:
        return Refused(message)
    return Unclear(message, "GitHub has a problem: run again later")


def _graphql_error(errors: Any, message: str) -> GitHubError:
    """Return what errors of GraphQL mean: a field that an older server does not know is as good as no GraphQL."""
    known = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    codes = {(error.get("extensions") or {}).get("code") for error in known}
    if codes & {"undefinedField", "undefinedType"} or re.search(r"doesn't exist on type|isn't a defined", message):
        return Missing(message)
    if "omething went wrong" in message and not any(error.get("type") for error in known):
        return Unclear(message, "GitHub has a problem: run again later")
    return Refused(message)


def _said(data: Any) -> str:
    """Return the message of an answer, on one line."""
    if not isinstance(data, dict):
        return "no reason given"
    errors = data.get("errors")
    parts = [
        data.get("message"),
        *(
            error.get("message") if isinstance(error, dict) else error
            for error in (errors if isinstance(errors, list) else [])
        ),
    ]
    return " ".join("; ".join(part for part in parts if isinstance(part, str) and part).split()) or "no reason given"
