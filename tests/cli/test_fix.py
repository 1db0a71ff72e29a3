"""`kubewright fix`: what it writes, what it refuses to write, what it says."""

from __future__ import annotations

import re
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import files
from bot.commands import fix
from bot.diffs import counts, unified
from bot.errors import RepositoryError
from bot.output.diff import shown
from tests.cli.conftest import POD, Run

OLD = POD.replace("spec:\n", "spec:\n  serviceAccount: web  # the web's own\n").replace("true", "false")
NEW = OLD.replace("serviceAccount:", "serviceAccountName:")
SAFE = ("--select", "deprecated-service-account-field")
UNSAFE = ("--select", "privileged-container")


def test_a_safe_fix_is_written_and_nothing_else_changes(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(OLD)
    result = run("fix", *SAFE)
    assert (result.exit_code, result.stdout) == (0, "")
    assert (here / "pod.yaml").read_text() == NEW
    assert "fixed pod.yaml:6:3 deprecated-service-account-field: " in result.stderr
    assert "1 finding fixed in 1 file" in result.stderr


def test_a_second_run_changes_nothing(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(OLD)
    run("fix", *SAFE)
    before = (here / "pod.yaml").stat()
    assert run("fix", *SAFE).exit_code == 0
    assert (here / "pod.yaml").stat() == before


def test_an_unsafe_fix_needs_the_flag(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD)
    result = run("fix", *UNSAFE)
    assert result.exit_code == 1
    assert (here / "pod.yaml").read_text() == POD
    assert "1 left that --unsafe fixes" in result.stderr
    assert run("fix", *UNSAFE, "--unsafe").exit_code == 0
    assert (here / "pod.yaml").read_text() == POD.replace("privileged: true  #", "privileged: false  #")


def test_what_is_left_is_said_with_its_reason(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(POD.replace("1.4.2", "latest"))
    result = run("fix", "--select", "image-tag-latest")
    assert result.exit_code == 1
    assert "left pod.yaml:8:7 image-tag-latest: " in result.stderr
    assert run("fix", "--select", "image-tag-latest", "-q").stderr == ""


def test_a_reason_that_several_share_is_said_once(here: Path, run: Run) -> None:
    for name in ("a.yaml", "b.yaml"):
        (here / name).write_text(POD.replace("1.4.2", "latest"))
    lines = run("fix", "--select", "image-tag-latest").stderr.splitlines()
    assert lines[0].startswith("left image-tag-latest, 2 times: Which version runs")
    assert lines[1:] == ["  a.yaml:8:7", "  b.yaml:8:7", "0 findings fixed in 0 files; 2 left for the reasons given"]


def test_diff_prints_a_patch_that_git_applies_and_writes_nothing(here: Path, run: Run) -> None:
    (here / "sub").mkdir()
    (here / "sub" / "pod.yaml").write_bytes(OLD.replace("\n", "\r\n").encode())
    result = run("fix", "sub", "--diff", *SAFE)
    assert result.exit_code == 1
    assert (here / "sub" / "pod.yaml").read_bytes() == OLD.replace("\n", "\r\n").encode()
    (here / "p.diff").write_bytes(result.stdout_bytes)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "p.diff"], check=True)
    assert (here / "sub" / "pod.yaml").read_bytes() == NEW.replace("\n", "\r\n").encode()
    again = run("fix", "sub", "--diff", *SAFE)
    assert (again.exit_code, again.stdout) == (0, "")


@pytest.mark.parametrize("place", ["absolute", "above"])
def test_a_diff_of_a_directory_elsewhere_applies_there(place: str, here: Path, run: Run) -> None:
    there = here.parent / "there"
    there.mkdir()
    (there / "pod.yaml").write_text(OLD)
    result = run("fix", "--diff", *SAFE, str(there) if place == "absolute" else "../there")
    assert result.stdout.startswith("--- a/pod.yaml\n+++ b/pod.yaml\n")


def test_the_mode_of_a_file_stays(here: Path, run: Run) -> None:
    (here / "pod.yaml").write_text(OLD)
    (here / "pod.yaml").chmod(0o640)
    run("fix", *SAFE)
    assert stat.S_IMODE((here / "pod.yaml").stat().st_mode) == 0o640
    assert [path.name for path in here.iterdir()] == ["pod.yaml"]


def test_nothing_is_written_through_a_link(here: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "outside.yaml").write_text(OLD)
    (here / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    run("fix", "link.yaml", *SAFE)
    run("fix", *SAFE)
    assert (tmp_path / "outside.yaml").read_text() == OLD
    assert (here / "link.yaml").is_symlink()


def test_a_file_that_changed_meanwhile_is_left_alone_and_the_others_are_fixed(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "a.yaml").write_text(OLD)
    (here / "b.yaml").write_text(OLD)
    original = fix.changes

    def slow(*arguments: object) -> object:
        for outcome in original(*arguments):  # type: ignore[arg-type]
            (here / "a.yaml").write_text("mine: now\n")
            yield outcome

    monkeypatch.setattr(fix, "changes", slow)
    result = run("fix", *SAFE)
    assert result.exit_code == 3
    assert "a.yaml: has changed meanwhile and was left alone" in result.stderr
    assert (here / "a.yaml").read_text() == "mine: now\n"
    assert (here / "b.yaml").read_text() == NEW


def test_fix_reads_no_standard_input(run: Run) -> None:
    assert run("fix", "-", stdin=POD).exit_code == 2


def test_an_unreadable_file_is_named_and_does_not_stop_the_others(here: Path, run: Run) -> None:
    (here / "broken.yaml").write_text("apiVersion: v1\nkind: Pod\nspec: [\n")
    (here / "pod.yaml").write_text(OLD)
    result = run("fix", *SAFE)
    assert result.exit_code == 1
    assert "left broken.yaml:" in result.stderr
    assert (here / "pod.yaml").read_text() == NEW


def test_an_ignored_finding_is_left_alone(here: Path, run: Run) -> None:
    text = OLD.replace("# the web's own", "# kubewright: ignore[deprecated-service-account-field] the web's own")
    (here / "pod.yaml").write_text(text)
    assert run("fix", *SAFE).exit_code == 0
    assert (here / "pod.yaml").read_text() == text


def test_replace_refuses_what_is_not_a_plain_file(here: Path) -> None:
    (here / "target").write_bytes(b"old")
    (here / "link").symlink_to("target")
    for name in ("link", "none", "."):
        with pytest.raises(RepositoryError):
            files.replace(here / name, b"old", b"new")
    assert (here / "target").read_bytes() == b"old"
    files.replace(here / "target", b"old", b"new")
    assert (here / "target").read_bytes() == b"new"


def test_a_failed_write_leaves_the_old_file_and_no_other(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "pod.yaml").write_bytes(b"old")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(RepositoryError, match=r"pod\.yaml: cannot be written: No space left"):
        files.replace(here / "pod.yaml", b"old", b"new")
    assert [(path.name, path.read_bytes()) for path in here.iterdir()] == [("pod.yaml", b"old")]


DIFFS = [
    ("a\nb\n", "a\nc\n"),
    ("a", "b"),
    ("a\n", "a"),
    ("a", "a\n"),
    ("a\r\nb\r\n", "a\r\nc\r\n"),
    ("a\rb\n", "a\rc\n"),
    ("a\x0cb\u2028c\n", "a\x0cb\u2028d\n"),
    ("\ufeffa\n", "\ufeffb\n"),
    ("", "a\n"),
    ("".join(f"{n}\n" for n in range(50)), "".join(f"{n}\n" for n in range(50) if n not in (3, 40))),
]


@pytest.mark.parametrize(("before", "after"), DIFFS)
@pytest.mark.parametrize("name", ["a.yaml", 'odd "name"\\ä\t.yaml'])
def test_a_diff_makes_the_new_text_of_the_old(before: str, after: str, name: str, here: Path) -> None:
    (here / name).write_bytes(before.encode())
    (here.parent / "p.diff").write_bytes(unified(name, before, after).encode())
    subprocess.run(["git", "apply", "--whitespace=nowarn", "../p.diff"], check=True)
    assert (here / name).read_bytes() == after.encode()


def test_equal_texts_have_no_diff() -> None:
    assert unified("a", "x\n", "x\n") == ""


def test_a_diff_on_a_terminal_does_not_act() -> None:
    seen = shown(unified("a", "x\n", "\x1b[2J\u202e##[error]x\n"))
    assert "\\x1b[2J\\u202e##\\x5berror]x" in seen


def patched(before: str, diff: str) -> str:
    """Apply a unified diff, the slow way."""
    old = re.findall(r"[^\n]*\n|[^\n]+", before)
    made: list[str] = []
    position, is_new = 0, False
    for line in re.findall(r"[^\n]*\n", diff.split("\n", 2)[2]) if diff else []:
        head = re.match(r"@@ -(\d+)(?:,(\d+))? ", line)
        if head:
            start = int(head[1]) - (head[2] != "0")
            made += old[position:start]
            position = start
        elif line.startswith("\\"):
            if is_new:
                made[-1] = made[-1].removesuffix("\n")
        else:
            is_new = line[0] in " +"
            if line[0] in " -":
                assert old[position].removesuffix("\n") == line[1:].removesuffix("\n")
                position += 1
            if line[0] in " +":
                made.append(line[1:])
    return "".join(made + old[position:])


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "- x\n", "@@\n"]), max_size=30).map("".join)


@given(TEXTS, TEXTS, st.sampled_from(["", "end"]), st.sampled_from(["", "end"]), st.sampled_from([200, 1, 3]))
def test_every_diff_makes_the_new_text_of_the_old(before: str, after: str, end: str, new_end: str, limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.diffs.MAX_DIFFERING", limit)
        diff = unified("f", before + end, after + new_end)
    assert patched(before + end, diff) == after + new_end
    assert bool(diff) == (before + end != after + new_end)


def test_a_long_file_of_equal_lines_shows_only_what_changed() -> None:
    before = "- a\n- b\n" * 5000
    after = before[:20000] + "- c\n" + before[20000:]
    diff = unified("f", before, after)
    assert len(diff.splitlines()) == 2 + 1 + 3 + 1 + 3
    assert "\n+- c\n" in diff


@pytest.mark.parametrize("every", [10, 100, 1000])
def test_many_changes_of_a_long_file_of_equal_lines_show_only_what_changed(every: int) -> None:
    lines = ["- a\n", "- b\n"] * 10_000
    changed = [f"- c{number}\n" if number % every == 5 else line for number, line in enumerate(lines)]
    assert counts("".join(lines), "".join(changed)) == (20_000 // every, 20_000 // every)
