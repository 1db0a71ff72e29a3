"""What every test of a proposal gets: an empty repository, and none of the settings of whoever runs the tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from double import TOKEN, GitHub, People, github
from double import Repository as Hosted
from hosted import NAME, POD
from repositories import Repository


@pytest.fixture(autouse=True)
def own_git_configuration(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the configuration and the variables of whoever runs the tests out of them."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "KUBEWRIGHT_")):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (home / "gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "shop")
    made.root.mkdir()
    made.git("init", "-q")
    return made


@pytest.fixture
def hub(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    """A GitHub with a repository, of which `repository` is a clone."""
    repository.write("apps/web.yaml", POD).chmod(0o755)
    repository.commit("start")
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "hub.git"))
    with github(tmp_path) as made:
        made.repository(NAME, bare=tmp_path / "hub.git")
        repository.git("remote", "add", "origin", f"https://github.example/{NAME}.git")
        repository.git("remote", "set-url", "--push", "origin", str(tmp_path / "hub.git"))
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("GITHUB_API_URL", made.url)
        from bot.hub import client  # Here, as only these tests need it.

        opened = client.open_session
        monkeypatch.setattr(client, "open_session", lambda name, given, policy: opened(name, given, policy, 0))
        yield made


@pytest.fixture
def shop(hub: GitHub) -> Hosted:
    found = hub.find(NAME)
    assert found is not None
    return found


@pytest.fixture
def ada(hub: GitHub) -> People:
    return hub.people(NAME)
