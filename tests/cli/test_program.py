"""The frame of all commands: what is imported, and how every error ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot import __version__, cli
from bot.cli import COMMANDS, program
from bot.errors import ConfigError, GitHubError, RepositoryError
from rules.errors import Bug, KubewrightError
from tests.cli.conftest import POD, Run

SCRIPT = Path(sys.executable).with_name("kubewright")


def modules(*arguments: str) -> tuple[int, set[str]]:
    """Return exit code and imported modules of a run of the console script's function."""
    code = (
        "import json, sys\n"
        "from bot.cli import main\n"
        f"sys.argv = ['kubewright', *{list(arguments)!r}]\n"
        "try:\n    main()\n"
        "finally:\n    print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode, set(json.loads(done.stderr.splitlines()[-1]))


def roots(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_version_and_help_import_nothing_heavy(argument: str) -> None:
    code, imported = modules(argument)
    assert code == 0
    assert roots(imported).isdisjoint({"pydantic", "ruamel", "_ruamel_yaml", "yaml", "git", "github", "jsonpatch"})
    assert not {name for name in imported if name.startswith(("bot.commands.", "fixers.", "rules.workloads"))}


def test_scan_imports_neither_git_nor_github_nor_pydantic(here: Path) -> None:
    (here / "pod.yaml").write_text(POD)
    code, imported = modules("scan", "pod.yaml", "--no-cache")
    assert code == 1
    assert roots(imported).isdisjoint({"git", "github", "pydantic", "requests"})


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_imported_and_helps(name: str, run: Run) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"Usage: kubewright {name}")
    assert run(name, "-h").stdout == result.stdout


def test_help_lists_every_command_and_no_other(run: Run) -> None:
    listed = run("--help").stdout.split("Commands:\n")[1].split("\n\n")[0]
    assert [line.split()[0] for line in listed.splitlines()] == list(COMMANDS)


def test_version_is_said_on_stdout(run: Run) -> None:
    assert run("--version").stdout == f"kubewright {__version__}\n"


def test_a_misspelt_command_is_a_usage_error_with_a_hint(run: Run) -> None:
    result = run("scna")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'scan'?" in result.stderr


def test_a_hostile_command_name_does_not_reach_the_terminal(run: Run) -> None:
    assert "\x1b" not in run("\x1b[31mscan").stderr


@pytest.mark.parametrize(
    "arguments", [("scan", "--nonsense"), ("scan", "--format", "xml"), ("scan", "--severity", "bad")]
)
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...], run: Run) -> None:
    assert run(*arguments).exit_code == 2


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let the command `scan` raise an error."""

    @click.command()
    @click.option(
        "--debug", is_flag=True, expose_value=False, callback=lambda c, p, v: c.meta.update({"kubewright.debug": v})
    )
    def command() -> None:
        raise error

    monkeypatch.setattr(cli.Program, "get_command", lambda self, ctx, name: command)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("bad"), 2),
        (KubewrightError("bad"), 2),
        (RepositoryError("bad"), 3),
        (GitHubError("bad"), 3),
        (Bug("bad"), 70),
        (click.UsageError("bad"), 2),
        (RuntimeError("bad"), 70),
        (OSError(28, "bad", "file"), 3),
        (RecursionError("bad"), 70),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
    ],
)
def test_every_error_has_its_exit_code(
    error: BaseException, code: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, error)
    result = run("scan")
    assert (result.exit_code, result.stdout) == (code, "")
    assert "Traceback" not in result.stderr


def test_an_error_is_one_sentence_and_a_hint(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ConfigError("x is wrong\x1b[2J", "write y"))
    assert run("scan").stderr == "error: x is wrong\\x1b[2J\nhint: write y\n"


def test_a_bug_is_reported_in_two_lines_and_with_debug_in_full(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, RuntimeError("odd"))
    short = run("scan").stderr
    assert short.startswith(f"error: kubewright {__version__} has a bug: RuntimeError: odd (test_program.py:")
    assert len(short.splitlines()) == 2
    assert "Traceback" in run("scan", "--debug").stderr


def test_an_exit_code_that_a_command_returns_is_that_of_the_program(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.Program, "get_command", lambda self, ctx, name: click.Command("x", callback=lambda: 42))
    assert run("scan").exit_code == 42


@pytest.mark.skipif(os.name == "nt", reason="needs a pipe of POSIX")
def test_a_reader_that_has_gone_is_no_error(here: Path) -> None:
    (here / "pod.yaml").write_text("---\n".join([POD] * 800))
    command = [str(SCRIPT), "scan", "--format", "json", "--no-cache"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr
        said = process.stderr.read()
    assert (process.returncode, said) == (1, b"")


@pytest.mark.skipif(os.name == "nt", reason="needs a pipe of POSIX")
def test_the_console_script_runs_with_an_evil_package_in_the_current_directory(here: Path) -> None:
    for name in ("bot", "rules", "fixers", "click"):
        (here / name).mkdir()
        (here / name / "__init__.py").write_text("raise SystemExit('evil')\n")
    (here / "sitecustomize.py").write_text("raise SystemExit('evil')\n")
    (here / "pod.yaml").write_text(POD)
    done = subprocess.run([str(SCRIPT), "scan", "-q"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "evil" not in done.stdout + done.stderr


def test_the_table_and_the_program_agree() -> None:
    context = click.Context(program)
    assert program.list_commands(context) == list(COMMANDS)
    assert program.get_command(context, "nonsense") is None


def test_every_option_is_set_by_its_own_name_in_the_environment() -> None:
    group = click.Context(program)
    for name in program.list_commands(group):
        command = program.get_command(group, name)
        assert command
        for option in command.params:
            if isinstance(option, click.Option) and option.allow_from_autoenv:
                names = {"KUBEWRIGHT_" + one.lstrip("-").replace("-", "_").upper() for one in option.opts}
                given = [option.envvar] if isinstance(option.envvar, str) else option.envvar or []
                assert names & set(given), (name, option.name)
