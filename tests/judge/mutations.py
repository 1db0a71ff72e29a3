"""Other ways to write a manifest: what people, editors and generators leave behind. Each keeps every value.

`mutate` takes the name of a kind, a source of chance and a text, and returns the text written in that other way,
or None where the kind has nothing to do there. What it returns has been read again (`plain_reading`) and means the
same.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator

from emit import Habit, block, flow, wide_flow
from plain_reading import Unreadable, canonical, compose, pieces, value
from sharing_mutations import SHARED, alias_added, aliases, merges
from spots import colon_of, every, plain_below, replaced

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
REMARKS = ("# note", "#", "# a: b", "#- x", "# 'quoted\"", "# TODO(x): {y}", "#\tz", "# é")
TRIES = 4


def mutate(kind: str, draw: random.Random, text: str) -> str | None:
    """Return the text written in another way, or None. A BOM stays in front."""
    mark, bare = text[:1] if text[:1] == "\ufeff" else "", text.removeprefix("\ufeff")
    try:
        was = meaning(bare)
        if not was:
            return None
        for _ in range(TRIES):
            made = KINDS[kind](draw, bare)
            if made is None or (made == bare and kind != "as it is"):
                return None
            if _means(made.removeprefix("\ufeff"), was):
                return mark + made if made[:1] != "\ufeff" else made
    except Unreadable:
        return None
    return None


def meaning(text: str) -> list[str]:
    """Return the values of all documents, without what a mutation adds. Raises Unreadable."""
    found = [value(compose(text, piece)) for piece in pieces(text)]
    for one in found:
        if isinstance(one, dict):
            one.pop(SHARED, None)
    return [canonical(one) for one in found]


def _means(text: str, was: list[str]) -> bool:
    try:
        return meaning(text) == was
    except (Unreadable, RecursionError):
        return False


# What an editor on another system leaves.


def _crlf(_: random.Random, text: str) -> str | None:
    return None if "\r" in text else text.replace("\n", "\r\n")


def _cr(_: random.Random, text: str) -> str | None:
    return None if "\r" in text or "---" in text or text.startswith("{") else text.replace("\n", "\r")


def _bom(_: random.Random, text: str) -> str | None:
    return "\ufeff" + text


def _no_end(_: random.Random, text: str) -> str | None:
    return text.rstrip("\r\n")


def _as_it_is(_: random.Random, text: str) -> str | None:
    return text


# Comments and blank lines.


def _inside(text: str) -> list[tuple[int, int]]:
    """Return the spans of scalars that go on behind their first line."""
    spans = [(child.start, child.end) for _, key, child in every(text) if child.kind == "scalar"]
    spans += [(key.start, key.end) for _, key, _ in every(text) if key and key.kind == "scalar"]
    return [(start, end) for start, end in spans if re.search(r"[\r\n]", text[start:end])]


def _free_lines(text: str) -> Iterator[tuple[re.Match[str], bool, bool]]:
    """Yield every line, and whether something may stand before it and behind its end."""
    inside = _inside(text)
    for line in LINE.finditer(text):
        start, end = line.start(), line.start() + len(line[0].rstrip("\r\n"))
        before = not any(one < start < other for one, other in inside)
        behind = not any(one < end < other for one, other in inside)
        yield line, before, behind and bool(line[0].strip())
        if line.end() == len(text):
            return


def _comments(draw: random.Random, text: str) -> str | None:
    return _strew(draw, text, lambda pad: pad + draw.choice(REMARKS), lambda: draw.choice(("  ", " ")) + "# behind")


def _blank_lines(draw: random.Random, text: str) -> str | None:
    return _strew(draw, text, lambda pad: draw.choice(("", "", "", pad)), lambda: draw.choice(("", " ", "\t")))


def _strew(
    draw: random.Random, text: str, above: Callable[[str], str], behind: Callable[[], str], share: float = 0.15
) -> str | None:
    if text.lstrip().startswith("{"):
        return None
    ending = (re.search(r"\r\n|\r|\n", text) or [None, "\n"])[0] or "\n"
    made = []
    for line, before, after in _free_lines(text):
        if before and draw.random() < share and not line[0].startswith("%"):
            pad = re.match(r"[ ]*", line[0])
            made.append(above(draw.choice(("", pad[0] if pad else ""))) + ending)
        bare = line[0].rstrip("\r\n")
        put = behind() if after and draw.random() < share and not bare.startswith("%") else ""
        made.append(bare + put + line[0][len(bare) :])
    return "".join(made)


# Indentation.


def _indentation(draw: random.Random, text: str) -> str | None:
    """Scale what stands before the first word of every line; bodies of block scalars move as one."""
    if text.lstrip().startswith("{") or "\t" in text:
        return None
    factor = draw.choice((2, 2, 3))
    bodies = {}
    for _, _, child in every(text):
        if child.style in ("|", ">"):
            if re.match(r"[|>][+-]?[1-9]", text[child.start : child.end]):
                return None
            lines = [one for one in LINE.finditer(text, child.start, child.end) if one[0]][1:]
            least = min((len(one[0]) - len(one[0].lstrip(" ")) for one in lines if one[0].strip()), default=0)
            bodies |= {one.start(): (factor - 1) * least for one in lines}
    made = []
    for line in LINE.finditer(text):
        if line.start() in bodies:
            made.append((" " * bodies[line.start()] if line[0].strip() else "") + line[0])
            continue
        head = re.match(r" *(?:- +)*(?:-(?=[\r\n]))?", line[0])
        width = head[0] if head else ""
        made.append(re.sub(r"- *", lambda dash: dash[0] + " " * ((factor - 1) * len(dash[0])), _scaled(width, factor)))
        made.append(line[0][len(width) :])
    return re.sub(r"- +(?=[\r\n])", "-", "".join(made)) if draw.random() < 0.5 else "".join(made)


def _scaled(head: str, factor: int) -> str:
    rest = head.lstrip(" ")
    return " " * (factor * (len(head) - len(rest))) + rest


def _written_anew(draw: random.Random, text: str) -> str | None:
    """Write every document with the habits of another generator."""
    if text.lstrip().startswith("{"):
        return None
    habit = Habit(draw.choice((2, 2, 4, 3, 8)), draw.choice((0, 2, 4)), draw.choice((1, 1, 3)))
    found = [value(compose(text, piece)) for piece in pieces(text)]
    if not all(isinstance(one, dict | list) and one for one in found):
        return None
    made = "---\n".join(block(one, habit) for one in found)
    return ("---\n" if draw.random() < 0.5 else "") + made


def _json(draw: random.Random, text: str) -> str | None:
    found = [value(compose(text, piece)) for piece in pieces(text)]
    if not found or not all(isinstance(one, dict) for one in found):
        return None
    indent = draw.choice((2, 4, "\t", None, 1))
    separators = (",", ":") if indent is None and draw.random() < 0.5 else None
    return "\n".join(json.dumps(one, indent=indent, separators=separators, ensure_ascii=False) for one in found) + "\n"


# Brackets and blocks.


def _to_brackets(draw: random.Random, text: str) -> str | None:
    made = []
    for parent, key, child in every(text):
        if parent.flow or child.flow or child.empty or child.end - child.start > 600 or not plain_below(child):
            continue
        if draw.random() > 0.3:
            continue
        start = colon_of(text, key) if key else child.start
        if start is None:
            continue
        column = start - max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) - 1
        pad = " " * (draw.choice((0, 2)) + (key.start - (start - column) if key else column))
        shape = draw.choice(("one line", "padded", "wide", "wide,"))
        found = value(child)
        if "wide" in shape:
            new = wide_flow(found, pad + "  ", shape == "wide,")
        else:
            new = flow(found, " " if shape == "padded" else "")
        tail = re.search(r"\s*\Z", text[child.start : child.end])
        made.append((start, child.end, (" " if key else "") + new + (tail[0] if tail and tail[0] else "")))
    return replaced(text, made) if made else None


def _to_blocks(draw: random.Random, text: str) -> str | None:
    made = []
    again = _to_brackets(draw, text)  # Few files have brackets of their own.
    text = again if again and _means(again, meaning(text)) else text
    for parent, key, child in every(text):
        if key is None or parent.flow or not child.flow or child.empty or not plain_below(child):
            continue
        if draw.random() < 0.2:
            continue
        start = colon_of(text, key)
        if start is None:
            continue
        line = max(text.rfind("\n", 0, key.start), text.rfind("\r", 0, key.start)) + 1
        column = key.start - line
        habit = Habit(draw.choice((2, 4)), draw.choice((0, 2)), 1)
        found = value(child)
        below = column + (habit.offset if isinstance(found, list) else habit.step)
        made.append((start, child.end, "\n" + block(found, habit, below).removesuffix("\n")))
    return replaced(text, made) if made else None


KINDS: dict[str, Callable[[random.Random, str], str | None]] = {
    "as it is": _as_it_is,
    "CRLF": _crlf,
    "CR only": _cr,
    "byte order mark": _bom,
    "no final line break": _no_end,
    "comments": _comments,
    "blank lines and spaces": _blank_lines,
    "indentation": _indentation,
    "written anew": _written_anew,
    "block to flow": _to_brackets,
    "flow to block": _to_blocks,
    "JSON": _json,
    "aliases for repeats": aliases,
    "alias added": alias_added,
    "merge keys": merges,
}
SHARING = frozenset({"aliases for repeats", "alias added", "merge keys"})
