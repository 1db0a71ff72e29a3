"""Worlds for tests of the life of pull requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds import World, pod, world


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[World]:
    """A repository with one safe finding and one unsafe one, which is not proposed by default."""
    with world(tmp_path, {"apps/web.yaml": pod("web")}) as made:
        yield made
