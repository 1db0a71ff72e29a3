"""The script of action.yml: inputs become arguments, never code; the result becomes outputs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.commands.init import CHECKOUT, STEPS
from rules import manifest

ROOT = Path(__file__).resolve().parents[2]
DEFAULTS = {"MODE": "check", "PATHS": ".", "UNSAFE": "false", "DRY_RUN": "false", "GITHUB_TOKEN": "a-token"}

# Stands in for kubewright: keeps its arguments and its token, writes the report it is asked for.
STUB = """#!/bin/sh
printf '%s\\0' "$@" >"$RUNNER_TEMP/arguments"
printf '%s' "${GITHUB_TOKEN-}" >"$RUNNER_TEMP/token"
for argument; do
  case $argument in
    --output=json=*) echo '{"summary": {"findings": 3}}' >"${argument#--output=json=}" ;;
    --output=*=*) echo "made up" >"${argument#--output=*=}" ;;
  esac
done
exit "${STUB_CODE-0}"
"""


@dataclass(frozen=True)
class Ran:
    code: int
    stdout: str
    arguments: list[str]
    token: str
    outputs: dict[str, str]
    summary: str


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    home = tmp_path / "kubewright" / "bin"
    home.mkdir(parents=True)
    (home / "kubewright").write_text(STUB)
    (home / "kubewright").chmod(0o755)
    (home / "python").symlink_to(sys.executable)
    return tmp_path


def run(temp: Path, code: int = 0, **inputs: str) -> Ran:
    given = {f"KUBEWRIGHT_INPUT_{name}": value for name, value in {**DEFAULTS, **inputs}.items()}
    written = {"GITHUB_OUTPUT": temp / "output", "GITHUB_STEP_SUMMARY": temp / "summary"}
    done = subprocess.run(
        [str(ROOT / "scripts" / "action" / "run.sh")],
        env={"PATH": os.environ["PATH"], "RUNNER_TEMP": str(temp), "STUB_CODE": str(code), **given}
        | {name: str(path) for name, path in written.items()},
        cwd=temp,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    def kept(name: str) -> str:
        return (temp / name).read_text() if (temp / name).exists() else ""

    outputs = re.findall(r"^([a-z-]+)<<([0-9a-f]{32})\n(.*?)\n\2$", kept("output"), re.MULTILINE | re.DOTALL)
    arguments = kept("arguments").split("\0")[:-1]
    return Ran(
        done.returncode,
        done.stdout,
        arguments,
        kept("token"),
        {name: value for name, _, value in outputs},
        kept("summary"),
    )


def test_a_check_reports_and_passes_on_the_exit_code(runner: Path) -> None:
    ran = run(runner, code=1, PATHS="apps\n\n  \nplatform\r\n", SELECT="pss-baseline\nrbac", FAIL_ON="high")
    assert ran.code == 1
    assert ran.arguments[0] == "scan"
    assert ran.arguments[-3:] == ["--", "apps", "platform"]
    assert {"--select=pss-baseline", "--select=rbac", "--fail-on=high", "--format=github"} <= set(ran.arguments)
    assert ran.outputs == {"findings": "3", "sarif-file": "", "exit-code": "1"}
    assert ran.summary == "made up\n"


def test_a_check_never_sees_the_token(runner: Path) -> None:
    assert run(runner).token == ""
    assert run(runner, MODE="fix").token == "a-token"
    assert run(runner, MODE="suggest").token == "a-token"


def test_a_fix_takes_one_path(runner: Path) -> None:
    ran = run(runner, MODE="fix", UNSAFE="true", DRY_RUN="true")
    assert ran.arguments == ["propose", "--unsafe", "--dry-run", "--", "."]
    assert run(runner, MODE="fix", PATHS="a\nb").code == 2


def test_a_suggestion_reports_what_is_added_and_passes_on_the_exit_code(runner: Path) -> None:
    ran = run(runner, code=1, MODE="suggest", UNSAFE="true", FAIL_ON="high", SELECT="rbac")
    home = runner / "kubewright"
    assert (ran.code, ran.outputs["exit-code"], ran.outputs["findings"]) == (1, "1", "3")
    reports = [f"--output=json={home / 'report.json'}", f"--output=markdown={home / 'summary.md'}"]
    assert ran.arguments == ["suggest", "--select=rbac", "--unsafe", "--fail-on=high", *reports, "--", "."]
    assert ran.summary == "made up\n"


@pytest.mark.parametrize("inputs", [{"PATHS": "a\nb"}, {"SARIF_FILE": "out.sarif"}])
def test_a_suggestion_takes_one_path_and_writes_no_sarif(runner: Path, inputs: dict[str, str]) -> None:
    ran = run(runner, MODE="suggest", **inputs)
    assert (ran.code, ran.arguments) == (2, [])
    assert ran.stdout.startswith("::error title=Kubewright::input ")


def test_a_report_of_an_earlier_step_counts_nowhere(runner: Path) -> None:
    run(runner)
    (runner / "output").unlink()
    assert run(runner, MODE="fix").outputs["findings"] == ""


def test_on_a_fork_the_script_annotates_without_a_token(runner: Path) -> None:
    """With the real program: the pull request's files are read from its commits, and nothing is sent."""
    shop = runner / "shop"
    shop.mkdir()
    identity = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{role}_{key}": "t@t.example" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")},
    }

    def git(*arguments: str) -> str:
        environment = {"PATH": os.environ["PATH"], **identity}
        done = subprocess.run(
            ["git", *arguments], cwd=shop, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "-q", "-b", "main")
    git("commit", "-q", "--allow-empty", "-m", "start")
    base = git("rev-parse", "HEAD")
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, containers: [{name: a, image: a:1}]}\n"
    (shop / "pod.yaml").write_text(pod)
    (shop / "click.py").write_text(f"open({str(runner / 'stolen')!r}, 'w')\n")  # To be imported by mistake.
    git("add", ".")
    git("commit", "-q", "-m", "change")
    pull = {"head": {"sha": git("rev-parse", "HEAD"), "repo": {"id": 2}}, "base": {"sha": base, "repo": {"id": 1}}}
    (runner / "event.json").write_text(json.dumps({"pull_request": {"number": 3, **pull}}))
    program = runner / "kubewright" / "bin" / "kubewright"
    program.unlink()
    program.symlink_to(Path(sys.executable).with_name("kubewright"))
    done = subprocess.run(
        [str(ROOT / "scripts" / "action" / "run.sh")],
        env={
            **{f"KUBEWRIGHT_INPUT_{name}": value for name, value in DEFAULTS.items()},
            "KUBEWRIGHT_INPUT_MODE": "suggest",
            "KUBEWRIGHT_INPUT_SELECT": "host-pid",
            "KUBEWRIGHT_INPUT_GITHUB_TOKEN": "",
            "PATH": os.environ["PATH"],
            "PYTHONPATH": "",
            "PYTHONSAFEPATH": "1",
            "RUNNER_TEMP": str(runner),
            "GITHUB_OUTPUT": str(runner / "output"),
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(runner / "event.json"),
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_API_URL": "http://127.0.0.1:9",  # Nobody answers there.
        },
        cwd=shop,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=pod.yaml,line=4,")
    assert "can only read" in done.stderr
    assert "findings<<" in (runner / "output").read_text()
    assert not (runner / "stolen").exists()


def test_the_action_asks_for_no_dangerous_event() -> None:
    """`pull_request_target` gives what a stranger wrote a token that can write."""
    for path in [ROOT / "README.md", ROOT / "action.yml", *(ROOT / "docs").glob("*.md"), ROOT / "bot/commands/init.py"]:
        for line in path.read_text().splitlines():
            assert not re.match(r"\s*(on:|-)?\s*\[?\s*pull_request_target\b", line), f"{path.name}: {line}"


def test_the_workflows_of_the_documentation_ask_for_no_more_than_they_need() -> None:
    page = (ROOT / "docs" / "github-action.md").read_text()
    workflows = [manifest.parse(text)[0].value for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    assert [next(iter(one["jobs"])) for one in workflows] == ["review", "check", "fix"]
    for workflow in workflows:
        assert workflow["permissions"] == {}
        (job,) = workflow["jobs"].values()
        assert job["permissions"]["contents"] == ("write" if "fix" in workflow["jobs"] else "read")
        assert job["timeout-minutes"] <= 20
        for step in job["steps"]:
            assert re.search(r"@([0-9a-f]{40}|<the 40 characters of a commit>)$", step["uses"])
            assert "checkout" not in step["uses"] or step["with"]["persist-credentials"] is False
    pinned = re.findall(r"actions/checkout@.*", page + STEPS.replace("CHECKOUT", CHECKOUT).partition("# review:")[2])
    assert len(set(pinned)) == 1


def test_the_sarif_file_is_told_only_when_it_was_written(runner: Path) -> None:
    ran = run(runner, SARIF_FILE="out.sarif")
    assert "--output=sarif=out.sarif" in ran.arguments
    assert ran.outputs["sarif-file"] == "out.sarif"


@pytest.mark.parametrize(("name", "value"), [("MODE", "chekc"), ("UNSAFE", "True"), ("DRY_RUN", "")])
def test_an_unknown_value_is_refused_with_what_is_allowed(runner: Path, name: str, value: str) -> None:
    ran = run(runner, **{name: value})
    assert ran.code == 2
    assert ran.stdout.startswith(f"::error title=Kubewright::input {name.lower().replace('_', '-')}: expected one of: ")
    assert ran.arguments == []


@pytest.mark.parametrize("hostile", ["$(touch stolen)", "`touch stolen`", "; touch stolen", "--config=x", "*", "a b"])
def test_an_input_is_never_code(runner: Path, hostile: str) -> None:
    ran = run(runner, PATHS=hostile, SELECT=hostile, SARIF_FILE=hostile)
    assert ran.arguments[-2:] == ["--", hostile]
    assert f"--select={hostile}" in ran.arguments
    assert not (runner / "stolen").exists()


def test_no_value_sets_another_output(runner: Path) -> None:
    hostile = "x\nfindings<<END\n0\nEND"
    assert run(runner, SARIF_FILE=hostile).outputs["findings"] == "3"


def test_mode_is_not_repeated_into_a_workflow_command(runner: Path) -> None:
    assert "add-mask" not in run(runner, MODE="x\n::add-mask::y").stdout


def test_the_report_of_a_check_is_json_that_counts(runner: Path) -> None:
    run(runner)
    assert json.loads((runner / "kubewright" / "report.json").read_text())["summary"]["findings"] == 3
