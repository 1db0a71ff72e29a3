"""The connection to GitHub. The only user of PyGithub, which authenticates, paces and sends; what an answer means
is decided here.

PyGithub repeats writes after 5xx and sleeps as long as a server says, so its own retries are replaced: reads are
repeated by the transport, writes never; a rate limit is waited for within a cap.
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import requests
import urllib3
from github import Auth, Github, GithubException
from github.Requester import Requester

from bot.errors import ConfigError, GitHubError
from bot.hub import observe
from bot.hub.calls import Call, Limited, Missing, Refused, Unclear, Wire
from bot.hub.run import Session
from bot.policy import Policy

MAX_WAIT = 60  # Seconds that one wait may take.
PER_PAGE = 100
MAX_WRITES = 450  # Of one run: GitHub allows 500 an hour that make content.

_REMOTE = re.compile(
    r"(?:https?://(?:[^@/]*@)?[^/]+/|ssh://[^/]+/|[^@/:]+@[^:/]+:)([\w.-]+/[\w.-]+?)(?:\.git)?/?", re.ASCII
)
_FULL_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


def repository_of(url: str) -> str | None:
    """Return `OWNER/NAME` of the URL of a remote, or None."""
    found = _REMOTE.fullmatch(url)
    return found.group(1) if found else None


def open_session(name: str, environment: Mapping[str, str], policy: Policy, pace: float = 1.0) -> Session:
    """Return a repository on GitHub, by the token and the address in the environment.

    `pace` is the number of seconds between writes, and the unit of all waiting. Raises ConfigError, GitHubError.
    """
    if not _FULL_NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no repository on GitHub", "it looks like OWNER/NAME")
    wire = connect(name, environment, pace)
    return Session(wire, observe.home(wire, name), login(wire, environment), policy, lambda number: wire.rest(number))


def connect(name: str, environment: Mapping[str, str], pace: float = 1.0) -> Client:
    """Return a connection. Nothing is sent yet. Raises ConfigError."""
    token = environment.get("KUBEWRIGHT_TOKEN") or environment.get("GITHUB_TOKEN")
    if not token:
        raise ConfigError("there is no token for GitHub", "set GITHUB_TOKEN or KUBEWRIGHT_TOKEN; --local needs none")
    url = environment.get("GITHUB_API_URL") or "https://api.github.com"
    if not re.match(r"https://|http://(127\.0\.0\.1|localhost)(:|/|\Z)", url):
        raise ConfigError("GITHUB_API_URL: the token is sent over https only")
    github = Github(
        auth=Auth.Token(token),
        base_url=url.rstrip("/"),
        retry=_reads(pace),
        timeout=30,
        per_page=PER_PAGE,
        user_agent="kubewright",
        seconds_between_requests=min(0.25, pace),
        seconds_between_writes=min(1.0, pace),
    )
    return Client(github.requester, name, token, pace)


def login(wire: Wire, environment: Mapping[str, str]) -> str:
    """Return who the token is. GraphQL knows for every kind of token, REST only for those of people.

    Raises GitHubError.
    """
    try:
        return str(wire.query("query { viewer { login } }", {})["viewer"]["login"])
    except (Missing, Refused, KeyError, TypeError):
        pass
    try:
        return str(wire.get("/user")["login"])
    except (Missing, Refused, KeyError, TypeError):
        if environment.get("GITHUB_ACTIONS") == "true":
            return "github-actions[bot]"
        raise GitHubError("GitHub does not say whose the token is", "is it valid?") from None


def _reads(pace: float) -> urllib3.Retry:
    """Retries for reading alone: a write that failed may have happened, so it is never sent again here."""
    return urllib3.Retry(
        total=3,
        allowed_methods=frozenset(["GET", "HEAD"]),
        status_forcelist=(500, 502, 503, 504),
        backoff_factor=pace,
        backoff_max=MAX_WAIT,
        backoff_jitter=pace,
        respect_retry_after_header=False,
        raise_on_status=False,
    )


class Client:
    """A connection to one repository's GitHub; see `bot.hub.calls.Wire`."""

    def __init__(
        self, requester: Requester, name: str, token: str, pace: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._requester = requester
        self._name = name
        self._token = token
        self._pace = pace
        self._sleep = sleep
        self._writes = 0

    def rest(self, number: int) -> None:
        """Wait before the try after `number` tries."""
        self._sleep(min(MAX_WAIT, self._pace * 2**number))

    def get(self, path: str, **query: str) -> Any:
        return self._asked("GET", path, query)[1]

    def pages(self, path: str, **query: str) -> Iterator[Any]:
        page = 1
        while True:
            headers, items = self._asked("GET", path, {**query, "per_page": str(PER_PAGE), "page": str(page)})
            if not isinstance(items, list):
                raise GitHubError(f"GitHub answered something else than a list for {path}")
            yield from items
            link = headers.get("link")
            if 'rel="next"' not in link if link else len(items) < PER_PAGE:
                return
            page += 1

    def query(self, query: str, variables: Mapping[str, Any]) -> Any:
        return self._graphql({"query": query, "variables": dict(variables)})

    def send(self, call: Call) -> Any:
        self._writes += 1
        if self._writes > MAX_WRITES:
            raise Limited("this run has written as much as GitHub takes in an hour", "run again in an hour")
        if call.path == "/graphql":
            return self._graphql(dict(call.body))
        return self._asked(call.method, call.path, None, dict(call.body) if call.body else None)[1]

    def _graphql(self, body: dict[str, Any]) -> Any:
        _, answer = self._asked("POST", self._requester.graphql_url, None, body)
        errors = answer.get("errors") if isinstance(answer, dict) else None
        if errors:
            raise Refused(f"GitHub refused for {self._name}: {self._plain(_said({'errors': errors}))}")
        return answer.get("data") if isinstance(answer, dict) else None

    def _asked(
        self, method: str, path: str, query: Mapping[str, str] | None, body: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], Any]:
        """Send a request; return headers and JSON. Raises GitHubError."""
        waited = 0.0
        while True:
            status, headers, text = self._raw(method, path, query, body)
            pause = _pause(status, headers, text)
            if pause is None:
                break
            waited += max(pause, 1.0)
            if waited > MAX_WAIT:
                raise Limited(
                    f"GitHub's rate limit for {self._name} is used up", f"run again in {max(1, round(pause / 60))} min"
                )
            self._sleep(max(pause, 1.0) * self._pace)
        if status == 204:
            return headers, None
        try:
            data = json.loads(text) if text else None
        except ValueError:
            data, said = None, "no JSON"
        else:
            said = _said(data)
        if 200 <= status < 300 and data is not None:
            return headers, data
        raise self._error(status, self._plain(said), method)

    def _raw(
        self, method: str, path: str, query: Mapping[str, str] | None, body: dict[str, Any] | None
    ) -> tuple[int, dict[str, Any], str]:
        try:
            return self._requester.requestJson(method, path, dict(query or {}), None, body)
        except (requests.RequestException, urllib3.exceptions.HTTPError, GithubException, RuntimeError) as error:
            name = type(error).__name__
            raise Unclear(
                f"GitHub could not be reached ({name})", "what was being written may or may not exist: run again"
            ) from None

    def _plain(self, said: str) -> str:
        return said.replace(self._token, "***")

    def _error(self, status: int, said: str, method: str) -> GitHubError:
        """Return what an answer of GitHub means for people. `from None` above keeps requests out of tracebacks."""
        message = f"GitHub said {status} for {self._name}: {said}"
        if status == 401:
            return Refused(message, "the token is not valid, or no longer")
        if status in (404, 410):
            return Missing(message, "it does not exist, or the token may not see or change it")
        if "not permitted to create or approve pull requests" in said:
            where = "Settings, Actions, General"
            return Refused(message, f"turn on 'Allow GitHub Actions to create and approve pull requests' in {where}")
        if status == 403:
            return Refused(message, "the token needs the permissions 'contents: write' and 'pull-requests: write'")
        if 400 <= status < 500:
            return Refused(message)
        return Unclear(message, "GitHub has a problem: run again later")


def _pause(status: int, headers: Mapping[str, Any], text: str) -> float | None:
    """Return for how many seconds GitHub wants us to wait, None where it does not.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if status not in (403, 429):
        return None
    after = str(headers.get("retry-after", ""))
    if after.isdecimal():
        return float(after)
    if str(headers.get("x-ratelimit-remaining", "")) == "0":
        reset = str(headers.get("x-ratelimit-reset", ""))
        return max(1.0, float(reset) - time.time()) if reset.isdecimal() else float(MAX_WAIT)
    if status == 429 or "secondary rate limit" in text.lower():
        return float(MAX_WAIT)  # GitHub asks for at least a minute.
    return None


def _said(data: Any) -> str:
    """Return the message of an answer, on one line and not longer than a person reads."""
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
    return (
        " ".join("; ".join(part for part in parts if isinstance(part, str) and part).split())[:300] or "no reason given"
    )
