"""Random values and many ways to write them down; shares no code with the editor."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

KEYS = ["name", "image", "spec", "a", "b2", "x.y/z", "on", "0644", "with space", "é"]
STRINGS = [
    "web",
    "nginx:1.27",
    "yes",
    "0644",
    "12:30",
    "a: b",
    "a #b",
    "it's",
    'say "hi"',
    "",
    " lead",
    "é😀",
    "- x",
    "{x}",
]
TEXTS = ["one\ntwo\n", "one\ntwo", "# no comment\n  deeper\n\nend\n"]

leaves = st.one_of(st.none(), st.booleans(), st.integers(-5, 3000), st.sampled_from(STRINGS), st.sampled_from(TEXTS))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=12,
)
documents = st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=5)


@dataclass(frozen=True)
class Layout:
    """How to write a document; `noise` seeds where comments, blank lines and brackets go."""

    step: int
    offset: int
    gap: int
    noise: int
    flow: float
    remarks: float
    blanks: float
    literals: bool


layouts = st.builds(
    Layout,
    step=st.sampled_from([2, 4, 1, 3]),
    offset=st.sampled_from([0, 2, 4]),
    gap=st.sampled_from([1, 1, 3]),
    noise=st.integers(0, 10**6),
    flow=st.sampled_from([0, 0.2, 1]),
    remarks=st.sampled_from([0, 0.15, 0.5]),
    blanks=st.sampled_from([0, 0.2]),
    literals=st.booleans(),
)


class Writer:
    """Writes a value in a layout, with comments that are all different."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.random = random.Random(layout.noise)
        self.count = 0

    def document(self, value: Any) -> str:
        lines = self._lines(value, 0)
        return "\n".join(lines) + "\n"

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _remark(self) -> str:
        self.count += 1
        return f"# remark {self.count}"

    def _above(self, column: int) -> list[str]:
        lines = []
        if self._chance(self.layout.blanks):
            lines.append("")
        if self._chance(self.layout.remarks):
            lines.append(" " * column + self._remark())
        return lines

    def _behind(self) -> str:
        return " " * self.random.choice([1, 2]) + self._remark() if self._chance(self.layout.remarks) else ""

    def _lines(self, value: Any, column: int) -> list[str]:
        """Return the lines of a collection in a column."""
        lines: list[str] = []
        entries = value.items() if isinstance(value, dict) else ((None, item) for item in value)
        for name, inner in entries:
            lines += self._above(column)
            head = " " * column + ("-" if name is None else self._string(name) + ":")
            lines += self._entry(head, inner, column, is_item=name is None)
        return lines

    def _entry(self, head: str, value: Any, column: int, is_item: bool) -> list[str]:
        if isinstance(value, dict | list) and value and not self._chance(self.layout.flow):
            inner = column + (self.layout.step if isinstance(value, dict) or is_item else self.layout.offset)
            if is_item:
                inner = column + 1 + self.layout.gap
                lines = self._lines(value, inner)
                if lines[0].lstrip().startswith("#") or not lines[0] or self._chance(0.1):
                    return [head + self._behind(), *lines]
                return [head + " " * self.layout.gap + lines[0][inner:], *lines[1:]]
            return [head + self._behind(), *self._lines(value, inner)]
        if isinstance(value, dict | list) and value and self._chance(0.5):
            return self._bracket_lines(head, value, column)
        if isinstance(value, str) and self._chance(0.1):
            return self._odd_string(head, value, column)
        if isinstance(value, str) and "\n" in value and self.layout.literals and not value.startswith(" "):
            body = value.removesuffix("\n").split("\n")
            mark = "|" if value.endswith("\n") else "|-"
            width = column + max(self.layout.step, 2)
            return [f"{head} {mark}" + self._behind(), *(" " * width + line if line else "" for line in body)]
        if value is None and self._chance(0.5):
            return [head + self._behind()]
        return [f"{head} {self._inline(value)}" + self._behind()]

    def _bracket_lines(self, head: str, value: Any, column: int) -> list[str]:
        """Return a collection in brackets with one entry per line, or wrapped behind the first."""
        if isinstance(value, dict):
            parts = [f"{self._string(name)}: {self._inline(inner)}" for name, inner in value.items()]
        else:
            parts = [self._inline(inner) for inner in value]
        left, right = "{}" if isinstance(value, dict) else "[]"
        inner = " " * (column + self.layout.step + 1)
        if self._chance(0.3):
            wrapped = [f"{inner}{part},{self._behind()}" for part in parts[1:-1]]
            last = [f"{inner}{parts[-1]}{right}{self._behind()}"] if len(parts) > 1 else []
            return [f"{head} {left}{parts[0]}{',' if last else right}{self._behind()}", *wrapped, *last]
        lines = []
        for number, part in enumerate(parts, 1):
            lines += self._above(len(inner))
            comma = "," if number < len(parts) or self._chance(0.3) else ""
            lines.append(f"{inner}{part}{comma}{self._behind()}")
        return [f"{head} {left}{self._behind()}", *lines, f"{' ' * (column + 1)}{right}{self._behind()}"]

    def _odd_string(self, head: str, value: str, column: int) -> list[str]:
        """Return a string with a tag, on a line of its own, over two lines, or as a block scalar that keeps."""
        inner = " " * (column + max(self.layout.step, 2))
        quoted = json.dumps(value, ensure_ascii=False)
        way = self.random.choice(["tag", "below", "fold", "keep", "spaces"])
        if way == "tag":
            return [f"{head} !!str {quoted}{self._behind()}"]
        if way == "below":
            return [head + self._behind(), *self._above(len(inner)), inner + quoted + self._behind()]
        if way == "keep" and value.endswith("\n") and not value.startswith(" "):
            lines = [inner + line if line else "" for line in value.removesuffix("\n").split("\n")]
            return [f"{head} |+{self._behind()}", *lines]
        if way == "fold" and value == "web":
            return [f"{head} >-{self._behind()}", inner + "web", inner, ""]
        if way == "spaces":
            return [f"{head}   {quoted}   "]
        return [f"{head} {quoted}{self._behind()}"]

    def _inline(self, value: Any) -> str:
        pad = self.random.choice(["", " "])
        if isinstance(value, dict):
            inner = ", ".join(f"{self._string(k)}: {self._inline(v)}" for k, v in value.items())
            return "{" + pad + inner + pad + "}" if inner else "{}"
        if isinstance(value, list):
            inner = ", ".join(self._inline(item) for item in value)
            return "[" + pad + inner + self.random.choice(["", ","]) + pad + "]" if inner else "[]"
        return self._string(value) if isinstance(value, str) else json.dumps(value)

    def _string(self, text: str) -> str:
        if text in ("name", "image", "spec", "a", "b2", "web", "x.y/z", "with space") and self._chance(0.8):
            return text
        if "\n" not in text and "'" not in text and self._chance(0.3):
            return f"'{text}'"
        return json.dumps(text, ensure_ascii=False)


def pretty(value: Any, layout: Layout) -> str:
    """Return a value as JSON in one of three layouts."""
    if layout.flow == 1:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n"
    indent: int | str = "\t" if layout.flow else layout.step
    return json.dumps(value, indent=indent, ensure_ascii=False) + "\n"


@st.composite
def operation(draw: st.DrawFn, value: Any) -> dict[str, Any] | None:
    """Draw an RFC 6902 operation that fits a value, or None."""
    places = list(_places(value, ()))
    path, found = draw(st.sampled_from(places))
    kind = draw(st.sampled_from(["add", "add", "replace", "remove", "rename", "move", "copy"]))
    if kind == "add":
        if isinstance(found, dict):
            return {"op": "add", "path": _text((*path, draw(st.sampled_from([*KEYS, "new"])))), "value": draw(values)}
        if isinstance(found, list):
            index = draw(st.sampled_from(["-", *range(len(found) + 1)]))
            return {"op": "add", "path": _text((*path, index)), "value": draw(values)}
        return None
    if not path:
        return None
    if kind == "replace":
        return {"op": "replace", "path": _text(path), "value": draw(values)}
    if kind == "remove":
        return {"op": "remove", "path": _text(path)}
    if kind == "rename":
        if not isinstance(path[-1], str):
            return None
        return {"op": "move", "from": _text(path), "path": _text((*path[:-1], "renamed"))}
    to, target = draw(st.sampled_from(places))
    if to[: len(path)] == path or not isinstance(target, dict):
        return None
    return {"op": kind, "from": _text(path), "path": _text((*to, "moved"))}


def _places(value: Any, path: tuple[Any, ...]) -> Any:
    yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*path, index))


def _text(path: tuple[Any, ...]) -> str:
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)
