"""Which branches are proposed to, when, and with whose settings; on a GitHub that is judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from double import TOKEN, GitHub, github
from double import Repository as Hosted
from repositories import Repository

from bot.cli import program
from bot.commands import propose
from bot.errors import OUTSIDE, USAGE
from bot.hub import client

NAME = "acme/shop"
PRESETS = "acme/.kubewright"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccount: web
  containers:
    - name: web
      image: registry.example/web:1.4.2
      securityContext:
        privileged: yes
"""
SELECT = "select: [privileged-container, deprecated-service-account-field]\n"
HEAD = f"version: 1\n{SELECT}pull-requests:\n"


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.write("apps/web.yaml", POD)
    repository.write(".kubewright.yaml", f"version: 1\n{SELECT}")
    repository.commit("start")
    for name in ("release/1.0", "release/2.0", "kubewright/release/old", "wip"):
        repository.git("branch", name)
    return repository


def run(shop: Repository, *arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(program, ["propose", str(shop.root), *arguments], env=environment)


def configure(shop: Repository, text: str) -> None:
    shop.write(".kubewright.yaml", HEAD + text)
    shop.commit("configure")


def called(shop: Repository, below: str = "kubewright") -> list[str]:
    """The branches below a name without their hashes."""
    names = shop.git("for-each-ref", "--format=%(refname:lstrip=2)", f"refs/heads/{below}").split()
    return [name.rpartition("-")[0] for name in names if name != "kubewright/release/old"]


def test_patterns_find_branches_but_none_of_ours(shop: Repository) -> None:
    result = run(shop, "--local", "--base", "main", "--base", "release/*", "--base", "release/1.0", "--base", "**/old")
    assert result.exit_code == 0, result.output
    assert called(shop) == [
        "kubewright/main/apps-safe",
        "kubewright/release-1-0/apps-safe",
        "kubewright/release-2-0/apps-safe",
    ]
    assert "no branch of this repository or of origin is like '**/old'" in result.stderr
    assert "fix(k8s): harden apps on release/1.0 (1 safe fix)" in result.stdout
    assert "fix(k8s): harden apps on main (1 safe fix)" in result.stdout


def test_one_branch_needs_no_word_in_the_title(shop: Repository) -> None:
    assert "fix(k8s): harden apps (1 safe fix)" in run(shop, "--local", "--base", "release/1.0").stdout


def test_a_pattern_without_any_branch_is_an_error(shop: Repository) -> None:
    result = run(shop, "--local", "--base", "hotfix/*")
    assert result.exit_code == OUTSIDE
    assert "there is no branch like hotfix/*" in result.stderr


def test_the_file_says_how_and_a_flag_says_otherwise(shop: Repository) -> None:
    configure(
        shop,
        "  base-branches: [main, release/*]\n  unsafe: true\n  branch-prefix: bots\n  group: repository\n"
        "  limits: {commits: 1}\n  sign-off: true\n"
        "  title: '{count} for {base}'\n  commit-subject: 'k8s: {rule} of {name}'\n",
    )
    result = run(shop, "--local")
    assert result.exit_code == 0, result.output
    expected = ["main/safe", "main/unsafe", "release-1-0/safe", "release-1-0/unsafe", "release-2-0/safe"]
    assert called(shop, "bots") == [f"bots/{name}" for name in [*expected, "release-2-0/unsafe"]]
    assert "\n1 for release/2.0\n" in result.stdout
    (branch, *_) = shop.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/bots").split()
    said = shop.git("log", "-1", "--format=%B", branch)
    assert said.startswith("k8s: deprecated-service-account-field of web\n")
    assert "\nSigned-off-by: Kubewright <" in said
    flags = ("--base", "main", "--no-unsafe", "--branch-prefix", "kw", "--group", "directory")
    assert run(shop, "--local", *flags).exit_code == 0
    assert called(shop, "kw") == ["kw/main/apps-safe"]


def test_options_are_called_by_their_names_in_the_environment(shop: Repository) -> None:
    given = {"KUBEWRIGHT_BRANCH_PREFIX": "kw", "KUBEWRIGHT_BASE": "main release/1.0", "KUBEWRIGHT_LOCAL": "1"}
    assert run(shop, KUBEWRIGHT_GROUP="repository", KUBEWRIGHT_UNSAFE="true", **given).exit_code == 0
    assert called(shop, "kw") == ["kw/main/safe", "kw/main/unsafe", "kw/release-1-0/safe", "kw/release-1-0/unsafe"]


def test_each_branch_is_judged_by_its_own_configuration(shop: Repository) -> None:
    shop.git("checkout", "-q", "release/1.0")
    shop.write(".kubewright.yaml", "version: 1\nselect: host-network\npull-requests: {branch-prefix: other}\n")
    shop.commit("only the network matters here")
    shop.git("checkout", "-q", "main")
    assert run(shop, "--local", "--base", "main", "--base", "release/1.0").exit_code == 0
    assert called(shop) == ["kubewright/main/apps-safe"]
    assert called(shop, "other") == []


def test_a_mistake_in_another_branch_names_it(shop: Repository) -> None:
    shop.git("checkout", "-q", "release/1.0")
    shop.write(".kubewright.yaml", "version: 1\nselct: host-network\n")
    shop.commit("a mistake")
    shop.git("checkout", "-q", "main")
    result = run(shop, "--local", "--base", "main", "--base", "release/1.0")
    assert result.exit_code == USAGE
    assert "release/1.0:.kubewright.yaml:2: selct: unknown key" in result.stderr


@pytest.fixture
def hub(shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    shop.git("clone", "-q", "--bare", ".", str(tmp_path / "hub.git"))
    with github(tmp_path) as made:
        made.repository(NAME, bare=tmp_path / "hub.git")
        shop.git("remote", "add", "origin", f"https://github.example/{NAME}.git")
        shop.git("remote", "set-url", "--push", "origin", str(tmp_path / "hub.git"))
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("GITHUB_API_URL", made.url)
        opened = client.open_session
        monkeypatch.setattr(client, "open_session", lambda *given: opened(*given, pace=0))
        yield made


@pytest.fixture
def hosted(hub: GitHub) -> Hosted:
    found = hub.find(NAME)
    assert found is not None
    return found


def published(shop: Repository, text: str) -> None:
    shop.write(".kubewright.yaml", text)
    shop.commit("configure")
    shop.git("push", "-q", "origin", "main")


def test_each_branch_gets_its_pull_request_and_all_share_the_limits(
    shop: Repository, hub: GitHub, hosted: Hosted
) -> None:
    published(shop, HEAD + "  base-branches: [main, release/*]\n  limits: {open: 2, hourly: 0}\n")
    result = run(shop)
    assert result.exit_code == 0, result.output
    assert [pull.pull.base for pull in hosted.pulls if pull.pull] == ["main", "release/1.0"]
    assert "waits: kubewright/release-2-0/" in result.stdout
    hub.clear_log()
    assert run(shop).exit_code == 0
    assert hub.calls() == []


def test_a_no_on_one_branch_is_none_on_another(shop: Repository, hub: GitHub, hosted: Hosted) -> None:
    published(shop, HEAD + "  base-branches: [main, release/1.0]\n  limits: {open: 0, hourly: 0}\n")
    assert run(shop).exit_code == 0
    first, second = hosted.pulls
    hub.people(NAME).close(first.number)
    result = run(shop)
    assert result.exit_code == 0, result.output
    assert (first.is_open, second.is_open, len(hosted.pulls)) == (False, True, 2)


def test_outside_of_the_schedule_nothing_is_written(
    shop: Repository, hub: GitHub, hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(shop, HEAD + "  schedule: {windows: [{days: mon-fri, hours: 9-17}]}\n")
    now = datetime(2026, 6, 6, 12, tzinfo=UTC)  # A Saturday.

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return now

    monkeypatch.setattr(propose, "datetime", Clock)
    result = run(shop)
    assert result.exit_code == 0, result.output
    assert "it is not the time, mon-fri 9-17 (UTC): nothing is written" in result.stderr
    assert "POST /repos/acme/shop/pulls  # " in result.stdout
    assert (hub.calls(), hosted.pulls) == ([], [])
    now = datetime(2026, 6, 8, 12, tzinfo=UTC)
    assert run(shop).exit_code == 0
    assert len(hosted.pulls) == 1


def test_a_person_can_write_at_any_time(shop: Repository, hub: GitHub, hosted: Hosted) -> None:
    today = datetime.now(UTC).weekday()
    tomorrow = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[(today + 3) % 7]
    published(shop, HEAD + f"  schedule: {{windows: [{{days: {tomorrow}}}]}}\n")
    assert run(shop).exit_code == 0
    assert hosted.pulls == []
    assert run(shop, "--any-time").exit_code == 0
    assert len(hosted.pulls) == 1


PRESET = "version: 1\nselect: privileged-container\npull-requests: {unsafe: true, labels: [security]}\n"


def test_a_preset_is_read_at_its_ref_and_completed(shop: Repository, hub: GitHub, hosted: Hosted) -> None:
    hub.repository(PRESETS)
    ada = hub.people(PRESETS)
    ada.commit("main", {"kubewright.yaml": "version: 1\nselct: x\n"})
    ada.commit("v1", {"kubewright.yaml": PRESET})
    hub.token("ghp_both", "classic", "ada")
    hub.people(NAME)
    published(shop, f"version: 1\nextends: {PRESETS}@v1\npull-requests: {{group: repository}}\n")
    result = run(shop, GITHUB_TOKEN="ghp_both")
    assert result.exit_code == 0, result.output
    (pull,) = hosted.pulls
    assert pull.pull is not None
    assert pull.pull.head.startswith("kubewright/main/unsafe-")
    assert {"security"} <= set(pull.labels)
    assert "extends" not in result.stderr
    reads = [record for record in hub.log if "/contents/" in record.path]
    assert len(reads) == 1


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("ghp_both", f"{PRESETS}:kubewright.yaml:2: selct: unknown key"),
        ("pat_here", f"extends: {PRESETS}: there is no kubewright.yaml, or the token may not read it"),
    ],
)
def test_a_preset_that_is_wrong_or_out_of_reach_stops_the_run(
    shop: Repository, hub: GitHub, hosted: Hosted, token: str, says: str
) -> None:
    hub.repository(PRESETS)
    hub.people(PRESETS).commit("main", {"kubewright.yaml": "version: 1\nselct: x\n"})
    hub.token("ghp_both", "classic", "ada")
    hub.token("pat_here", "fine", "ada", repositories=frozenset([NAME]))
    hub.people(NAME)
    published(shop, f"version: 1\nextends: {PRESETS}\n")
    result = run(shop, GITHUB_TOKEN=token)
    assert result.exit_code == USAGE, result.output
    assert says in result.stderr
    assert (hub.calls(), hosted.pulls) == ([], [])


def test_local_branches_are_made_without_the_preset_and_it_is_said_once(shop: Repository) -> None:
    shop.write(".kubewright.yaml", f"version: 1\n{SELECT}extends: {PRESETS}@v1\n")
    shop.commit("configure")
    result = run(shop, "--local", "--base", "main", "--base", "release/1.0")
    assert result.exit_code == 0, result.output
    assert result.stderr.count(PRESETS) == 1


def test_a_rehearsal_without_a_token_reads_no_preset(shop: Repository, hub: GitHub, hosted: Hosted) -> None:
    published(shop, f"version: 1\n{SELECT}extends: {PRESETS}@v1\n")
    result = run(shop, "--dry-run", GITHUB_TOKEN="")
    assert result.exit_code == 0, result.output
    assert result.stderr.count(PRESETS) == 1
    assert "POST /repos/acme/shop/pulls" in result.stdout
    assert hub.log == []
