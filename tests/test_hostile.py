"""Hostile repositories: nothing of them is executed, nothing outside is read, memory and time stay bounded.

The console script runs in a process of its own, in the hostile directory, as people run it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GIGABYTE = 1 << 30
MEMORY = 3 * GIGABYTE // 2
SECONDS = 120
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: good
spec:
  containers:
    - name: app
      image: registry.example/app:1.2
      securityContext:
        privileged: true
"""
OBJECT = "apiVersion: v1\nkind: Pod\nmetadata: {name: bad}\n"


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Kubewright in a directory, with little memory."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    script = Path(sys.executable).parent / "kubewright"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    return subprocess.run(
        [str(script), *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=limit,
    )


def report(root: Path, *arguments: str) -> dict[str, Any]:
    """Scan a directory and return the JSON report; the good Pod must always be found."""
    (root / "good.yaml").write_text(POD)
    ended = run(root, "scan", "--format", "json", "--select", "privileged-container", *arguments)
    assert ended.returncode == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    made: dict[str, Any] = json.loads(ended.stdout)
    assert "good.yaml" in [one["file"] for one in made["findings"]]
    return made


def evil(root: Path) -> None:
    """Plant packages of our names, and everything else that Python might import or run by itself."""
    (root / "marks").mkdir()
    names = ["bot", "rules", "fixers", "yaml", "click", "pydantic", "ruamel", "git", "github", "json", "typing"]
    files = [f"{name}/__init__.py" for name in names]
    files += ["bot/cli.py", "bot/__main__.py", "rules/registry.py", "sitecustomize.py", "usercustomize.py"]
    files += ["conftest.py", "setup.py", "rules/workloads/evil.py", "re.py", "dataclasses.py"]
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(
            f"import pathlib\npathlib.Path({str(root / 'marks')!r}, {name.replace('/', '.')!r}).touch()\n"
            "raise SystemExit(99)\n"
        )


@pytest.mark.parametrize("command", [["scan"], ["fix", "--diff"], ["explain"], ["config", "show"]], ids=" ".join)
def test_nothing_of_a_repository_is_imported(tmp_path: Path, command: list[str]) -> None:
    evil(tmp_path)
    (tmp_path / "good.yaml").write_text(POD)
    ended = run(tmp_path, *command)
    assert ended.returncode in (0, 1), ended.stderr
    assert list((tmp_path / "marks").iterdir()) == []


def test_links_out_of_the_tree_are_not_followed(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    for directory in (outside, root):
        directory.mkdir()
    (outside / "secret.yaml").write_text(POD.replace("good", "secret"))
    (root / "file.yaml").symlink_to(outside / "secret.yaml")
    (root / "directory").symlink_to(outside)
    (root / "dangling.yaml").symlink_to("nowhere.yaml")
    (root / "loop.yaml").symlink_to("loop.yaml")
    (root / "root").symlink_to(".")
    (root / "kustomization.yaml").write_text("resources: [../outside]\npatches: [{path: ../outside/secret.yaml}]\n")
    made = report(root)
    assert [one["file"] for one in made["findings"]] == ["good.yaml"]
    links = [one["file"] for one in made["skipped"] if one["class"] == "link"]
    assert links == ["dangling.yaml", "directory", "file.yaml", "loop.yaml", "root"]
    assert "secret" not in json.dumps(made["findings"])


def test_a_fix_never_writes_through_a_link(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    for directory in (outside, root):
        directory.mkdir()
    (outside / "pod.yaml").write_text(POD)
    (root / "pod.yaml").symlink_to(outside / "pod.yaml")
    (root / "apps").symlink_to(outside)
    run(root, "fix", "--unsafe")
    run(root, "fix", "--unsafe", "pod.yaml")
    assert (root / "pod.yaml").is_symlink()
    assert (outside / "pod.yaml").read_text() == POD


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(OBJECT.encode())
        file.truncate(100_000_000)


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return OBJECT + "\n".join(lines) + "\n"


def merge_bomb() -> str:
    lines = ["m0: &m0 {" + ", ".join(f"k{n}: v" for n in range(100)) + "}"]
    lines += [f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}], n{n}: x}}" for n in range(1, 12)]
    return OBJECT + "\n".join(lines) + "\n"


def wide() -> str:
    return OBJECT + "data:\n" + "".join(f"  key{n}: value\n" for n in range(300_000))


def many() -> str:
    return "---\n".join([OBJECT] * 20_000)


ODD: dict[str, Callable[[], str | bytes]] = {
    "100,000 open brackets": lambda: OBJECT + "spec: " + "[" * 100_000,
    "100,000 brackets": lambda: OBJECT + "spec: " + "[" * 100_000 + "]" * 100_000,
    "100,000 maps": lambda: OBJECT + "spec: " + "{a: " * 100_000 + "}" * 100_000,
    "100,000 dashes": lambda: OBJECT + "spec:\n  " + "- " * 100_000 + "x\n",
    "aliases that multiply": bomb,
    "merge keys that multiply": merge_bomb,
    "bytes that are no UTF-8": lambda: OBJECT.encode() + b"x: \xff\xfe\xc0\x80\n",
    "UTF-16 that breaks off": lambda: b"\xff\xfe" + OBJECT.encode("utf-16-le") + b"\x00",
    "zero bytes": lambda: OBJECT.encode() + b"x: \0\0\0\n",
    "an integer of 5,000 digits": lambda: OBJECT + "spec: {priority: " + "9" * 5000 + "}\n",
    "an integer of 5,000 digits in JSON": lambda: (
        '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bad"}, "spec": {"priority": ' + "9" * 5000 + "}}"
    ),
    "100,000 brackets in JSON": lambda: '{"apiVersion": "v1", "kind": "Pod", "a": ' + "[" * 100_000,
    "a map of 300,000 keys": wide,
    "20,000 documents": many,
    "a key of a megabyte": lambda: OBJECT + "? " + "k" * 1_000_000 + "\n: x\n",
    "quotes that never close": lambda: OBJECT + 'spec: "' + "\\" * 500_000,
    "half a million anchors": lambda: OBJECT + "spec: [" + ", ".join(f"&a{n} x" for n in range(200_000)) + "]\n",
    "comments that look like ignores": lambda: OBJECT + "# kubewright: ignore[x]\n" * 50_000,
}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_an_odd_file_is_accounted_for_and_harms_nobody(tmp_path: Path, make: Callable[[], str | bytes]) -> None:
    made_of = make()
    (tmp_path / "odd.yaml").write_bytes(made_of.encode() if isinstance(made_of, str) else made_of)
    made = report(tmp_path)
    named = {one["file"] for one in made["errors"]} | {one["file"] for one in made["skipped"]}
    assert made["summary"]["files"] == 2
    assert "odd.yaml" in named or made["summary"]["documents"] > 1
    for error in made["errors"]:
        assert error["line"] >= 1
        assert 0 < len(error["message"]) < 500


def test_a_file_of_100_megabytes_is_named_and_not_read(tmp_path: Path) -> None:
    sparse(tmp_path / "large.yaml")
    (error,) = report(tmp_path)["errors"]
    assert (error["file"], "100 MB" in error["message"]) == ("large.yaml", True)


def test_a_pipe_does_not_stop_a_scan(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (error,) = report(tmp_path)["errors"]
    assert error["file"] == "pipe.yaml"


def test_names_cannot_act_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "\x1b[31mred\u202e.yaml").write_text(POD.replace("good", '"\\e[2Jx"'))
    (tmp_path / "broken\x1b.yaml").write_text("apiVersion: [\n")
    ended = run(tmp_path, "scan", "-v")
    assert ended.returncode == 1, ended.stderr
    for character in ("\x1b", "\u202e"):
        assert character not in ended.stdout + ended.stderr


def test_a_name_that_is_no_text_is_reported(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yaml")).write_text(POD)
    assert len(report(tmp_path)["findings"]) == 2
    assert run(tmp_path, "scan").returncode == 1
