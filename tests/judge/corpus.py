"""The corpus of real repositories: where it is, and which of its files are manifests by their name."""

from __future__ import annotations

import os
from pathlib import Path

SUFFIXES = (".yaml", ".yml", ".json")


def folder() -> Path:
    """Return where the corpus lies if it is there; it is no part of this repository."""
    given = os.environ.get("KUBEWRIGHT_CORPUS")
    return Path(given) if given else Path(__file__).parents[2].parent / "shared" / "corpus"


def repositories() -> list[Path]:
    """Return the repositories of the corpus, none if it is absent."""
    root = folder()
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


def files(repository: Path) -> list[Path]:
    """Return the files of a repository whose names promise YAML or JSON."""
    return sorted(path for path in repository.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES)
