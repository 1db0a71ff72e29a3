"""The annotations of other scanners: one line of a table per annotation.

From the documentation of each, and for Checkov from its package: where the annotation may stand, and what its
value says. One that names no check of `rules.peers` excuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rules import peers
from rules.ignores.model import Ignore, foreign
from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.workloads import pods

# (What the key names after its fixed part, the value) -> (checks, or None for all of that scanner; the reason).
Said = tuple[tuple[str, ...] | None, str]
Read = Callable[[str, Any], Said]


def _everything(_: str, value: Any) -> Said:
    return None, _text(value)


def _named(check: str, value: Any) -> Said:
    return (check,), _text(value)


def _everything_if_true(_: str, value: Any) -> Said:
    return (None if _is_true(value) else ()), ""


def _named_if_true(check: str, value: Any) -> Said:
    return ((check,) if _is_true(value) else ()), ""


def _assigned(_: str, value: Any) -> Said:
    check, _, reason = _text(value).partition("=")
    return (check.strip(),), reason


def _listed(_: str, value: Any) -> Said:
    checks = tuple(part.strip() for part in _text(value).split(","))
    return (None if "*" in checks else checks), ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _is_true(value: Any) -> bool:
    return _text(value).lower() == "true"


@dataclass(frozen=True, slots=True)
class Grammar:
    """An annotation: the scanner, what keys look like (group 1 may name the check), what it means.

    `on_pods` says whether the scanner also goes by the annotations of a pod template.
    """

    peer: str
    key: re.Pattern[str]
    read: Read
    on_pods: bool = False


GRAMMARS = (
    Grammar("checkov", re.compile(r"(?:checkov|bridgecrew|cortex)\.io/skip()[^/]*", re.DOTALL), _assigned, True),
    Grammar("datree", re.compile(r"datree\.skip/([^/]+)", re.DOTALL), _named),
    Grammar("kube-linter", re.compile(r"ignore-check\.kube-linter\.io/([^/]+)", re.DOTALL), _named),
    Grammar("kube-linter", re.compile(r"kube-linter\.io/ignore-all()"), _everything),
    Grammar("kube-score", re.compile(r"kube-score/ignore()"), _listed, True),
    Grammar("polaris", re.compile(r"polaris\.fairwinds\.com/([^/]+)-exempt", re.DOTALL), _named_if_true),
    Grammar("polaris", re.compile(r"polaris\.fairwinds\.com/exempt()"), _everything_if_true),
)


def ignores(single: Document) -> Iterator[Ignore]:
    """Yield what annotations of an object, and of the pods it carries, ask for."""
    given = get(single.value, "metadata", "annotations")
    yield from _of(given, GRAMMARS, [single.base])
    on_pods = [grammar for grammar in GRAMMARS if grammar.on_pods]
    for metadata, pointer in templates(single):
        bases = ((*single.base, *pointer), (*single.base, *pointer[:-1], "metadata"))
        yield from _of(metadata.get("annotations"), on_pods, bases)


def templates(single: Document) -> Iterator[tuple[dict[str, Any], Pointer]]:
    """Yield (metadata, pointer of the pod) of the pods that an object carries; an object that is a pod has none."""
    for pod in pods.pods(single):
        metadata = get(single.value, *pod.pointer[:-1], "metadata")
        if pod.is_spec and len(pod.pointer) > 1 and isinstance(metadata, dict):
            yield metadata, pod.pointer


def _of(given: Any, grammars: Iterable[Grammar], bases: Iterable[Pointer]) -> Iterator[Ignore]:
    for key, value in given.items() if isinstance(given, dict) else ():
        for grammar in grammars:
            match = grammar.key.fullmatch(str(key))
            if match is None:
                continue
            checks, reason = grammar.read(match.group(1), value)
            if checks is None:
                rules = peers.every(grammar.peer)
            else:
                rules = frozenset().union(*(peers.same(grammar.peer, check) for check in checks))
            if rules:
                yield from (foreign(grammar.peer, rules, str(key), reason, base) for base in bases)
