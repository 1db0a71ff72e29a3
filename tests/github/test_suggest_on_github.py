"""`kubewright suggest` on a GitHub that takes comments on lines of the diff only: one review, and nothing twice."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from double import ACTIONS, FAULTS, TOKEN, GitHub, People, Pull
from double.faults import to

from bot import review, suggestion
from bot.cli import program
from bot.errors import CLEAN, FINDINGS, OUTSIDE, USAGE
from bot.hub import client
from bot.suggestion import Place, Suggestion

NAME = "acme/shop"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web  # the shop's front
spec:
  serviceAccountName: web
  containers:
    - name: web
      image: registry.example/web:1.4.2
      securityContext:
        privileged: false   # for debugging
"""
# One finding with a safe fix, one with an unsafe fix, each on a line of its own.
WORSE = POD.replace("serviceAccountName:", "serviceAccount:").replace("privileged: false", "privileged: yes")
RULES = ("--select=privileged-container", "--select=deprecated-service-account-field")
REVIEW = ("POST", "/pulls/1/reviews")


@dataclass
class Shop:
    """A pull request 1 on the double, and a clone that is fetched before each run."""

    hub: GitHub
    ada: People
    clone: Path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.clone, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    @property
    def pull(self) -> Pull:
        return self.ada.pull(1)

    def propose(self, files: dict[str, str], branch: str = "change") -> None:
        """Push to the branch of the pull request, and open it the first time."""
        self.ada.commit(branch, files)
        if not self.ada.repo.pulls:
            self.ada.open_pull(branch)

    def run(self, *arguments: str, rules: tuple[str, ...] = RULES) -> Result:
        self.git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
        given = [str(self.clone), "--repo", NAME, *rules, *arguments]
        return CliRunner().invoke(program, ["suggest", *given], env=dict(os.environ))

    def accepted(self) -> dict[str, str]:
        """Return the files of the head with each suggestion accepted by itself, by the text of its block."""
        made = {}
        for comment in self.pull.comments:
            lines = suggestion.read(comment.body)
            if lines is not None:
                place = comment.place
                text = self.git("show", f"{self.pull.head_sha}:{place['path']}") + "\n"
                where = Place(place["start_line"] or place["line"], place["line"])
                made[comment.body] = suggestion.applied(text, Suggestion(where, lines))
        return made


@pytest.fixture
def shop(hub: GitHub, ada: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "KUBEWRIGHT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_API_URL", hub.url)
    opened = client.open_session
    monkeypatch.setattr(client, "open_session", lambda *given: opened(*given, pace=0))
    ada.commit("main", {"apps/web.yaml": POD, "apps/old.yaml": WORSE.replace("web", "old")})
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(ada.repo.objects.path), str(clone)], check=True)
    hub.clear_log()
    yield Shop(hub, ada, clone)


def actions(shop: Shop, monkeypatch: pytest.MonkeyPatch, *, is_foreign: bool = False, **environment: str) -> None:
    """Make the process look like a workflow that runs for the pull request."""
    head_repo = {"id": 99} if is_foreign else {"id": 7}
    event: dict[str, Any] = {
        "pull_request": {
            "number": 1,
            "head": {"sha": shop.pull.head_sha, "repo": head_repo},
            "base": {"sha": shop.pull.base_sha, "repo": {"id": 7}},
        }
    }
    path = shop.clone.parent / "event.json"
    path.write_text(json.dumps(event))
    given = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(path)}
    for name, value in {**given, "GITHUB_REPOSITORY": NAME, **environment}.items():
        monkeypatch.setenv(name, value)


def test_one_review_suggests_what_was_proven(shop: Shop) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    result = shop.run("--pull", "1", "--unsafe")
    assert result.exit_code == FINDINGS, result.output
    assert shop.hub.calls() == [REVIEW]
    (made,) = shop.pull.reviews
    assert made.state == "COMMENTED"
    assert made.commit == shop.pull.head_sha
    fixed = list(shop.accepted().values())
    assert fixed == [
        WORSE.replace("privileged: yes", "privileged: false"),
        WORSE.replace("serviceAccount:", "serviceAccountName:"),
    ]
    assert result.stdout == ""  # All of them have a comment.


def test_an_unsafe_fix_is_suggested_only_when_asked_for(shop: Shop) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    shop.run("--pull", "1")
    assert list(shop.accepted().values()) == [WORSE.replace("serviceAccount:", "serviceAccountName:")]
    assert len(shop.pull.comments) == 2
    assert "`--unsafe`" in shop.pull.comments[0].body


def test_what_was_there_before_is_left_alone(shop: Shop) -> None:
    # The file has both findings already; the pull request changes another line of it.
    shop.propose({"apps/old.yaml": WORSE.replace("web", "old").replace("1.4.2", "1.4.3")})
    result = shop.run("--pull", "1")
    assert result.exit_code == CLEAN, result.output
    assert shop.hub.calls() == []


def test_what_was_added_to_the_base_meanwhile_is_not_its_doing(shop: Shop) -> None:
    shop.propose({"readme.txt": "hello\n"})
    shop.ada.commit("main", {"apps/late.yaml": WORSE.replace("web", "late")})
    assert shop.run("--pull", "1").exit_code == CLEAN
    assert shop.hub.calls() == []


def test_what_was_repaired_in_the_base_meanwhile_is_not_its_doing(shop: Shop) -> None:
    shop.propose({"readme.txt": "hello\n"})
    shop.ada.commit("main", {"apps/old.yaml": POD.replace("web", "old")})
    shop.git("fetch", "-q", "origin", "main")
    shop.pull.base_sha = shop.git("rev-parse", "FETCH_HEAD")
    assert shop.run("--pull", "1").exit_code == CLEAN
    assert shop.hub.calls() == []


INGRESS = """\
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata:
  name: web
spec:
  rules:
    - host: shop.example
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              serviceName: web
              servicePort: http
"""


def test_a_suggestion_may_cover_several_lines(shop: Shop) -> None:
    shop.propose({"apps/ingress.yaml": INGRESS})
    shop.run("--pull", "1", "--unsafe", rules=("--select=api-version-removed",))
    (comment,) = shop.pull.comments
    assert (comment.place["start_line"], comment.place["line"]) == (1, 14)
    (fixed,) = shop.accepted().values()
    assert fixed == INGRESS.replace("v1beta1", "v1").replace(
        "              serviceName: web\n              servicePort: http\n",
        "              service:\n                name: web\n                port:\n                  name: http\n",
    )


def test_nothing_is_said_twice_and_new_findings_are(shop: Shop) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    shop.run("--pull", "1")
    said = [comment.body for comment in shop.pull.comments]
    again = shop.run("--pull", "1")
    assert again.exit_code == FINDINGS
    assert "2 findings commented before" in again.stderr
    shop.propose({"apps/web.yaml": "# Moved down.\n" + WORSE})
    shop.run("--pull", "1")
    assert shop.hub.calls() == [REVIEW]
    shop.propose({"apps/more.yaml": WORSE.replace("web", "more")})
    shop.run("--pull", "1")
    assert shop.hub.calls() == [REVIEW, REVIEW]
    assert [comment.body for comment in shop.pull.comments[:2]] == said
    assert {comment.place["path"] for comment in shop.pull.comments[2:]} == {"apps/more.yaml"}


def test_a_mark_that_somebody_copied_silences_nothing(shop: Shop) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    shop.run("--pull", "1")
    for comment in shop.pull.comments:
        comment.author = shop.ada.account
    shop.run("--pull", "1")
    assert shop.hub.calls() == [REVIEW, REVIEW]


def test_a_dry_run_prints_what_the_run_then_sends(shop: Shop) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    dry = shop.run("--pull", "1", "--dry-run")
    assert shop.hub.calls() == []
    assert dry.exit_code == FINDINGS
    shop.run("--pull", "1")
    (sent,) = [record for record in shop.hub.log if record.is_write]
    printed = dry.stdout.partition("\n  {")[2].partition("\n  }\n")[0]
    assert json.loads("{" + printed + "}") == json.loads(
        sent.body if isinstance(sent.body, str) else json.dumps(sent.body)
    )
    assert dry.stdout.startswith(f"POST /repos/{NAME}/pulls/1/reviews")


def test_the_limit_holds_for_the_pull_request_as_a_whole(shop: Shop) -> None:
    shop.propose({f"apps/{name}.yaml": WORSE.replace("web", name) for name in ("a", "b", "c")})
    result = shop.run("--pull", "1", "--limit", "2")
    assert len(shop.pull.comments) == 2
    assert all("privileged-container" in comment.body for comment in shop.pull.comments)
    assert "4 findings more than are commented" in shop.pull.reviews[0].body
    assert result.stdout.count("deprecated-service-account-field") == 3
    shop.run("--pull", "1", "--limit", "2")
    assert len(shop.pull.reviews) == 1


@pytest.mark.parametrize("fault", [name for name in FAULTS if "stale" not in name and "expire" not in name])
def test_a_fault_leaves_one_review_however_often_it_is_run(shop: Shop, fault: str) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    shop.hub.faults.add(FAULTS[fault], when=to(*REVIEW), times=1)
    first = shop.run("--pull", "1")
    assert first.exit_code in (FINDINGS, OUTSIDE)
    if first.exit_code == OUTSIDE:
        assert "privileged-container" in first.stdout, "what could not be said there is printed"
    assert shop.run("--pull", "1").exit_code == FINDINGS
    assert len(shop.pull.reviews) == 1
    assert len(shop.pull.comments) == 2


def test_a_push_meanwhile_ends_the_run_without_a_word(shop: Shop) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    shop.hub.faults.before(to("GET", "/pulls/1/comments"), lambda: shop.propose({"apps/web.yaml": POD}))
    result = shop.run("--pull", "1")
    assert result.exit_code == OUTSIDE
    assert shop.hub.calls() == []


def test_a_workflow_says_it_for_its_own_commit_only(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    actions(shop, monkeypatch)
    shop.propose({"apps/web.yaml": "# Newer.\n" + WORSE})
    result = shop.run()
    assert "has a run of its own" in result.stderr
    assert result.stdout.startswith("::error file=apps/web.yaml,line=11,")
    assert shop.hub.calls() == []
    actions(shop, monkeypatch)
    assert shop.run().exit_code == FINDINGS
    assert shop.hub.calls() == [REVIEW]


def test_the_token_of_a_workflow_is_enough(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    actions(shop, monkeypatch, GITHUB_TOKEN=ACTIONS)
    shop.run()
    shop.run()
    assert [one.author.login for one in shop.pull.reviews] == ["github-actions[bot]"]


def test_a_dry_run_wants_a_token_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    monkeypatch.delenv("GITHUB_TOKEN")
    result = shop.run("--pull", "1", "--dry-run")
    assert result.exit_code == USAGE
    assert result.stderr.endswith("error: there is no token for GitHub\nhint: set GITHUB_TOKEN or KUBEWRIGHT_TOKEN\n")


@pytest.mark.parametrize(("is_foreign", "actor"), [(True, "mallory"), (False, "dependabot[bot]")])
def test_where_the_token_can_only_read_it_annotates_and_asks_github_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, is_foreign: bool, actor: str
) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    actions(shop, monkeypatch, is_foreign=is_foreign, GITHUB_ACTOR=actor)
    monkeypatch.delenv("GITHUB_TOKEN")
    result = shop.run()
    assert result.exit_code == FINDINGS
    assert result.stderr.count("can only read") == 1
    assert [line.split(" ")[0] for line in result.stdout.splitlines()[:2]] == ["::error", "::notice"]
    assert shop.hub.log == []


def test_nothing_of_a_hostile_pull_request_is_executed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    stolen = shop.clone.parent / "stolen"
    evil = f"import pathlib; pathlib.Path({str(stolen)!r}).touch()\n"
    shop.propose({"bot/__init__.py": evil, "rules/__init__.py": evil, "sitecustomize.py": evil, "web.yaml": WORSE})
    actions(shop, monkeypatch, is_foreign=True)
    shop.git("fetch", "-q", "origin", "change")
    shop.git("checkout", "-q", "FETCH_HEAD")
    assert shop.run().exit_code == FINDINGS
    assert not stolen.exists()


def test_comments_are_refused_without_permission_and_printed_then(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    permissions = {"metadata": "read", "contents": "read", "pull_requests": "read"}
    shop.hub.token("ghs_readOnly", "actions", "github-actions[bot]", permissions=permissions)
    shop.propose({"apps/web.yaml": WORSE})
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_readOnly")
    result = shop.run("--pull", "1")
    assert result.exit_code == OUTSIDE
    assert "'pull-requests: write'" in result.stderr
    assert "contents: write" not in result.stderr
    assert "privileged-container" in result.stdout, result.stderr


def test_only_what_fails_on_counts(shop: Shop) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    rules = ("--select=deprecated-service-account-field",)
    assert shop.run("--pull", "1", "--fail-on", "high", rules=rules).exit_code == CLEAN
    assert shop.run("--pull", "1", "--fail-on", "never").exit_code == CLEAN
    assert shop.run("--pull", "1", "--fail-on", "info", rules=rules).exit_code == FINDINGS


def test_a_file_that_the_pull_request_broke_fails_and_one_broken_before_does_not(shop: Shop) -> None:
    broken = "apiVersion: v1\nkind: Pod\nspec: [\n"
    shop.ada.commit("main", {"before.yaml": broken})
    shop.propose({"apps/new.yaml": broken})
    result = shop.run("--pull", "1")
    assert result.exit_code == FINDINGS
    assert "apps/new.yaml" in result.stdout
    assert "before.yaml" not in result.stdout


def test_only_below_the_path_counts(shop: Shop) -> None:
    shop.propose({"platform/web.yaml": WORSE})
    result = CliRunner().invoke(program, ["suggest", str(shop.clone / "apps"), "--repo", NAME, "--pull", "1", *RULES])
    assert result.exit_code == OUTSIDE  # Nothing was fetched yet.
    assert "git fetch origin pull/1/head" in result.stderr
    shop.run("--pull", "1", "--dry-run")
    result = CliRunner().invoke(program, ["suggest", str(shop.clone / "apps"), "--repo", NAME, "--pull", "1", *RULES])
    assert result.exit_code == CLEAN, result.output


def test_everything_that_was_added_is_reported_to_files(shop: Shop, tmp_path: Path) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    for _ in range(2):  # Also what has a comment already.
        shop.run("--pull", "1", "--output", f"json={tmp_path / 'report.json'}")
        report = json.loads((tmp_path / "report.json").read_text())
        assert [one["file"] for one in report["findings"]] == ["apps/web.yaml"] * 2
    assert shop.run("--pull", "1", "--output", "report.json").exit_code == USAGE


def test_without_a_pull_request_it_says_what_is_missing(shop: Shop) -> None:
    result = shop.run()
    assert result.exit_code == USAGE
    assert "--pull NUMBER" in result.stderr


def test_the_mark_of_a_comment_names_its_findings(shop: Shop) -> None:
    shop.propose({"apps/web.yaml": WORSE})
    shop.run("--pull", "1")
    assert all(len(review.marked(comment.body)) == 1 for comment in shop.pull.comments)
    assert all("kubewright:suggest" not in comment.body.partition("<!--")[0] for comment in shop.pull.comments)
