"""Listing and reading a work tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from trees import POD, classes, found_in, git, repository, write

from bot import tree
from bot.config import Settings
from bot.errors import RepositoryError
from bot.scan import Scan, scan
from bot.tree import Entry, MemoryTree, WorkTree
from rules.workloads.privileged_container import privileged_container


def listed(of: WorkTree) -> list[str]:
    return [entry.path for entry in of.entries()]


def scanned(of: WorkTree) -> Scan:
    return scan(of, Settings(rules=(privileged_container,)))


def test_git_decides_what_belongs_to_a_repository(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"web.yaml": POD, ".gitignore": "build/\n", "apps/db.yaml": POD})
    write(root, {"new.yaml": POD, "build/out.yaml": POD})
    (root / "apps/db.yaml").unlink()
    assert listed(WorkTree(root)) == [".gitignore", "new.yaml", "web.yaml"]


def test_a_directory_that_git_ignores_is_scanned_when_asked_for(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {".gitignore": "build/\n"})
    write(root, {"build/out.yaml": POD})
    assert listed(WorkTree(root / "build")) == ["out.yaml"]


def test_a_hidden_directory_is_a_directory(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {".apps/.gitignore": "out.yaml\n", ".apps/web.yaml": POD, "apps/db.yaml": POD})
    write(root, {".apps/out.yaml": POD})
    assert listed(WorkTree(root / ".apps")) == [".gitignore", "web.yaml"]
    assert listed(WorkTree(root, (".apps",))) == [".apps/.gitignore", ".apps/web.yaml"]
    assert WorkTree(root / ".apps").prefix == ".apps"


def test_a_repository_inside_is_named_and_left_alone(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"web.yaml": POD})
    repository(root / "inner", {"web.yaml": POD})
    assert next(iter(WorkTree(root).entries())) == Entry("inner", 0, repository=True)
    assert [(one.path, one.file_class) for one in scanned(WorkTree(root)).skipped] == [("inner", "repository")]
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},inner")  # Now it is a submodule.
    assert [(one.path, one.file_class) for one in scanned(WorkTree(root)).skipped] == [("inner", "repository")]


def test_without_git_every_file_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"web.yaml": POD, "a/b/c.yaml": POD, ".git/config": "", "a/.hidden.yaml": POD})
    monkeypatch.setenv("PATH", "")
    assert listed(WorkTree(tmp_path)) == ["a/.hidden.yaml", "a/b/c.yaml", "web.yaml"]


def test_the_top_of_the_file_system_can_be_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"web.yaml": POD})
    file = tmp_path / "web.yaml"
    monkeypatch.chdir(file.anchor)
    found = scanned(WorkTree.of([file]))
    assert [one.finding.path for one in found.findings] == [file.resolve().relative_to(file.anchor).as_posix()]


def test_the_environment_of_a_git_hook_does_not_mislead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = repository(tmp_path / "other", {"other.yaml": POD})
    root = repository(tmp_path / "r", {"web.yaml": POD})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert listed(WorkTree(root)) == ["web.yaml"]


def test_a_repository_cannot_make_git_run_a_program(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"web.yaml": POD})
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "core.editor"):
        git(root, "config", key, str(script))
    hooks = root / ".git/hooks"
    for name in ("post-index-change", "fsmonitor-watchman", "pre-commit"):
        (hooks / name).unlink(missing_ok=True)
        (hooks / name).symlink_to(script)
    assert listed(WorkTree(root)) == ["web.yaml"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("claim", ["secret", ".", "/"])
def test_a_repository_cannot_claim_another_work_tree(tmp_path: Path, claim: str) -> None:
    write(tmp_path, {"secret/key.yaml": POD, "kustomization.yaml": "patches: [{path: r/web.yaml}]\n"})
    root = repository(tmp_path / "r", {"web.yaml": POD})
    git(root, "config", "core.worktree", str(tmp_path / claim))
    assert listed(WorkTree(root)) == ["web.yaml"]
    assert scanned(WorkTree(root)).partial == frozenset()


def test_strange_names_are_listed_as_they_are(tmp_path: Path) -> None:
    names = ["a b.yaml", "ünï.yaml", "-x.yaml", "new\nline.yaml", 'quo"te.yaml', ":(top)x.yaml", "*.yaml"]
    root = repository(tmp_path / "r", dict.fromkeys(names, POD))
    assert listed(WorkTree(root)) == sorted(names)
    assert sorted(found_in(scanned(WorkTree(root)))) == sorted(names)
    assert listed(WorkTree.of([root / "*.yaml"])) == ["*.yaml"]


def test_a_name_that_is_no_text_is_scanned(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yaml")).write_text(POD)
    assert len(found_in(scanned(WorkTree(tmp_path)))) == 1


@pytest.mark.parametrize("in_git", [True, False])
def test_links_are_reported_and_never_followed(tmp_path: Path, in_git: bool) -> None:
    write(tmp_path, {"outside/secret.yaml": POD, "r/web.yaml": POD})
    root = tmp_path / "r"
    (root / "file.yaml").symlink_to(tmp_path / "outside/secret.yaml")
    (root / "directory").symlink_to(tmp_path / "outside")
    (root / "dangling.yaml").symlink_to("nowhere")
    (root / "loop.yaml").symlink_to("loop.yaml")
    (root / "up").symlink_to("..")
    (root / "inside.yaml").symlink_to("web.yaml")
    if in_git:
        git(root, "init", "--quiet")
        git(root, "add", "--all")
    found = scanned(WorkTree(root))
    assert found_in(found) == ["web.yaml"]
    links = ["dangling.yaml", "directory", "file.yaml", "inside.yaml", "loop.yaml", "up"]
    assert classes(found) == dict.fromkeys(links, "link")
    assert found.errors == ()


@pytest.mark.parametrize(
    "path",
    ["file.yaml", "directory/secret.yaml", "../outside/secret.yaml", "a/../../outside/secret.yaml", "/etc/passwd"],
)
def test_reading_never_leaves_the_tree(tmp_path: Path, path: str) -> None:
    write(tmp_path, {"outside/secret.yaml": POD, "r/a/web.yaml": POD})
    root = tmp_path / "r"
    (root / "file.yaml").symlink_to(tmp_path / "outside/secret.yaml")
    (root / "directory").symlink_to(tmp_path / "outside")
    with pytest.raises(RepositoryError, match=r"link|outside"):
        WorkTree(root).read(path)


def test_a_tracked_directory_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"apps/web.yaml": POD})
    write(tmp_path, {"outside/web.yaml": POD})
    (root / "apps/web.yaml").unlink()
    (root / "apps").rmdir()
    (root / "apps").symlink_to(tmp_path / "outside")
    found = scanned(WorkTree(root))
    assert (found_in(found), set(classes(found).values())) == ([], {"link"})


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (error,) = scanned(WorkTree(tmp_path)).errors
    assert (error.path, str(error)) == ("pipe.yaml", "is no regular file")


def test_a_large_file_is_named_and_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_BYTES", 1000)
    write(tmp_path, {"large.yaml": POD + "#" * 1000, "pod.yaml": POD})
    found = scanned(WorkTree(tmp_path))
    assert found_in(found) == ["pod.yaml"]
    (error,) = found.errors
    assert (error.path, error.code) == ("large.yaml", "unreadable")
    assert "MB" in str(error)


def test_a_file_nobody_may_read_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"pod.yaml": POD})
    (tmp_path / "pod.yaml").chmod(0)
    if os.access(tmp_path / "pod.yaml", os.R_OK):
        pytest.skip("this user may read everything")
    (error,) = scanned(WorkTree(tmp_path)).errors
    assert str(error) == "permission denied"


def test_one_directory_is_its_own_root(tmp_path: Path) -> None:
    write(tmp_path, {"apps/web.yaml": POD})
    assert listed(WorkTree.of([tmp_path / "apps"])) == ["web.yaml"]


def test_paths_below_the_current_directory_are_shown_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"apps/web.yaml": POD, "db/db.yaml": POD, "db/other.yaml": POD, "rest.yaml": POD})
    monkeypatch.chdir(tmp_path)
    assert listed(WorkTree.of(["apps", "db/db.yaml"])) == ["apps/web.yaml", "db/db.yaml"]
    assert len(listed(WorkTree.of([".", "db/db.yaml"]))) == 4
    assert listed(WorkTree.of([])) == ["apps/web.yaml", "db/db.yaml", "db/other.yaml", "rest.yaml"]


def test_a_file_asked_for_by_name_needs_no_suffix(tmp_path: Path) -> None:
    write(tmp_path, {"web.txt": POD, "other.txt": POD})
    assert found_in(scanned(WorkTree.of([tmp_path / "web.txt"]))) == ["web.txt"]


def test_a_path_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="no such file"):
        WorkTree.of([tmp_path / "nowhere"])


PART_OF_REPOSITORY = {
    "shop/Chart.yaml": "apiVersion: v2\nname: shop\n",
    "shop/templates/pod.yaml": POD,
    "prod/kustomization.yaml": "patches: [{path: patches/pod.yaml}]\n",
    "prod/patches/pod.yaml": POD.replace("      image: registry.example/app:1.2\n", ""),
}


def test_a_part_of_a_repository_is_judged_as_part_of_it(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", PART_OF_REPOSITORY)
    assert classes(scanned(WorkTree(root / "shop/templates"))) == {"pod.yaml": "helm-template"}
    assert scanned(WorkTree(root / "prod/patches")).partial == {"pod.yaml"}
    assert scanned(WorkTree(root, ("prod/patches/pod.yaml",))).partial == {"prod/patches/pod.yaml"}


def test_memory_holds_what_was_put_there() -> None:
    held = MemoryTree({"-": POD.encode()})
    assert [entry.path for entry in held.entries()] == ["-"]
    assert found_in(scan(held, Settings(rules=(privileged_container,)))) == ["-"]
    with pytest.raises(RepositoryError):
        held.read("other")
