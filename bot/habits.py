"""What people type who come from other tools, and what does the same here.

Nothing of it is an alias: the contract stays small, the error says what to type. The names are those of ruff, black,
trivy, checkov, kube-linter, kubescape and polaris.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import NamedTuple

import click

from bot.markdown import visible


class Habit(NamedTuple):
    """Options that other tools have, the commands they are missed in, and what to type instead."""

    typed: tuple[str, ...]
    commands: tuple[str, ...]
    instead: str


_SCAN, _FIX, _EXPLAIN = ("scan",), ("fix",), ("explain",)
_FINDS = ("scan", "fix", "propose", "sweep", "suggest")
_PULLS = ("propose", "sweep", "suggest")
_WRITES = ("fix", "patch")
PROGRAM = "kubewright"
_AFTER = "options stand after the command, as in 'kubewright scan --quiet'"

OPTIONS = (
    Habit(("--dry-run", "--check", "--show-fixes"), _WRITES, "--diff shows the changes and writes nothing"),
    Habit(("--write", "--apply", "--fix", "--in-place", "--inplace", "-i", "-w"), _WRITES, "it writes without --diff"),
    Habit(("--yes", "-y", "--force"), _FIX, "it asks nothing"),
    Habit(("--unsafe-fixes",), _FINDS[1:], "it is --unsafe"),
    Habit(("--fix", "--autofix", "--apply", "--write"), _SCAN, "'kubewright fix' applies the safe fixes"),
    Habit(("--diff", "--show-fixes"), _SCAN, "'kubewright fix --diff' shows what would change"),
    Habit(("--unsafe", "--unsafe-fixes"), _SCAN, "'kubewright fix --unsafe' applies unsafe fixes, too"),
    Habit(("--dry-run",), _SCAN, "it only reads; 'kubewright fix --diff' shows what would change"),
    *(
        Habit((f"--{name}",), _SCAN, f"it is --format {name}")
        for name in ("text", "json", "sarif", "github", "markdown", "junit", "html")
    ),
    Habit(("--output-format",), _SCAN, "--format FORMAT says what is printed"),
    # One letter is another option in each tool: -f a file or a format, -s a severity or a soft failure.
    Habit(("-f",), _SCAN, "--format FORMAT says what is printed, files are named without an option"),
    Habit(("-f",), _FIX, "files and directories are named without an option"),
    Habit(("-s",), _SCAN, "--severity LEVEL leaves out what is less severe, --fail-on LEVEL says what ends with 1"),
    Habit(("-c",), _FINDS, "--select X checks only that, --config FILE is the configuration"),
    Habit(("--output-file", "-o"), _SCAN, "--output FILE writes the report there, --format FORMAT says which"),
    Habit(
        ("--exit-code", "--exit-zero", "--soft-fail"),
        _SCAN,
        "--fail-on LEVEL says what ends with 1; with never nothing does",
    ),
    Habit(("--list", "--list-checks"), _SCAN, "'kubewright explain' lists the rules"),
    Habit(("--no-color", "--no-colour"), (*_FINDS, "patch", "explain"), "NO_COLOR=1 leaves colours out"),
    Habit(("--stdin", "--stdin-filename"), _SCAN, "'kubewright scan -' reads standard input"),
    Habit(("--recursive", "-r", "-R"), _FINDS[:2], "directories are read with all that is below them"),
    Habit(("--directory", "-d", "--file", "--path"), _FINDS[:2], "files and directories are named without an option"),
    Habit(("--include", "--rule", "--rules", "--only"), _FINDS, "--select X checks only that"),
    Habit(("--check",), _SCAN, "--select X checks only that"),
    Habit(("--extend-select", "--add-all-built-in", "--all"), _FINDS, "--select all checks everything there is"),
    Habit(("--skip", "--skip-check", "--skip-checks", "--exclude-rule"), _FINDS, "--ignore X leaves a rule out"),
    Habit(("--skip-dirs", "--skip-files", "--skip-path", "--exclude-path"), _FINDS, "--exclude GLOB leaves files out"),
    Habit(("--exceptions",), _FINDS, "exceptions for Kubescape count wherever they lie in what is read"),
    Habit(("--diff",), _PULLS, "--dry-run prints every write and makes none"),
    Habit(("--token", "--github-token"), _PULLS, "the token is read from the environment: GITHUB_TOKEN"),
    Habit(("--json",), _EXPLAIN, "it is --format json"),
    Habit(("--markdown",), _EXPLAIN, "it is --format markdown"),
    Habit(("--list", "--all"), _EXPLAIN, "'kubewright explain' without a rule lists all of them"),
    Habit(("--force", "--overwrite"), ("init",), "it never overwrites: remove the file first"),
    Habit(("-v",), (PROGRAM,), f"-V shows the version; {_AFTER}"),
)

_AS_SCAN = "'kubewright scan' finds, 'kubewright fix' repairs"
_AS_EXPLAIN = "'kubewright explain' lists the rules"
COMMANDS = {
    **dict.fromkeys(("check", "lint", "audit", "analyze", "analyse", "test", "validate", "run"), _AS_SCAN),
    **dict.fromkeys(("fs", "k8s", "filesystem"), _AS_SCAN),
    **dict.fromkeys(("rule", "rules", "checks", "list", "describe", "docs"), _AS_EXPLAIN),
    **dict.fromkeys(("diff", "preview", "plan"), "'kubewright fix --diff' shows what would change"),
    **dict.fromkeys(("apply", "autofix", "format"), "'kubewright fix' applies the safe fixes"),
    **dict.fromkeys(("pr", "pull", "pull-request"), "'kubewright propose' opens pull requests"),
    "review": "'kubewright suggest' reviews a pull request",
    "version": "'kubewright --version' shows it",
    "help": "'kubewright --help' shows it, 'kubewright scan --help' that of a command",
}


def command(name: str) -> str | None:
    """Return what to type instead of a command that does not exist, None where nobody knows."""
    return _AS_SCAN if "." in name or "/" in name else COMMANDS.get(name)  # No name of a command, but of a file.


def pointed(error: click.NoSuchOption) -> click.UsageError:
    """Return the error for an option that does not exist, with what to type instead where that is known."""
    name = error.option_name
    command = error.ctx.info_name if error.ctx and error.ctx.parent else PROGRAM
    for habit in OPTIONS:
        if name in habit.typed and command in habit.commands:
            return click.UsageError(f"no option {name!r}; {habit.instead}", error.ctx)
    # What click takes for close is far for the few options of the program: --json would be --version.
    if command == PROGRAM and not get_close_matches(name, error.possibilities or (), cutoff=0.8):
        return click.UsageError(f"no option {visible(name)!r}; {_AFTER}", error.ctx)
    return error
