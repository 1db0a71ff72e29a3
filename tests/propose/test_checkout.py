"""Opening repositories and reading commits, hostile ones included."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from repositories import POD, Repository

from bot import objects
from bot.checkout import Checkout
from bot.errors import RepositoryError
from bot.tree import MAX_BYTES, Entry, MemoryTree
from rules.errors import Bug


def test_a_commit_is_a_tree_of_its_files(repository: Repository) -> None:
    repository.write("b/deploy.yaml", POD)
    repository.write("a b/ü\n\t.yaml", "a: 1\r\n")
    repository.write("bin", b"\x00\xff")
    (repository.root / "link.yaml").symlink_to("/etc/passwd")
    base = repository.commit()
    repository.write("b/deploy.yaml", "not committed")
    tree = Checkout.open(repository.root).tree(base)
    assert list(tree.entries()) == [
        Entry("a b/ü\n\t.yaml", 6),
        Entry("b/deploy.yaml", len(POD)),
        Entry("bin", 2),
        Entry("link.yaml", 11, link=True),
    ]
    assert tree.read("b/deploy.yaml") == POD.encode()
    assert tree.read("a b/ü\n\t.yaml") == b"a: 1\r\n"
    assert tree.read("bin") == b"\x00\xff"


def test_it_agrees_with_what_memory_says(repository: Repository) -> None:
    files = {"a.yaml": b"", "a/b.yaml": b"x", "a-b.yaml": b"y", "z/1/2/3.yaml": b"\xef\xbb\xbfz"}
    for path, data in files.items():
        repository.write(path, data)
    tree = Checkout.open(repository.root).tree(repository.commit())
    memory = MemoryTree(files)
    assert list(tree.entries()) == list(memory.entries())
    assert {path: tree.read(path) for path in files} == files


@pytest.mark.parametrize("path", ["link.yaml", "gone.yaml", "../outside.yaml", "/etc/passwd", ".git/config", "a", ""])
def test_only_files_of_the_commit_are_read(repository: Repository, path: str) -> None:
    (repository.root / "link.yaml").symlink_to("/etc/passwd")
    repository.write("a/b.yaml", "x: 1\n")
    tree = Checkout.open(repository.root).tree(repository.commit())
    with pytest.raises(RepositoryError, match="no regular file"):
        tree.read(path)


def test_a_submodule_is_named_and_never_read(repository: Repository) -> None:
    base = repository.commit()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{base},vendor/sub")
    repository.git("commit", "-q", "-m", "sub")
    tree = Checkout.open(repository.root).tree(repository.git("rev-parse", "HEAD").strip())
    assert list(tree.entries()) == [Entry("vendor/sub", 0, repository=True)]
    with pytest.raises(RepositoryError, match="no regular file"):
        tree.read("vendor/sub")


def test_a_large_file_is_known_to_be_large_before_it_is_read(repository: Repository) -> None:
    repository.write("big.yaml", b"#" * (MAX_BYTES + 1))
    tree = Checkout.open(repository.root).tree(repository.commit())
    assert list(tree.entries()) == [Entry("big.yaml", MAX_BYTES + 1)]
    with pytest.raises(RepositoryError, match="MB"):
        tree.read("big.yaml")


def test_names_that_are_not_utf8_keep_their_bytes(repository: Repository) -> None:
    Path(os.fsdecode(os.fsencode(str(repository.root)) + b"/\xff.yaml")).write_text("a: 1\n")
    tree = Checkout.open(repository.root).tree(repository.commit())
    (entry,) = tree.entries()
    assert entry.path.encode("utf-8", "surrogateescape") == b"\xff.yaml"
    assert tree.read(entry.path) == b"a: 1\n"


def test_a_subdirectory_knows_its_repository(repository: Repository) -> None:
    repository.write("apps/web/a.yaml", "a: 1\n")
    repository.commit()
    checkout = Checkout.open(repository.root / "apps" / "web")
    assert (checkout.root, checkout.prefix) == (repository.root, "apps/web/")


def test_a_linked_work_tree_is_opened_like_any_other(repository: Repository, tmp_path: Path) -> None:
    repository.write("a.yaml", POD)
    base = repository.commit()
    repository.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    checkout = Checkout.open(tmp_path / "linked")
    assert checkout.base(None) == ("other", base)
    assert checkout.git_dir == repository.root / ".git"


def test_a_directory_without_a_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="not in a Git repository"):
        Checkout.open(tmp_path)


def test_a_repository_of_somebody_else_is_refused_as_git_does(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit()
    execute = "bot.checkout.run"
    message = "fatal: detected dubious ownership in repository at '/x'\nTo add an exception ..."
    monkeypatch.setattr(execute, lambda *_, **__: (128, b"", message))
    with pytest.raises(RepositoryError, match="somebody else owns") as caught:
        Checkout.open(repository.root)
    assert "safe.directory" in (caught.value.hint or "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_ownership_is_judged_by_git_itself(repository: Repository) -> None:
    repository.commit()
    for place in (repository.root, repository.root / ".git"):
        os.chown(place, 12345, 12345)
    with pytest.raises(RepositoryError, match="somebody else owns"):
        Checkout.open(repository.root)


def test_a_repository_without_commits_has_no_base(repository: Repository) -> None:
    with pytest.raises(RepositoryError, match="no commit yet"):
        Checkout.open(repository.root).base(None)


def test_a_detached_head_needs_a_base(repository: Repository) -> None:
    base = repository.commit()
    repository.git("checkout", "-q", "--detach")
    checkout = Checkout.open(repository.root)
    with pytest.raises(RepositoryError, match="HEAD is on no branch") as caught:
        checkout.base(None)
    assert "--base" in (caught.value.hint or "")
    assert checkout.base("main") == ("main", base)


def test_the_base_may_be_a_branch_of_origin(repository: Repository, tmp_path: Path) -> None:
    base = repository.commit()
    repository.git("branch", "release/1.2")
    repository.git("clone", "-q", ".", str(tmp_path / "clone"))
    assert Checkout.open(tmp_path / "clone").base("release/1.2") == ("release/1.2", base)


@pytest.mark.parametrize("name", ["gone", "--output=x", "main^{tree}", "main~0", "HEAD@{0}", "..", "", "a b", "@{u}"])
def test_a_base_is_the_name_of_a_branch_and_nothing_else(repository: Repository, name: str) -> None:
    repository.commit()
    with pytest.raises(RepositoryError, match="there is no branch"):
        Checkout.open(repository.root).base(name)


def test_a_partial_clone_says_what_it_lacks_and_fetches_nothing(repository: Repository, tmp_path: Path) -> None:
    repository.write("a.yaml", POD)
    base = repository.commit()
    repository.git("config", "uploadpack.allowFilter", "true")
    url = f"file://{repository.root}"
    repository.git("clone", "-q", "--no-checkout", "--filter=blob:none", url, str(tmp_path / "partial"))
    blob = repository.git("rev-parse", "HEAD:a.yaml").strip()
    for ask in (lambda at: list(at.tree(base).entries()), lambda at: at.read(blob)):
        with pytest.raises(RepositoryError) as caught:
            ask(Checkout.open(tmp_path / "partial"))
        assert "partial clone" in (caught.value.hint or "")


def test_a_replaced_object_is_read_as_it_is(repository: Repository) -> None:
    repository.write("a.yaml", POD)
    base = repository.commit()
    old = repository.git("rev-parse", "HEAD:a.yaml").strip()
    new = repository.git("hash-object", "-w", "--", str(repository.write("b.yaml", "evil: 1\n"))).strip()
    repository.git("replace", old, new)
    assert Checkout.open(repository.root).tree(base).read("a.yaml") == POD.encode()


@given(st.binary(max_size=300), st.sampled_from(["blob", "tree", "commit"]))
def test_ids_are_gits(data: bytes, kind: str) -> None:
    header = f"{kind} {len(data)}\0".encode()
    assert objects.stored(kind, data, "sha1").id == hashlib.sha1(header + data).hexdigest()


@pytest.mark.parametrize(
    "data", [b"100644", b"100644 a", b"100644 a\0" + b"x" * 19, b" a\0" + b"x" * 20, b"1 \0" + b"x"]
)
def test_a_malformed_tree_is_a_bug(data: bytes) -> None:
    with pytest.raises(Bug):
        list(objects.entries(data, "sha1"))


@pytest.mark.parametrize("size", [0, 1, 15, 16, 127, 128, 2047, 2048, 100_000])
def test_git_unpacks_what_we_pack(repository: Repository, size: int) -> None:
    base = repository.commit()
    blob = objects.stored("blob", b"x" * size, "sha1")
    checkout = Checkout.open(repository.root)
    checkout.write("kubewright/x", [blob], base, checkout.standing("kubewright/x"))
    assert checkout.read(blob.id) == blob.data
