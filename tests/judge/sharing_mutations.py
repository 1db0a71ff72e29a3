"""Mutations that share: anchors, aliases and merge keys in place of what stands there repeatedly."""

from __future__ import annotations

import itertools
import random
import re
from typing import Any

from emit import Habit, block, flow
from plain_reading import Node, canonical, compose, key_text, pieces, value
from spots import colon_of, nodes, plain_below, replaced, trees

SHARED = "x-shared"  # The key that a merge's source stands under: the one value that a mutation adds.


def _repeated(text: str) -> list[list[tuple[Node, Node | None, Node]]]:
    """Return groups of equal subtrees, or of equal texts, that could be shared; the first of each is the source."""
    groups: dict[str, list[tuple[Node, Node | None, Node]]] = {}
    for tree in trees(text):
        here: dict[str, list[tuple[Node, Node | None, Node]]] = {}
        for parent, key, child in nodes(tree):
            if not plain_below(child) or (child.kind == "scalar" and (child.style in ("|", ">") or not child.value)):
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
        colon = colon_of(text, key)
        return (colon, colon, f" &{name}") if colon else None
    line = max(text.rfind("\n", 0, child.start), text.rfind("\r", 0, child.start)) + 1
    head = text[line : child.start]
    if child.kind == "seq" or head.strip(" ") != "-":
        return None
    return (child.start, child.start, f"&{name}\n" + " " * len(head))


def aliases(draw: random.Random, text: str) -> str | None:
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
    return replaced(text, made) if made else None


def _alias(text: str, parent: Node, key: Node | None, child: Node, name: str) -> tuple[int, int, str] | None:
    start = child.start
    if key and not parent.flow:
        colon = colon_of(text, key)
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


def merges(draw: random.Random, text: str) -> str | None:
    """Take entries of a map out into a part of its own and merge them in with `<<`."""
    if text.lstrip().startswith("{") or "<<" in text:
        return None
    found = pieces(text)
    at = draw.randrange(len(found))
    tree = compose(text, found[at])
    if not tree or not _is_tall(text, tree):
        return None
    maps = [one for _, key, one in nodes(tree) if key and one.kind == "map" and not one.flow]
    maps = [one for one in maps if len(one.pairs) > 1 and plain_below(one)]
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
    return replaced(text, [(tree.start, tree.start, base), (chosen.start, rest, merge)])


def alias_added(draw: random.Random, text: str) -> str | None:
    """Anchor any part and use it once more at the end of its document, below a new key."""
    if text.lstrip().startswith("{"):
        return None
    tree = compose(text, pieces(text)[-1])
    if not tree or not _is_tall(text, tree) or text[-1:] not in "\r\n" or re.search(r"^\.\.\.", text, re.MULTILINE):
        return None
    places = [one for one in nodes(tree) if not one[0].flow and (one[2].kind != "scalar" or one[2].value)]
    places = [one for one in places if plain_below(one[2])]
    if not places:
        return None
    _, key, child = draw.choice(places)
    anchor = _anchored(text, key, child, "one")
    use = draw.choice((" *one\n", "\n  again: *one\n", " [*one, 1]\n", "\n- *one\n- x: *one\n"))
    return replaced(text, [anchor]) + f"{SHARED}:{use}" if anchor else None
