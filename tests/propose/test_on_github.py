"""`kubewright propose` on a GitHub whose store is a real repository: created, updated, left alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from double import ACTIONS, PERSON, TOKEN, Fault, GitHub, People, Thread, faults, github
from double import Repository as Hosted
from repositories import Repository

from bot import state
from bot.cli import program
from bot.errors import OUTSIDE, USAGE, ConfigError
from bot.hub import client
from bot.lifecycle.dashboard import TITLE

NAME = "acme/shop"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web  # the shop's front
spec:
  serviceAccount: web
  containers:
    - name: web
      image: registry.example/web:1.4.2
      securityContext:
        privileged: yes   # for debugging
"""
SAFE = POD.replace("serviceAccount:", "serviceAccountName:")
NEWER = POD.replace("1.4.2", "1.4.3")


@pytest.fixture
def hub(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    repository.write("apps/web.yaml", POD).chmod(0o755)
    repository.commit("start")
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "hub.git"))
    with github(tmp_path) as made:
        made.repository(NAME, bare=tmp_path / "hub.git")
        repository.git("remote", "add", "origin", f"https://github.example/{NAME}.git")
        repository.git("remote", "set-url", "--push", "origin", str(tmp_path / "hub.git"))
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("GITHUB_API_URL", made.url)
        opened = client.open_session
        monkeypatch.setattr(client, "open_session", lambda *given: opened(*given, pace=0))
        yield made


@pytest.fixture
def shop(hub: GitHub) -> Hosted:
    found = hub.find(NAME)
    assert found is not None
    return found


@pytest.fixture
def ada(hub: GitHub) -> People:
    return hub.people(NAME)


def run(repository: Repository, *arguments: str) -> Result:
    chosen = ("--select", "privileged-container", "--select", "deprecated-service-account-field")
    return CliRunner().invoke(program, ["propose", str(repository.root), *arguments, *chosen])


def push(repository: Repository, path: str, text: str) -> str:
    repository.write(path, text)
    made = repository.commit("newer")
    repository.git("push", "-q", "origin", "main")
    return made


def only(shop: Hosted) -> Thread:
    """Return the pull request, of which there is one, and the dashboard, of which there is one as well."""
    (pull,) = shop.pulls
    (dashboard,) = shop.issues
    assert dashboard.title == TITLE
    return pull


def branch_of(pull: Thread) -> str:
    assert pull.pull is not None
    return pull.pull.head


def dashboard(shop: Hosted) -> str:
    (found,) = shop.issues
    return str(found.body)


def tip(shop: Hosted, branch: str) -> str:
    return shop.objects.git("rev-parse", f"refs/heads/{branch}")


def shown(shop: Hosted, branch: str) -> str:
    return shop.objects.git("show", f"refs/heads/{branch}:apps/web.yaml")


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


# ---- Faults


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
