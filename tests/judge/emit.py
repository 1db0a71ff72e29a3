"""Write values down as YAML: in brackets, in blocks, with any indentation. Shares no code with the editor."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import plain_reading

SAFE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*\Z")


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody writes: step of a map, offset of a list below its key, blanks behind a dash."""

    step: int = 2
    offset: int = 2
    gap: int = 1


def word(value: Any) -> str:
    """Return a scalar on one line: plain where that is sure to mean it, as JSON elsewhere."""
    if isinstance(value, str) and SAFE.match(value) and plain_reading.plain(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def flow(value: Any, pad: str = "") -> str:
    """Return a value in brackets on one line."""
    if isinstance(value, dict):
        inside = ", ".join(f"{word(key)}: {flow(child, pad)}" for key, child in value.items())
        return f"{{{pad}{inside}{pad}}}" if value else "{}"
    if isinstance(value, list):
        inside = ", ".join(flow(child, pad) for child in value)
        return f"[{pad}{inside}{pad}]" if value else "[]"
    return word(value)


def wide_flow(value: Any, indent: str, trailing: bool) -> str:
    """Return a value in brackets, one entry per line, the closing one at `indent`."""
    if not isinstance(value, dict | list) or not value:
        return flow(value)
    inner = indent + "  "
    if isinstance(value, dict):
        lines = [f"{inner}{word(key)}: {wide_flow(child, inner, trailing)}" for key, child in value.items()]
        first, last = "{}"
    else:
        lines = [inner + wide_flow(child, inner, trailing) for child in value]
        first, last = "[]"
    return f"{first}\n" + ",\n".join(lines) + ("," if trailing else "") + f"\n{indent}{last}"


def block(value: Any, habit: Habit, column: int = 0) -> str:
    """Return a map or list in block style, its entries at `column`; the first line is indented, too."""
    pad = " " * column
    if isinstance(value, dict):
        return "".join(f"{pad}{word(key)}:{_behind_key(child, habit, column)}" for key, child in value.items())
    dash = "-" + " " * habit.gap
    inner = column + len(dash)
    return "".join(
        f"{pad}{dash}{block(child, habit, inner)[inner:] if _is_tall(child) else flow(child) + chr(10)}"
        for child in value
    )


def _behind_key(value: Any, habit: Habit, column: int) -> str:
    if not _is_tall(value):
        return f" {_text(value, column + habit.step)}\n"
    below = column + (habit.step if isinstance(value, dict) else habit.offset)
    return "\n" + block(value, habit, below)


def _text(value: Any, column: int) -> str:
    """Return a scalar behind a key: lines that a block scalar can hold become one."""
    if not isinstance(value, str) or not re.fullmatch(r"(?:[!-~][ -~]*[!-~]\n){2,}", value):
        return flow(value)
    return "|\n" + "\n".join(" " * column + line for line in value.splitlines())


def _is_tall(value: Any) -> bool:
    return isinstance(value, dict | list) and bool(value)
