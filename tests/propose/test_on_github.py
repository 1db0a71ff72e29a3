"""Pull requests on a GitHub whose store is a real repository: created, updated, left alone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fake_github import NAME, TOKEN, Answer, FakeGitHub
from repositories import Repository

from bot import state
from bot.cli import program
from bot.errors import OUTSIDE, USAGE, ConfigError
from bot.hub import client

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
WRITES = ("POST", "PATCH")


@pytest.fixture
def hub(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    repository.write("apps/web.yaml", POD).chmod(0o755)
    repository.commit("start")
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "hub.git"))
    fake = FakeGitHub(tmp_path / "hub.git")
    stop = fake.start()
    repository.git("remote", "add", "origin", f"https://github.example/{NAME}.git")
    repository.git("remote", "set-url", "--push", "origin", str(fake.bare))
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_API_URL", fake.url)
    opened = client.open_session
    monkeypatch.setattr(client, "open_session", lambda *given: opened(*given, pace=0))
    yield fake
    stop()


def run(repository: Repository, *arguments: str) -> Result:
    chosen = ("--select", "privileged-container", "--select", "deprecated-service-account-field")
    return CliRunner().invoke(program, ["propose", str(repository.root), *arguments, *chosen])


def push(repository: Repository, path: str, text: str) -> str:
    repository.write(path, text)
    made = repository.commit("newer")
    repository.git("push", "-q", "origin", "main")
    return made


def writes(hub: FakeGitHub) -> list[tuple[str, str]]:
    return [(method, path.removeprefix(f"/repos/{NAME}")) for method, path in hub.log if method in WRITES]


def test_a_pull_request_is_created_in_six_writes_or_less(repository: Repository, hub: FakeGitHub) -> None:
    result = run(repository)
    assert result.exit_code == 0, result.output
    (pull,) = hub.pulls
    branch = pull["head"]["ref"]
    assert hub.git("show", f"{branch}:apps/web.yaml") == SAFE.strip()
    assert hub.git("ls-tree", branch, "apps/web.yaml").startswith("100755")
    assert hub.git("log", "-1", "--format=%an|%s", branch) == (
        "kubewright[bot]|fix(k8s): use the field's present name (Pod web)"
    )
    assert pull["base"]["ref"] == "main"
    assert pull["title"] == "fix(k8s): harden manifests (1 safe fix)"
    known = state.read(pull["body"])
    assert known is not None
    assert known.heads == (hub.git("rev-parse", branch),)
    assert writes(hub) == [("POST", "/git/trees"), ("POST", "/git/commits"), ("POST", "/graphql"), ("POST", "/pulls")]
    assert "created https://github.example/acme/shop/pull/1" in result.stdout


def test_nothing_local_is_written(repository: Repository, hub: FakeGitHub) -> None:
    before = repository.state()
    run(repository, "--unsafe")
    assert repository.state() == before
    assert len(hub.pulls) == 2


def test_running_again_writes_nothing(repository: Repository, hub: FakeGitHub) -> None:
    run(repository)
    hub.log.clear()
    result = run(repository)
    assert (result.exit_code, writes(hub)) == (0, [])
    assert "unchanged" in result.stdout


def test_a_base_that_moved_elsewhere_causes_no_write(repository: Repository, hub: FakeGitHub) -> None:
    run(repository)
    push(repository, "README", "unrelated\n")
    hub.log.clear()
    assert run(repository).exit_code == 0
    assert writes(hub) == []


def test_what_is_new_updates_the_same_pull_request(repository: Repository, hub: FakeGitHub) -> None:
    run(repository)
    base = push(repository, "apps/web.yaml", POD.replace("1.4.2", "1.4.3"))
    result = run(repository)
    assert result.exit_code == 0, result.output
    (pull,) = hub.pulls
    branch = pull["head"]["ref"]
    assert hub.git("show", f"{branch}:apps/web.yaml") == SAFE.replace("1.4.2", "1.4.3").strip()
    assert hub.git("rev-parse", f"{branch}~1") == base
    known = state.read(pull["body"])
    assert known is not None
    assert known.heads[-1] == hub.git("rev-parse", branch)
    assert run(repository).stdout.startswith("unchanged")


def test_a_persons_commit_is_never_lost(repository: Repository, hub: FakeGitHub, tmp_path: Path) -> None:
    run(repository)
    branch = hub.pulls[0]["head"]["ref"]
    repository.git("clone", "-q", "-b", branch, str(hub.bare), str(tmp_path / "theirs"))
    theirs = Repository(tmp_path / "theirs")
    theirs.write("mine.txt", "mine\n")
    mine = theirs.commit("mine")
    theirs.git("push", "-q", "origin", branch)
    push(repository, "apps/web.yaml", POD.replace("1.4.2", "1.4.3"))
    hub.log.clear()
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert "did not make" in result.stderr
    assert hub.git("rev-parse", branch) == mine
    assert writes(hub) == []


def test_a_push_in_the_last_moment_is_not_overwritten(repository: Repository, hub: FakeGitHub) -> None:
    run(repository)
    branch = hub.pulls[0]["head"]["ref"]
    push(repository, "apps/web.yaml", POD.replace("1.4.2", "1.4.3"))
    theirs = hub.git("rev-parse", "refs/heads/main")

    def meanwhile(method: str, path: str) -> None:
        if path == "/graphql":
            hub.git("update-ref", f"refs/heads/{branch}", theirs)

    hub.fault = meanwhile
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert "cannot be updated" in result.stderr
    assert hub.git("rev-parse", branch) == theirs


@pytest.mark.parametrize("stop_at", ["/git/trees", "/git/commits", "/graphql", "/pulls"])
@pytest.mark.parametrize("newer", [False, True])
@pytest.mark.parametrize("when", ["fault", "late_fault"])
def test_after_any_interruption_the_next_run_ends_with_one_pull_request(
    repository: Repository, hub: FakeGitHub, stop_at: str, newer: bool, when: str
) -> None:
    if newer:
        run(repository)
        push(repository, "apps/web.yaml", POD.replace("1.4.2", "1.4.3"))

    def fail(method: str, path: str) -> None:
        if method in WRITES and path.split("?")[0].removeprefix(f"/repos/{NAME}").startswith(stop_at):
            raise Answer(502, {"message": "Server Error"})

    setattr(hub, when, fail)
    hub.log.clear()
    assert run(repository).exit_code == OUTSIDE
    failed = [path for _, path in writes(hub) if path.startswith(stop_at)]
    assert len(failed) == 1, "a write is never sent twice"
    setattr(hub, when, None)
    result = run(repository)
    assert result.exit_code == 0, result.output
    (pull,) = hub.pulls
    text = hub.git("show", f"{pull['head']['ref']}:apps/web.yaml")
    assert text == (SAFE.replace("1.4.2", "1.4.3") if newer else SAFE).strip()
    assert run(repository).stdout.startswith("unchanged")


def test_reading_is_tried_again(repository: Repository, hub: FakeGitHub) -> None:
    failures = iter([502, 503])

    def flaky(method: str, path: str) -> None:
        if method == "GET" and (status := next(failures, None)):
            raise Answer(status, {"message": "Server Error"})

    hub.fault = flaky
    assert run(repository).exit_code == 0
    assert len(hub.pulls) == 1


def test_reading_is_not_tried_for_ever(repository: Repository, hub: FakeGitHub) -> None:
    def down(method: str, path: str) -> None:
        raise Answer(502, {"message": "Server Error"})

    hub.fault = down
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert len(hub.log) == 4


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
    repository: Repository, hub: FakeGitHub, where: str, status: int, said: str, hint: str
) -> None:
    def refuse(method: str, path: str) -> None:
        if method == "POST" and path.endswith(where):
            raise Answer(status, {"message": said})

    hub.fault = refuse
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert hint in result.stderr
    assert f"{status}" in result.stderr
    assert TOKEN not in result.output


def test_the_token_reaches_no_file_no_log_and_no_output(
    repository: Repository, hub: FakeGitHub, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    results = [run(repository, "--unsafe", "--debug"), run(repository, "-vv")]
    hub.fault = lambda method, path: (_ for _ in ()).throw(Answer(500, {"message": TOKEN}))
    results.append(run(repository, "--debug"))
    assert results[-1].exit_code == OUTSIDE
    assert all(TOKEN not in result.output for result in results)
    assert TOKEN not in caplog.text
    assert all(TOKEN not in body for body in hub.bodies)
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes()


def test_a_closed_pull_request_is_a_no(repository: Repository, hub: FakeGitHub) -> None:
    run(repository)
    hub.pulls[0]["state"] = "closed"
    hub.log.clear()
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert "was closed" in result.stderr
    assert writes(hub) == []


def test_a_merged_branch_that_was_not_deleted_is_used_again(repository: Repository, hub: FakeGitHub) -> None:
    run(repository)
    branch = hub.pulls[0]["head"]["ref"]
    hub.git("update-ref", "refs/heads/main", f"refs/heads/{branch}")
    hub.pulls[0] |= {"state": "closed", "merged_at": "2026-11-01T00:00:00Z"}
    repository.git("fetch", "-q", str(hub.bare), "main")
    repository.git("reset", "-q", "--hard", "FETCH_HEAD")
    push(repository, "apps/more.yaml", POD.replace("name: web ", "name: more "))
    result = run(repository)
    assert result.exit_code == 0, result.output
    assert [pull["state"] for pull in hub.pulls] == ["closed", "open"]
    assert hub.git("diff", "--name-only", "main", branch) == "apps/more.yaml"


def test_the_pull_request_of_a_fork_is_not_ours(repository: Repository, hub: FakeGitHub) -> None:
    run(repository)
    hub.pulls[0]["head"]["repo"] = {**hub.repository_json(), "id": 8}
    result = run(repository)
    assert result.exit_code == OUTSIDE or len(hub.pulls) == 2
    assert hub.pulls[0]["title"]


def test_a_branch_of_that_name_which_is_not_ours_is_left_alone(repository: Repository, hub: FakeGitHub) -> None:
    run(repository)
    branch = hub.pulls.pop()["head"]["ref"]
    main = hub.git("rev-parse", "refs/heads/main")
    hub.git("update-ref", f"refs/heads/{branch}", main)
    hub.log.clear()
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert "holds something else" in result.stderr
    assert writes(hub) == []


def test_a_commit_that_github_does_not_have_must_be_pushed_first(repository: Repository, hub: FakeGitHub) -> None:
    repository.write("apps/web.yaml", POD.replace("1.4.2", "1.4.3"))
    repository.commit("not pushed")
    result = run(repository)
    assert result.exit_code == OUTSIDE
    assert "push it first" in result.stderr
    assert hub.pulls == []


def test_a_dry_run_asks_nobody(repository: Repository, hub: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    result = run(repository, "--dry-run")
    assert result.exit_code == 0, result.output
    assert hub.log == []
    assert "would be sent to acme/shop" in result.stdout


def test_without_a_token_it_says_so_before_any_work(
    repository: Repository, hub: FakeGitHub, monkeypatch: pytest.MonkeyPatch
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


def test_all_files_of_a_fix_are_one_commit(hub: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fixers import registry
    from tests.joint import made

    repository = Repository(tmp_path / "shop")
    push(repository, "apps/web.yaml", made.WORKLOAD)
    push(repository, "apps/kustomization.yaml", "resources: [web.yaml]\n")
    monkeypatch.setitem(registry.all_fixers(), "account-not-there", made.made_by(made.adds("account.yaml")))
    monkeypatch.setattr("bot.config.known_rules", lambda: (made.account_not_there,))
    done = CliRunner().invoke(program, ["propose", str(repository.root)])
    assert done.exit_code == 0, done.output
    (branch,) = hub.git("for-each-ref", "--format=%(refname)", "refs/heads/kubewright").split()
    assert hub.git("diff", "--name-status", f"{branch}~1", branch).split() == [
        *("A", "apps/account.yaml"),
        *("M", "apps/kustomization.yaml"),
    ]
    assert hub.git("show", f"{branch}:apps/account.yaml").strip() == made.ACCOUNT.strip()
