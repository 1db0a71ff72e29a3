"""The errors Kubewright raises, from the pure core outwards."""

from __future__ import annotations


class KubewrightError(Exception):
    """Base of all errors: `str()` is one sentence for the user, `hint` an optional second one."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class ManifestError(KubewrightError):
    """A document that cannot be read. The others of its file still are.

    `code` is stable (`yaml-error`, `too-deep`, `cyclic-alias`, ...); `line` and `column` count from 1.
    """

    def __init__(self, code: str, message: str, *, path: str = "", line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.code = code
        self.path = path
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[object, ...]:
        """Let one process hand the error to another; by itself, Python would call us with the message alone."""
        return ManifestError, (self.code, str(self)), {"path": self.path, "line": self.line, "column": self.column}


class Unfixable(KubewrightError):
    """A fix that is refused: an outcome, not an accident. `code` is stable, the message is for people."""

    def __init__(self, message: str, code: str = "needs-a-person") -> None:
        super().__init__(message)
        self.code = code


class Bug(KubewrightError):
    """Something of ours went wrong: a rule crashed, a proof failed. Nothing of that file is written."""
