"""Other ways to write a manifest: what people, editors and generators leave behind. Each keeps every value.

`mutate` takes the name of a kind, a source of chance and a text, and returns the text written in that other way,
or None where the kind has nothing to do there. What it returns has been read again (`plain_reading`) and means the
same.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from emit import Habit, block, flow, wide_flow
from plain_reading import Node, Unreadable, canonical, compose, key_text, pieces, value

SHARED = "x-shared"  # The key that a merge's source stands under: the one value that a mutation adds.
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


def trees(text: str) -> list[Node]:
    """Return the node trees of all documents that have one. Raises Unreadable."""
    return [node for piece in pieces(text) if (node := compose(text, piece))]


def nodes(node: Node) -> Iterator[tuple[Node, Node | None, Node]]:
    """Yield (parent, key or None, child) for every child below a node, in the order of the text."""
    children = [(None, item) for item in node.items] + list(node.pairs)
    for key, child in children:
        yield node, key, child
        yield from nodes(child)


def _all(text: str) -> list[tuple[Node, Node | None, Node]]:
    return [found for tree in trees(text) for found in nodes(tree)]


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
    spans = [(child.start, child.end) for _, key, child in _all(text) if child.kind == "scalar"]
    spans += [(key.start, key.end) for _, key, _ in _all(text) if key and key.kind == "scalar"]
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
    for _, _, child in _all(text):
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


def _plain_below(node: Node) -> bool:
    """Is nothing shared, tagged or merged here and below?"""
    every = [node, *(part for _, key, child in nodes(node) for part in (key, child) if part)]
    return all(one.kind != "alias" and not one.anchor for one in every) and all(
        not one.tag or one.style for one in every
    )


def _replaced(text: str, made: list[tuple[int, int, str]]) -> str:
    """Return the text with these spans replaced; one inside or across another is left out."""
    out, at = [], 0
    for start, end, new in sorted(made, key=lambda one: (one[0], -one[1])):
        if start >= at:
            out += [text[at:start], new]
            at = end
    return "".join([*out, text[at:]])


def _colon(text: str, key: Node) -> int | None:
    """Return the index behind the `:` of a key, None for `? key`."""
    found = re.compile(r"[ \t]*:").match(text, key.end)
    return found.end() if found else None


def _to_brackets(draw: random.Random, text: str) -> str | None:
    made = []
    for parent, key, child in _all(text):
        if parent.flow or child.flow or child.empty or child.end - child.start > 600 or not _plain_below(child):
            continue
        if draw.random() > 0.3:
            continue
        start = _colon(text, key) if key else child.start
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
    return _replaced(text, made) if made else None


def _to_blocks(draw: random.Random, text: str) -> str | None:
    made = []
    again = _to_brackets(draw, text)  # Few files have brackets of their own.
    text = again if again and _means(again, meaning(text)) else text
    for parent, key, child in _all(text):
        if key is None or parent.flow or not child.flow or child.empty or not _plain_below(child):
            continue
        if draw.random() < 0.2:
            continue
        start = _colon(text, key)
        if start is None:
            continue
        line = max(text.rfind("\n", 0, key.start), text.rfind("\r", 0, key.start)) + 1
        column = key.start - line
        habit = Habit(draw.choice((2, 4)), draw.choice((0, 2)), 1)
        found = value(child)
        below = column + (habit.offset if isinstance(found, list) else habit.step)
        made.append((start, child.end, "\n" + block(found, habit, below).removesuffix("\n")))
    return _replaced(text, made) if made else None


# Anchors, aliases, merges.


def _repeated(text: str) -> list[list[tuple[Node, Node | None, Node]]]:
    """Return groups of equal subtrees, or of equal texts, that could be shared; the first of each is the source."""
    groups: dict[str, list[tuple[Node, Node | None, Node]]] = {}
    for tree in trees(text):
        here: dict[str, list[tuple[Node, Node | None, Node]]] = {}
        for parent, key, child in nodes(tree):
            if not _plain_below(child) or (child.kind == "scalar" and (child.style in ("|", ">") or not child.value)):
                continue
            if child.empty and child.kind != "scalar":
                continue
            here.setdefault(canonical(value(child)), []).append((parent, key, child))
        groups |= {f"{id(tree)} {name}": group for name, group in here.items() if len(group) > 1}
    return list(groups.values())


def _anchored(text: str, key: Node | None, child: Node, name: str) -> tuple[int, int, str] | None:
    """Return the edit that puts an anchor on a value."""
    if child.kind == "scalar" or child.flow:
        return (child.start, child.start, f"&{name} ")
    if key:
        colon = _colon(text, key)
        return (colon, colon, f" &{name}") if colon else None
    line = max(text.rfind("\n", 0, child.start), text.rfind("\r", 0, child.start)) + 1
    head = text[line : child.start]
    if child.kind == "seq" or head.strip(" ") != "-":
        return None
    return (child.start, child.start, f"&{name}\n" + " " * len(head))


def _aliases(draw: random.Random, text: str) -> str | None:
    """Let repeated parts stand there once."""
    groups = _repeated(text)
    if not groups or text.lstrip().startswith("{"):
        return None
    tall = [group for group in groups if group[0][2].kind != "scalar"]
    made: list[tuple[int, int, str]] = []
    for number, group in enumerate(draw.sample(groups, min(len(groups), 3)) + draw.sample(tall, min(len(tall), 2))):
        name = f"{draw.choice(('a', 'shared', 'x-1'))}{number}"
        (_, key, first), *others = group
        anchor = _anchored(text, key, first, name)
        uses = [_alias(text, *other, name) for other in others if draw.random() < 0.8]
        if anchor and all(uses) and uses and not _cross(made, [anchor, *uses]):
            made += [one for one in [anchor, *uses] if one]
    return _replaced(text, made) if made else None


def _alias(text: str, parent: Node, key: Node | None, child: Node, name: str) -> tuple[int, int, str] | None:
    start = child.start
    if key and not parent.flow:
        colon = _colon(text, key)
        if colon is None:
            return None
        if child.kind != "scalar" and not child.flow:
            return (colon, child.end, f" *{name}" + _tail(text, child))
        start = max(start, colon)
    blank = "" if text[start - 1 : start].isspace() or text[start - 1 : start] in "[{," else " "
    apart = " " if text[child.end : child.end + 1] in (",", "]", "}", ":") else ""
    return (start, child.end, f"{blank}*{name}{apart}" + _tail(text, child))


def _tail(text: str, child: Node) -> str:
    found = re.search(r"[ \t\r\n]*\Z", text[child.start : child.end])
    return found[0] if found else ""


def _cross(made: list[tuple[int, int, str]], new: list[Any]) -> bool:
    spans = sorted([(start, end) for start, end, _ in [*made, *new]])
    return any(one[1] > two[0] or one == two for one, two in itertools.pairwise(spans))


def _is_tall(text: str, tree: Node) -> bool:
    """Is the document a map in block style that starts at the start of a line?"""
    return tree.kind == "map" and not tree.flow and text[max(0, tree.start - 1) : tree.start] in ("", "\n", "\r")


def _merges(draw: random.Random, text: str) -> str | None:
    """Take entries of a map out into a part of its own and merge them in with `<<`."""
    if text.lstrip().startswith("{") or "<<" in text:
        return None
    found = pieces(text)
    at = draw.randrange(len(found))
    tree = compose(text, found[at])
    if not tree or not _is_tall(text, tree):
        return None
    maps = [one for _, key, one in nodes(tree) if key and one.kind == "map" and not one.flow]
    maps = [one for one in maps if len(one.pairs) > 1 and _plain_below(one)]
    if not maps:
        return None
    chosen = draw.choice(maps)
    count = draw.randint(1, len(chosen.pairs) - 1) if len(chosen.pairs) > 1 else 1
    taken = chosen.pairs[:count]  # What is merged stands first, so that order of lines does not matter.
    source = {key_text(key): value(child) for key, child in taken}
    line = chosen.start - max(text.rfind("\n", 0, chosen.start), text.rfind("\r", 0, chosen.start)) - 1
    base = "".join(f"  {row}\n" for row in block(source, Habit()).splitlines())
    base = f"{SHARED}: &base\n{base}" if draw.random() < 0.5 else f"{SHARED}: &base {flow(source)}\n"
    merge = draw.choice(("<<: *base", "<<: [*base]")) + "\n" + " " * line
    rest = chosen.pairs[count][0].start
    return _replaced(text, [(tree.start, tree.start, base), (chosen.start, rest, merge)])


def _alias_added(draw: random.Random, text: str) -> str | None:
    """Anchor any part and use it once more at the end of its document, below a new key."""
    if text.lstrip().startswith("{"):
        return None
    tree = compose(text, pieces(text)[-1])
    if not tree or not _is_tall(text, tree) or text[-1:] not in "\r\n" or re.search(r"^\.\.\.", text, re.MULTILINE):
        return None
    places = [one for one in nodes(tree) if not one[0].flow and (one[2].kind != "scalar" or one[2].value)]
    places = [one for one in places if _plain_below(one[2])]
    if not places:
        return None
    _, key, child = draw.choice(places)
    anchor = _anchored(text, key, child, "one")
    use = draw.choice((" *one\n", "\n  again: *one\n", " [*one, 1]\n", "\n- *one\n- x: *one\n"))
    return _replaced(text, [anchor]) + f"{SHARED}:{use}" if anchor else None


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
    "aliases for repeats": _aliases,
    "alias added": _alias_added,
    "merge keys": _merges,
}
SHARING = frozenset({"aliases for repeats", "alias added", "merge keys"})
