"""What every test of a proposal gets: an empty repository, and none of the settings of whoever runs the tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
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
