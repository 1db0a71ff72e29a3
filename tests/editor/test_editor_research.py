"""The measured hard cases: input, patch, and the text or the refusal that was found right."""

from __future__ import annotations

import difflib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from editing import apply, check_edits, from_json

from rules.errors import Unfixable

HERE = Path(os.environ.get("KUBEWRIGHT_SHARED", Path(__file__).resolve().parents[3] / "shared"))
FILE = HERE / "research" / "yaml-cases.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else []

# Another text than the one measured, and why. It may not change more lines.
OTHERWISE = {
    # The comment above the first key of a map may be about anything: it is kept, not cut.
    "tag-on-own-line": "a: x\n  # c\nd: 1\n",
    # What moves takes its comment along.
    "move-subtree": "a: {}\nd:\n  b: # keep?\n    c: 1\n",
}


@pytest.mark.skipif(not CASES, reason=f"{FILE} is not there")
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_measured_case(case: dict[str, Any]) -> None:
    operations = from_json(case["patch"])
    if "refuse" in case:
        with pytest.raises(Unfixable) as refused:
            apply(case["input"], case["doc"], operations)
        assert refused.value.code == case["refuse"]
        return
    result = apply(case["input"], case["doc"], operations)
    check_edits(case["input"], result)
    expected = OTHERWISE.get(case["id"], case["expect"])
    assert result.text == expected
    assert _changed(case["input"], expected) <= _changed(case["input"], case["expect"])


def _changed(before: str, after: str) -> int:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return sum(line.startswith(("+", "-")) for line in lines)
