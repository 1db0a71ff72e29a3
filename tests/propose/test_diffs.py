"""The diffs of a proposal say exactly what Git would say."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot import diffs

LINES = st.lists(st.sampled_from(["a", "b", "c", "d: 1", "", "-", "+x", " y"]), max_size=40)


@given(LINES, LINES)
def test_hunks_say_exactly_what_differs(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    hunks = list(diffs.hunks(before, after))
    assert "".join(patched(re.findall(r"[^\n]*\n|[^\n]+", before), hunks)) == after
    if before == after:
        assert hunks == []


def test_lines_are_counted_as_git_counts_them(tmp_path: Path) -> None:
    for before, after in (
        ("a\nb", "a\nb\nc"),
        ("a\nb\n", "a\nb"),
        ("a", "a\n"),
        ("", "a"),
        ("a\r\nb", "a\r\nb\r\nc\r\n"),
    ):
        (tmp_path / "old").write_bytes(before.encode())
        (tmp_path / "new").write_bytes(after.encode())
        command = ["git", "diff", "--no-index", "--no-color", "old", "new"]
        shown = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout.decode()
        header, _, rest = shown[shown.index("@@") :].partition("\n")
        hunk = rest.split("\n")[:-1]
        assert list(diffs.hunks(before, after)) == [header, *hunk]
        assert diffs.counts(before, after) == tuple(sum(line[0] == sign for line in hunk) for sign in "+-")


def patched(lines: list[str], hunks: list[str]) -> list[str]:
    """Apply hunks, checking context and the numbers in their headers."""
    hunks = [line + "\n" for line in hunks]
    for index, line in enumerate(hunks):
        if line.startswith("\\"):
            hunks[index - 1] = hunks[index - 1].removesuffix("\n")
    hunks = [line for line in hunks if not line.startswith("\\")]
    made: list[str] = []
    position = 0
    for line in hunks:
        if header := re.fullmatch(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n", line):
            start, length, new_start, new_length = (int(number or 1) for number in header.groups())
            begin = start - 1 if length else start
            made += lines[position:begin]
            position = begin
            assert len(made) == (new_start - 1 if new_length else new_start)
            continue
        if line[0] in " -":
            assert lines[position] == line[1:]
            position += 1
        if line[0] in " +":
            made.append(line[1:])
    return made + lines[position:]


def test_equal_ends_cost_no_time() -> None:
    long = "".join(f"line {number % 7}\n" for number in range(200_000))
    assert diffs.counts(long + "a\n" + long, long + "b\n" + long) == (1, 1)
