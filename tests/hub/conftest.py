"""None of the settings of whoever runs the tests; a clock, and a connection whose waits are only noted."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import pytest
from scripted import TOKEN, Clock, Server

from bot.hub import client
from bot.hub.client import Client
from bot.hub.pacing import Pacing

Connect = Callable[..., Client]


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "KUBEWRIGHT_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connect(clock: Clock) -> Connect:
    def connected(server: Server, given: Mapping[str, str] | None = None) -> Client:
        environment = {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": server.url} if given is None else given
        pacing = Pacing(1.0, clock, clock.sleep, lambda: 0.5)
        return client.connect("acme/shop", environment, pacing)

    return connected
