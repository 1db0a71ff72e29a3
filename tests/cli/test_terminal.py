"""What only somebody at a terminal sees: colour and a progress bar."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from bot.commands import scanning
from bot.config import Flags, load
from bot.output import stdout
from bot.tree import MemoryTree
from tests.cli.conftest import POD, Run


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "PATIENCE", 0.0)


def said(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what a scan writes to a stream as standard error."""
    # Not in a fixture: pytest sets its own stream between the fixtures and the test.
    monkeypatch.setattr(sys, "stderr", stream)
    scanning.run(MemoryTree({"a.yaml": POD.encode(), "b.yaml": b"a: 1\n"}), load(None, None, Flags()))
    return stream.getvalue()


def test_work_that_takes_long_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = said(Terminal(), monkeypatch)
    assert "scanning" in bar
    assert "100%" in bar


def test_short_work_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "PATIENCE", 60.0)
    assert said(Terminal(), monkeypatch) == ""


def test_ci_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert said(Terminal(), monkeypatch) == ""


def test_a_pipe_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(io.StringIO(), monkeypatch) == ""


def test_a_terminal_is_coloured_unless_it_says_no(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "pod.yaml").write_text(POD)
    monkeypatch.setattr(stdout, "is_seen", lambda: True)
    assert "\x1b[31m" in run("scan").stdout
    assert "\x1b" not in run("scan", NO_COLOR="1").stdout
    assert "\x1b" in run("scan", NO_COLOR="").stdout
    assert "\x1b" not in run("scan", "--format", "json").stdout


def test_a_diff_on_a_terminal_is_harmless(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "pod.yaml").write_text(POD.replace("for debugging", "\u202efor debugging"))
    monkeypatch.setattr(stdout, "is_seen", lambda: True)
    text = run("fix", "--diff", "--unsafe", "--select", "privileged-container").stdout
    assert "\\u202e" in text
    assert "\u202e" not in text
