"""The codes with which our own source says why it leaves something alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# What takes a code -> at which place.
_TAKES = {"ManifestError": 0, "Skip": 1, "Unfixable": 1, "give_up": 0, "located": 0, "refuse": 0}
# What `Unfixable` says when it is told no code.
_DEFAULT = "needs-a-person"


def codes() -> dict[str, str]:
    """Return every code in the source and a file that uses it. Raises AssertionError for one that cannot be read."""
    found: dict[str, str] = {}
    for package in ("rules", "fixers", "bot"):
        for file in sorted((ROOT / package).rglob("*.py")):
            place = file.relative_to(ROOT).as_posix()
            for code in _codes(ast.parse(file.read_text(encoding="utf-8")), place):
                found.setdefault(code, place)
    return found


def _codes(tree: ast.AST, place: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in _TAKES:
            continue
        given = node.args[_TAKES[name] :] or [word.value for word in node.keywords if word.arg == "code"]
        code = given[0] if given else ast.Constant(_DEFAULT)
        for one in (code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,):
            if isinstance(one, ast.Constant):
                yield str(one.value)
            else:  # One that is handed on: an attribute or a parameter of that name.
                handed_on = one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "")
                assert handed_on == "code", f"{place}:{node.lineno}: the code is neither a text nor called code"
