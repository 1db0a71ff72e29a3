"""The built-in rules, found by folder: a new rule is a new file and nothing else."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType
from typing import TypeVar

from rules.errors import Bug
from rules.model import Rule

GROUPS = (
    "api_versions",
    "availability",
    "images",
    "manifests",
    "metadata",
    "probes",
    "rbac",
    "reliability",
    "resources",
    "secrets",
    "workloads",
)

Made = TypeVar("Made")


def modules(package: str) -> Iterator[ModuleType]:
    """Import and yield the modules of a package's groups, sorted by name."""
    for group in GROUPS:
        parent = importlib.import_module(f"{package}.{group}")
        for info in sorted(pkgutil.iter_modules(parent.__path__), key=lambda info: info.name):
            yield importlib.import_module(f"{package}.{group}.{info.name}")


def made_here(module: ModuleType, kind: type[Made]) -> list[Made]:
    """Return the objects of a class that a module holds under its own name (imported ones have others)."""
    own = getattr(module, module.__name__.rpartition(".")[2], None)
    return [own] if isinstance(own, kind) else []


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every built-in rule, sorted by id. Raises Bug when an id is taken twice."""
    rules = [found for module in modules("rules") for found in made_here(module, Rule)]
    return _unique(rules)


def _unique(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    by_id: dict[str, Rule] = {}
    for found in rules:
        if found.id in by_id:
            raise Bug(f"two rules are called {found.id}")
        by_id[found.id] = found
    return tuple(by_id[name] for name in sorted(by_id))


@cache
def rule_by_id(name: str) -> Rule | None:
    """Return the rule of an id, or None."""
    return next((found for found in all_rules() if found.id == name), None)
