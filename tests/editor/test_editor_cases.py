"""Small edits of everything that people write, each with the text that a person would have written."""

from __future__ import annotations

import cases_block
import cases_flow
import cases_odd
import cases_plain
import cases_shared
import pytest
from editing import Operation, edited

GROUPS = (cases_block, cases_flow, cases_odd, cases_plain, cases_shared)
CASES = [case for group in GROUPS for case in group.CASES]


@pytest.mark.parametrize(("before", "operations", "after"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_small_edit(before: str, operations: list[Operation], after: str) -> None:
    assert edited(before, *operations) == after
