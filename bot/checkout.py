"""A Git repository: read from its object database, written by objects and one compare-and-swap of refs.

The only user of GitPython. Nothing is ever checked out; work tree, index and HEAD are neither read for
manifests nor touched. Git runs with explicit argument lists (GitPython's dynamic methods do not guard against
options in data) and with everything off by which a repository's configuration could run a program.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from bot import objects
from bot.errors import RepositoryError
from bot.objects import Stored
from bot.tree import MAX_BYTES, Entry, too_large

try:
    import git
except ImportError as missing:  # GitPython looks for Git when it is imported.
    raise RepositoryError("git is not installed, or not in PATH", "install git 2.31 or newer") from missing

IDENTITY = "Kubewright <kubewright@users.noreply.github.com>"
_HARDENED = (
    "--no-pager",
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.pager=cat"),
    *("-c", "core.sshCommand=false"),
    *("-c", "credential.helper="),
    *("-c", "protocol.allow=never"),
    *("-c", "submodule.recurse=false"),
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # Everything that is needed is here: no transport, no helper program.
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_PARTIAL = "a partial clone lacks objects: fetch them with 'git fetch --refetch --no-filter'"
# What a person's environment may say to Git; every other GIT_* (a hook's GIT_DIR, GIT_INDEX_FILE) is left out.
_KEPT = frozenset(
    ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES", "GIT_EXEC_PATH"]
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A branch as it is: its tip, the tip that was written last by us, and the directory it is checked out in."""

    tip: str | None
    recorded: str | None
    checked_out: str | None


@dataclass(eq=False)
class Checkout:
    """A repository, opened. `root` is the top of its work tree, None for a bare one; `prefix` where PATH lies in it."""

    git: git.Git
    git_dir: Path
    root: Path | None
    prefix: str
    algorithm: str
    _trees: dict[str, bytes] = field(default_factory=dict)
    _reader: Any = None  # `git cat-file`, from the first object that is read.

    @classmethod
    def open(cls, path: Path) -> Checkout:
        """Open the repository that a directory belongs to. Raises RepositoryError."""
        command = git.Git(str(path.absolute()))
        command.update_environment(**_ENVIRONMENT)
        asked = ("--show-object-format", "--is-inside-work-tree", "--git-common-dir")
        status, output, message = _execute(command, ["rev-parse", "--path-format=absolute", *asked])
        if status:
            raise _not_opened(path, message)
        algorithm, inside, git_dir = _text(output).removesuffix("\n").split("\n", 2)
        if algorithm not in ("sha1", "sha256"):  # An older Git repeats the option that it does not know.
            raise RepositoryError(f"{path}: this needs git 2.31 or newer")
        top, prefix = None, ""
        if inside == "true":
            _, output, _ = _execute(command, ["rev-parse", "--show-toplevel"])
            _, relative, _ = _execute(command, ["rev-parse", "--show-prefix"])
            top, prefix = Path(_text(output).removesuffix("\n")), _text(relative).removesuffix("\n")
        return cls(command, Path(git_dir), top, prefix, algorithm)

    # ---- Reading

    def commit(self, ref: str) -> str | None:
        """Return the id of the commit that a full ref or HEAD names, or None."""
        status, output, _ = _execute(self.git, ["rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"])
        return None if status else _text(output).strip()

    def current_branch(self) -> str | None:
        """Return the name of the branch that HEAD is on, or None where it is detached."""
        status, output, _ = _execute(self.git, ["symbolic-ref", "--quiet", "--short", "HEAD"])
        return None if status else _text(output).removesuffix("\n")

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

    def is_branch_name(self, name: str) -> bool:
        """Would Git take this name for a branch?"""
        status, _, _ = _execute(self.git, ["check-ref-format", f"refs/heads/{name}"])
        return status == 0 and not name.startswith("-")

    def is_ancestor(self, old: str, new: str) -> bool:
        """Is the commit `old` part of the history of `new`?"""
        status, _, _ = _execute(self.git, ["merge-base", "--is-ancestor", old, new])
        return status == 0

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the newest commit that the histories of two commits share, None where they show none."""
        status, output, _ = _execute(self.git, ["merge-base", one, other])
        return None if status else _text(output).strip()

    def origin(self) -> str | None:
        """Return the URL of the remote `origin`, or None."""
        status, output, _ = _execute(self.git, ["config", "--get", "remote.origin.url"])
        return None if status else _text(output).strip() or None

    def tree(self, commit: str) -> CommitTree:
        """Return the files of a commit."""
        return CommitTree(self, commit)

    def read(self, name: str) -> bytes:
        """Return the data of an object by its id. Raises RepositoryError when it is not here."""
        if name in self._trees:
            return self._trees[name]
        if self._reader is None:
            self._reader = _start(self.git, ["cat-file", "--batch"])
        kind, data = _ask(self._reader, name)
        if kind == b"tree":
            self._trees[name] = data
        return data

    # ---- Proposing

    def standing(self, branch: str) -> Standing:
        """Return how a branch stands now."""
        _, output, _ = _execute(self.git, ["worktree", "list", "--porcelain"])
        place, checked_out = "", None
        for line in _text(output).split("\n"):
            place = line.removeprefix("worktree ") if line.startswith("worktree ") else place
            if line == f"branch refs/heads/{branch}":
                checked_out = place
        return Standing(self.commit(f"refs/heads/{branch}"), self.commit(_record(branch)), checked_out)

    def write(self, branch: str, new: Sequence[Stored], tip: str, standing: Standing) -> None:
        """Write objects and move the branch to the commit `tip`, if the branch still stands as it did.

        Raises RepositoryError: then the branch is as it was.
        """
        status, _, message = _execute(self.git, ["unpack-objects", "-q"], stdin=objects.pack(new, self.algorithm))
        if status:
            raise RepositoryError(f"git could not store the commits: {_last_line(message)}")
        none = "0" * len(tip)
        moves = ((f"refs/heads/{branch}", standing.tip), (_record(branch), standing.recorded))
        lines = [f"update {ref}\0{tip}\0{old or none}\0" for ref, old in moves]
        status, _, message = _execute(
            self.git, ["update-ref", "-m", "kubewright: propose", "--stdin", "-z"], stdin="".join(lines).encode()
        )
        if status:
            raise RepositoryError(f"branch {branch} could not be moved: {_last_line(message)}", "run again")

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
        status, output, message = _execute(self.checkout.git, ["ls-tree", "-r", "-l", "-z", "--full-tree", self.commit])
        if status:
            hint = _PARTIAL if "promisor" in message else None
            raise RepositoryError(
                f"the files of commit {self.commit[:12]} cannot be listed: {_last_line(message)}", hint
            )
        found = {}
        for line in output.split(b"\0"):
            about, tab, name = line.partition(b"\t")
            mode, kind, identity, size = about.split() if tab else (b"", b"", b"", b"")
            if kind == b"blob":
                # BAD for an object that is gone: reading says so.
                entry = Entry(_text(name), int(size) if size.isdigit() else 0, mode == b"120000")
                found[entry.path] = entry, identity.decode()
            elif kind == b"commit":
                found[_text(name)] = Entry(_text(name), 0, repository=True), identity.decode()
        return dict(sorted(found.items()))


def _record(branch: str) -> str:
    """Return the ref that remembers where we left a branch."""
    return f"refs/kubewright/{branch}"


def _start(command: git.Git, arguments: Sequence[str]) -> Any:
    """Start Git to talk to; it ends with the object that is returned."""
    with _own_environment():
        return command.execute(_line(arguments), as_process=True, istream=subprocess.PIPE)


def _ask(reader: Any, name: str) -> tuple[bytes, bytes]:
    """Ask `git cat-file --batch` for an object; return its type and data. Raises RepositoryError."""
    try:
        reader.stdin.write(name.encode() + b"\n")
        reader.stdin.flush()
        answer = reader.stdout.readline().split()
        if len(answer) == 3:
            data = reader.stdout.read(int(answer[2]))
            reader.stdout.read(1)  # The line break behind it.
            return answer[1], data
    except OSError as error:
        raise RepositoryError(f"git stopped while objects were read: {error.strerror}") from error
    raise RepositoryError(f"object {name[:12]} is not in this repository", _PARTIAL)


def _line(arguments: Sequence[str]) -> list[str]:
    return [str(git.Git.GIT_PYTHON_GIT_EXECUTABLE), *_HARDENED, *arguments]


def _execute(command: git.Git, arguments: Sequence[str], stdin: bytes | None = None) -> tuple[int, bytes, str]:
    """Run Git; return its exit code, output and message. Arguments that hold data never start with a dash."""
    with _own_environment(), tempfile.TemporaryFile() as source:
        source.write(stdin or b"")
        source.seek(0)
        try:
            status, output, message = command.execute(
                _line(arguments),
                istream=source,
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
            )
        except (OSError, git.exc.GitError) as error:
            raise RepositoryError(f"git could not be run: {error}") from error
    return status, output, message


@contextmanager
def _own_environment() -> Iterator[None]:
    """Take GIT_* out of the environment for as long as Git is started: GitPython can only add to it."""
    taken = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("GIT_") and name not in _KEPT}
    try:
        yield
    finally:
        os.environ.update(taken)


def _not_opened(path: Path, message: str) -> RepositoryError:
    if "dubious ownership" in message:
        return RepositoryError(
            f"{path}: git refuses a repository that somebody else owns",
            f"if you trust it: git config --global --add safe.directory {path.absolute()}",
        )
    if "not a git repository" in message.lower():
        return RepositoryError(f"{path}: not in a Git repository", "'kubewright scan' and 'kubewright fix' need none")
    return RepositoryError(f"{path}: git cannot open the repository: {_last_line(message)}")


def _last_line(message: str) -> str:
    return message.strip().rpartition("\n")[2]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
