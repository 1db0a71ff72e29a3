"""`fix` and `propose` with fixes of several files: all of them, or none."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import files, objects
from bot.cli import program
from bot.errors import CLEAN, FINDINGS, OUTSIDE, RepositoryError
from rules.errors import Bug
from tests.cli.report_model import ReportModel
from tests.joint.made import ACCOUNT, BINDING, BOUND, WORKLOAD, adds, appends, binds

Use = Callable[..., None]
KUSTOMIZATION = "resources:\n- web.yaml\n- roles.yaml\n"
REGISTERED = KUSTOMIZATION + "- account.yaml\n"
FILES = {"web.yaml": WORKLOAD, "roles.yaml": BINDING, "kustomization.yaml": KUSTOMIZATION}
FIXED = {"web.yaml": WORKLOAD, "roles.yaml": BOUND, "kustomization.yaml": REGISTERED, "account.yaml": ACCOUNT}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a workload whose account is missing."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "KUBEWRIGHT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    root = tmp_path / "shop"
    for path, text in FILES.items():
        file = root / "apps" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "start")
    monkeypatch.chdir(root)
    return root


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, arguments, prog_name="kubewright")


def there(root: Path) -> dict[str, str]:
    return {file.name: file.read_bytes().decode() for file in sorted((root / "apps").iterdir())}


def test_fix_writes_all_files(shop: Path, use: Use) -> None:
    use(binds(adds("account.yaml")))
    done = run("fix")
    assert there(shop) == FIXED
    assert done.exit_code == CLEAN
    assert "1 finding fixed in 3 files" in done.stderr
    again = run("fix")
    assert (again.exit_code, there(shop)) == (CLEAN, FIXED)
    assert "0 findings fixed" in again.stderr


def test_fix_shows_a_diff_that_git_applies(shop: Path, use: Use) -> None:
    use(binds(adds("account.yaml")))
    done = run("fix", "--diff")
    assert (done.exit_code, there(shop)) == (FINDINGS, FILES)
    assert "--- /dev/null\n+++ b/apps/account.yaml\n@@ -0,0 +1,6 @@\n" in done.stdout
    subprocess.run(["git", "apply"], cwd=shop, input=done.stdout.encode(), check=True)
    assert there(shop) == FIXED


@pytest.mark.parametrize("last", ["roles.yaml", "kustomization.yaml", "account.yaml"])
def test_fix_writes_none_when_one_cannot_be_written(
    shop: Path, use: Use, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(binds(adds("account.yaml")))
    replace, create = files.replace, files.create

    def refusing(path: Path, before: bytes, after: bytes) -> None:
        if path.name == last and after != FILES[last].encode():
            raise RepositoryError(f"{path}: no room")
        replace(path, before, after)

    def refusing_new(path: Path, text: str) -> None:
        if path.name == last:
            raise RepositoryError(f"{path}: no room")
        create(path, text)

    monkeypatch.setattr("bot.files.replace", refusing)
    monkeypatch.setattr("bot.files.create", refusing_new)
    done = run("fix")
    assert there(shop) == FILES
    assert done.exit_code == OUTSIDE
    assert "no room" in done.stderr
    assert "0 findings fixed in 0 files" in done.stderr


def test_fix_of_one_file_leaves_others_alone(shop: Path, use: Use) -> None:
    use(binds(adds("account.yaml")))
    done = run("fix", "apps/web.yaml", "apps/roles.yaml", "-v")
    assert there(shop) == FILES
    assert "outside of the paths that were given" in done.stderr
    assert done.exit_code == FINDINGS
    use(appends)
    run("fix", "apps/web.yaml")
    assert there(shop) == {**FILES, "web.yaml": WORKLOAD + "---\n" + ACCOUNT}


def test_a_file_that_git_ignores_is_not_overwritten(shop: Path, use: Use) -> None:
    use(adds("account.yaml"))
    (shop / ".gitignore").write_text("account.yaml\n")
    (shop / "apps" / "account.yaml").write_text("mine\n")
    assert run("fix").exit_code == FINDINGS
    assert there(shop) == {**FILES, "account.yaml": "mine\n"}


def test_propose_makes_one_commit_of_all_files(shop: Path, use: Use) -> None:
    use(binds(adds("account.yaml")))
    (shop / "apps" / "account").mkdir()  # Sorted by Git behind account.yaml, as if it had a slash.
    (shop / "apps" / "account" / "x").write_text("x")
    git(shop, "add", "-A")
    git(shop, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "more")
    before = git(shop, "status", "--porcelain")
    done = run("propose", "--local", "--dry-run")
    assert done.exit_code == CLEAN, done.output
    assert git(shop, "for-each-ref", "refs/heads/kubewright") == ""
    done = run("propose", "--local")
    assert done.exit_code == CLEAN, done.output
    (branch,) = git(shop, "for-each-ref", "--format=%(refname:short)", "refs/heads/kubewright").split()
    assert git(shop, "rev-list", "--count", f"main..{branch}").strip() == "1"
    assert git(shop, "diff", "--name-status", "main", branch).splitlines() == [
        "A\tapps/account.yaml",
        "M\tapps/kustomization.yaml",
        "M\tapps/roles.yaml",
    ]
    for path, text in FIXED.items():
        assert git(shop, "show", f"{branch}:apps/{path}") == text
    git(shop, "fsck", "--strict")
    assert git(shop, "status", "--porcelain") == before
    message = git(shop, "log", "-1", "--format=%B", branch)
    assert "Also changes apps/kustomization.yaml, apps/roles.yaml." in " ".join(message.split())
    assert "Adds apps/account.yaml." in message
    text = next((shop / ".git" / "kubewright").rglob("*.md")).read_text()
    assert "1 change in 3 files, +8 −1 lines" in text
    assert "+++ apps/account.yaml" in text and "--- /dev/null" in text
    tip = git(shop, "rev-parse", branch)
    assert "already says so, not moved" in run("propose", "--local").stdout
    assert git(shop, "rev-parse", branch) == tip


def test_propose_of_a_directory_changes_nothing_beside_it(shop: Path, use: Use) -> None:
    use(binds(appends))
    (shop / "other").mkdir()
    git(shop, "mv", "apps/roles.yaml", "other/roles.yaml")
    git(shop, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "move")
    run("propose", "apps", "--local")
    assert git(shop, "for-each-ref", "refs/heads/kubewright") == ""
    run("propose", "--local")
    assert git(shop, "for-each-ref", "refs/heads/kubewright") != ""


def test_scan_reports_the_whole_fix(shop: Path, use: Use) -> None:
    use(binds(adds("account.yaml")))
    report = json.loads(run("scan", "--format", "json").stdout)
    ReportModel.model_validate(report)
    (finding,) = report["findings"]
    assert finding["fix"]["patch"] == []
    assert finding["fix"]["elsewhere"] == [
        {
            "file": "apps/roles.yaml",
            "document": 0,
            "patch": [{"op": "replace", "path": "/subjects/0/name", "value": "web"}],
        }
    ]
    assert finding["fix"]["documents"][0]["name"] == "account.yaml"


def test_what_could_not_be_put_back_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"1")
    calls: list[Path] = []
    replace = files.replace

    def once(path: Path, before: bytes, after: bytes) -> None:
        if calls:
            raise RepositoryError("gone")
        calls.append(path)
        replace(path, before, after)

    monkeypatch.setattr("bot.files.replace", once)
    with pytest.raises(RepositoryError) as caught:
        files.write([files.Write(first, b"1", b"2"), files.Write(second, b"1", b"2")])
    assert caught.value.hint == f"{first}: could not be put back and holds a part of a fix"


def test_a_new_entry_of_a_tree_must_be_new() -> None:
    blob = objects.stored("blob", b"x", "sha1")
    lines = [(b"40000", b"a"), (b"100644", b"a.yaml")]
    tree = objects.stored("tree", b"".join(b"%s %s\0%s" % (mode, name, bytes(20)) for mode, name in lines), "sha1")
    read = {tree.id: tree.data}.__getitem__
    (made,) = objects.with_blob(tree.id, b"a-b", blob.id, read, "sha1", is_new=True)
    assert [entry.name for entry in objects.entries(made.data, "sha1")] == [b"a-b", b"a.yaml", b"a"]
    for path in (b"a", b"a.yaml", b"b/c"):
        with pytest.raises(Bug):
            objects.with_blob(tree.id, path, blob.id, read, "sha1", is_new=True)
