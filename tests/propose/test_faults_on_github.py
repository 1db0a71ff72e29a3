"""`kubewright propose` on a GitHub that fails: the next run ends well, and people are told what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from double import ACTIONS, TOKEN, Fault, GitHub, faults
from double import Repository as Hosted
from hosted import NEWER, SAFE, branch_of, dashboard, only, push, run, shown
from repositories import Repository

from bot.errors import OUTSIDE

WRITES = ["/git/trees", "/git/commits", "/graphql", "/pulls", "/labels", "/issues"]


def fits(stop_at: str) -> Callable[[faults.Record], bool]:
    return lambda record: (
        record.is_write and stop_at in record.path and (stop_at != "/issues" or "/labels" not in record.path)
    )


@pytest.mark.parametrize("stop_at", WRITES)
@pytest.mark.parametrize("newer", [False, True])
@pytest.mark.parametrize("fault", [faults.BAD_GATEWAY, faults.BAD_GATEWAY.after], ids=["before", "after"])
def test_after_any_interruption_the_next_run_ends_with_one_pull_request(
    repository: Repository, hub: GitHub, shop: Hosted, stop_at: str, newer: bool, fault: Fault
) -> None:
    if newer:
        run(repository)
        push(repository, "apps/web.yaml", NEWER)
    hub.faults.add(fault, when=fits(stop_at))
    first = run(repository)
    assert first.exit_code in (0, OUTSIDE), first.output
    hub.faults.clear()
    result = run(repository)
    assert result.exit_code == 0, result.output
    pull = only(shop)
    assert shown(shop, branch_of(pull)) == (SAFE.replace("1.4.2", "1.4.3") if newer else SAFE).strip()
    assert pull.labels == ["kubewright"]
    hub.clear_log()
    assert run(repository).stdout.startswith("unchanged")
    assert hub.calls() == []


@pytest.mark.parametrize("stop_at", ["/pulls", "/issues", "/graphql"])
def test_a_write_that_had_its_effect_is_not_sent_again(
    repository: Repository, hub: GitHub, shop: Hosted, stop_at: str
) -> None:
    hub.faults.add(faults.BAD_GATEWAY.after, when=fits(stop_at), times=1)
    result = run(repository)
    assert result.exit_code == 0, result.output
    assert sum(fits(stop_at)(record) for record in hub.log) == 1
    assert only(shop).is_open


@pytest.mark.parametrize("stop_at", WRITES)
def test_a_write_that_had_no_effect_is_sent_again(
    repository: Repository, hub: GitHub, shop: Hosted, stop_at: str
) -> None:
    hub.faults.add(faults.BAD_GATEWAY, when=fits(stop_at), times=1)
    run(repository)
    assert run(repository).exit_code == 0
    assert only(shop).labels == ["kubewright"]


def test_reading_is_tried_again(repository: Repository, hub: GitHub, shop: Hosted) -> None:
    hub.faults.add(faults.BAD_GATEWAY, when=faults.is_read, times=1)
    hub.faults.add(faults.UNAVAILABLE, when=faults.is_read, times=1)
    assert run(repository).exit_code == 0
    assert only(shop).is_open


def test_reading_is_not_tried_for_ever(repository: Repository, hub: GitHub) -> None:
    hub.faults.add(faults.BAD_GATEWAY)
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert len(hub.log) < 10


@pytest.mark.parametrize(
    ("where", "status", "said", "hint"),
    [
        ("/pulls", 403, "GitHub Actions is not permitted to create or approve pull requests.", "turn on 'Allow GitHub"),
        ("/git/trees", 403, "Resource not accessible by integration", "contents: write"),
        ("/git/trees", 404, "Not Found", "may not see or change it"),
        ("/git/trees", 403, "You have exceeded a secondary rate limit", "run again later"),
        ("/git/trees", 429, "Slow down", "run again later"),
        ("/git/trees", 401, "Bad credentials", "not valid"),
        ("/git/trees", 500, f"the token was {TOKEN}", "GitHub has a problem"),
    ],
)
def test_a_refusal_says_what_to_do(
    repository: Repository, hub: GitHub, where: str, status: int, said: str, hint: str
) -> None:
    hub.faults.add(Fault("refused", "status", status, said), when=faults.to("POST", where))
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert hint in result.stderr
    assert TOKEN not in result.output


def test_what_actions_may_not_do_is_said_with_the_setting(
    repository: Repository, hub: GitHub, shop: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", ACTIONS)
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert "turn on 'Allow GitHub Actions to create and approve pull requests'" in result.stderr
    assert "turn on" in dashboard(shop)
    shop.actions_may_open = True
    result = run(repository)
    assert result.exit_code == 0, result.output
    assert only(shop).author.login == "github-actions[bot]"


def test_the_token_reaches_no_file_no_log_and_no_output(
    repository: Repository, hub: GitHub, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    results = [run(repository, "--unsafe", "--debug"), run(repository, "-vv")]
    hub.faults.add(Fault("loud", "status", 500, TOKEN))
    results.append(run(repository, "--debug"))
    assert results[-1].exit_code == OUTSIDE
    assert all(TOKEN not in result.output for result in results)
    assert TOKEN not in caplog.text
    assert all(TOKEN not in record.raw for record in hub.log)
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes()
