"""What every file of the repository promises, whoever wrote it."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 400
LONG_FOR_A_REASON = {
    "rules/peers.py": "is a table of what other scanners call our rules",
    "tests/rules/test_api_version_removed.py": "is a table of manifests, before and after each migration",
    "tests/judge/oracle.py": "judges changes in one place, and imports nothing of what it judges",
}

# Put together here, so that this file passes its own test.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
        ("repo1", "maven", "org"),
        ("deb", "debian", "org"),
    )
)
SOMEBODYS_CHECKOUT = re.compile(r"(?<![\w.~-])/(?:work|home/\w+|Users/\w+)/(?:main|shared|src|code)\b")
NEIGHBOUR = "../" + "shared"


@cache
def files() -> tuple[str, ...]:
    """Return the path of every file that is or would be committed."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not in a Git work tree")
    return tuple(path for path in listed.stdout.decode().split("\0") if path and (ROOT / path).is_file())


@cache
def text(path: str) -> str:
    return (ROOT / path).read_bytes().decode("utf-8", "replace")


def load(path: str) -> Any:
    return yaml.safe_load(text(path))


def test_no_file_names_a_package_registry() -> None:
    assert [(path, host) for path in files() for host in REGISTRIES if host in text(path)] == []


def test_no_file_names_somebodys_checkout() -> None:
    assert [(path, found[0]) for path in files() if (found := SOMEBODYS_CHECKOUT.search(text(path)))] == []


def test_only_tests_and_benchmarks_look_beside_the_repository() -> None:
    assert [
        path for path in files() if NEIGHBOUR in text(path) and not path.startswith(("tests/", "benchmarks/"))
    ] == []


def test_no_module_grows_too_long() -> None:
    long = {path for path in files() if path.endswith(".py") and text(path).count("\n") > LONGEST_MODULE}
    assert long <= set(LONG_FOR_A_REASON)


def test_no_conflict_marker_is_left() -> None:
    assert [path for path in files() if re.search(r"^(?:<{7}|>{7}) ", text(path), re.MULTILINE)] == []


# --- What people are told to type.


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", ".github/PULL_REQUEST_TEMPLATE.md"])
def test_every_make_target_that_is_named_exists(document: str) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", text(document), re.MULTILINE))
    assert named <= targets()


def test_the_readme_sets_up_with_two_commands() -> None:
    assert re.findall(r"^make [a-z]+", text("README.md"), re.MULTILINE) == ["make demo", "make test"]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert text(".ci/run").rstrip().splitlines()[-1] == 'exec make VENV="$venv" test'


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_every_command_that_is_named_exists(document: str) -> None:
    prose = text(document).partition("<!-- help: begin")
    named = re.findall(r"(?:`|^\$ |^)kubewright ([a-z]+)", prose[0] + prose[2].partition("help: end")[2], re.MULTILINE)
    assert set(named) <= set(COMMANDS)


def test_relative_links_lead_somewhere() -> None:
    links = [
        (path, target)
        for path in files()
        if path.endswith(".md") and not path.startswith(("tests/", "examples/"))
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text(path))
    ]
    dead = [(path, target) for path, target in links if not (ROOT / path).parent.joinpath(target).exists()]
    assert dead == []


def test_shell_scripts_stop_at_the_first_error_and_can_be_run() -> None:
    scripts = [path for path in files() if text(path).startswith("#!") and "bash" in text(path).splitlines()[0]]
    assert {".ci/run", "scripts/demo.sh", "scripts/lock.sh"} <= set(scripts)
    assert [path for path in scripts if "\nset -euo pipefail\n" not in text(path)] == []
    assert [path for path in scripts if not os.access(ROOT / path, os.X_OK)] == []


# --- What others run: action, workflows, hooks.


def workflows() -> list[str]:
    return ["action.yml", *(path for path in files() if path.startswith(".github/workflows/"))]


def steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    jobs = document["jobs"].values() if "jobs" in document else [document["runs"]]
    return [step for job in jobs for step in job["steps"]]


def test_every_input_and_output_of_the_action_is_described() -> None:
    action = load("action.yml")
    for name, given in action["inputs"].items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert given["description"].strip()
        assert isinstance(given["default"], str), name
    assert all(given["description"] and given["value"] for given in action["outputs"].values())


def test_every_input_of_the_action_is_read() -> None:
    environment = steps(load("action.yml"))[-1]["env"]
    script = text("scripts/action/run.sh")
    for name in load("action.yml")["inputs"]:
        variable = name.upper().replace("-", "_")
        assert environment[f"KUBEWRIGHT_INPUT_{variable}"] == f"${{{{ inputs.{name} }}}}"
        assert re.search(rf"(?:input|one_of|option [a-z-]+) {variable}\b", script), name


def test_foreign_text_never_becomes_shell() -> None:
    assert [step["run"] for path in workflows() for step in steps(load(path)) if "${{" in step.get("run", "")] == []


def test_what_is_not_ours_is_pinned_by_hash() -> None:
    used = [found for path in workflows() for found in re.findall(r"uses:\s*(.+)", text(path))]
    assert [found for found in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", found)] == []


def test_the_action_never_imports_from_the_repository_it_looks_at() -> None:
    for step in steps(load("action.yml")):
        if "run" in step:
            assert step["env"]["PYTHONSAFEPATH"] == "1"
            assert step["env"]["PYTHONPATH"] == ""
    assert "PYTHONSAFEPATH=1" in text("Dockerfile")


def test_workflows_start_without_any_permission() -> None:
    for path in workflows()[1:]:
        workflow = load(path)
        assert workflow["permissions"] == {}
        assert all("timeout-minutes" in job for job in workflow["jobs"].values())
        assert "pull_request_target" not in text(path)


def test_hooks_run_commands_that_exist() -> None:
    entries = {hook["id"]: hook["entry"].split() for hook in load(".pre-commit-hooks.yaml")}
    assert set(entries) == {"kubewright", "kubewright-fix"}
    assert all(entry[0] == "kubewright" and entry[1] in COMMANDS for entry in entries.values())


# --- What is installed.


def pinned(path: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;]+)", text(path), re.MULTILINE))


def test_every_locked_package_has_a_hash() -> None:
    for path in ("requirements.lock", "requirements-build.lock", "requirements-dev.lock"):
        lines = text(path).splitlines()
        assert len(pinned(path)) == sum(not line.startswith(" ") for line in lines)
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            assert line.startswith(" ") or following.startswith("    --hash=sha256:"), line


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]

    def name(requirement: str) -> str:
        found = re.match(r"[A-Za-z0-9._-]+", requirement)
        assert found is not None
        return re.sub(r"[._-]+", "-", found[0]).lower()

    assert {name(found) for found in project["dependencies"]} <= set(pinned("requirements.lock"))
    assert {name(found) for found in project["optional-dependencies"]["dev"]} <= set(pinned("requirements-dev.lock"))
    assert pinned("requirements.lock").items() <= pinned("requirements-dev.lock").items()


def test_the_wheel_holds_the_three_packages_and_nothing_else(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        licenses = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
    assert names == {path for path in files() if path.startswith(("bot/", "fixers/", "rules/"))}
    assert len(licenses) == 1
