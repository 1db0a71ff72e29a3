"""`kubewright propose --local` and `--dry-run` from the command line to the branch."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from repositories import Repository

from bot.cli import program
from bot.errors import OUTSIDE, USAGE

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # the shop's front
spec:
  template:
    spec:
      serviceAccount: web
      containers:
        - name: web
          image: registry.example/web:1.4.2
          securityContext:
            privileged: yes   # for debugging
"""
SAFE = DEPLOYMENT.replace("serviceAccount:", "serviceAccountName:")
SELECT = ("--select", "privileged-container", "--select", "deprecated-service-account-field")


def run(root: Path, *arguments: str, select: tuple[str, ...] = SELECT) -> Result:
    return CliRunner().invoke(program, ["propose", str(root), *arguments, *select])


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.write("apps/web.yaml", DEPLOYMENT)
    repository.write("apps/README.md", "# Shop\n")
    repository.commit("start")
    return repository


def branches(repository: Repository) -> list[str]:
    return repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads/kubewright").split()


def test_safe_fixes_become_a_branch_and_a_text(shop: Repository) -> None:
    before = shop.git("status", "--porcelain"), shop.git("rev-parse", "HEAD")
    result = run(shop.root, "--local")
    assert result.exit_code == 0, result.output
    (branch,) = branches(shop)
    assert shop.git("show", f"{branch}:apps/web.yaml") == SAFE
    assert shop.git("diff", "--stat", "--numstat", "main", branch).split("\n")[0] == "1\t1\tapps/web.yaml"
    assert (shop.git("status", "--porcelain"), shop.git("rev-parse", "HEAD")) == before
    text = (shop.root / ".git" / "kubewright" / f"{branch}.md").read_text()
    title, blank, *body = text.split("\n")
    assert (title, blank) == ("fix(k8s): harden apps (1 safe fix)", "")
    assert body[0].startswith("**1 change in 1 file, +1 −1 lines.")
    assert "\n".join(body).strip() in result.stdout
    assert "--unsafe" in text


def test_where_all_fixes_are_unsafe_it_says_how_to_have_them(shop: Repository) -> None:
    result = run(shop.root, "--local", select=("--select", "privileged-container"))
    assert result.exit_code == 0
    assert result.stderr.endswith("nothing to propose; --unsafe proposes fixes of 1 finding, for you to review\n")
    result = run(shop.root, "--local", select=("--select", "host-pid"))
    assert result.stderr.endswith("nothing to propose\n")


def test_unsafe_fixes_are_a_branch_of_their_own(shop: Repository) -> None:
    assert run(shop.root, "--local", "--unsafe").exit_code == 0
    safe, unsafe = branches(shop)
    assert shop.git("show", f"{safe}:apps/web.yaml") == SAFE
    assert shop.git("show", f"{unsafe}:apps/web.yaml") == DEPLOYMENT.replace("privileged: yes", "privileged: false")
    assert shop.git("merge-base", safe, unsafe) == shop.git("rev-parse", "main")


def test_merging_both_leaves_nothing_to_propose(shop: Repository) -> None:
    run(shop.root, "--local", "--unsafe")
    for branch in branches(shop):
        shop.git("merge", "-q", "--no-edit", branch)
    result = run(shop.root, "--local", "--unsafe")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing to propose" in result.stderr


def test_of_two_proposals_in_conflict_the_second_is_made_afresh(repository: Repository) -> None:
    near = DEPLOYMENT.replace("  template:\n    spec:\n", "  template:\n    spec:\n      hostNetwork: true\n")
    repository.write("web.yaml", near)
    repository.commit()
    both = ("--select", "host-network", "--select", "deprecated-service-account-field")
    assert run(repository.root, "--local", "--unsafe", select=both).exit_code == 0
    safe, unsafe = branches(repository)
    text = repository.root / ".git" / "kubewright" / f"{unsafe}.md"
    assert "**Merge the safe proposal first:** it changes a file that this one changes, too" in text.read_text()
    repository.git("merge", "-q", "--no-edit", safe)
    with pytest.raises(AssertionError, match="git"):
        repository.git("merge", "-q", "--no-edit", unsafe)
    repository.git("merge", "--abort")
    assert run(repository.root, "--local", "--unsafe", select=both).exit_code == 0
    assert "Merge the safe proposal first" not in text.read_text()
    repository.git("merge", "-q", "--no-edit", unsafe)
    assert (repository.root / "web.yaml").read_text() == SAFE


def test_running_again_changes_nothing(shop: Repository) -> None:
    run(shop.root, "--local", "--unsafe")
    before = shop.state()
    result = run(shop.root, "--local", "--unsafe")
    assert result.exit_code == 0
    assert result.stdout.count("already says so") == 2
    assert shop.state() == before


@pytest.mark.parametrize("flags", [("--local", "--dry-run"), ("--dry-run", "--repo", "acme/shop")])
def test_a_dry_run_says_all_and_writes_nothing(shop: Repository, flags: tuple[str, ...]) -> None:
    before = shop.state()
    result = run(shop.root, *flags, "--unsafe")
    assert result.exit_code == 0, result.output
    assert shop.state() == before
    assert "refs/heads/kubewright/main/apps-safe-" in result.stdout
    assert "refs/heads/kubewright/main/apps-unsafe-" in result.stdout
    assert "serviceAccountName" in result.stdout


def test_what_a_dry_run_names_is_what_is_written(shop: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.local_target.time.time", lambda: 1_800_000_000.5)
    said = run(shop.root, "--local", "--dry-run").stdout
    objects = [line.split()[1] for line in said.split("\n") if line.startswith(("  blob ", "  tree ", "  commit "))]
    before = set(every_object(shop))
    run(shop.root, "--local")
    assert set(every_object(shop)) - before == set(objects)


def every_object(repository: Repository) -> list[str]:
    listed = repository.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    return listed.split()


def test_what_is_not_committed_does_not_count_and_is_said(shop: Repository) -> None:
    shop.write("apps/web.yaml", DEPLOYMENT + "# mine\n")
    shop.write("apps/new.yaml", DEPLOYMENT)
    result = run(shop.root, "--local")
    (branch,) = branches(shop)
    assert shop.git("show", f"{branch}:apps/web.yaml") == SAFE
    assert "apps/web.yaml has changes that are not committed" in result.stderr
    assert "new.yaml" not in result.stdout
    assert (shop.root / "apps/web.yaml").read_text() == DEPLOYMENT + "# mine\n"


def test_only_files_below_the_path_are_changed(shop: Repository) -> None:
    shop.write("other/web.yaml", DEPLOYMENT)
    shop.commit()
    run(shop.root / "other", "--local")
    (branch,) = branches(shop)
    assert shop.git("diff", "--name-only", "main", branch).split() == ["other/web.yaml"]


def test_workflows_are_never_edited(shop: Repository) -> None:
    shop.write(".github/workflows/pod.yaml", DEPLOYMENT)
    shop.commit()
    run(shop.root, "--local")
    (branch,) = branches(shop)
    assert shop.git("diff", "--name-only", "main", branch).split() == ["apps/web.yaml"]


def test_base_and_prefix_are_for_people_to_choose(shop: Repository) -> None:
    shop.git("branch", "release/1")
    result = run(shop.root, "--local", "--base", "release/1", "--branch-prefix", "bots/kw")
    assert result.exit_code == 0, result.output
    (branch,) = shop.git("for-each-ref", "--format=%(refname:short)", "refs/heads/bots").split()
    assert branch.startswith("bots/kw/release-1/apps-safe-")


def test_the_text_goes_where_it_is_wanted(shop: Repository, tmp_path: Path) -> None:
    assert run(shop.root, "--local", "--output", str(tmp_path / "pr.md")).exit_code == 0
    assert (tmp_path / "pr.md").read_text().startswith("fix(k8s): ")
    refused = run(shop.root, "--local", "--unsafe", "--output", str(tmp_path / "pr.md"))
    assert refused.exit_code == USAGE
    (tmp_path / "texts").mkdir()
    assert run(shop.root, "--local", "--unsafe", "--output", str(tmp_path / "texts")).exit_code == 0
    assert len(list((tmp_path / "texts").iterdir())) == 2


def test_a_persons_branch_is_refused_and_the_other_still_made(shop: Repository) -> None:
    run(shop.root, "--local")
    (safe,) = branches(shop)
    shop.git("checkout", "-q", safe)
    shop.write("mine.txt", "mine\n")
    mine = shop.commit("mine")
    shop.git("checkout", "-q", "main")
    shop.write("apps/web.yaml", DEPLOYMENT.replace("1.4.2", "1.4.3"))
    shop.commit("newer")
    result = run(shop.root, "--local", "--unsafe")
    assert result.exit_code == OUTSIDE
    assert "did not make" in result.stderr
    assert shop.tip(safe) == mine
    assert len(branches(shop)) == 2


def test_the_configuration_of_the_commit_counts(shop: Repository) -> None:
    shop.write(".kubewright.yaml", "version: 1\nexclude: [apps/]\n")
    result = run(shop.root, "--local", "--dry-run")
    assert "is not committed" in result.stderr
    assert "safe-" in result.stdout
    shop.commit()
    assert run(shop.root, "--local").stdout == ""


def test_a_bare_repository_is_enough(shop: Repository, tmp_path: Path) -> None:
    shop.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    result = run(tmp_path / "bare.git", "--local")
    assert result.exit_code == 0, result.output
    bare = Repository(tmp_path / "bare.git")
    (branch,) = branches(bare)
    assert bare.git("show", f"{branch}:apps/web.yaml") == SAFE


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda repository: None, "no commit yet"),
        (
            lambda repository: (repository.commit(), repository.git("checkout", "-q", "--detach")),
            "HEAD is on no branch",
        ),
    ],
)
def test_a_repository_without_a_base_is_told_so(repository: Repository, prepare: object, message: str) -> None:
    prepare(repository)  # type: ignore[operator]
    result = run(repository.root, "--local")
    assert result.exit_code == OUTSIDE
    assert message in result.stderr


def test_windows_line_breaks_and_byte_order_marks_stay(repository: Repository) -> None:
    repository.git("config", "core.autocrlf", "false")
    text = "\ufeff" + DEPLOYMENT.replace("\n", "\r\n")
    repository.write("web.yaml", text)
    repository.commit()
    run(repository.root, "--local")
    (branch,) = branches(repository)
    raw = subprocess.run(
        ["git", "show", f"{branch}:web.yaml"], cwd=repository.root, capture_output=True, check=True
    ).stdout
    assert raw == text.replace("serviceAccount:", "serviceAccountName:").encode()


def test_hostile_names_show_and_do_nothing(repository: Repository) -> None:
    name = "web`|<img>\u202e@team\x1b[31m"
    repository.write(
        f"a|`b` @team \x1b\u202e/{'x' * 50}.yaml", DEPLOYMENT.replace("name: web  #", f"name: {name!r}  #")
    )
    repository.write("ok.yaml", DEPLOYMENT)
    repository.commit()
    result = run(repository.root, "--local")
    assert result.exit_code == 0, result.output
    for line in result.stdout.split("\n"):
        assert line.isprintable() or "\u200b" in line
    assert "\x1b" not in result.output
    made = branches(repository)
    assert len(made) == 2
    for branch in made:
        assert re.fullmatch(r"kubewright/main/[a-z0-9-]+-safe-[0-9a-f]{8}|kubewright/main/safe-[0-9a-f]{8}", branch)
        assert "\x1b" not in repository.git("log", "--format=%B", f"main..{branch}")


def test_scan_and_the_list_of_commands_import_neither_git_nor_github() -> None:
    code = "import sys, bot.cli, bot.commands.scan; sys.exit(bool({'git', 'github'} & set(sys.modules)))"
    import sys

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_json_that_yaml_does_not_know_stops_no_other_file(repository: Repository) -> None:
    head = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a%s"},'
    pod = head + '"spec":{"serviceAccount":"x","containers":[{"name":"c","image":"i:1"}]}}'
    repository.write("half.json", pod % "\\ud800")
    repository.write("pair.json", pod % "\\ud83d\\ude00")
    repository.write("plain.json", pod % "")
    repository.commit()
    result = run(repository.root, "--local")
    assert result.exit_code == 0, result.output
    assert "1 file could not be read" in result.stderr
    (branch,) = branches(repository)
    assert repository.git("diff", "--name-only", "main", branch).split() == ["plain.json"]
    assert "pair.json:1" in result.stdout.split("Seen and left alone")[1]
