"""`kubewright sweep` over several repositories of the GitHub of the tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from double import PERSON, TOKEN, GitHub, faults, github

from bot.checkout import Checkout
from bot.cli import program
from bot.commands import propose
from bot.errors import OUTSIDE, USAGE
from bot.hub.pacing import Pacing
from bot.tree import MAX_BYTES

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccount: web  # its own
  containers:
    - name: web
      image: registry.example/web:1.4.2
"""
NAMES = ("acme/pay", "acme/shop", "acme/site")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    with github(tmp_path / "hub") as made:
        for name in NAMES:
            made.repository(name)
            made.people(name).commit("main", {"apps/web.yaml": POD}, "start")
        made.token(TOKEN, "installation", "kubewright[bot]", repositories=NAMES)
        monkeypatch.setenv("GITHUB_TOKEN", PERSON)
        monkeypatch.setenv("GITHUB_API_URL", made.url)
        monkeypatch.setenv("GITHUB_SERVER_URL", made.url)
        monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
        monkeypatch.setattr("bot.commands.sweep.Pacing", lambda pace: Pacing(0))
        monkeypatch.chdir(tmp_path)
        yield made


def sweep(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["sweep", *arguments, "--select", "deprecated-service-account-field"])


def opened(hub: GitHub) -> dict[str, int]:
    found = {name: hub.find(name) for name in NAMES}
    return {name: len(repo.pulls) for name, repo in found.items() if repo}


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_without_a_token_it_says_so_and_begins_nothing(
    hub: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    result = sweep("--repo", "acme/pay", "--repo", "acme/shop", *more)
    assert result.exit_code == USAGE
    assert result.output == "error: there is no token for GitHub\nhint: set GITHUB_TOKEN or KUBEWRIGHT_TOKEN\n"
    assert not list(tmp_path.glob(".kubewright*"))


def test_each_repository_of_a_list_gets_its_pull_request(hub: GitHub, tmp_path: Path) -> None:
    (tmp_path / "repos.txt").write_text("acme/pay\nacme/shop\n", encoding="utf-8")
    result = sweep("--repos", "repos.txt", "--repo", "acme/site")
    assert result.exit_code == 0, result.output
    assert opened(hub) == dict.fromkeys(NAMES, 1)
    assert "3 repositories: 3 done, 0 failed" in result.stdout
    assert not (tmp_path / ".kubewright-sweep.json").exists()


def test_an_organisation_is_all_its_repositories(hub: GitHub) -> None:
    assert sweep("--org", "acme").exit_code == 0
    assert opened(hub) == dict.fromkeys(NAMES, 1)


def test_a_second_sweep_writes_nothing(hub: GitHub) -> None:
    sweep("--org", "acme")
    hub.clear_log()
    assert sweep("--org", "acme").exit_code == 0
    assert hub.calls() == []


def test_one_that_fails_keeps_nothing_back_and_is_tried_again(hub: GitHub, tmp_path: Path) -> None:
    result = sweep("--repo", "acme/none", "--repo", "acme/shop")
    assert result.exit_code == OUTSIDE
    assert "failed: acme/none" in result.stdout
    assert opened(hub)["acme/shop"] == 1
    done = json.loads((tmp_path / ".kubewright-sweep.json").read_text(encoding="utf-8"))["done"]
    assert done == {"acme/none": OUTSIDE, "acme/shop": 0}
    hub.clear_log()
    result = sweep("--repo", "acme/none", "--repo", "acme/shop")
    assert "1 repository of 2 done before" in result.stderr
    assert not any("acme/shop" in one.path for one in hub.log)


def test_files_that_are_too_large_to_be_read_are_not_fetched(hub: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = hub.find("acme/shop")
    assert shop
    shop.objects.git("config", "uploadpack.allowFilter", "true")  # As on GitHub.
    files = {"apps/large.yaml": "# " + "x" * MAX_BYTES, "apps/other.yaml": "# " + "x" * 100_000}
    hub.people("acme/shop").commit("main", files, "large files")
    fetched: list[int] = []

    def deliver(session: object, checkout: Checkout, *rest: Any, **settings: Any) -> int:
        fetched.extend(checkout.sizes().values())
        return propose.deliver(session, checkout, *rest, **settings)

    monkeypatch.setattr("bot.commands.sweep.propose", SimpleNamespace(deliver=deliver))
    result = sweep("--repo", "acme/shop")
    assert result.exit_code == 0, result.output
    assert opened(hub)["acme/shop"] == 1
    assert max(fetched) == 100_002


def test_a_dry_run_writes_nothing_anywhere(hub: GitHub, tmp_path: Path) -> None:
    result = sweep("--org", "acme", "--dry-run")
    assert result.exit_code == 0, result.output
    assert hub.calls() == []
    assert result.stdout.count("POST /repos/acme/shop/pulls") == 1
    assert not (tmp_path / ".kubewright-sweep.json").exists()


def test_the_token_is_nowhere_afterwards(hub: GitHub, tmp_path: Path) -> None:
    result = sweep("--org", "acme")
    assert PERSON not in result.output
    files = [file for file in tmp_path.rglob("*") if file.is_file() and not file.is_relative_to(tmp_path / "hub")]
    assert not [file for file in files if PERSON.encode() in file.read_bytes()]


def test_it_must_be_told_what_to_sweep(hub: GitHub) -> None:
    result = sweep()
    assert result.exit_code == USAGE
    assert "--org NAME, --repos FILE or --repo OWNER/NAME" in result.stderr


def test_used_up_limits_end_it_and_the_next_one_goes_on(hub: GitHub, tmp_path: Path) -> None:
    reset = faults.PRIMARY.with_headers(x_ratelimit_remaining="0", x_ratelimit_reset="4000000000")
    hub.faults.add(reset, when=lambda one: "acme/shop" in one.path and one.is_write)
    result = sweep("--org", "acme")
    assert result.exit_code == OUTSIDE
    assert opened(hub) == {"acme/pay": 1, "acme/shop": 0, "acme/site": 0}
    assert "2 repositories left" in result.stderr
    assert not any("acme/site" in one.path for one in hub.log)
    hub.faults.clear()
    hub.clear_log()
    assert sweep("--org", "acme").exit_code == 0
    assert opened(hub) == dict.fromkeys(NAMES, 1)
    assert not any("acme/pay" in one.path for one in hub.log), "what is done is not done twice"
    assert not (tmp_path / ".kubewright-sweep.json").exists()
