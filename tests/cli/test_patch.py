"""`kubewright patch`: any YAML or JSON file, one document, proven or refused."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.commands.patch import operations, patched
from fixers.model import Operation
from rules.errors import Unfixable
from tests.cli.conftest import Run

TWO = """\
# one
a: {b: 1}  # b
list:
- x
- y
---
0: zero
c: 'd'
"""


def patch(here: Path, *given: dict[str, Any]) -> str:
    (here / "patch.json").write_text(json.dumps(list(given)))
    return "patch.json"


def test_a_patch_changes_only_what_it_says(here: Path, run: Run) -> None:
    (here / "f.yaml").write_text(TWO)
    result = run("patch", "f.yaml", patch(here, {"op": "replace", "path": "/a/b", "value": 2}))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert (here / "f.yaml").read_text() == TWO.replace("b: 1", "b: 2")


def test_a_document_is_chosen_by_its_number(here: Path, run: Run) -> None:
    (here / "f.yaml").write_text(TWO)
    name = patch(here, {"op": "replace", "path": "/c", "value": "e"})
    assert run("patch", "f.yaml", name, "--document", "1").exit_code == 0
    assert (here / "f.yaml").read_text() == TWO.replace("'d'", "'e'")
    result = run("patch", "f.yaml", name, "--document", "2")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: no-document: f.yaml: ")


def test_a_patch_is_read_from_standard_input(here: Path, run: Run) -> None:
    (here / "f.yaml").write_text(TWO)
    assert run("patch", "f.yaml", "-", stdin='[{"op": "remove", "path": "/list/0"}]').exit_code == 0
    assert (here / "f.yaml").read_text() == TWO.replace("- x\n", "")


@pytest.mark.skipif(os.name == "nt", reason="needs a pipe with a name")
def test_a_patch_may_come_from_a_pipe(here: Path, run: Run) -> None:
    (here / "f.yaml").write_text(TWO)
    os.mkfifo(here / "pipe")
    writer = threading.Thread(target=(here / "pipe").write_text, args=('[{"op": "remove", "path": "/list/0"}]',))
    writer.start()
    assert run("patch", "f.yaml", "pipe").exit_code == 0
    writer.join()
    assert (here / "f.yaml").read_text() == TWO.replace("- x\n", "")


def test_nothing_is_patched_through_a_link(here: Path, run: Run) -> None:
    (here / "f.yaml").write_text(TWO)
    (here / "link.yaml").symlink_to("f.yaml")
    assert run("patch", "link.yaml", patch(here, {"op": "remove", "path": "/list/0"})).exit_code == 3
    assert (here / "f.yaml").read_text() == TWO


def test_diff_shows_and_writes_nothing(here: Path, run: Run) -> None:
    (here / "f.yaml").write_text(TWO)
    name = patch(here, {"op": "replace", "path": "/a/b", "value": 2})
    result = run("patch", "f.yaml", name, "--diff")
    assert result.exit_code == 1
    assert "-a: {b: 1}  # b\n+a: {b: 2}  # b\n" in result.stdout
    assert (here / "f.yaml").read_text() == TWO
    same = patch(here, {"op": "test", "path": "/a/b", "value": 1})
    assert run("patch", "f.yaml", same, "--diff").exit_code == 0


REFUSED = [
    ({"op": "test", "path": "/a/b", "value": 2}, "test-failed"),
    ({"op": "replace", "path": "/none", "value": 2}, "patch-does-not-apply"),
    ({"op": "remove", "path": "/list/7"}, "patch-does-not-apply"),
    ({"op": "add", "path": "/list/01", "value": 2}, "patch-does-not-apply"),
    ({"op": "add", "path": "/a/b/c", "value": 2}, "patch-does-not-apply"),
]


@pytest.mark.parametrize(("operation", "code"), REFUSED)
def test_what_does_not_apply_is_refused_with_a_code(operation: dict[str, Any], code: str, here: Path, run: Run) -> None:
    (here / "f.yaml").write_text(TWO)
    result = run("patch", "f.yaml", patch(here, operation))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"error: {code}: f.yaml: ")
    assert (here / "f.yaml").read_text() == TWO


def test_a_file_that_cannot_be_edited_safely_is_left(here: Path, run: Run) -> None:
    (here / "f.yaml").write_text("a: 1\na: 2\n")
    result = run("patch", "f.yaml", patch(here, {"op": "replace", "path": "/a", "value": 3}))
    assert result.exit_code == 1
    assert result.stderr.startswith("error: dup-key: f.yaml: ")
    assert (here / "f.yaml").read_text() == "a: 1\na: 2\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "a JSON Patch is a list"),
        ("[", "not JSON"),
        ("[1]", "operation 0: expected an object"),
        ('[{"op": "set", "path": "/a"}]', "op: expected one of add"),
        ('[{"op": "add", "path": "/a"}]', "value is missing"),
        ('[{"op": "move", "path": "/a"}]', "from is missing"),
        ('[{"op": "remove", "path": "a"}]', "path: expected a JSON Pointer"),
        ('[{"op": "remove", "path": 3}]', "path: expected a JSON Pointer"),
    ],
)
def test_a_patch_that_is_none_is_a_usage_error(text: str, message: str, here: Path, run: Run) -> None:
    (here / "f.yaml").write_text(TWO)
    result = run("patch", "f.yaml", "-", stdin=text)
    assert result.exit_code == 2
    assert message in result.stderr


def test_files_that_are_missing_are_usage_errors(here: Path, run: Run) -> None:
    assert run("patch", "none.yaml", "-", stdin="[]").exit_code == 2
    (here / "f.yaml").write_text(TWO)
    assert run("patch", "f.yaml", "none.json").exit_code == 2


def test_byte_order_mark_line_breaks_and_other_bytes_stay(here: Path, run: Run) -> None:
    before = ("\ufeff" + TWO.replace("\n", "\r\n")).encode()
    (here / "f.yaml").write_bytes(before)
    assert run("patch", "f.yaml", patch(here, {"op": "replace", "path": "/a/b", "value": 2})).exit_code == 0
    assert (here / "f.yaml").read_bytes() == before.replace(b"b: 1", b"b: 2")


def test_a_file_that_is_no_utf_8_is_refused(here: Path, run: Run) -> None:
    (here / "f.yaml").write_bytes(b"a: 1 # \xe9\n")
    result = run("patch", "f.yaml", patch(here, {"op": "replace", "path": "/a", "value": 2}))
    assert result.exit_code == 1
    assert "encoding" in result.stderr


def test_a_json_file_stays_json(here: Path, run: Run) -> None:
    (here / "f.json").write_text('{\n  "a": [1,2]\n}')
    assert run("patch", "f.json", patch(here, {"op": "add", "path": "/a/-", "value": "x"})).exit_code == 0
    assert json.loads((here / "f.json").read_text()) == {"a": [1, 2, "x"]}


def test_numbers_are_indexes_in_lists_and_keys_in_maps() -> None:
    value = {"0": {"1": "x"}, "l": [{"2": "y"}]}
    given = [
        {"op": "remove", "path": "/0/1"},
        {"op": "remove", "path": "/l/0/2"},
        {"op": "add", "path": "/l/0", "value": [1]},
        {"op": "remove", "path": "/l/0/0"},
    ]
    assert [operation.path for operation in operations(value, given)] == [
        ("0", "1"),
        ("l", 0, "2"),
        ("l", 0),
        ("l", 0, 0),
    ]


def test_a_copy_becomes_an_addition_of_what_stands_there_then() -> None:
    given = [{"op": "replace", "path": "/a", "value": 2}, {"op": "copy", "from": "/a", "path": "/b"}]
    assert list(operations({"a": 1}, given)) == [Operation("replace", ("a",), 2), Operation("add", ("b",), 2)]


def test_a_document_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(Unfixable) as refusal:
        patched("a: [\n", 0, [])
    assert refusal.value.code == "unreadable"


def test_a_patch_copies_and_moves(here: Path, run: Run) -> None:
    (here / "f.yaml").write_text("a:\n  b: 'x' # why\nc:\n  d: 1\n")
    given = [{"op": "copy", "from": "/a/b", "path": "/c/e"}, {"op": "move", "from": "/c/d", "path": "/a/d"}]
    result = run("patch", "f.yaml", patch(here, *given))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert (here / "f.yaml").read_text() == "a:\n  b: 'x' # why\n  d: 1\nc:\n  e: x\n"
