"""Trees for the tests of discovery: in memory, on disk, in Git."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

from bot.config import Settings
from bot.scan import Scan, scan
from bot.tree import MemoryTree
from rules import ignores
from rules.registry import all_rules
from rules.workloads.privileged_container import privileged_container

TODAY = date(2026, 6, 1)

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: app
      image: registry.example/app:1.2
      securityContext:
        privileged: true
"""


class NamelessTree(MemoryTree):
    """Files in memory that were found, not asked for by name: their suffix counts."""

    def named(self, path: str) -> bool:
        return False


def scan_of(
    files: dict[str, str | bytes], *, every_rule: bool = False, exclude: tuple[str, ...] = (), today: date = TODAY
) -> Scan:
    """Return the scan of files in memory: for privileged containers, or with every rule."""
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    rules = (*(all_rules() if every_rule else (privileged_container,)), *ignores.RULES)
    return scan(NamelessTree(data), Settings(rules=rules, exclude=exclude), today=today)


def classes(found: Scan) -> dict[str, str]:
    """Return the class of each file that was left out."""
    return {skipped.path: skipped.file_class for skipped in found.skipped}


def found_in(found: Scan) -> list[str]:
    """Return the paths with a privileged container, once per finding."""
    return [one.finding.path for one in found.findings if one.finding.rule == "privileged-container"]


def repository(root: Path, files: dict[str, str]) -> Path:
    """Make a Git work tree with tracked files."""
    root.mkdir()
    git(root, "init", "--quiet")
    write(root, files)
    git(root, "add", "--all")
    return root


def write(root: Path, files: dict[str, str]) -> None:
    """Write files below a directory."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def git(root: Path, *arguments: str) -> None:
    """Run Git in a directory, as a person would."""
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)
