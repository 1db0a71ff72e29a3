"""What fuzzing once found stays repaired; and the promises that it checks hold for the manifests it starts from."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
import yaml

from fixers.model import Operation
from rules.pointer import parse

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "fuzz"))

import promises  # noqa: E402

FOUND = sorted(path for path in (ROOT / "fuzz" / "found").glob("*.yaml") if not path.name.endswith(".patch.yaml"))
SEEDS = sorted((ROOT / "tests" / "cases").rglob("*.yaml"))[::5]


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_was_found_is_read(path: Path) -> None:
    promises.read(path.read_bytes())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_was_found_is_edited_exactly_or_refused(path: Path) -> None:
    patch = path.with_suffix(".patch.yaml")
    if not patch.exists():
        pytest.skip("an input of the reader alone")
    claim = yaml.safe_load(patch.read_text())
    operations = [
        Operation(one["op"], parse(one["path"]), one.get("value"), parse(one.get("from", "")))
        for one in claim["operations"]
    ]
    promises.edited(path.read_bytes().decode(), claim["document"], operations)


def test_random_bytes_in_real_manifests_break_no_promise() -> None:
    draw = random.Random(1)
    for path in SEEDS:
        data = bytearray(path.read_bytes())
        for _ in range(3):
            data[draw.randrange(len(data))] = draw.choice(b"\n\r\t #-:?&*{}[],|>'\"%~<0a")
        promises.read(bytes(data))
        promises.edit(bytes(draw.randrange(256) for _ in range(promises.HEAD)) + bytes(data))
