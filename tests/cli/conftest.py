"""How the tests of the command line run it: in a directory of their own, in this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import program

Run = Callable[..., Result]

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.example/web:1.4.2
      securityContext:
        privileged: true  # for debugging
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty current directory, and an environment that says nothing."""
    for name in [name for name in os.environ if name.startswith("KUBEWRIGHT_")] + ["NO_COLOR", "CI"]:
        monkeypatch.delenv(name, raising=False)
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    yield place


@pytest.fixture
def run() -> Run:
    """Run the command line and return what came of it."""

    def invoke(*arguments: str, stdin: str | bytes | None = None, **environment: str) -> Result:
        return CliRunner().invoke(program, arguments, stdin, environment, prog_name="kubewright")

    return invoke
