"""Many repositories, one after the other: which ones, and how far a sweep that was interrupted had come."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ConfigError, RepositoryError
from bot.hub.calls import Wire

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,99}/[\w.-]{1,100}", re.ASCII)
_ORGANISATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,99}", re.ASCII)
MAX_BYTES = 10_000_000


def named(names: Iterable[str], where: str) -> tuple[str, ...]:
    """Return names of repositories, each once. Raises ConfigError for what is none, saying `where` it stands."""
    found: dict[str, None] = {}
    for name in names:
        if not _NAME.fullmatch(name):
            raise ConfigError(f"{where}: {name!r} is no repository on GitHub", "it looks like OWNER/NAME")
        found[name] = None
    return tuple(found)


def listed(file: Path) -> tuple[str, ...]:
    """Return the repositories that a file lists, one a line; `#` starts a comment. Raises ConfigError."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    found: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if name := line.partition("#")[0].strip():
            found += named([name], f"{file}:{number}")
    return tuple(dict.fromkeys(found))


def of_organisation(wire: Wire, name: str) -> Iterator[str]:
    """Yield the repositories of an organisation that can be proposed to: no archives, no forks.

    Raises GitHubError, ConfigError.
    """
    if not _ORGANISATION.fullmatch(name):
        raise ConfigError(f"--org {name!r}: no organization on GitHub")
    for given in wire.pages(f"/orgs/{name}/repos", type="all", sort="full_name"):
        if not given.get("archived") and not given.get("fork") and not given.get("disabled"):
            yield str(given["full_name"])


@dataclass(frozen=True, slots=True)
class Progress:
    """What a sweep has done: repositories and the exit code of each, kept in a file until the sweep is complete."""

    file: Path
    done: dict[str, int]

    @classmethod
    def load(cls, file: Path) -> Progress:
        """Return how far the last sweep came; nothing where there is no file. Raises ConfigError."""
        try:
            if file.stat().st_size > MAX_BYTES:
                raise ValueError
            data = json.loads(file.read_text(encoding="utf-8"))
            done = {name: code for name, code in data["done"].items() if isinstance(code, int)}
        except FileNotFoundError:
            return cls(file, {})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise ConfigError(f"{file}: holds no progress of a sweep", "delete it to start anew") from None
        return cls(file, done)

    def left(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the repositories that are still to be done; those that failed are tried again."""
        return tuple(name for name in names if self.done.get(name) != 0)

    def keep(self, name: str, code: int) -> None:
        """Write down that a repository is done. Raises RepositoryError."""
        self.done[name] = code
        new = self.file.with_name(f"{self.file.name}.new")
        try:
            new.write_text(json.dumps({"version": 1, "done": self.done}, indent=1) + "\n", encoding="utf-8")
            new.replace(self.file)
        except OSError as error:
            raise RepositoryError(f"{self.file}: cannot be written: {error.strerror}") from error

    def finish(self) -> None:
        """Forget: the next sweep starts anew."""
        self.file.unlink(missing_ok=True)
