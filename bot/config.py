"""Settings: file + environment + flags -> one frozen value."""

from __future__ import annotations

from dataclasses import dataclass

from rules.cluster import NEWEST, Version
from rules.model import Rule, Severity


@dataclass(frozen=True, slots=True)
class Settings:
    """The effective settings of a run."""

    rules: tuple[Rule, ...] = ()
    severity: Severity = Severity.INFO
    version: Version = NEWEST
    exclude: tuple[str, ...] = ()
    jobs: int = 1
    cache: bool = True
