"""What the tests of the double get: a repository with a file, and a client that takes every answer as it comes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from double import TOKEN, GitHub, People, github

NAME = "acme/shop"
MORE = {"title": "more", "head": "more", "base": "main", "body": "text"}


@dataclass(frozen=True)
class Said:
    """An answer: `body` is JSON where it is any."""

    status: int
    body: Any
    headers: Any

    @property
    def message(self) -> str:
        """All that an error says."""
        told = [self.body.get("message", "")]
        told += [one if isinstance(one, str) else one.get("message", "") for one in self.body.get("errors", ())]
        return " | ".join(told)


@dataclass(frozen=True)
class Asking:
    """Asks a hub, following nothing and repeating nothing."""

    hub: GitHub

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str = TOKEN,
        headers: dict[str, str] | None = None,
        data: bytes | None = None,
    ) -> Said:
        """Send a request; a path that starts with a slash and no more is within acme/shop."""
        url = self.hub.url + (path.removeprefix("~") if path.startswith("~") else f"/repos/{NAME}{path}")
        sent = data if data is not None else None if body is None else json.dumps(body).encode()
        given = {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        done = requests.request(method, url, data=sent, headers=given, allow_redirects=False, timeout=20)
        try:
            return Said(done.status_code, done.json() if done.text else None, done.headers)
        except ValueError:
            return Said(done.status_code, done.text, done.headers)

    def graphql(self, query: str, token: str = TOKEN, **variables: Any) -> Said:
        return self("POST", "~/graphql", {"query": query, "variables": variables}, token)

    def move(self, *updates: tuple[str, str | None, str], force: bool = True, token: str = TOKEN) -> Said:
        """Move refs: (name, before, after)."""
        given = [
            {"name": name, "afterOid": new, "force": force, **({"beforeOid": old} if old else {})}
            for name, old, new in updates
        ]
        query = "mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"
        return self.graphql(query, token, input={"repositoryId": "R_7", "refUpdates": given})

    @property
    def more(self) -> dict[str, str]:
        """What opens a pull request from ada's branch."""
        return MORE

    def tip(self, branch: str = "main") -> str:
        return str(self("GET", f"/git/ref/heads/{branch}").body["object"]["sha"])

    def made(self, parent: str, token: str = TOKEN, **given: Any) -> Said:
        """Make a commit with a new file."""
        tree = self("GET", f"/git/commits/{parent}").body["tree"]["sha"]
        items = [{"path": "new.yaml", "mode": "100644", "type": "blob", "content": "new\n"}]
        new = self("POST", "/git/trees", {"base_tree": tree, "tree": items}, token).body["sha"]
        return self("POST", "/git/commits", {"message": "new", "tree": new, "parents": [parent], **given}, token)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[GitHub]:
    with github(tmp_path) as made:
        made.repository(NAME)
        yield made


@pytest.fixture
def ask(hub: GitHub) -> Asking:
    return Asking(hub)


@pytest.fixture
def ada(hub: GitHub) -> People:
    """A person, who has put a file on main, and another one on branch `more`."""
    ada = hub.people(NAME)
    ada.commit("main", {"a.yaml": "one\ntwo\nthree\n"}, "start")
    ada.commit("more", {"b.yaml": "more\n"}, "more")
    return ada
