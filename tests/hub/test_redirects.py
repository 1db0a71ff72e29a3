"""A redirect never takes the token elsewhere, and never makes a read of a write."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scripted import Reply, Server, scripted

from bot.hub.calls import Call, GitHubError, Refused
from bot.hub.client import Client

Connect = Callable[[Server], Client]
ALL = (301, 302, 303, 307, 308)


@pytest.mark.parametrize("status", ALL)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_server_gets_nothing(connect: Connect, status: int, method: str) -> None:
    with scripted(rest=Reply(200, {"id": 1})) as other, scripted() as server:
        for there in (f"{other.url}/x", other.url.replace("http:", "https:"), other.url.removeprefix("http:")):
            with scripted(Reply(status, {}, {"Location": there})) as server:
                client = connect(server)
                with pytest.raises(Refused, match="another server"):
                    client.send(Call(method, "/x")) if method != "GET" else client.get("/x")
    assert other.log == []


@pytest.mark.parametrize("status", ALL)
def test_a_read_follows_on_the_same_server_with_its_query(connect: Connect, status: int) -> None:
    moved = Reply(status, {}, {"Location": "/repositories/7/pulls?head=acme%3Ax&page=2"})
    with scripted(moved, Reply(200, [])) as server:
        assert list(connect(server).pages("/repos/old/name/pulls", head="acme:x")) == []
    assert server.asked[1] == ("GET", "/repositories/7/pulls?head=acme%3Ax&page=2")
    assert "authorization" in server.log[1].headers


@pytest.mark.parametrize("status", [307, 308])
def test_a_write_is_repeated_as_it_was(connect: Connect, status: int) -> None:
    moved = Reply(status, {}, {"Location": "/repositories/7/pulls"})
    with scripted(moved, Reply(201, {"number": 1})) as server:
        assert connect(server).send(Call("POST", "/repos/a/b/pulls", {"title": "x"})) == {"number": 1}
    assert server.asked == [("POST", "/repos/a/b/pulls"), ("POST", "/repositories/7/pulls")]
    assert server.log[1].json == {"title": "x"}


@pytest.mark.parametrize("status", [301, 302, 303])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_write_becomes_no_read(connect: Connect, status: int, method: str) -> None:
    moved = Reply(status, {}, {"Location": "/y"})
    with scripted(moved, rest=Reply(200, {})) as server, pytest.raises(Refused, match=f"a write \\({status}\\)"):
        connect(server).send(Call(method, "/x", {"a": 1}))
    assert len(server.log) == 1


def test_a_circle_ends(connect: Connect) -> None:
    with scripted(rest=Reply(301, {}, {"Location": "/x"})) as server, pytest.raises(Refused, match="too often"):
        connect(server).get("/x")
    assert len(server.log) == 4


@pytest.mark.parametrize("location", ["http://[", "http://127.0.0.1:99999999/x", "//", "", "ftp://x", "\x80"])
def test_an_odd_location_is_no_crash(connect: Connect, location: str) -> None:
    with scripted(rest=Reply(302, {}, {"Location": location})) as server, pytest.raises(GitHubError):
        connect(server).get("/x")
