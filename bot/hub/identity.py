"""Who we are to GitHub, and where GitHub is: by the environment alone.

A token comes from a workflow (`GITHUB_TOKEN`, ghs_), from a person (ghp_, github_pat_) or is made for one repository
by a GitHub App. docs/tokens.md says what each of them can do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from github import Auth

from bot.errors import ConfigError, GitHubError
from bot.hub.calls import Call, Missing, Refused, Wire

# What proposing needs; `metadata` is part of every token. What the App was not given is not asked for, except for
# NEEDED. https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
WANTED = {"contents": "write", "issues": "write", "metadata": "read", "pull_requests": "write"}
NEEDED = ("contents", "pull_requests")
MARGIN = 300  # Seconds before its end that a token counts as over.

# What looks like a token of GitHub, a signed request of an App, or a key.
_SHAPES = re.compile(
    r"gh[a-z]_[A-Za-z0-9._-]{16,}|github_pat_\w{20,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}|-----BEGIN [^-]+-----(?s:.*)"
)
_APP_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where GitHub is: its API, and the server that Git clones from; without a slash at the end."""

    api: str
    server: str


def addresses(environment: Mapping[str, str]) -> Addresses:
    """Return where GitHub is; of an enterprise server, naming one of both is enough. Raises ConfigError."""
    api = environment.get("GITHUB_API_URL", "").strip().rstrip("/")
    server = environment.get("GITHUB_SERVER_URL", "").strip().rstrip("/")
    for name, url in (("GITHUB_API_URL", api), ("GITHUB_SERVER_URL", server)):
        if url:
            _check(name, url)
    if not api:
        api = _api_of(server or "https://github.com")
    return Addresses(api, server or _server_of(api))


def _check(name: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        raise ConfigError(f"{name}: no URL") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise ConfigError(f"{name}: the token is sent over https only")
    if not host or parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ConfigError(f"{name}: it looks like https://github.example.com or https://github.example.com/api/v3")


def _api_of(server: str) -> str:
    parts = urlsplit(server)
    if parts.hostname == "github.com" or (parts.hostname or "").endswith(".ghe.com"):
        return f"{parts.scheme}://api.{parts.netloc}"
    return f"{server}/api/v3"


def _server_of(api: str) -> str:
    parts = urlsplit(api)
    return f"{parts.scheme}://{parts.netloc.removeprefix('api.')}"


class Identity(Protocol):
    """What proves who we are: `auth` in PyGithub's terms; `secrets` must never be seen."""

    @property
    def auth(self) -> Auth.Auth: ...

    @property
    def secrets(self) -> Iterable[str]: ...

    def login(self) -> str | None:
        """Return who we are where that is known without asking as ourselves. Raises GitHubError."""

    def renew(self) -> bool:
        """Forget a token that GitHub does not take any more; False where there is no other."""


class Constant:
    """A token that somebody gave us."""

    def __init__(self, token: str) -> None:
        self.auth = Auth.Token(token)
        self.secrets = (token,)

    def login(self) -> str | None:
        return None

    def renew(self) -> bool:
        return False


class Jwt:
    """A GitHub App itself, which can do nothing but make tokens. Each request is signed anew, for a few minutes."""

    def __init__(self, app_id: str, key: str) -> None:
        self.auth = Auth.AppAuth(app_id, key)
        self.secrets = (key,)
        try:
            self.auth.create_jwt()
        except (ValueError, TypeError, jwt.PyJWTError, UnsupportedAlgorithm):
            raise ConfigError(
                "KUBEWRIGHT_APP_PRIVATE_KEY holds no private key that can be used",
                "it is the PEM file that GitHub gave for the App, as text or as a path, without a passphrase",
            ) from None

    def login(self) -> str | None:
        return None

    def renew(self) -> bool:
        return False


class _Current(Auth.Auth):
    """The token of an installation at the moment of a request."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    @property
    def token_type(self) -> str:
        return "token"

    @property
    def token(self) -> str:
        return self._installation.token()

    @property
    def _masked_token(self) -> str:
        return "token (removed)"


class Installation:
    """A GitHub App where it is installed: its tokens are for one repository, for what is needed, and for an hour.

    `app` is a connection as the App itself.
    """

    def __init__(self, app: Wire, name: str) -> None:
        self.auth: Auth.Auth = _Current(self)
        self._app = app
        self._name = name
        self._tokens: list[str] = []
        self._fresh = False
        self._end = 0.0

    @property
    def secrets(self) -> Iterable[str]:
        return self._tokens

    def login(self) -> str | None:
        return f"{self._app.get('/app')['slug']}[bot]"

    def renew(self) -> bool:
        self._fresh = False
        return True

    def token(self) -> str:
        """Return a token that is good for some minutes yet. Raises GitHubError."""
        if not self._fresh or datetime.now(UTC).timestamp() > self._end - MARGIN:
            made = self._made()
            self._tokens.append(str(made["token"]))
            self._end = datetime.fromisoformat(str(made["expires_at"])).timestamp()
            # By a clock that is wrong every token is over; GitHub says when one really is.
            self._end = max(self._end, datetime.now(UTC).timestamp() + 2 * MARGIN)
            self._fresh = True
        return self._tokens[-1]

    def _made(self) -> Mapping[str, object]:
        try:
            found = self._app.get(f"/repos/{self._name}/installation")
        except Missing:
            raise GitHubError(
                f"the GitHub App is not installed on {self._name}", "install it there, with access to this repository"
            ) from None
        if found.get("suspended_at"):
            raise GitHubError(f"the installation of the GitHub App on {self._name} is suspended")
        asked = _granted(found.get("permissions") or WANTED)
        path = f"/app/installations/{int(found['id'])}/access_tokens"
        body = {"repositories": [self._name.partition("/")[2]], "permissions": asked}
        made: Mapping[str, object] = self._app.send(Call("POST", path, body, "a token for this repository"))
        return made


def _granted(permissions: Mapping[str, str]) -> dict[str, str]:
    """Return what to ask for. Raises Refused where the App lacks what it cannot do without."""
    has = {name for name, level in WANTED.items() if permissions.get(name) in (level, "write", "admin")}
    for name in NEEDED:
        if name not in has:
            raise Refused(
                f"the GitHub App may not write {name.replace('_', ' ')}",
                f"give it the permission '{name.replace('_', ' ')}: write', and accept that in the installation",
            )
    return {name: level for name, level in WANTED.items() if name in has}


def app_of(environment: Mapping[str, str]) -> Jwt | None:
    """Return the GitHub App of the environment, None where none is named. Raises ConfigError."""
    app_id = environment.get("KUBEWRIGHT_APP_ID", "").strip()
    given = environment.get("KUBEWRIGHT_APP_PRIVATE_KEY", "").strip()
    if not app_id and not given:
        return None
    if not app_id or not given:
        raise ConfigError("a GitHub App needs both, KUBEWRIGHT_APP_ID and KUBEWRIGHT_APP_PRIVATE_KEY")
    if not _APP_ID.fullmatch(app_id):
        raise ConfigError("KUBEWRIGHT_APP_ID: the number or the client id of a GitHub App")
    return Jwt(app_id, _key(given))


def token_of(environment: Mapping[str, str]) -> Constant | None:
    """Return the token of the environment, None where there is none. Raises ConfigError."""
    for name in ("KUBEWRIGHT_TOKEN", "GITHUB_TOKEN"):
        token = environment.get(name, "").strip()  # Secrets are pasted with a line break at their end.
        if token:
            if not re.fullmatch(r"[!-~]+", token):
                raise ConfigError(f"{name}: a token has no spaces, line breaks or other odd characters")
            return Constant(token)
    return None


def is_given(environment: Mapping[str, str]) -> bool:
    """Does the environment say who we are?"""
    names = ("KUBEWRIGHT_APP_ID", "KUBEWRIGHT_APP_PRIVATE_KEY", "KUBEWRIGHT_TOKEN", "GITHUB_TOKEN")
    return any(environment.get(name, "").strip() for name in names)


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return a text without our secrets, and without what looks like one."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return _SHAPES.sub("***", text)


def _key(given: str) -> str:
    if "-----BEGIN" in given:
        return given.replace("\\n", "\n")  # As it stands in many an environment file.
    try:
        return Path(given).read_text("ascii")
    except (OSError, ValueError):
        raise ConfigError(
            "KUBEWRIGHT_APP_PRIVATE_KEY is neither a key in PEM format nor a file that can be read"
        ) from None
