"""What other tools call it: the error for an unknown option or command says what to type here."""

from __future__ import annotations

import re
from itertools import product

import click
import pytest

from bot import habits
from bot.cli import COMMANDS, program
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("fix --dry-run", "no option '--dry-run'; --diff shows the changes and writes nothing"),
        ("fix --check", "no option '--check'; --diff shows the changes and writes nothing"),
        ("fix --unsafe-fixes", "no option '--unsafe-fixes'; it is --unsafe"),
        ("patch a.yaml b.json --dry-run", "no option '--dry-run'; --diff shows the changes and writes nothing"),
        ("scan --fix", "no option '--fix'; 'kubewright fix' applies the safe fixes"),
        ("scan --json", "no option '--json'; it is --format json"),
        ("scan --output-format=json", "no option '--output-format'; --format FORMAT says what is printed"),
        (
            "scan -f json",
            "no option '-f'; --format FORMAT says what is printed, files are named without an option",
        ),
        ("fix -f pod.yaml", "no option '-f'; files and directories are named without an option"),
        (
            "scan -s HIGH",
            "no option '-s'; --severity LEVEL leaves out what is less severe, --fail-on LEVEL says what ends with 1",
        ),
        ("scan -c a.yaml", "no option '-c'; --select X checks only that, --config FILE is the configuration"),
        (
            "scan --exceptions a.json",
            "no option '--exceptions'; exceptions for Kubescape count wherever they lie in what is read",
        ),
        ("scan --check X", "no option '--check'; --select X checks only that"),
        ("propose --diff", "no option '--diff'; --dry-run prints every write and makes none"),
        ("explain --json", "no option '--json'; it is --format json"),
        ("--json", "no option '--json'; options stand after the command, as in 'kubewright scan --quiet'"),
        ("--quiet scan", "no option '--quiet'; options stand after the command, as in 'kubewright scan --quiet'"),
        ("--verison", "No such option '--verison'. Did you mean '--version'?"),
        (
            "scan --kubernetes-versoin 1.30",
            "No such option '--kubernetes-versoin'. Did you mean '--kubernetes-version'?",
        ),
        ("check .", "no command 'check'; 'kubewright scan' finds, 'kubewright fix' repairs"),
        ("lint .", "no command 'lint'; 'kubewright scan' finds, 'kubewright fix' repairs"),
        ("patches.yaml", "no command 'patches.yaml'; 'kubewright scan' finds, 'kubewright fix' repairs"),
        (".", "no command '.'; 'kubewright scan' finds, 'kubewright fix' repairs"),
        ("version", "no command 'version'; 'kubewright --version' shows it"),
        ("rules", "no command 'rules'; 'kubewright explain' lists the rules"),
    ],
)
def test_what_other_tools_call_it_is_an_error_that_says_what_to_type(typed: str, said: str, run: Run) -> None:
    result = run(*typed.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"Error: {said}\n")


@pytest.mark.parametrize("habit", habits.OPTIONS, ids=lambda habit: habit.typed[0])
def test_every_habit_is_answered_where_it_is_missed(habit: habits.Habit, run: Run) -> None:
    for command, typed in product(habit.commands, habit.typed):
        result = run(*([] if command == habits.PROGRAM else [command]), typed)
        assert result.stderr.endswith(f"Error: no option '{typed}'; {habit.instead}\n"), (command, typed)


@pytest.mark.parametrize("name", habits.COMMANDS)
def test_every_command_of_others_is_answered(name: str, run: Run) -> None:
    assert name not in COMMANDS
    assert run(name).stderr.endswith(f"no command '{name}'; {habits.COMMANDS[name]}\n")


def test_what_is_named_exists() -> None:
    hints = [(command, habit.instead) for habit in habits.OPTIONS for command in habit.commands]
    for command, hint in [*hints, *((habits.PROGRAM, hint) for hint in habits.COMMANDS.values())]:
        plain = re.sub(r"'kubewright [^']+'", "", hint)
        assert _options(command).issuperset(re.findall(r"(?<!\S)-{1,2}[a-zA-Z][a-z-]*", plain)), hint
        for line in re.findall(r"'kubewright ([^']+)'", hint):
            words = line.split()
            known = _options(habits.PROGRAM if words[0].startswith("-") else words[0])
            assert known.issuperset(word for word in words if word.startswith("-")), hint


def _options(command: str) -> set[str]:
    """Return what a command takes, written as it is typed."""
    context = click.Context(program)
    found = program if command == habits.PROGRAM else program.get_command(context, command)
    assert found is not None
    return {"-", "--help", *(name for option in found.params for name in (*option.opts, *option.secondary_opts))}
