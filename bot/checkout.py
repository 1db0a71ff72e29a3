"""A Git repository: read from its object database, written by objects and one compare-and-swap of refs.

Nothing is ever checked out; work tree, index and HEAD are neither read for manifests nor touched. Git runs without
anything by which a repository's configuration could run a program: see bot.git_process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from bot import objects, transport
from bot.errors import RepositoryError
from bot.git_process import PARTIAL, Command, ask, command_at, last_line, run, start, text_of
from bot.objects import Stored
from bot.tree import MAX_BYTES, Entry, too_large

IDENTITY = "Kubewright <kubewright@users.noreply.github.com>"


@dataclass(frozen=True, slots=True)
class Standing:
    """A branch as it is: its tip, the tip that was written last by us, and the directory it is checked out in."""

    tip: str | None
    recorded: str | None
    checked_out: str | None


@dataclass(eq=False)
class Checkout:
    """A repository, opened. `root` is the top of its work tree, None for a bare one; `prefix` where PATH lies in it."""

    git: Command
    git_dir: Path
    root: Path | None
    prefix: str
    algorithm: str
    lacks_large: bool = False
    _trees: dict[str, bytes] = field(default_factory=dict)
    _reader: Any = None  # `git cat-file`, from the first object that is read.

    @classmethod
    def open(cls, path: Path) -> Checkout:
        """Open the repository that a directory belongs to. Raises RepositoryError."""
        command = command_at(path)
        asked = ("--show-object-format", "--is-inside-work-tree", "--git-common-dir")
        status, output, message = run(command, ["rev-parse", "--path-format=absolute", *asked])
        if status:
            raise _not_opened(path, message)
        algorithm, inside, git_dir = text_of(output).removesuffix("\n").split("\n", 2)
        if algorithm not in ("sha1", "sha256"):  # An older Git repeats the option that it does not know.
            raise RepositoryError(f"{path}: this needs git 2.31 or newer")
        top, prefix = None, ""
        if inside == "true":
            _, output, _ = run(command, ["rev-parse", "--show-toplevel"])
            _, relative, _ = run(command, ["rev-parse", "--show-prefix"])
            top, prefix = Path(text_of(output).removesuffix("\n")), text_of(relative).removesuffix("\n")
        return cls(command, Path(git_dir), top, prefix, algorithm)

    @classmethod
    def clone(
        cls, url: str, directory: Path, token: str = "", *, branch: str | None = None, largest: int | None = None
    ) -> Checkout:
        """Clone the newest commit of a branch (the default one) into a directory, without a work tree, and open it.

        With `largest`, files of more bytes stay behind where the server can do that: they are listed as too large to
        be read. The token is on no disk and no command line. Raises RepositoryError.
        """
        transport.clone(url, directory, token, branch, largest)
        made = cls.open(directory)
        made.lacks_large = largest is not None
        return made

    # ---- Reading

    def commit(self, ref: str) -> str | None:
        """Return the id of the commit that a full ref or HEAD names, or None."""
        status, output, _ = run(self.git, ["rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"])
        return None if status else text_of(output).strip()

    def current_branch(self) -> str | None:
        """Return the name of the branch that HEAD is on, or None where it is detached."""
        status, output, _ = run(self.git, ["symbolic-ref", "--quiet", "--short", "HEAD"])
        return None if status else text_of(output).removesuffix("\n")

    def base(self, name: str | None) -> tuple[str, str]:
        """Return name and commit of the base branch: the one given, or the one that is checked out.

        Raises RepositoryError where there is none.
        """
        if name is None:
            name = self.current_branch()
            if name is None:
                raise RepositoryError("HEAD is on no branch, so there is none to propose to", "say it: --base BRANCH")
            commit = self.commit("HEAD")
            if commit is None:
                raise RepositoryError(
                    "the repository has no commit yet", "proposals are made from commits: commit first"
                )
            return name, commit
        if self.is_branch_name(name):
            for ref in (f"refs/heads/{name}", f"refs/remotes/origin/{name}"):
                commit = self.commit(ref)
                if commit:
                    return name, commit
        raise RepositoryError(f"there is no branch {name!r}", "--base names a branch of this repository or of origin")

    def branches(self) -> list[str]:
        """Return the names of all branches: of this repository, and of origin as they were fetched last."""
        asked = ["for-each-ref", "--format=%(refname)", "refs/heads/", "refs/remotes/origin/"]
        _, output, _ = run(self.git, asked)
        refs = text_of(output).splitlines()
        names = {ref.removeprefix("refs/heads/").removeprefix("refs/remotes/origin/") for ref in refs}
        return sorted(names - {"HEAD"})

    def is_branch_name(self, name: str) -> bool:
        """Would Git take this name for a branch?"""
        status, _, _ = run(self.git, ["check-ref-format", f"refs/heads/{name}"])
        return status == 0 and not name.startswith("-")

    def is_ancestor(self, old: str, new: str) -> bool:
        """Is the commit `old` part of the history of `new`?"""
        status, _, _ = run(self.git, ["merge-base", "--is-ancestor", old, new])
        return status == 0

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the newest commit that the histories of two commits share, None where they show none."""
        status, output, _ = run(self.git, ["merge-base", one, other])
        return None if status else text_of(output).strip()

    def origin(self) -> str | None:
        """Return the URL of the remote `origin`, or None."""
        status, output, _ = run(self.git, ["config", "--get", "remote.origin.url"])
        return None if status else text_of(output).strip() or None

    def tree(self, commit: str) -> CommitTree:
        """Return the files of a commit."""
        return CommitTree(self, commit)

    def read(self, name: str) -> bytes:
        """Return the data of an object by its id. Raises RepositoryError when it is not here."""
        if name in self._trees:
            return self._trees[name]
        if self._reader is None:
            self._reader = start(self.git, ["cat-file", "--batch"])
        kind, data = ask(self._reader, name)
        if kind == b"tree":
            self._trees[name] = data
        return data

    def sizes(self) -> dict[bytes, int]:
        """Return the size of every object that is here. Raises RepositoryError."""
        asked = ["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objectsize)"]
        status, output, message = run(self.git, asked)
        if status:
            raise RepositoryError(f"the objects of the clone cannot be listed: {last_line(message)}")
        return {name: int(size) for name, size in (line.split() for line in output.splitlines())}

    # ---- Proposing

    def standing(self, branch: str) -> Standing:
        """Return how a branch stands now."""
        _, output, _ = run(self.git, ["worktree", "list", "--porcelain"])
        place, checked_out = "", None
        for line in text_of(output).split("\n"):
            place = line.removeprefix("worktree ") if line.startswith("worktree ") else place
            if line == f"branch refs/heads/{branch}":
                checked_out = place
        return Standing(self.commit(f"refs/heads/{branch}"), self.commit(_record(branch)), checked_out)

    def write(self, branch: str, new: Sequence[Stored], tip: str, standing: Standing) -> None:
        """Write objects and move the branch to the commit `tip`, if the branch still stands as it did.

        Raises RepositoryError: then the branch is as it was.
        """
        status, _, message = run(self.git, ["unpack-objects", "-q"], stdin=objects.pack(new, self.algorithm))
        if status:
            raise RepositoryError(f"git could not store the commits: {last_line(message)}")
        none = "0" * len(tip)
        moves = ((f"refs/heads/{branch}", standing.tip), (_record(branch), standing.recorded))
        lines = [f"update {ref}\0{tip}\0{old or none}\0" for ref, old in moves]
        status, _, message = run(
            self.git, ["update-ref", "-m", "kubewright: propose", "--stdin", "-z"], stdin="".join(lines).encode()
        )
        if status:
            raise RepositoryError(f"branch {branch} could not be moved: {last_line(message)}", "run again")

    def push(self, url: str, token: str, branch: str, new: Sequence[Stored], old: str | None, tip: str | None) -> None:
        """Move a branch of the repository at a URL from `old` to the commit `tip` (None: it does not exist).

        The objects `new` go along with it; nothing is written here. Raises transport.Rejected where the branch stands
        elsewhere, or the server wants no push: then it is as it was. Raises RepositoryError.
        """
        if not self.is_branch_name(branch):
            raise RepositoryError(f"{branch!r} is no name of a branch")
        transport.push(self.git_dir, self.algorithm, objects.pack(new, self.algorithm), url, token, (branch, old, tip))

    def differs_on_disk(self, path: str, text: str) -> bool:
        """Has the work tree another text for a file than the commit? Line breaks do not count."""
        if self.root is None:
            return False
        file = self.root / path
        try:
            if file.is_symlink() or not file.resolve().is_relative_to(self.root.resolve()) or not file.is_file():
                return True
            data = file.read_bytes()
        except (OSError, ValueError):
            return True
        return data.replace(b"\r\n", b"\n") != text.encode().replace(b"\r\n", b"\n")


@dataclass(frozen=True, eq=False)
class CommitTree:
    """The files of one commit, read from the object database: `bot.tree.Tree` without a work tree.

    Links are listed and never read; submodules are left out.
    """

    checkout: Checkout
    commit: str

    def entries(self) -> Iterator[Entry]:
        """Yield every file, sorted by path."""
        yield from (entry for entry, _ in self._listed.values())

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises RepositoryError for links and above MAX_BYTES."""
        entry, identity = self._listed.get(path, (None, ""))
        if entry is None or entry.link or entry.repository:
            raise RepositoryError(f"{path}: no regular file of commit {self.commit[:12]}")
        if entry.size > MAX_BYTES:
            raise too_large(path, entry.size)
        return self.checkout.read(identity)

    @cached_property
    def _listed(self) -> dict[str, tuple[Entry, str]]:
        """Every file with the id of its blob, by path. Raises RepositoryError."""
        large = self.checkout.lacks_large
        long = () if large else ("-l",)  # To know a size means to have the file.
        status, output, message = run(self.checkout.git, ["ls-tree", "-r", *long, "-z", "--full-tree", self.commit])
        if status:
            hint = PARTIAL if "promisor" in message else None
            raise RepositoryError(
                f"the files of commit {self.commit[:12]} cannot be listed: {last_line(message)}", hint
            )
        sizes = self.checkout.sizes() if large else {}
        found = {}
        for line in output.split(b"\0"):
            about, tab, name = line.partition(b"\t")
            mode, kind, identity, size = (*about.split(), b"")[:4] if tab else (b"", b"", b"", b"")
            if kind == b"blob":
                # BAD for an object that is gone: reading says so.
                known = sizes.get(identity, MAX_BYTES + 1) if large else int(size) if size.isdigit() else 0
                entry = Entry(text_of(name), known, mode == b"120000")
                found[entry.path] = entry, identity.decode()
            elif kind == b"commit":
                found[text_of(name)] = Entry(text_of(name), 0, repository=True), identity.decode()
        return dict(sorted(found.items()))


def _record(branch: str) -> str:
    """Return the ref that remembers where we left a branch."""
    return f"refs/kubewright/{branch}"


def _not_opened(path: Path, message: str) -> RepositoryError:
    if "dubious ownership" in message:
        return RepositoryError(
            f"{path}: git refuses a repository that somebody else owns",
            f"if you trust it: git config --global --add safe.directory {path.absolute()}",
        )
    if "not a git repository" in message.lower():
        return RepositoryError(f"{path}: not in a Git repository", "'kubewright scan' and 'kubewright fix' need none")
    return RepositoryError(f"{path}: git cannot open the repository: {last_line(message)}")
