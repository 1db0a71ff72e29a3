"""The pull request that a workflow runs for: what its event says, and whether its token may write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot import event
from bot.errors import RepositoryError
from bot.event import Event

HEAD, BASE = "a" * 40, "b" * 40


def pull(head_repo: Any = None, **changed: Any) -> dict[str, Any]:
    given = {
        "number": 7,
        "head": {"sha": HEAD, "repo": {"id": 1} if head_repo is None else head_repo},
        "base": {"sha": BASE, "repo": {"id": 1}},
    }
    return {"action": "opened", "pull_request": {**given, **changed}}


def read(tmp_path: Path, given: Any, **environment: str) -> Event | None:
    path = tmp_path / "event.json"
    path.write_text(given if isinstance(given, str) else json.dumps(given))
    return event.read({"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(path), **environment})


def test_a_pull_request_of_the_repository_itself(tmp_path: Path) -> None:
    assert read(tmp_path, pull()) == Event(7, HEAD, BASE)


@pytest.mark.parametrize("repo", [{"id": 2}, {}, "", []])
def test_a_fork_and_one_that_is_gone_are_foreign(tmp_path: Path, repo: Any) -> None:
    assert read(tmp_path, pull(repo)) == Event(7, HEAD, BASE, is_foreign=True)


@pytest.mark.parametrize("name", ["pull_request_target", "push", "workflow_run", "issue_comment", ""])
def test_no_other_event_counts(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, pull(), GITHUB_EVENT_NAME=name, GITHUB_REF="refs/pull/7/merge") is None


@pytest.mark.parametrize("given", [{}, [], "[]", {"pull_request": []}, pull(number="7"), pull(number=None)])
def test_without_a_usable_event_the_ref_says_which(tmp_path: Path, given: Any) -> None:
    assert read(tmp_path, given) is None
    assert read(tmp_path, given, GITHUB_REF="refs/pull/7/merge") == Event(7)
    assert read(tmp_path, given, GITHUB_REF="refs/heads/refs/pull/7/merge") is None


@pytest.mark.parametrize("sha", ["HEAD", "--all", "a" * 39, "A" * 40, 7, None, "a" * 40 + "\n"])
def test_only_a_commit_is_a_commit(tmp_path: Path, sha: Any) -> None:
    found = read(tmp_path, pull(head={"sha": sha, "repo": {"id": 1}}))
    assert found is not None
    assert found.head == ""


def test_a_file_that_is_no_event_is_told(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="GITHUB_EVENT_PATH"):
        read(tmp_path, "{")
    with pytest.raises(RepositoryError, match="GITHUB_EVENT_PATH"):
        event.read({"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(tmp_path / "none.json")})


@pytest.mark.parametrize(
    ("found", "environment", "expected"),
    [
        (None, {}, False),
        (Event(7), {}, False),
        (Event(7, is_foreign=True), {}, True),
        (Event(7, is_foreign=True), {"GITHUB_TOKEN": "x"}, True),
        (Event(7, is_foreign=True), {"KUBEWRIGHT_TOKEN": "x"}, False),
        (Event(7, is_foreign=True), {"KUBEWRIGHT_APP_ID": "1"}, False),
        (Event(7), {"GITHUB_ACTOR": "dependabot[bot]"}, True),
        (Event(7), {"GITHUB_ACTOR": "dependabot[bot]", "KUBEWRIGHT_TOKEN": "x"}, False),
        (Event(7), {"GITHUB_ACTOR": "ada"}, False),
    ],
)
def test_who_may_only_read(found: Event | None, environment: dict[str, str], expected: bool) -> None:
    assert event.is_read_only(found, environment) is expected
