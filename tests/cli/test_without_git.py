"""Where Git is not installed: what needs it says so, and the rest works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import POD


def without_git(here: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (here / "pod.yaml").write_text(POD)
    empty = here.parent / "empty"
    empty.mkdir()
    line = [sys.executable, "-P", "-c", "from bot.cli import main; main()", *arguments]
    root = str(Path(__file__).parents[2])
    return subprocess.run(line, cwd=here, env={"PATH": str(empty), "PYTHONPATH": root}, capture_output=True, text=True)


@pytest.mark.parametrize("arguments", [("propose", "--local"), ("propose", "--dry-run"), ("scan", "--since", "HEAD")])
def test_what_needs_git_says_that_it_is_missing(here: Path, arguments: tuple[str, ...]) -> None:
    done = without_git(here, *arguments)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.endswith("error: git is not installed, or not in PATH\nhint: install git 2.31 or newer\n")


def test_a_scan_needs_no_git(here: Path) -> None:
    done = without_git(here, "scan", "--select", "privileged-container")
    assert done.returncode == 1
    assert done.stdout.startswith("pod.yaml:10:9")
