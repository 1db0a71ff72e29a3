"""Who signs off commits: whoever GitHub, or Git, names as their author."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from bot.hub import observe
from bot.hub.calls import Missing, Wire


class OneUser:
    """A connection that knows one user."""

    def get(self, path: str, **_: str) -> Any:
        if path == "/users/kubewright%5Bbot%5D":
            return {"id": 41, "login": "kubewright[bot]"}
        raise Missing("no such user")

    def pages(self, path: str, **_: str) -> Iterator[Any]:
        yield from ()


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("kubewright[bot]", "kubewright[bot] <41+kubewright[bot]@users.noreply.github.com>"),
        ("unknown", "unknown <unknown@users.noreply.github.com>"),
    ],
)
def test_the_address_is_the_one_that_github_writes_as_the_author(login: str, expected: str) -> None:
    assert observe.signer(cast(Wire, OneUser()), login) == expected
