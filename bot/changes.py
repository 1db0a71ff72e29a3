"""A scan -> verified changes, file by file."""

from __future__ import annotations

from collections.abc import Iterator

from bot.config import Settings
from bot.scan import Scan
from bot.tree import Tree
from fixers.change import Outcome
from fixers.model import Safety
from rules.errors import Bug


def changes(tree: Tree, scan: Scan, settings: Settings, allow: Safety) -> Iterator[Outcome | Bug]:
    """Yield what comes of each file with findings; ignored findings are left alone."""
    raise NotImplementedError
