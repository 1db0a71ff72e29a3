"""Findings that were there before: those of a baseline file, or of an earlier commit.

They are recognised by their fingerprints, so moved lines and renamed files do not bring them back.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.config import Settings
from bot.errors import ConfigError, RepositoryError
from bot.scan import Reported, Scan, scan

SCHEMA = "https://kubewright.dev/schema/baseline-1.json"
Mark = TypeVar("Mark", bound=Hashable)


def baseline(found: Scan) -> str:
    """Return the text of a baseline: every finding that counts, one per line, so that reviewers see what leaves."""
    lines = [
        json.dumps(
            {
                "fingerprint": one.fingerprint,
                "rule": one.finding.rule,
                "file": one.finding.path,
                "resource": f"{one.finding.kind}/{one.finding.namespace}/{one.finding.name}",
            }
        )
        for one in found.findings
        if one.ignored is None
    ]
    inner = "\n    " + ",\n    ".join(lines) + "\n  " if lines else ""
    return f'{{\n  "schema": "{SCHEMA}",\n  "findings": [{inner}]\n}}\n'


def read(path: Path) -> Counter[str]:
    """Return how often each fingerprint stands in a baseline file. Raises ConfigError, RepositoryError."""
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file", f"'kubewright scan --write-baseline {path}' writes one") from None
    except OSError as error:
        raise RepositoryError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{path}: is no baseline: not JSON") from None
    findings = value.get("findings") if isinstance(value, dict) and value.get("schema") == SCHEMA else None
    if not isinstance(findings, list) or not all(isinstance(one, dict) for one in findings):
        raise ConfigError(f"{path}: is no baseline of this version of kubewright")
    return Counter(str(one.get("fingerprint")) for one in findings)


def excused(found: Scan, known: Counter[str], reason: str) -> Scan:
    """Return the scan with the known findings ignored; each is known as often as it was there before."""
    return replace(
        found,
        findings=tuple(
            replace(one, ignored=reason) if is_known and one.ignored is None else one
            for one, is_known in _judged(found, known)
        ),
    )


def since(revision: str, root: Path, found: Scan, settings: Settings) -> Scan:
    """Return the scan with only what was not there at a revision of the repository that `root` lies in.

    That is decided by scanning the revision, too. Raises RepositoryError when Git does not know it.
    """
    from bot.checkout import Checkout  # Brings GitPython: only this option pays for it.

    checkout = Checkout.open(root)
    commit = None if revision.startswith("-") else checkout.commit(revision)
    if commit is None:
        raise RepositoryError(
            f"Git knows no revision {revision!r}",
            "in a shallow clone fetch it first (actions/checkout: fetch-depth: 0)",
        )
    # Patterns start at the scanned directory, the commit at the top: what is too much here is only known twice.
    before = scan(checkout.tree(commit), replace(settings, exclude=()))
    return added(before, found, checkout.prefix)


def added(before: Scan, found: Scan, prefix: str = "") -> Scan:
    """Return what of a scan was not there in an earlier one, whose paths start with `prefix` where these do not.

    A finding is known by its file first and then by its fingerprint alone: of two copies of an object, the one that
    came to be is told, whatever the order of their files.
    """
    marks = [(one.fingerprint, prefix + one.finding.path) for one in found.findings]
    there = Counter((one.fingerprint, one.finding.path) for one in before.findings)
    in_place = list(_taken(marks, there))
    elsewhere = Counter(one.fingerprint for one in before.findings)
    elsewhere.subtract(mark[0] for mark, is_known in zip(marks, in_place, strict=True) if is_known)
    rest = [mark[0] for mark, is_known in zip(marks, in_place, strict=True) if not is_known]
    moved = iter(list(_taken(rest, elsewhere)))
    errors = {(error.path, str(error)) for error in before.errors}
    return replace(
        found,
        findings=tuple(
            one for one, is_known in zip(found.findings, in_place, strict=True) if not is_known and not next(moved)
        ),
        errors=tuple(error for error in found.errors if (prefix + error.path, str(error)) not in errors),
    )


def _judged(found: Scan, known: Counter[str]) -> Iterator[tuple[Reported, bool]]:
    return zip(found.findings, _taken((one.fingerprint for one in found.findings), known), strict=True)


def _taken(marks: Iterable[Mark], known: Mapping[Mark, int]) -> Iterator[bool]:
    """Yield of each mark whether it is known: each is as often as it was counted."""
    left = Counter(known)
    for mark in marks:
        is_known = left[mark] > 0
        left[mark] -= is_known
        yield is_known
