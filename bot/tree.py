"""Where manifests come from: a directory, or a commit of a repository."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree: `path` is relative to the root with `/`, `size` in bytes, `link` a symbolic link."""

    path: str
    size: int
    link: bool = False


class Tree(Protocol):
    """Files that can be listed and read. Reading never leaves the tree and never follows links out of it."""

    def entries(self) -> Iterator[Entry]:
        """Yield every file, sorted by path, `.git` left out."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises RepositoryError."""
