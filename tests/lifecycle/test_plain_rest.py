"""A whole life on a server that knows plain REST and little of it: no GraphQL, Link, node ids, sorting or filters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from double import PERSON, faults
from worlds import HANDS_OFF, pod, world

from bot.errors import OUTSIDE
from bot.hub.client import Client
from bot.lifecycle.ticks import DECLINE

UNKNOWN = ("sort", "direction", "head", "creator")


def _poor(monkeypatch: pytest.MonkeyPatch, graphql: int) -> list[tuple[str, Any]]:
    """Make every connection one to such a server; return what is asked of it, path and body."""
    asked: list[tuple[str, Any]] = []
    whole = Client._meant
    once = Client._once

    def sent(self: Client, method: str, path: str, query: Any, body: Any, *, is_write: bool) -> Any:
        asked.append((path, body))
        if path.endswith("/graphql"):
            return graphql, {}, '{"message": "no such thing"}'
        if "/matching-refs/" in path and path.endswith("/"):
            return 404, {}, '{"message": "Not Found"}'
        left = {
            key: value for key, value in (query or {}).items() if key not in ("sort", "direction", "head", "creator")
        }
        status, headers, text = once(self, method, path, left, body, is_write=is_write)
        return status, {name: value for name, value in headers.items() if name != "link"}, text

    def meant(self: Client, status: int, headers: Any, text: str, *, is_graphql: bool) -> Any:
        data = whole(self, status, headers, text, is_graphql=is_graphql)
        return [_without(one) for one in data] if isinstance(data, list) else _without(data)

    monkeypatch.setattr(Client, "_once", sent)
    monkeypatch.setattr(Client, "_meant", meant)
    return asked


def _without(given: Any) -> Any:
    """Take away what such a server does not say, labels of pull requests among it."""
    if isinstance(given, dict):
        given.pop("node_id", None)
        if "head" in given:
            given.pop("labels", None)
    return given


@pytest.mark.parametrize("graphql", [400, 401, 403, 404, 405, 422, 500, 501])
def test_a_whole_life_by_plain_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graphql: int) -> None:
    asked = _poor(monkeypatch, graphql)
    files = {"apps/web.yaml": pod("web"), "apps/more.yaml": pod("more")}
    with world(tmp_path, files) as shop:
        shop.token = PERSON
        assert shop.run() == 0
        shop.quiet()
        number, branch = shop.pull.number, shop.pull.pull.head if shop.pull.pull else ""
        shop.edit("apps/web.yaml", pod("web", "1.5.0"))
        assert shop.run() == 0
        assert "1.5.0" in shop.text(branch, "apps/web.yaml")
        shop.quiet()
        shop.ada.tick(number, f"kw:{DECLINE}=")
        assert shop.run() == 0
        assert len(shop.state().findings) == 1
        shop.quiet()
        shop.ada.label(number, HANDS_OFF)
        tip = shop.tip(branch)
        shop.edit("apps/more.yaml", pod("more", "2.0.0"))
        shop.edit("apps/web.yaml", pod("web", "2.0.0"))
        assert shop.run() == 0
        assert shop.tip(branch) == tip
        shop.quiet()
        shop.ada.tick_comment(number, "kw:rebuild")
        assert shop.run() == 0
        assert shop.tip(branch) != tip
        shop.quiet()
        shop.push_to(shop.pull)
        assert shop.run() == 0
        shop.quiet()
        shop.ada.tick_comment(number, "kw:rebuild")
        assert shop.run() == 0
        shop.edit("apps/web.yaml", None)
        shop.edit("apps/more.yaml", None)
        assert shop.run() == 0
        assert shop.open == []
        assert shop.branches() == []
        shop.quiet()
    assert any("/git/refs" in path for path, _ in asked)
    assert not any("updateRefs" in str(body) for path, body in asked if path.endswith("/graphql"))


@pytest.mark.parametrize("place", ["/git/trees", "/git/commits", "/pulls/1"])
def test_a_push_while_a_branch_is_made_afresh_is_not_lost_by_plain_rest(tmp_path: Path, place: str) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web")}) as shop:
        shop.hub.has_graphql = False
        shop.token = PERSON
        shop.run()
        (branch,) = shop.branches()
        shop.edit("apps/web.yaml", pod("web", "1.5.0"))
        pushed: list[str] = []
        writes = (faults.to(method, place) for method in ("POST", "PATCH"))
        for fits in writes:
            shop.hub.faults.before(fits, lambda: pushed.append(shop.push_to(shop.pull)))
        assert shop.run() == OUTSIDE
        assert [shop.tip(branch)] == pushed
        shop.run()
        assert HANDS_OFF in shop.pull.labels


def test_a_fork_that_has_the_name_of_our_branch_first_is_not_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _poor(monkeypatch, 404)
    with world(tmp_path, {"apps/web.yaml": pod("web")}) as shop:
        shop.token = PERSON
        (branch,) = shop.work("main").branches()
        fork = shop.hub.fork("acme/shop", "mallory")
        shop.hub.people(fork.full_name, "mallory").commit(branch, {"theirs.yaml": "x\n"})
        theirs = shop.ada.open_pull("main")
        assert theirs.pull
        theirs.pull.source, theirs.pull.head = fork.full_name, branch
        theirs.pull.head_sha, theirs.author = fork.branch(branch) or "", shop.hub.account("mallory")
        assert shop.run() == 0
        assert [one.author.login for one in shop.open] == ["mallory", "ada"]
        shop.quiet()
