"""Git as a process: explicit argument lists, and everything off by which a repository could run a program.

GitPython's dynamic methods do not guard against options in data, so none of them is used: see `run`.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.errors import RepositoryError

try:
    import git
except ImportError as missing:  # GitPython looks for Git when it is imported.
    raise RepositoryError("git is not installed, or not in PATH", "install git 2.31 or newer") from missing

Command = git.Git
CONFIGURATION = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.pager": "cat",
    "core.sshCommand": "false",
    "credential.helper": "",
    "protocol.allow": "never",
    "submodule.recurse": "false",
}
ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # Everything that is needed is here: no transport, no helper program.
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
PARTIAL = "a partial clone lacks objects: fetch them with 'git fetch --refetch --no-filter'"
# What a person's environment may say to Git; every other GIT_* (a hook's GIT_DIR, GIT_INDEX_FILE) is left out.
_KEPT = frozenset(
    ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES", "GIT_EXEC_PATH"]
)


def command_at(directory: Path, **environment: str) -> git.Git:
    """Return Git for a directory, with an environment of its own on top of ours."""
    command = git.Git(str(directory.absolute()))
    command.update_environment(**{**ENVIRONMENT, **environment})
    return command


def start(command: git.Git, arguments: Sequence[str]) -> Any:
    """Start Git to talk to; it ends with the object that is returned."""
    with own_environment():
        return command.execute(_line(arguments), as_process=True, istream=subprocess.PIPE)


def ask(reader: Any, name: str) -> tuple[bytes, bytes]:
    """Ask `git cat-file --batch` for an object; return its type and data. Raises RepositoryError."""
    try:
        reader.stdin.write(name.encode() + b"\n")
        reader.stdin.flush()
        answer = reader.stdout.readline().split()
        if len(answer) == 3:
            data = reader.stdout.read(int(answer[2]))
            reader.stdout.read(1)  # The line break behind it.
            return answer[1], data
    except OSError as error:
        raise RepositoryError(f"git stopped while objects were read: {error.strerror}") from error
    raise RepositoryError(f"object {name[:12]} is not in this repository", PARTIAL)


def _line(arguments: Sequence[str]) -> list[str]:
    settings = [part for name, value in CONFIGURATION.items() for part in ("-c", f"{name}={value}")]
    return [str(git.Git.GIT_PYTHON_GIT_EXECUTABLE), "--no-pager", *settings, *arguments]


def run(command: git.Git, arguments: Sequence[str], stdin: bytes | None = None) -> tuple[int, bytes, str]:
    """Run Git; return its exit code, output and message. Arguments that hold data never start with a dash."""
    with own_environment(), tempfile.TemporaryFile() as source:
        source.write(stdin or b"")
        source.seek(0)
        try:
            status, output, message = command.execute(
                _line(arguments),
                istream=source,
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
            )
        except (OSError, git.exc.GitError) as error:
            raise RepositoryError(f"git could not be run: {error}") from error
    return status, output, message


@contextmanager
def own_environment() -> Iterator[None]:
    """Take GIT_* out of the environment for as long as Git is started: GitPython can only add to it."""
    taken = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("GIT_") and name not in _KEPT}
    try:
        yield
    finally:
        os.environ.update(taken)


def last_line(message: str) -> str:
    return message.strip().rpartition("\n")[2]


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
