"""Errors of the outside world, and the exit code that each kind of error has."""

from __future__ import annotations

from rules.errors import Bug, KubewrightError

CLEAN, FINDINGS, USAGE, OUTSIDE, BUG, INTERRUPTED = 0, 1, 2, 3, 70, 130


class ConfigError(KubewrightError):
    """A setting that cannot be used: the message names file, line and key, the hint what is allowed."""


class OutsideError(KubewrightError):
    """Git, GitHub or the disk failed."""


class RepositoryError(OutsideError):
    """Git or the file system refused."""


class GitHubError(OutsideError):
    """GitHub refused or could not be reached: unknown, which is never the same as absent."""


def exit_code(error: KubewrightError) -> int:
    """Return the exit code of an error that ends the program."""
    if isinstance(error, Bug):
        return BUG
    if isinstance(error, OutsideError):
        return OUTSIDE
    return USAGE
