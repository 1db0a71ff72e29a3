"""Writing a file so that it is either the old one or the new one, and never somebody else's."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import RepositoryError


def replace(path: Path, before: bytes, after: bytes) -> None:
    """Replace the contents of a file, which are `before`, by `after`, at once; its mode stays.

    Raises RepositoryError for a link, for anything but a regular file, for a file that nobody may write, and
    when it holds something else by now: nothing is changed then.
    """
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise RepositoryError(f"{path}: is not a regular file and is not written")
        if not os.access(path, os.W_OK):
            raise RepositoryError(f"{path}: is read-only")
        if path.read_bytes() != before:
            raise RepositoryError(f"{path}: has changed meanwhile and was left alone", "run the command again")
        _swap(path, after, status)
    except OSError as error:
        raise RepositoryError(f"{path}: cannot be written: {error.strerror}") from error


def create(path: Path, text: str) -> None:
    """Create a file that does not exist. Raises RepositoryError when there is anything of that name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            try:
                file.write(text)
                file.flush()
            except BaseException:
                with contextlib.suppress(OSError):
                    path.unlink()
                raise
    except FileExistsError:
        raise RepositoryError(f"{path}: exists already and was left alone") from None
    except OSError as error:
        raise RepositoryError(f"{path}: cannot be written: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class Write:
    """What is to become of one file: `before` is None for a new one."""

    path: Path
    before: bytes | None
    after: bytes


def write(writes: Sequence[Write]) -> None:
    """Write several files, or none. Raises RepositoryError: then those that were written are as before.

    Only where even that fails, as on a disk that breaks meanwhile, the error names what is left.
    """
    done: list[Write] = []
    try:
        for one in writes:
            if one.before is None:
                create(one.path, one.after.decode())
            else:
                replace(one.path, one.before, one.after)
            done.append(one)
    except BaseException as error:
        left = [one.path for one in reversed(done) if not _undone(one)]
        if left and isinstance(error, RepositoryError):
            names = ", ".join(map(str, left))
            raise RepositoryError(str(error), f"{names}: could not be put back and holds a part of a fix") from error
        raise


def _undone(one: Write) -> bool:
    try:
        if one.before is None:
            one.path.unlink()
        else:
            replace(one.path, one.after, one.before)
    except (OSError, RepositoryError):
        return False
    return True


def _swap(path: Path, data: bytes, status: os.stat_result) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
        # Root in a container works on files of others, who want to keep them.
        if hasattr(os, "chown") and os.geteuid() == 0:
            with contextlib.suppress(OSError):
                os.chown(name, status.st_uid, status.st_gid)
        os.replace(name, path)  # noqa: PTH105 - the same, without a second Path
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise
