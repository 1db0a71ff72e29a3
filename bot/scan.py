"""Many files -> one scan: every file accounted for, every finding with its place and its fix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.config import Settings
from bot.tree import Tree
from fixers.model import Fix
from rules.cluster import Cluster
from rules.errors import Bug, ManifestError
from rules.model import Finding

# Called with (files done, files in all); from time to time.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding as people see it: where it stands (from 1, the end exclusive), and its fix or why there is none.

    `ignored` is the reason of the ignore that excuses it, None for a finding that counts.
    """

    finding: Finding
    fingerprint: str
    line: int
    column: int
    end_line: int
    end_column: int
    fix: Fix | None
    no_fix: str | None
    ignored: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out: what it is, and why that is no manifest to judge."""

    path: str
    file_class: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found.

    `files` counts the YAML and JSON files that were looked at, skipped ones included, `documents` those of the
    manifests among them. `partial` holds the paths read as fragments, `editable` those that may be changed.
    Everything is sorted by path and place.
    """

    files: int
    documents: int
    findings: tuple[Reported, ...]
    errors: tuple[ManifestError, ...]
    skipped: tuple[Skipped, ...]
    bugs: tuple[Bug, ...]
    cluster: Cluster
    partial: frozenset[str]
    editable: frozenset[str]


def scan(tree: Tree, settings: Settings, progress: Progress | None = None) -> Scan:
    """Scan all manifests of a tree.

    Raises RepositoryError when the tree itself cannot be listed; a file that cannot be read is an error of the
    scan.
    """
    raise NotImplementedError
