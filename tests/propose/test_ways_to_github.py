"""The other ways to the same pull request: commits that Git pushes, a GitHub App, and no token at all."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from double import FAULTS, PERSON, TOKEN, App, GitHub, faults
from double import Repository as Hosted
from hosted import NAME, branch_of, tip
from on_github import NEWER, POD, as_app, hosted, newer, run, shop_of
from repositories import Repository

from bot import state
from bot.errors import OUTSIDE, USAGE
from bot.hub import pacing


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


# ---- Pushed


def test_a_pushed_branch_is_the_same_pull_request(repository: Repository, hub: GitHub, shop: Hosted) -> None:
    before = repository.state()
    result = run(repository, "--push")
    assert result.exit_code == 0, result.output
    (pull,) = shop.pulls
    branch = branch_of(pull)
    assert hub.pushes == ["kubewright[bot]"]
    assert not [path for _, path in hub.calls() if path.startswith(("/git/", "/graphql"))]
    assert shop.objects.git("log", "-1", "--format=%an <%ae>|%s", branch) == (
        "Kubewright <kubewright@users.noreply.github.com>|fix(k8s): use the field's present name (Pod web)"
    )
    known = state.read(pull.body or "")
    assert known is not None
    assert known.heads == (tip(shop, branch),)
    assert repository.state() == before


def test_pushing_again_pushes_nothing(repository: Repository, hub: GitHub, shop: Hosted) -> None:
    run(repository, "--push")
    hub.clear_log()
    hub.pushes.clear()
    result = run(repository, "--push")
    assert (result.exit_code, hub.calls(), hub.pushes) == (0, [], [])


@pytest.mark.parametrize(("first", "second"), [(("--push",), ("--push",)), (("--push",), ()), ((), ("--push",))])
def test_a_branch_is_moved_in_place_whichever_way_it_was_made(
    repository: Repository, hub: GitHub, shop: Hosted, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    run(repository, *first)
    base = newer(repository)
    result = run(repository, *second)
    assert result.exit_code == 0, result.output
    (pull,) = shop.pulls
    assert shop.objects.git("rev-parse", f"{branch_of(pull)}~1") == base
    assert pull.is_open


def test_an_obsolete_branch_is_deleted_by_push(repository: Repository, hub: GitHub, shop: Hosted) -> None:
    run(repository, "--push")
    branch = branch_of(shop.pulls[0])
    repository.write("apps/web.yaml", POD.replace("serviceAccount:", "serviceAccountName:"))
    repository.commit("by hand")
    repository.git("push", "-q", "origin", "main")
    result = run(repository, "--push")
    assert result.exit_code == 0, result.output
    assert not shop.pulls[0].is_open
    assert shop.objects.git("for-each-ref", f"refs/heads/{branch}") == ""


def test_a_persons_push_in_the_last_moment_is_not_overwritten(
    repository: Repository, hub: GitHub, shop: Hosted
) -> None:
    run(repository, "--push")
    branch = branch_of(shop.pulls[0])
    newer(repository)
    theirs: list[str] = []
    hub.faults.before(
        faults.to("PATCH", "/pulls/1"), lambda: theirs.append(hub.people(NAME).push(branch, {"mine.txt": "mine\n"}))
    )
    result = run(repository, "--push")
    assert result.exit_code == OUTSIDE
    assert "moved while this ran" in result.stderr
    assert [tip(shop, branch)] == theirs


def test_commits_that_are_not_on_github_are_not_pushed_along(repository: Repository, hub: GitHub, shop: Hosted) -> None:
    repository.write("secret.txt", "not for the public\n")
    repository.commit("not pushed")
    result = run(repository, "--push")
    assert result.exit_code == OUTSIDE
    assert "push it first" in result.stderr
    assert (hub.pushes, shop.pulls) == ([], [])


def test_a_token_that_may_not_push_says_so(
    repository: Repository, hub: GitHub, shop: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.roles["ada"] = "read"
    monkeypatch.setenv("GITHUB_TOKEN", PERSON)
    result = run(repository, "--push")
    assert result.exit_code == OUTSIDE
    assert "the token was not accepted" in result.stderr


def test_a_rehearsal_of_a_push_prints_it_and_sends_nothing(repository: Repository, hub: GitHub, shop: Hosted) -> None:
    result = run(repository, "--push", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "PUSH /acme/shop.git" in result.stdout
    assert "git/trees" not in result.stdout
    assert (hub.calls(), hub.pushes, shop.threads) == ([], [], [])


def test_push_and_local_exclude_each_other(repository: Repository, hub: GitHub) -> None:
    assert run(repository, "--push", "--local").exit_code == USAGE


# ---- Stopped in the middle


def two_applications(repository: Repository) -> None:
    repository.write("apps/web.yaml", NEWER)
    repository.write("jobs/web.yaml", NEWER.replace("name: web ", "name: job "))
    repository.commit("two")
    repository.git("push", "-q", "origin", "main")


def test_a_budget_that_is_used_up_leaves_a_dashboard_that_says_so(
    repository: Repository, hub: GitHub, shop: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_applications(repository)
    # Trees, commits, branch, pull request and label of the first, and the trees of the second.
    with monkeypatch.context() as patched:
        patched.setattr(pacing, "WRITES_PER_HOUR", pacing.RESERVE_WRITES + 6)
        result = run(repository)
    assert result.exit_code == OUTSIDE
    assert result.stdout.startswith("created ")
    assert "run again later" in result.stderr
    assert len(shop.pulls) == 1
    (dashboard,) = shop.issues
    assert "the next run tries again" in (dashboard.body or "")
    assert run(repository).exit_code == 0
    assert len(shop.pulls) == 2
    assert len(shop.issues) == 1


def test_a_limit_of_githubs_ends_the_run_with_what_was_done(repository: Repository, hub: GitHub, shop: Hosted) -> None:
    two_applications(repository)
    opened: list[object] = []

    def second(record: faults.Record) -> bool:
        opened.extend([record] * ((record.method, record.call[1]) == ("POST", "/pulls")))
        return len(opened) == 2

    hub.faults.add(FAULTS["429 with Retry-After"].with_headers(Retry_After="3600"), when=second)
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert result.stdout.startswith("created ")
    assert re.search(r"run again later: after \d\d:\d\d UTC, in 60 min", result.stderr)
    assert hub.log[-1].call == ("POST", "/pulls")  # Nothing was asked after that.
    hub.faults.clear()
    result = run(repository)
    assert result.exit_code == 0, result.output
    assert len(shop.pulls) == 2
    assert len({branch_of(pull) for pull in shop.pulls}) == 2
    assert len(shop.issues) == 1


@pytest.mark.parametrize("place", ["/git/trees", "/graphql", "/pulls"])
def test_a_token_that_ends_ends_the_run(repository: Repository, hub: GitHub, shop: Hosted, place: str) -> None:
    tokens = dict(hub.tokens)
    hub.faults.add(FAULTS["token expires"], when=faults.to("POST", place))
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert "not valid, or no longer" in result.stderr
    hub.faults.clear()
    hub.tokens = dict(tokens)
    result = run(repository)
    assert result.exit_code == 0, result.output
    assert len(shop.pulls) == 1
    assert len(shop.issues) == 1


# ---- Without a token


@pytest.mark.parametrize("way", [(), ("--push",)])
def test_a_rehearsal_without_a_token_prints_what_a_first_run_does(
    repository: Repository, hub: GitHub, shop: Hosted, monkeypatch: pytest.MonkeyPatch, way: tuple[str, ...]
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    blind = run(repository, "--dry-run", *way)
    assert blind.exit_code == 0, blind.output
    assert "without a look at what is there" in blind.stderr
    assert hub.log == []
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    seeing = run(repository, "--dry-run", *way)

    def plan(result: Result) -> str:
        text = re.sub(r'("repositoryId": )".*"', r"\1...", result.stdout)
        text = re.sub(r"(?<=kubewright:state v2 )[\w+/=]+", lambda found: b64decode(found[0]).decode(), text)
        # Ids of commits name the second in which they were made, also those in what a text remembers.
        return re.sub(r"\b[0-9a-f]{7,40}\b", "...", text)

    assert plan(blind) == plan(seeing)
    assert '"heads"' in plan(blind)
    assert "POST /repos/acme/shop/pulls" in blind.stdout


@pytest.mark.parametrize("name", ["shop", "acme/shop/x", "acme/.."])
def test_a_rehearsal_without_a_token_wants_a_repository(
    repository: Repository, hub: GitHub, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert run(repository, "--dry-run", "--repo", name).exit_code == USAGE


# ---- As an App


@pytest.mark.parametrize("way", [(), ("--push",)])
def test_an_app_opens_pull_requests_as_itself(
    repository: Repository, hub: GitHub, shop: Hosted, app: App, way: tuple[str, ...]
) -> None:
    result = run(repository, *way)
    assert result.exit_code == 0, result.output
    (pull,) = shop.pulls
    assert pull.author.login == "tidy[bot]"
    (made,) = [token for token in hub.tokens.values() if token.app == app]
    assert made.repositories == (NAME,)
    assert made.permissions == {"contents": "write", "issues": "write", "metadata": "read", "pull_requests": "write"}
    assert run(repository, *way).exit_code == 0
    assert len(shop.pulls) == 1


def test_an_apps_token_may_end_in_the_middle(repository: Repository, hub: GitHub, shop: Hosted, app: App) -> None:
    hub.faults.add(FAULTS["token expires"], when=faults.to("POST", "/git/commits"), times=1)
    result = run(repository)
    assert result.exit_code == 0, result.output
    assert len(shop.pulls) == 1
    assert len([token for token in hub.tokens.values() if token.app == app]) in (1, 2)
