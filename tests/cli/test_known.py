"""`--baseline` and `--since`: what was there before is not reported again."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import POD, Run

ONE = ("--select", "privileged-container")
OTHER = POD.replace("name: web\nspec", "name: other\nspec")


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(here: Path) -> Path:
    """A repository with one bad pod in its only commit."""
    git("init", "-q", "-b", "main")
    (here / "apps").mkdir()
    (here / "apps" / "pod.yaml").write_text(POD)
    git("add", ".")
    git("commit", "-q", "-m", "one")
    return here


def files(run: Run, *arguments: str) -> list[str]:
    return [one["file"] for one in json.loads(run("scan", *ONE, "--format", "json", *arguments).stdout)["findings"]]


def test_a_baseline_excuses_what_it_knows_and_nothing_else(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    wrote = run("scan", "--write-baseline", "known.json", *ONE)
    assert (wrote.exit_code, wrote.stdout) == (0, "")
    result = run("scan", "--baseline", "known.json", *ONE)
    assert result.exit_code == 0
    assert "1 ignored" in result.stdout
    (here / "pod.yaml").write_text("# moved down\n\n" + POD)
    assert run("scan", "--baseline", "known.json", *ONE).exit_code == 0
    (here / "other.yaml").write_text(OTHER)
    assert files(run, "--baseline", "known.json") == ["other.yaml"]
    assert (
        "[ignored: known to the baseline known.json]"
        in run("scan", "--baseline", "known.json", "--show-ignored", *ONE).stdout
    )


def test_a_finding_is_known_as_often_as_it_was_there(here: Path, run: Run) -> None:
    (here / "a.yaml").write_text(POD)
    run("scan", "--write-baseline", "known.json", *ONE)
    (here / "b.yaml").write_text(POD)  # The same object in another file.
    assert len(files(run, "--baseline", "known.json")) == 1


def test_an_empty_baseline_is_one(here: Path, run: Run) -> None:
    (here / "map.yaml").write_text("a: 1\n")
    run("scan", "--write-baseline", "known.json")
    assert json.loads((here / "known.json").read_text())["findings"] == []
    (here / "pod.yaml").write_text(POD)
    assert run("scan", "--baseline", "known.json", *ONE).exit_code == 1


@pytest.mark.parametrize("text", [None, "{", "{}", "[]", '{"schema": "https://kubewright.dev/schema/baseline-1.json"}'])
def test_what_is_no_baseline_is_a_configuration_error(text: str | None, here: Path, run: Run) -> None:
    (here / "map.yaml").write_text("a: 1\n")
    if text is not None:
        (here / "known.json").write_text(text)
    assert run("scan", "--baseline", "known.json").exit_code == 2


def test_since_reports_what_was_not_there(repository: Path, run: Run) -> None:
    assert files(run, "--since", "HEAD") == []
    assert run("scan", "--since", "HEAD").exit_code == 0
    (repository / "apps" / "other.yaml").write_text(OTHER)
    assert files(run, "--since", "HEAD") == ["apps/other.yaml"]
    assert files(run, "apps", "--since", "main") == ["other.yaml"]
    git("mv", "apps/pod.yaml", "pod.yaml")
    assert files(run, "--since", "HEAD") == ["apps/other.yaml"]


def test_of_two_copies_the_new_one_is_told(repository: Path, run: Run) -> None:
    # By name it comes before the one that was there.
    (repository / "apps" / "a-copy.yaml").write_text(POD)
    assert files(run, "--since", "HEAD") == ["apps/a-copy.yaml"]
    assert files(run, "apps", "--since", "HEAD") == ["a-copy.yaml"]


def test_a_moved_file_is_known_and_its_copy_is_not(repository: Path, run: Run) -> None:
    git("mv", "apps/pod.yaml", "pod.yaml")
    (repository / "zz.yaml").write_text(POD)
    assert len(files(run, "--since", "HEAD")) == 1


def test_since_leaves_out_what_could_not_be_read_before(repository: Path, run: Run) -> None:
    broken = "apiVersion: v1\nkind: Pod\nspec: [\n"
    (repository / "apps" / "broken.yaml").write_text(broken)
    git("add", ".")
    git("commit", "-q", "-m", "two")
    for path in (".", "apps"):
        assert run("scan", path, "--since", "HEAD").exit_code == 0
        assert run("scan", path, "--since", "HEAD~1").exit_code == 1


@pytest.mark.parametrize("revision", ["none", "--help", "-x"])
def test_a_revision_that_git_does_not_know_exits_with_3(revision: str, repository: Path, run: Run) -> None:
    result = run("scan", f"--since={revision}")
    assert result.exit_code == 3
    assert f"no revision '{revision}'" in result.stderr


def test_since_and_standard_input_exclude_each_other(run: Run) -> None:
    assert run("scan", "-", "--since", "HEAD", stdin=POD).exit_code == 2


def test_since_outside_of_a_repository_exits_with_3(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    assert run("scan", "--since", "HEAD", GIT_CEILING_DIRECTORIES=str(here.parent)).exit_code == 3
