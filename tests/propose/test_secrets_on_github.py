"""No secret is seen, whatever goes wrong: not in output, logs, files or command lines."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from double import FAULTS, TOKEN, App, GitHub, faults
from double import Repository as Hosted
from on_github import as_app, hosted, keys, run, shop_of
from processes import command_lines
from repositories import Repository

from bot.errors import OUTSIDE


@pytest.fixture
def hub(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    with hosted(repository, tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def shop(hub: GitHub) -> Hosted:
    return shop_of(hub)


@pytest.fixture
def app(hub: GitHub, monkeypatch: pytest.MonkeyPatch) -> App:
    return as_app(hub, monkeypatch)


# One fault of each kind.
KINDS = (
    "500",
    "502 after the effect",
    "reset",
    "truncated JSON",
    "HTML with 200",
    "429 primary limit",
    "token expires",
)


class Watch:
    """Notes the command lines of our processes, and what is in the files for passing use, as long as it runs."""

    def __init__(self, *places: Path) -> None:
        self.places = places
        self.seen: set[bytes] = set()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)

    def look(self) -> None:
        while not self.over.is_set():
            walked = (found for place in self.places for found in os.walk(place))
            files = [Path(folder) / name for folder, _, names in walked for name in names]
            self.seen.update(command_lines())
            for file in files:
                with contextlib.suppress(OSError):
                    self.seen.add(file.read_bytes())
            time.sleep(0.01)

    def __enter__(self) -> Watch:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


@pytest.mark.parametrize("way", [(), ("--push",)], ids=["api", "push"])
@pytest.mark.parametrize("who", ["token", "app"])
def test_no_secret_is_seen_whatever_goes_wrong(
    repository: Repository,
    hub: GitHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    request: pytest.FixtureRequest,
    who: str,
    way: tuple[str, ...],
) -> None:
    if who == "app":
        request.getfixturevalue("app")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    for logger in (None, "github", "git"):  # Louder than anybody should have them.
        caplog.set_level(logging.DEBUG, logger)
    start = hub.saved()
    told = ""
    secrets = {TOKEN, base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()}
    ended, loggers = set(), set()
    with Watch(temporary) as watch:
        for fault in (None, *(FAULTS[name] for name in KINDS)):
            hub.restore(start)
            hub.clear_log()
            hub.faults.clear()
            if fault:
                hub.faults.add(fault, when=faults.to("POST", "/pulls"))
            result = run(repository, *way, *(["--debug"] if fault else []))
            ended.add(result.exit_code)
            told += f"{result.output}{result.exception}{caplog.text}"
            loggers |= {one.name for one in caplog.records}
            caplog.clear()
            made = {token for token in hub.tokens if token.startswith("ghs_")}
            secrets |= made | {base64.b64encode(f"x-access-token:{token}".encode()).decode() for token in made}
    assert ended == {0, OUTSIDE}
    assert way == () or any(b"--force-with-lease" in one for one in watch.seen)
    assert "github.Requester" in loggers
    secrets |= {line for line in keys()[0].splitlines() if len(line) > 40}
    files = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    for secret in secrets:
        assert secret not in told
        assert not any(secret.encode() in one for one in watch.seen)
        assert not [file for file, data in files.items() if secret.encode() in data]
    assert not re.search(r"eyJ[\w-]{10,}\.", told)  # What an App signs.
    assert all(secret not in json.dumps([one.body for one in hub.log], default=str) for secret in secrets)
    assert list(temporary.iterdir()) == []
