"""Where manifests come from: a directory, a commit of a repository, or memory."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from posixpath import dirname, normpath
from typing import Protocol

from bot.errors import RepositoryError

# No manifest that people write comes near; etcd refuses objects above 1.5 MB.
MAX_BYTES = 10_000_000
# A repository's own configuration can name programs for Git to run; none of these commands needs one.
_HARDENED = (
    *("git", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"),
    *("-c", "core.untrackedCache=false", "-c", "protocol.allow=never", "-c", "core.quotePath=false"),
)
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree: `path` is relative to the root with `/`, `size` in bytes, `link` a symbolic link.

    `repository` is a directory that belongs to another Git repository: a submodule, or a clone inside this one.
    """

    path: str
    size: int
    link: bool = False
    repository: bool = False


class Tree(Protocol):
    """Files that can be listed and read. Reading never leaves the tree and never follows links out of it."""

    def entries(self) -> Iterator[Entry]:
        """Yield every file, sorted by path, `.git` left out."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises RepositoryError."""


@dataclass(frozen=True)
class MemoryTree:
    """Files in memory, such as the one manifest of standard input."""

    files: Mapping[str, bytes]

    def entries(self) -> Iterator[Entry]:
        """Yield every file, sorted by path."""
        for path in sorted(self.files):
            yield Entry(path, len(self.files[path]))

    def named(self, path: str) -> bool:
        """Was the file asked for by name? Then its suffix does not matter."""
        return path in self.files

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises RepositoryError."""
        if path not in self.files:
            raise RepositoryError(f"{path}: no such file")
        if len(self.files[path]) > MAX_BYTES:
            raise too_large(path, len(self.files[path]))
        return self.files[path]


@dataclass(frozen=True)
class WorkTree:
    """Files of a directory on disk, perhaps only those at or below some `paths` of it.

    In a Git work tree these are the tracked files and the untracked ones that Git does not ignore; where Git
    lists nothing (no work tree, Git missing or refusing, a directory that is itself ignored), all files.
    """

    root: Path
    paths: tuple[str, ...] = ()

    @classmethod
    def of(cls, paths: Sequence[str | Path]) -> WorkTree:
        """Return the tree of paths given on a command line.

        One directory is its own root. Otherwise the root is the current directory if all lie below it, else
        the closest directory above all. Raises RepositoryError for a path that does not exist.
        """
        given = [Path(path).absolute() for path in paths] or [Path.cwd()]
        for path in given:
            if not os.path.lexists(path):
                raise RepositoryError(f"{path}: no such file or directory")
        if len(given) == 1 and given[0].is_dir():
            return cls(given[0])
        # The directories above are the user's own words and may be links; a file that is a link stays one.
        real = [path.resolve() if path.is_dir() else path.parent.resolve() / path.name for path in given]
        here = Path.cwd()
        below_here = all(path.is_relative_to(here) for path in real)
        root = here if below_here else Path(os.path.commonpath([path.parent for path in real]))
        return cls(root, tuple(path.relative_to(root).as_posix() for path in real))

    @cached_property
    def _root(self) -> Path:
        return self.root.resolve()

    @property
    def foreign(self) -> Path | None:
        """The Git work tree that Git refuses to list because somebody else owns it, so that nothing is ignored."""
        nearest, _, complaint = self._found
        return nearest if "dubious ownership" in complaint else None

    @cached_property
    def _found(self) -> tuple[Path | None, bytes | None, str]:
        """The nearest directory that looks like a Git work tree, what Git says its top is, and what it complains of."""
        nearest = next((place for place in (self._root, *self._root.parents) if (place / ".git").exists()), None)
        return nearest, *(self._asked("rev-parse", "--show-toplevel") if nearest else (None, ""))

    @cached_property
    def _top(self) -> Path | None:
        """The Git work tree that the root lies in."""
        nearest, said, _ = self._found
        # `core.worktree` may claim any directory, even one that holds this one.
        return nearest if said and Path(os.fsdecode(said.rstrip(b"\n"))).resolve() == nearest else None

    def named(self, path: str) -> bool:
        """Was the file asked for by name? Then its suffix does not matter."""
        return path in self.paths

    def entries(self) -> Iterator[Entry]:
        """Yield every file, sorted by path, `.git` left out. Raises RepositoryError."""
        everything = not self.paths or "." in self.paths
        found: set[str] = set()
        for path in [""] if everything else self.paths:
            if path and not self._is_directory(path):
                found.add(path)
                continue
            listed = self._listed(path)
            found.update(listed or self._walk(path))
        for path in sorted(found):
            entry = self._entry(path)
            if entry:
                yield entry

    @property
    def prefix(self) -> str:
        """The root as a path from the top of its Git work tree: `charts/web/templates`, or ''."""
        return "" if self._top is None else _inside(self._root, self._top)

    def context(self, names: Collection[str]) -> Iterator[str]:
        """Yield the paths, relative to the root, of files of those names in the Git work tree but not in the tree.

        They are no part of the scan, but say what its files are. `../kustomization.yaml` is possible.
        """
        if self._top is None or not (self.prefix or self.paths):
            return
        said = self._git("ls-files", "-z", "-c", "-o", "--exclude-standard", "--full-name", "--", ":/")
        for name in sorted({os.fsdecode(part) for part in (said or b"").split(b"\0")}):
            if name.rpartition("/")[2] in names:
                path = os.path.relpath(self._top / name, self._top / self.prefix).replace(os.sep, "/")
                if self.paths or path.startswith("../"):
                    yield path

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises RepositoryError for links, devices, pipes, and above MAX_BYTES."""
        self._refuse_outside(path)
        # O_NONBLOCK: opening a pipe must not wait for a writer.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            descriptor = os.open(self._place(path), flags)
        except OSError as error:
            raise RepositoryError(f"{path}: {_reason(error, self._root / path)}") from error
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise RepositoryError(f"{path}: is no regular file")
            if status.st_size > MAX_BYTES:
                raise too_large(path, status.st_size)
            try:
                # A file that grows meanwhile, or one of /proc with size 0, stays within the limit.
                data = file.read(MAX_BYTES + 1)
            except OSError as error:
                raise RepositoryError(f"{path}: {_reason(error, self._root / path)}") from error
        if len(data) > MAX_BYTES:
            raise too_large(path, len(data))
        return data

    def _place(self, path: str) -> str:
        """Return where a path of the tree is on disk. Strings, because a scan asks for tens of thousands."""
        return normpath(f"{self._base}/{path}") if ".." in path else f"{self._base}/{path}"

    def _refuse_outside(self, path: str) -> None:
        # Files of the context lie above the root, yet in the same Git work tree.
        above = path.startswith("../") and self._top is not None
        limit = self._limit if above else self._base
        place = self._place(path)
        if path.startswith("/") or "\0" in path or not place.startswith(f"{limit}/"):
            raise RepositoryError(f"{path}: lies outside of the tree")
        if not self._plain(dirname(place), limit):
            raise RepositoryError(f"{path}: lies below a symbolic link, which is never followed")

    @cached_property
    def _base(self) -> str:
        return self._root.as_posix().rstrip("/")

    @cached_property
    def _limit(self) -> str:
        return self._base if self._top is None else self._top.as_posix().rstrip("/")

    @cached_property
    def _known(self) -> dict[str, bool]:
        return {}

    def _plain(self, directory: str, limit: str) -> bool:
        """Is no part of the path from the limit down to a directory a link?"""
        known = self._known.get(directory)
        if known is None:
            # Not longer than the limit: it was reached. The root of the file system is '' as a limit, and above itself.
            known = len(directory) <= max(len(limit), 1) or (
                self._plain(dirname(directory), limit) and not Path(directory).is_symlink()
            )
            self._known[directory] = known
        return known

    def _is_directory(self, path: str) -> bool:
        try:
            return stat.S_ISDIR(os.lstat(self._root / path).st_mode)
        except OSError:
            return False

    def _entry(self, path: str) -> Entry | None:
        place = self._place(path)
        try:
            status = os.lstat(place)
        except OSError:
            return None  # Tracked, and deleted from the work tree.
        if stat.S_ISDIR(status.st_mode):
            return Entry(path, 0, repository=True)
        below_link = not self._plain(dirname(place), self._base)
        return Entry(path, status.st_size, below_link or stat.S_ISLNK(status.st_mode))

    def _listed(self, path: str) -> list[str]:
        """Return what Git lists at or below a path; nothing when it is no work tree of ours."""
        if self._top is None:
            return []
        place = _inside(Path(normpath(self._root / path)), self._top)
        literal = f":(top,literal){place}" if place else ":/"
        said = self._git("ls-files", "-z", "-c", "-o", "--exclude-standard", "--deduplicate", "--", literal)
        # A name that ends with a slash is a repository inside this one.
        return [os.fsdecode(name.rstrip(b"/")) for name in (said or b"").split(b"\0") if name]

    def _walk(self, path: str) -> Iterator[str]:
        pending = [path]
        while pending:
            below = pending.pop()
            try:
                with os.scandir(self._root / below) as found:
                    children = list(found)
            except OSError as error:
                if below == path:
                    raise RepositoryError(f"{self.root / path}: {_reason(error, self._root / path)}") from error
                continue
            for child in children:
                inner = f"{below}/{child.name}" if below else child.name
                if child.is_dir(follow_symlinks=False):
                    if child.name != ".git":
                        pending.append(inner)
                else:
                    yield inner

    def _git(self, *arguments: str) -> bytes | None:
        """Return what Git prints, or None when it fails or is missing."""
        return self._asked(*arguments)[0]

    def _asked(self, *arguments: str) -> tuple[bytes | None, str]:
        """Return what Git prints, or None when it fails or is missing, and what it complains of."""
        # A hook that runs us sets GIT_DIR and GIT_INDEX_FILE; the caller's configuration by environment may run things.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "LC_ALL": "C",
        }
        try:
            ended = subprocess.run(  # noqa: S603 - fixed arguments, no shell.
                [*_HARDENED, *arguments],
                cwd=self._root,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None, ""
        return ended.stdout if ended.returncode == 0 else None, os.fsdecode(ended.stderr)


def _inside(path: Path, top: Path) -> str:
    """Return a path as seen from a directory above it; '' for that directory."""
    inner = path.relative_to(top).as_posix()
    return "" if inner == "." else inner


def too_large(path: str, size: int) -> RepositoryError:
    """Return the error for a file above the limit."""
    return RepositoryError(
        f"{path}: {size / 1e6:.0f} MB is more than the {MAX_BYTES / 1e6:.0f} MB that a manifest may have"
    )


def _reason(error: OSError, path: Path) -> str:
    if path.is_symlink():
        return "is a symbolic link, which is never followed"
    return (error.strerror or str(error)).lower()
