"""Who we are: tokens, Apps, enterprise servers; the App's tokens are narrow, and made anew before they end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from scripted import RESET, TOKEN, Reply, Request, Server, scripted

from bot.errors import ConfigError, GitHubError
from bot.hub import client, identity
from bot.hub.calls import Call, Denied, Limited, Missing, Refused
from bot.hub.client import Client
from bot.hub.identity import Addresses

Connect = Callable[[Server, Mapping[str, str]], Client]
FULL = {"contents": "write", "issues": "write", "metadata": "read", "pull_requests": "write"}


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(passphrase: str = "") -> str:
    how = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return key().private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, how).decode()


class AppServer:
    """GitHub as an App sees it: makes tokens, and answers to the newest only."""

    def __init__(self, permissions: Mapping[str, str] | None = None, minutes: float = 60) -> None:
        self.permissions = FULL if permissions is None else permissions
        self.minutes = minutes
        self.made: list[Any] = []
        self.over: set[str] = set()

    def __call__(self, request: Request) -> Reply:
        kind, _, given = request.headers["authorization"].partition(" ")
        if request.path in ("/app", "/repos/acme/shop/installation", "/app/installations/5/access_tokens"):
            claims = jwt.decode(given, key().public_key(), algorithms=["RS256"])
            assert (kind, claims["iss"]) == ("Bearer", "123")
            assert claims["exp"] - claims["iat"] <= 600
            if request.path == "/app":
                return Reply(200, {"slug": "kubewright"})
            if request.method == "GET":
                return Reply(200, {"id": 5, "permissions": self.permissions, "suspended_at": None})
            self.made.append(request.json)
            end = datetime.now(UTC) + timedelta(minutes=self.minutes)
            return Reply(201, {"token": self.token(), "expires_at": end.strftime("%Y-%m-%dT%H:%M:%SZ")})
        if (kind, given) != ("token", self.token()) or given in self.over:
            return Reply(401, {"message": "Bad credentials"})
        return Reply(200, {"id": 7})

    def token(self) -> str:
        return f"ghs_{len(self.made):036d}"


def environment(server: Server, **more: str) -> dict[str, str]:
    return {
        "KUBEWRIGHT_APP_ID": "123",
        "KUBEWRIGHT_APP_PRIVATE_KEY": pem(),
        "GITHUB_TOKEN": TOKEN,  # A workflow always has one.
        "GITHUB_API_URL": server.url,
        **more,
    }


def test_an_apps_token_is_for_one_repository_and_what_is_needed(connect: Connect) -> None:
    app = AppServer({**FULL, "administration": "write", "workflows": "write"})
    with scripted(rest=app) as server:
        wire = connect(server, environment(server))
        assert wire.get("/repos/acme/shop") == {"id": 7}
        assert wire.send(Call("POST", "/x")) == {"id": 7}
    assert app.made == [{"repositories": ["shop"], "permissions": FULL}]
    assert TOKEN not in str(server.log)


def test_what_the_app_was_not_given_is_not_asked_for(connect: Connect) -> None:
    app = AppServer({"contents": "write", "pull_requests": "write", "metadata": "read"})
    with scripted(rest=app) as server:
        connect(server, environment(server)).get("/x")
    assert "issues" not in app.made[0]["permissions"]


@pytest.mark.parametrize("lacks", ["contents", "pull_requests"])
def test_an_app_that_may_not_write_is_told_which_permission_it_lacks(connect: Connect, lacks: str) -> None:
    with scripted(rest=AppServer({**FULL, lacks: "read"})) as server, pytest.raises(Refused) as caught:
        connect(server, environment(server)).get("/x")
    assert lacks.replace("_", " ") in str(caught.value)


def test_a_token_is_made_anew_before_it_ends(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    app = AppServer()
    with scripted(rest=app) as server:
        wire = connect(server, environment(server))
        wire.get("/x")
        moved = datetime.now(UTC) + timedelta(minutes=56)

        class Later(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
                return moved

        monkeypatch.setattr(identity, "datetime", Later)
        wire.get("/x")
    assert len(app.made) == 2
    assert [path for _, path in server.asked].count("/x") == 2  # None of them was refused.


@pytest.mark.parametrize("is_write", [True, False])
def test_a_token_that_is_taken_back_in_the_middle_is_made_anew(connect: Connect, *, is_write: bool) -> None:
    app = AppServer()
    with scripted(rest=app) as server:
        wire = connect(server, environment(server))
        wire.get("/x")
        app.over.add(app.token())
        assert (wire.send(Call("POST", "/y")) if is_write else wire.get("/y")) == {"id": 7}
    assert len(app.made) == 2
    assert [path for _, path in server.asked].count("/y") == 2


def test_a_wrong_clock_makes_no_token_for_each_request(connect: Connect) -> None:
    app = AppServer(minutes=-500)
    with scripted(rest=app) as server:
        wire = connect(server, environment(server))
        for _ in range(5):
            wire.get("/x")
    assert len(app.made) == 1


def test_a_token_that_somebody_gave_ends_the_run_when_it_is_over(connect: Connect) -> None:
    given = {"GITHUB_TOKEN": TOKEN}
    with scripted(Reply(200, {}), rest=Reply(401, {"message": "Bad credentials"})) as server:
        wire = connect(server, {**given, "GITHUB_API_URL": server.url})
        wire.get("/x")
        with pytest.raises(Denied, match="Bad credentials"):
            wire.send(Call("POST", "/y"))
    assert len(server.log) == 2


def test_making_a_token_is_repeated_and_limited_like_a_read(connect: Connect) -> None:
    app = AppServer()
    with scripted(Reply(502, ""), app, Reply(500, {}), Reply(429, {}, {"Retry-After": "2"}), rest=app) as server:
        assert connect(server, environment(server)).get("/x") == {"id": 7}
    with scripted(rest=Reply(429, {}, {"Retry-After": "3600"})) as server, pytest.raises(Limited):
        connect(server, environment(server)).get("/x")


def test_an_app_is_told_where_it_is_not_installed(connect: Connect) -> None:
    with scripted(rest=Reply(404, {"message": "Not Found"})) as server, pytest.raises(GitHubError) as caught:
        connect(server, environment(server)).get("/x")
    assert not isinstance(caught.value, Missing)  # Which would mean that /x is not there.
    assert "not installed on acme/shop" in str(caught.value)


def test_a_suspended_installation_is_told(connect: Connect) -> None:
    suspended = Reply(200, {"id": 5, "suspended_at": "2026-01-01T00:00:00Z"})
    with scripted(rest=suspended) as server, pytest.raises(GitHubError, match="suspended"):
        connect(server, environment(server)).get("/x")


def test_who_we_are(connect: Connect) -> None:
    def viewer(login: str) -> Reply:
        return Reply(200, {"data": {"viewer": {"login": login}}})

    given = {"GITHUB_TOKEN": TOKEN}
    with scripted(rest=AppServer()) as server:
        assert client.who_we_are(connect(server, environment(server)), {}) == ("kubewright[bot]", True)
    with scripted(viewer("github-actions[bot]")) as server:
        assert client.who_we_are(connect(server, {**given, "GITHUB_API_URL": server.url}), {}) == (
            "github-actions[bot]",
            True,
        )
    with scripted(Reply(404), Reply(200, {"login": "ada"})) as server:
        assert client.who_we_are(connect(server, {**given, "GITHUB_API_URL": server.url}), {}) == ("ada", False)
    refuses = Reply(403, {"message": "Resource not accessible by integration"})
    with scripted(rest=refuses) as server:
        wire = connect(server, {**given, "GITHUB_API_URL": server.url})
        assert client.who_we_are(wire, {"GITHUB_ACTIONS": "true"}) == ("github-actions[bot]", False)
        with pytest.raises(GitHubError, match="whose the token is"):
            client.who_we_are(wire, {})
    with scripted(rest=Reply(401, {"message": "Bad credentials"})) as server, pytest.raises(Denied):
        client.who_we_are(connect(server, {**given, "GITHUB_API_URL": server.url}), {"GITHUB_ACTIONS": "true"})


@pytest.mark.parametrize(
    "reply",
    [
        *(Reply(status, {"message": "Not Implemented"}) for status in (400, 401, 403, 405, 410, 500, 501)),
        Reply(200, "<html>"),
        Reply(200, []),
        Reply(200, {"data": None}),
        Reply(200, {"data": {"viewer": {"login": None}}}),
        RESET,
    ],
)
def test_without_graphql_rest_says_who_we_are_and_moves_refs(connect: Connect, reply: Reply) -> None:
    def answers(request: Request) -> Reply:
        return Reply(200, {"login": "ada"}) if request.path == "/user" else reply

    with scripted(rest=answers) as server:
        assert client.who_we_are(connect(server), {}) == ("ada", False)


# ---- What the environment says


@pytest.mark.parametrize(
    ("api", "server", "expected"),
    [
        ("", "", Addresses("https://api.github.com", "https://github.com")),
        ("https://api.github.com", "https://github.com", Addresses("https://api.github.com", "https://github.com")),
        ("https://ghe.corp/api/v3/", "", Addresses("https://ghe.corp/api/v3", "https://ghe.corp")),
        ("", "https://ghe.corp:8443/", Addresses("https://ghe.corp:8443/api/v3", "https://ghe.corp:8443")),
        ("", "https://acme.ghe.com", Addresses("https://api.acme.ghe.com", "https://acme.ghe.com")),
        ("https://api.acme.ghe.com", "", Addresses("https://api.acme.ghe.com", "https://acme.ghe.com")),
        ("http://127.0.0.1:9", "", Addresses("http://127.0.0.1:9", "http://127.0.0.1:9")),
    ],
)
def test_where_github_is(api: str, server: str, expected: Addresses) -> None:
    assert identity.addresses({"GITHUB_API_URL": api, "GITHUB_SERVER_URL": server}) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://ghe.corp/api/v3",
        "ftp://x",
        "http://127.0.0.1.evil.example",
        "https://user:pw@ghe.corp",
        "https://",
        "https://ghe.corp:port",
        "https://[",
        "https://ghe.corp?x",
        "ghe.corp",
    ],
)
@pytest.mark.parametrize("name", ["GITHUB_API_URL", "GITHUB_SERVER_URL"])
def test_the_token_goes_nowhere_odd(name: str, url: str) -> None:
    with pytest.raises(ConfigError, match=name):
        client.connect("acme/shop", {"GITHUB_TOKEN": TOKEN, name: url})


def test_an_enterprise_server_has_its_graphql_beside_its_rest(connect: Connect) -> None:
    with scripted(rest=Reply(200, {"data": {"viewer": {"login": "ada"}}})) as server:
        wire = connect(server, {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": f"{server.url}/api/v3"})
        client.who_we_are(wire, {})
        wire.get("/repos/acme/shop")
    assert [path for _, path in server.asked] == ["/api/graphql", "/api/v3/repos/acme/shop"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"KUBEWRIGHT_APP_ID": "1"}, "needs both"),
        ({"KUBEWRIGHT_APP_PRIVATE_KEY": "x"}, "needs both"),
        ({"KUBEWRIGHT_APP_ID": "a b", "KUBEWRIGHT_APP_PRIVATE_KEY": "x"}, "number or the client id"),
        ({"KUBEWRIGHT_APP_ID": "1", "KUBEWRIGHT_APP_PRIVATE_KEY": "/nowhere/secret-name"}, "neither a key"),
        (
            {"KUBEWRIGHT_APP_ID": "1", "KUBEWRIGHT_APP_PRIVATE_KEY": "-----BEGIN RSA PRIVATE KEY-----\nsecret\n"},
            "no private key",
        ),
        ({"GITHUB_TOKEN": "two words"}, "no spaces"),
        ({"GITHUB_TOKEN": "ghp_\xe9"}, "no spaces"),
        ({"GITHUB_TOKEN": "  "}, "no token"),
        ({}, "no token"),
    ],
)
def test_what_cannot_be_used_is_told_without_being_repeated(given: Mapping[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        client.connect("acme/shop", given)
    for secret in ("secret", "two words", "\xe9"):
        assert secret not in f"{caught.value} {caught.value.hint}"


def test_a_key_with_a_passphrase_is_told() -> None:
    with pytest.raises(ConfigError, match="can be used") as caught:
        client.connect("a/b", {"KUBEWRIGHT_APP_ID": "1", "KUBEWRIGHT_APP_PRIVATE_KEY": pem("open sesame")})
    assert "passphrase" in str(caught.value.hint)


@pytest.mark.parametrize("form", ["text", "escaped", "path"])
def test_a_key_comes_as_text_or_as_a_path(connect: Connect, tmp_path: Path, form: str) -> None:
    file = tmp_path / "key.pem"
    file.write_text(pem())
    given = {"text": pem(), "escaped": pem().replace("\n", "\\n"), "path": str(file)}[form]
    with scripted(rest=AppServer()) as server:
        assert connect(server, environment(server, KUBEWRIGHT_APP_PRIVATE_KEY=given)).get("/x") == {"id": 7}


def test_a_token_may_end_in_a_line_break(connect: Connect) -> None:
    with scripted(Reply(200, {})) as server:
        connect(server, {"GITHUB_TOKEN": f" {TOKEN}\n", "GITHUB_API_URL": server.url}).get("/x")
    assert server.log[0].headers["authorization"] == f"token {TOKEN}"


@pytest.mark.parametrize("name", ["a", "a/b/c", "../x", "a/..", "a/b?c", "a/b#", "", "a/b\n"])
def test_a_repository_is_an_owner_and_a_name(name: str) -> None:
    with pytest.raises(ConfigError, match="no repository"):
        client.connect(name, {"GITHUB_TOKEN": TOKEN})


@pytest.mark.parametrize(
    "secret",
    [
        "ghp_0123456789abcdefghij",
        "ghs_0123456789abcdef.0123456789",
        "github_pat_0123456789abcdefghijkl_0123456789",
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjMifQ.c2lnbmF0dXJl_-x",
        "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_secret_is_masked(secret: str) -> None:
    assert identity.masked(f"it was {secret}", ()) == "it was ***"
    assert identity.masked("an ordinary ghost_story, eyJ.x", ()) == "an ordinary ghost_story, eyJ.x"
