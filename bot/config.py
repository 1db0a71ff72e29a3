"""Settings: file + environment + flags -> one frozen value."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING

from bot.errors import ConfigError, RepositoryError
from bot.policy import DEFAULT, Policy
from bot.selection import ScopedIgnore, choose, excuse, matching, with_severity
from rules.cluster import NEWEST, OLDEST, Version, parse_version
from rules.model import Finding, Rule, Severity

if TYPE_CHECKING:
    from bot.config_file import ConfigFile

NAME = ".kubewright.yaml"
PRESET = "kubewright.yaml"  # Of the repository called .kubewright.
MAX_BYTES = 1_000_000

# Returns the text of a preset, named as in `extends`.
ReadPreset = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Settings:
    """The effective settings of a run; `source` is the configuration file they came from, or ''.

    `exclude` are patterns as they read from the scanned directory, `left_out` those of the file as they read from its
    own, from which `inside` leads to the scanned one.
    """

    rules: tuple[Rule, ...] = ()
    severity: Severity = Severity.INFO
    version: Version = NEWEST
    exclude: tuple[str, ...] = ()
    jobs: int = 1
    cache: bool = True
    source: str = ""
    ignores: tuple[ScopedIgnore, ...] = ()
    policy: Policy = DEFAULT
    unread: str = ""  # The preset that the file extends, where it could not be read.
    left_out: tuple[str, ...] = ()
    inside: str = ""

    def excludes_beside(self, path: str) -> bool:
        """Does the configuration file leave out a file beside the scanned directory, such as `../a.yaml`?"""
        if not self.left_out:
            return False
        from bot.globs import matcher

        place = normpath(f"{self.inside}/{path}") if self.inside else path
        return not place.startswith("../") and matcher(self.left_out)(place)

    def excuse(self, finding: Finding, today: date) -> str | None:
        """Return the reason for which the configuration ignores a finding, None when it does not."""
        return excuse(self.ignores, finding, today) if self.ignores else None


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line (or environment) asks for; empty means that the file or the default decides."""

    config: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: str = ""
    kubernetes_version: str = ""
    exclude: tuple[str, ...] = ()
    jobs: int = 0
    cache: bool = True


def load(
    config: Path | None, root: Path | None, flags: Flags | None = None, preset: ReadPreset | None = None
) -> Settings:
    """Return the effective settings of a run on a directory.

    Reads `config`, or else the `.kubewright.yaml` that `find` finds for `root`. Flags beat the file; the
    two lists of `ignore` and of `exclude` are joined. Raises ConfigError; RepositoryError when the disk fails.
    """
    path = config or (find(root) if root else None)
    if path is None:
        return settle(None, "", flags or Flags())
    inside: tuple[str, ...] = ()
    if root and config is None:  # The patterns of a file that was found start where it lies.
        inside = root.absolute().relative_to(path.parent).parts
    return settle(_text(path, explicit=config is not None), _shown(path), flags or Flags(), inside, preset)


def settle(
    text: str | None, source: str, flags: Flags, inside: tuple[str, ...] = (), preset: ReadPreset | None = None
) -> Settings:
    """Return the settings of a configuration file's text, or of none, and flags.

    `inside` leads from the file's directory to the scanned one; `preset` reads what the file extends, None where
    nothing outside of the machine is read: the settings then say what is missing. Raises ConfigError.
    """
    unread = ""
    file: ConfigFile | None = None
    if text is not None:
        from bot.config_file import completed, parse  # Brings pydantic: only those who have a file pay for it.

        file = parse(text, source)
        if file.extends and preset is not None:
            file = completed(file, parse(preset(file.extends), f"{file.extends}:{PRESET}", is_preset=True))
        elif file.extends:
            unread = file.extends
    select = flags.select or (file.select if file else ())
    ignore = (*(file.ignored if file else ()), *flags.ignore)
    exclude = (*_patterns(file.exclude if file else (), inside), *_patterns(flags.exclude, ()))
    version = flags.kubernetes_version or (file.kubernetes_version if file else "")
    known = known_rules()
    rules = choose(known, select, ignore)
    if file:
        rules = tuple(with_severity(rule, file.severity_of(rule.id)) for rule in rules)
    return Settings(
        rules=rules,
        severity=_severity(flags.severity) if flags.severity else Severity.INFO,
        version=target(version) if version else NEWEST,
        exclude=exclude,
        jobs=flags.jobs or _processors(),
        cache=flags.cache,
        source=source if file else "",
        ignores=_scoped(file, known, inside) if file else (),
        policy=file.pull_requests.policy() if file else DEFAULT,
        unread=unread,
        left_out=file.exclude if file else (),
        inside="/".join(inside),
    )


def find(root: Path) -> Path | None:
    """Return the configuration file for a directory: its own, or the nearest above it in the same repository.

    Directories above a repository (one that has a `.git`), and above a directory outside of any, are not looked at.
    """
    root = root.absolute()
    inside = next((place for place in (root, *root.parents) if (place / ".git").exists()), root)
    for place in (root, *root.parents):
        if (place / NAME).is_file() or (place / NAME).is_symlink():
            return place / NAME
        if place == inside:
            return None
    return None


def target(text: str) -> Version:
    """Return the Kubernetes version that a text names. Raises ConfigError."""
    oldest, newest = (".".join(map(str, version)) for version in (OLDEST, NEWEST))
    try:
        version = parse_version(text)
    except ValueError as error:
        raise ConfigError(f"kubernetes-version: {error}") from None
    if not OLDEST <= version <= NEWEST:
        raise ConfigError(f"kubernetes-version: {text} is not known", f"known are {oldest} to {newest}")
    return version


def _severity(name: str) -> Severity:
    try:
        return Severity.parse(name)
    except ValueError as error:
        raise ConfigError(f"severity: {error}") from None


def _scoped(file: ConfigFile, known: Iterable[Rule], inside: tuple[str, ...]) -> tuple[ScopedIgnore, ...]:
    """Return the ignores of a file that are about some findings only. Raises ConfigError."""
    made = []
    for entry in file.scoped:
        rules = matching(known, "ignore", entry.rule)
        path = _patterns((entry.path,) if entry.path else (), inside, "ignore")
        if entry.path and not path:
            continue  # About a part of the repository that is not scanned.
        made.append(
            ScopedIgnore(
                rules=rules,
                path=path[0] if path else "",
                kind=entry.kind,
                namespace=entry.namespace,
                name=entry.name,
                reason=entry.reason,
                until=entry.until,
            )
        )
    return tuple(made)


def _patterns(patterns: tuple[str, ...], inside: tuple[str, ...], key: str = "exclude") -> tuple[str, ...]:
    """Return patterns as they read from a directory below. Raises ConfigError for one that means nothing."""
    if not patterns:
        return ()
    from bot.globs import below, matcher

    try:
        matcher(patterns)
    except ValueError as error:
        raise ConfigError(f"{key}: {error}") from None
    moved = (below(pattern, inside) for pattern in patterns)
    return tuple(pattern for pattern in moved if pattern is not None)


def known_rules() -> tuple[Rule, ...]:
    """Return every rule there is, by name."""
    from rules import ignores
    from rules.registry import all_rules

    # What judges the ignores themselves belongs to no document, yet is selected like any other rule.
    return (*all_rules(), *ignores.RULES)


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Not on macOS and Windows.
        return os.cpu_count() or 1


def _shown(path: Path) -> str:
    """Return a path as people would type it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _text(path: Path, *, explicit: bool) -> str:
    """Return the text of a configuration file.

    One that was found, not given, belongs to a stranger: it may not be a link, so that no message can quote
    a file elsewhere.
    """
    try:
        if not explicit and path.is_symlink():
            raise ConfigError(f"{path}: a symbolic link is not read", "give it with --config if you trust it")
        if not stat.S_ISREG(path.stat().st_mode):
            raise ConfigError(f"{path}: not a regular file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except OSError as error:
        raise RepositoryError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path}: larger than {MAX_BYTES} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8") from None
