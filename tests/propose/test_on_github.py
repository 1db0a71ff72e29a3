"""`kubewright propose` on a GitHub whose store is a real repository: created, updated, left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from double import PERSON, TOKEN, GitHub, People, faults
from double import Repository as Hosted
from hosted import NAME, NEWER, POD, SAFE, branch_of, dashboard, only, push, run, shown, tip
from repositories import Repository

from bot import state
from bot.cli import program
from bot.errors import OUTSIDE, USAGE, ConfigError
from bot.hub import client

# ---- Opened, and kept up to date


def test_a_pull_request_is_opened_in_five_writes_and_the_dashboard_in_one(
    repository: Repository, hub: GitHub, shop: Hosted
) -> None:
    result = run(repository)
    assert result.exit_code == 0, result.output
    assert hub.calls() == [
        ("POST", "/git/trees"),
        ("POST", "/git/commits"),
        ("POST", "/graphql"),
        ("POST", "/pulls"),
        ("POST", "/issues/1/labels"),
        ("POST", "/issues"),
    ]
    pull = only(shop)
    branch = branch_of(pull)
    assert shown(shop, branch) == SAFE.strip()
    assert shop.objects.git("ls-tree", branch, "apps/web.yaml").startswith("100755")
    assert shop.objects.git("log", "-1", "--format=%an|%s", branch) == (
        "kubewright[bot]|fix(k8s): use the field's present name (Pod web)"
    )
    assert tip(shop, branch) in shop.signed
    assert pull.pull is not None
    assert pull.pull.base == "main"
    assert pull.labels == ["kubewright"]
    known = state.read(pull.body)
    assert known is not None
    assert known.heads == (tip(shop, branch),)
    assert "created https://github.example/acme/shop/pull/1" in result.stdout
    assert "dashboard https://github.example/acme/shop/issues/2" in result.stdout


def test_nothing_local_is_written(repository: Repository, shop: Hosted) -> None:
    before = repository.state()
    run(repository, "--unsafe")
    assert repository.state() == before
    assert len(shop.pulls) == 2


def test_running_again_writes_nothing(repository: Repository, hub: GitHub) -> None:
    run(repository)
    hub.clear_log()
    result = run(repository)
    assert (result.exit_code, hub.calls()) == (0, [])
    assert "unchanged" in result.stdout


def test_a_base_that_moved_elsewhere_causes_no_write(repository: Repository, hub: GitHub) -> None:
    run(repository)
    push(repository, "README", "unrelated\n")
    hub.clear_log()
    assert run(repository).exit_code == 0
    assert hub.calls() == []


def test_what_is_new_updates_the_same_pull_request(repository: Repository, shop: Hosted) -> None:
    run(repository)
    base = push(repository, "apps/web.yaml", NEWER)
    result = run(repository)
    assert result.exit_code == 0, result.output
    pull = only(shop)
    branch = branch_of(pull)
    assert shown(shop, branch) == SAFE.replace("1.4.2", "1.4.3").strip()
    assert shop.objects.git("rev-parse", f"{branch}~1") == base
    known = state.read(pull.body)
    assert known is not None
    assert known.heads[-1] == tip(shop, branch)
    assert run(repository).stdout.startswith("unchanged")


# ---- People


def test_a_persons_commit_is_never_lost(repository: Repository, hub: GitHub, shop: Hosted, ada: People) -> None:
    run(repository)
    branch = branch_of(only(shop))
    mine = ada.push(branch, {"mine.txt": "mine\n"})
    push(repository, "apps/web.yaml", NEWER)
    result = run(repository)
    assert result.exit_code == 0, result.output
    assert "left to its people" in result.stdout
    assert tip(shop, branch) == mine
    pull = only(shop)
    assert pull.labels == ["kubewright", "kubewright:hands-off"]
    assert len(pull.comments) == 1
    hub.clear_log()
    assert run(repository).exit_code == 0
    assert hub.calls() == []
    ada.tick_comment(pull.number, "kw:rebuild")
    assert run(repository).exit_code == 0
    assert shop.objects.git("diff", "--name-only", "main", branch) == "apps/web.yaml"
    assert (pull.labels, len(pull.comments)) == (["kubewright"], 1)


def test_a_push_in_the_last_moment_is_not_overwritten(
    repository: Repository, hub: GitHub, shop: Hosted, ada: People
) -> None:
    run(repository)
    branch = branch_of(only(shop))
    push(repository, "apps/web.yaml", NEWER)
    theirs: list[str] = []

    def moves(record: faults.Record) -> bool:
        return record.is_write and record.path == "/graphql"

    hub.faults.before(moves, lambda: theirs.append(ada.push(branch, {"mine.txt": "mine\n"})))
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert "moved while this ran" in result.stderr
    assert [tip(shop, branch)] == theirs
    assert "moved while this ran" in dashboard(shop)


def test_a_closed_pull_request_is_a_no(repository: Repository, hub: GitHub, shop: Hosted, ada: People) -> None:
    run(repository)
    ada.close(1)
    result = run(repository)
    assert result.exit_code == 0, result.output
    assert not only(shop).is_open
    assert "declined by closing #1" in dashboard(shop)
    hub.clear_log()
    assert run(repository).exit_code == 0
    assert hub.calls() == []


def test_a_merged_branch_that_was_not_deleted_is_used_again(repository: Repository, shop: Hosted, ada: People) -> None:
    run(repository)
    branch = branch_of(only(shop))
    ada.merge(1)
    repository.git("fetch", "-q", str(shop.objects.path), "main")
    repository.git("reset", "-q", "--hard", "FETCH_HEAD")
    push(repository, "apps/more.yaml", POD.replace("name: web ", "name: more "))
    result = run(repository)
    assert result.exit_code == 0, result.output
    assert [(pull.is_open, branch_of(pull)) for pull in shop.pulls] == [(False, branch), (True, branch)]
    assert shop.objects.git("diff", "--name-only", "main", branch) == "apps/more.yaml"


def test_the_pull_request_of_a_fork_is_not_ours(repository: Repository, hub: GitHub, shop: Hosted, ada: People) -> None:
    run(repository)
    ours = only(shop)
    fork = hub.fork(NAME, "mallory")
    hub.people(fork.full_name, "mallory").commit(branch_of(ours), {"theirs.yaml": "x\n"})
    theirs = ada.open_pull("main")
    assert theirs.pull is not None
    theirs.pull.source, theirs.pull.head, theirs.pull.head_sha = (
        fork.full_name,
        branch_of(ours),
        tip(fork, branch_of(ours)),
    )
    theirs.body, theirs.author = ours.body, hub.account("mallory")
    hub.clear_log()
    result = run(repository)
    assert (result.exit_code, hub.calls()) == (0, []), result.output
    assert "unchanged https://github.example/acme/shop/pull/1" in result.stdout


def test_a_branch_of_that_name_which_is_not_ours_is_left_alone(
    repository: Repository, shop: Hosted, ada: People
) -> None:
    run(repository)
    branch = branch_of(only(shop))
    shop.threads.clear()
    theirs = ada.push(branch, {"mine.txt": "mine\n"})
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert "holds something else" in result.stderr
    assert shop.pulls == []
    assert tip(shop, branch) == theirs
    assert "holds something else" in dashboard(shop)


# ---- Without GraphQL


def test_plain_rest_is_enough(
    repository: Repository, hub: GitHub, shop: Hosted, ada: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.has_graphql = False
    monkeypatch.setenv("GITHUB_TOKEN", PERSON)
    assert run(repository).exit_code == 0
    assert [call for call in hub.calls() if call[1] != "/graphql"] == [
        ("POST", "/git/trees"),
        ("POST", "/git/commits"),
        ("POST", "/git/refs"),
        ("POST", "/pulls"),
        ("POST", "/issues/1/labels"),
        ("POST", "/issues"),
    ]
    pull = only(shop)
    assert pull.author.login == "ada"
    push(repository, "apps/web.yaml", NEWER)
    assert run(repository).exit_code == 0
    assert shown(shop, branch_of(pull)) == SAFE.replace("1.4.2", "1.4.3").strip()
    push(repository, "apps/web.yaml", SAFE)
    assert run(repository).exit_code == 0
    assert not only(shop).is_open
    assert shop.branch(branch_of(pull)) is None
    assert len(pull.comments) == 1
    hub.clear_log()
    assert run(repository).exit_code == 0
    assert [record.call for record in hub.log if record.is_write] == []


# ---- What must be right before


def test_a_commit_that_github_does_not_have_must_be_pushed_first(repository: Repository, shop: Hosted) -> None:
    repository.write("apps/web.yaml", NEWER)
    repository.commit("not pushed")
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert "push it first" in result.stderr
    assert shop.pulls == []


def test_a_dry_run_with_a_token_reads_and_writes_nothing(repository: Repository, hub: GitHub, shop: Hosted) -> None:
    result = run(repository, "--dry-run")
    assert result.exit_code == 0, result.output
    assert hub.calls() == []
    assert hub.log
    assert shop.threads == []
    assert "POST /repos/acme/shop/pulls" in result.stdout


def test_a_dry_run_without_a_token_asks_nobody(
    repository: Repository, hub: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    result = run(repository, "--dry-run")
    assert result.exit_code == 0, result.output
    assert hub.log == []
    assert "POST /repos/acme/shop/pulls" in result.stdout


def test_without_a_token_it_says_so_before_any_work(
    repository: Repository, hub: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    result = run(repository)
    assert result.exit_code == USAGE
    assert "GITHUB_TOKEN" in result.stderr


@pytest.mark.parametrize("url", ["http://api.example", "ftp://x", "http://127.0.0.1.evil.example"])
def test_the_token_is_sent_over_https_only(url: str) -> None:
    with pytest.raises(ConfigError, match="https"):
        client.connect(NAME, {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": url})


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/acme/shop", "acme/shop"),
        ("https://github.com/acme/shop.git", "acme/shop"),
        ("https://user:pw@github.example/acme/shop.git/", "acme/shop"),
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("ssh://git@github.com:22/acme/shop.git", "acme/shop"),
        ("https://gitlab.example/group/sub/shop", None),
        ("/srv/git/shop.git", None),
        ("", None),
    ],
)
def test_the_repository_is_that_of_origin(url: str, name: str | None) -> None:
    assert client.repository_of(url) == name


def test_all_files_of_a_fix_are_one_commit(
    hub: GitHub, shop: Hosted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fixers import registry
    from tests.joint import made

    repository = Repository(tmp_path / "shop")
    push(repository, "apps/web.yaml", made.WORKLOAD)
    push(repository, "apps/kustomization.yaml", "resources: [web.yaml]\n")
    monkeypatch.setitem(registry.all_fixers(), "account-not-there", made.made_by(made.adds("account.yaml")))
    monkeypatch.setattr("bot.config.known_rules", lambda: (made.account_not_there,))
    done = CliRunner().invoke(program, ["propose", str(repository.root)])
    assert done.exit_code == 0, done.output
    branch = branch_of(only(shop))
    assert shop.objects.git("diff", "--name-status", f"{branch}~1", branch).split() == [
        *("A", "apps/account.yaml"),
        *("M", "apps/kustomization.yaml"),
    ]
    assert shop.objects.git("show", f"{branch}:apps/account.yaml").strip() == made.ACCOUNT.strip()
