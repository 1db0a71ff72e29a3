"""`kubewright init`: files that work as written, never over others."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from bot.commands.init import CONFIGURATION, WORKFLOW
from bot.config import NAME, Flags, settle
from rules import manifest
from tests.cli.conftest import POD, Run


def test_both_files_are_written_and_valid(here: Path, run: Run) -> None:
    result = run("init")
    assert (result.exit_code, result.stdout) == (0, "")
    assert run("config", "validate").exit_code == 0
    (workflow,) = manifest.parse((here / WORKFLOW).read_text())
    assert workflow.value["permissions"] == {}
    (job,) = workflow.value["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
    assert job["timeout-minutes"] <= 10
    install, fetch, scan = job["steps"]
    assert f"install kubewright=={__version__}\n" in install["run"]
    assert fetch["with"] == {"persist-credentials": False}
    assert scan["run"].endswith("scan --format github --fail-on high")


def test_the_workflow_pins_every_action_to_a_commit(here: Path, run: Run) -> None:
    run("init")
    used = [line for line in (here / WORKFLOW).read_text().splitlines() if "uses:" in line]
    assert len(used) == 2
    assert all(re.search(r"actions/checkout@[0-9a-f]{40} # v\d+\.\d+\.\d+", line) for line in used)


def test_the_review_in_comments_is_a_job(here: Path, run: Run) -> None:
    run("init")
    text = (here / WORKFLOW).read_text()
    at = text.index("  # review:")
    uncommented = text[:at] + re.sub(r"^  # ", "  ", text[at:], flags=re.MULTILINE)
    (workflow,) = manifest.parse(uncommented)
    assert list(workflow.value["jobs"]) == ["scan", "review"]
    review = workflow.value["jobs"]["review"]
    assert review["permissions"] == {"contents": "read", "pull-requests": "write"}
    install, fetch, suggest = review["steps"]
    assert f"install kubewright=={__version__}\n" in install["run"]
    assert fetch["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert suggest["run"].endswith('kubewright" suggest --fail-on high')


def test_the_scan_of_the_workflow_runs(here: Path, run: Run, tmp_path: Path) -> None:
    run("init")
    (here / "pod.yaml").write_text(POD)
    (workflow,) = manifest.parse((here / WORKFLOW).read_text())
    command = workflow.value["jobs"]["scan"]["steps"][-1]["run"]
    installed = tmp_path / "kubewright" / "bin"
    installed.mkdir(parents=True)
    (installed / "kubewright").symlink_to(Path(sys.executable).with_name("kubewright"))
    environment = {**os.environ, "RUNNER_TEMP": str(tmp_path)}
    done = subprocess.run(["bash", "-e", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "::error file=pod.yaml,line=" in done.stdout


def test_what_exists_is_never_overwritten(here: Path, run: Run) -> None:
    (here / NAME).write_text("mine: yes\n")
    result = run("init")
    assert result.exit_code == 0
    assert (here / NAME).read_text() == "mine: yes\n"
    assert f"{NAME} exists and stays as it is" in result.stderr
    assert (here / WORKFLOW).exists()
    before = (here / WORKFLOW).stat()
    run("init")
    assert (here / WORKFLOW).stat() == before


def test_a_dangling_link_is_not_written_through(here: Path, tmp_path: Path, run: Run) -> None:
    (here / NAME).symlink_to(tmp_path / "target")
    run("init")
    assert not (tmp_path / "target").exists()


def uncommented() -> str:
    """Return the configuration with every commented key in force."""
    lines = []
    for line in CONFIGURATION.splitlines():
        text = line.removeprefix("# ")
        is_setting = text != line and (text.startswith((" ", "- ")) or text.split(" ")[0].endswith(":"))
        lines.append(text if is_setting else line)
    return "\n".join(lines) + "\n"


def test_every_commented_key_works_once_uncommented() -> None:
    text = uncommented()
    assert "\nselect:\n  - pss-restricted\n" in text
    settings = settle(text, NAME, Flags())
    assert settings.version == (1, 34)
    assert settings.exclude == ("vendor/", "*.generated.yaml")
    severities = {rule.id: str(rule.severity) for rule in settings.rules}
    assert "image-tag-latest" not in severities
    assert [ignore.path for ignore in settings.ignores] == ["monitoring/"]


@pytest.mark.parametrize("name", ["none", "file"])
def test_a_directory_that_is_none_is_a_usage_error(name: str, here: Path, run: Run) -> None:
    (here / "file").write_text("")
    assert run("init", name).exit_code == 2
