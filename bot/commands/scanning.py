"""What scan and fix have in common: the tree, its settings, a progress bar, and what people hear beside the result."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot import log
from bot.config import Flags, Settings, load
from bot.discover import FileClass
from bot.output.report import plural
from bot.scan import Progress, Scan, scan
from bot.tree import Tree, WorkTree

# A bar for less would only flicker.
PATIENCE = 1.0


def work_tree(paths: tuple[str, ...]) -> WorkTree:
    """Return the tree of the paths on the command line. A path that does not exist is a mistake in usage."""
    for path in paths:
        if path == "-":
            raise click.UsageError("'-' reads standard input and stands alone; only scan knows it")
        if not os.path.lexists(path):
            raise click.UsageError(f"no such file or directory: {log.harmless(path)}")
    return WorkTree.of(paths)


def prefix(root: Path) -> str:
    """Return what to write before a path of a tree, so that it can be opened from the current directory."""
    here = Path.cwd()
    if root.is_relative_to(here):
        inside = root.relative_to(here).as_posix()
    else:
        place = root.resolve()
        # Where nothing but the top of the file system is above both, the way up says less than the whole path.
        shared = os.path.commonpath([place, here]) if place.anchor == here.anchor else place.anchor
        inside = place.as_posix() if shared == place.anchor else os.path.relpath(place, here).replace(os.sep, "/")
    return "" if inside == "." else f"{inside.rstrip('/')}/"


def settle(root: Path | None, flags: Flags) -> Settings:
    """Return the effective settings and tell where they come from."""
    made = load(flags.config, root, flags)
    today = datetime.now(UTC).date()
    for ignore in made.ignores:
        if ignore.is_over(today):
            log.say(f"{made.source}: the ignore of {', '.join(sorted(ignore.rules))} ended on {ignore.until}")
    tell_unread(made)
    log.detail(f"configuration: {made.source or 'none, defaults'}; {plural(len(made.rules), 'rule')}")
    return made


def tell_unread(made: Settings) -> None:
    """Say which part of the configuration does not count, as it lies on GitHub."""
    if made.unread:
        log.say(f"warning: {made.source} extends {made.unread}, which is read from GitHub, by propose and sweep only")


def run(tree: Tree, settings: Settings) -> Scan:
    """Scan with a progress bar, and tell what was left out and which of our rules failed."""
    with _progress() as progress:
        found = scan(tree, settings, progress)
    _tell(found)
    if isinstance(tree, WorkTree) and tree.foreign:
        log.say(
            f"warning: somebody else owns {tree.foreign}, so Git lists nothing there and files that it ignores were "
            f"scanned, too; if you trust it: git config --global --add safe.directory {tree.foreign}"
        )
    return found


def _tell(found: Scan) -> None:
    for bug in found.bugs:
        log.error(str(bug), bug.hint)
    everything, left_out = found.files + found.classes.get(FileClass.EXCLUDED, 0), len(found.skipped)
    if not everything:
        log.say("no YAML or JSON file was found")
    elif left_out == everything:  # "No findings" alone would sound like good news.
        log.say(f"no Kubernetes manifest among {plural(everything, 'file')}; -v says what is left out and why")
    log.detail(f"{plural(everything, 'file')}: {everything - left_out} scanned, {left_out} left out")
    for name, count in found.classes.items():
        log.detail(f"  {name}: {count}")
    for skipped in found.skipped:
        log.detail(f"left out {skipped.path} ({skipped.file_class}): {skipped.reason}")


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Yield what shows a bar once work has taken a while; nothing in CI, in a pipe, or with `-q`."""
    if not sys.stderr.isatty() or os.environ.get("CI") or log.is_quiet():
        yield None
        return
    started = time.monotonic()
    shown: list[Any] = []  # The bar, once there is one; click gives its class no public name.

    def show(done: int, total: int) -> None:
        if not shown and time.monotonic() - started >= PATIENCE:
            shown.append(click.progressbar(length=total, file=sys.stderr, label="scanning"))
        for bar in shown:
            bar.update(done - bar.pos)

    try:
        yield show
    finally:
        for bar in shown:
            bar.render_finish()
