"""The independent judge of a changed manifest: promises 1 to 4 of "Verified, or not made".

Nothing of the code under test is imported. `judge` takes the text before and after and the RFC 6902 operations
that are claimed per document, and returns what is wrong; an empty list is an acquittal.

Promise 3 is judged by structure, not by trust in anybody's spans: the node trees of both texts are walked side
by side; what differs in value marks spans that may differ in text, and what is left of both texts when these
spans are cut out must be the same.
"""

from __future__ import annotations

import io
import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import jsonpatch
import jsonpointer
import plain_reading as reading
import yaml
from plain_reading import Node, Piece, Unreadable, canonical, compose, pieces
from residue import comments_above, comments_around, comments_inside, merged, residue
from ruamel.yaml import YAML, YAMLError
from side_by_side import BREAK, Walk, doubled, line_end

Operations = Sequence[Mapping[str, Any]]
BLANK_AHEAD = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)\Z")
CHOICES = 3
MARK = "the scalar that is asked about"
STRIPPED = re.compile(r"[|>][1-9]?-")
COMMENT_START = re.compile(r"(?:(?<=[ \t\r\n])|\A)#")


def judge(before: str, after: str, claims: Mapping[int, Operations], opinions: bool = True) -> list[str]:
    """Return what is wrong with a change that claims these operations, by number of the document.

    `opinions` asks other parsers, too; the slow part.
    """
    if before.startswith("\ufeff") != after.startswith("\ufeff"):
        return ["the byte order mark changed"]
    before, after = before.removeprefix("\ufeff"), after.removeprefix("\ufeff")
    olds, news = pieces(before), pieces(after)
    if len(olds) != len(news):
        return [f"{len(olds)} documents became {len(news)}"]
    problems = [f"there is no document {index}" for index in claims if not 0 <= index < len(olds)]
    problems += _line_breaks(before, after) + _untidy(before, after)
    if before[: olds[0].start if olds else None] != after[: news[0].start if news else None] or (
        before.lstrip()[:1] == after.lstrip()[:1] == "{" and _ahead(before) != _ahead(after)
    ):
        problems.append("text before the first document changed")
    for index, (old, new) in enumerate(zip(olds, news, strict=True)):
        operations = claims.get(index, ())
        if not operations:
            if before[old.start : old.end] != after[new.start : new.end]:
                problems.append(f"document {index} changed though nothing was to be done there")
            continue
        problems += [
            f"document {index}: {problem}" for problem in _document(before, old, after, new, operations, opinions)
        ]
    return problems


def _ahead(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def _line_breaks(before: str, after: str) -> list[str]:
    problems = []
    kinds = set(BREAK.findall(before))
    if kinds and not set(BREAK.findall(after)) <= kinds:
        problems.append("a new kind of line break appeared")
    ended, ends = BREAK.search(before[-1:]), BREAK.search(after[-1:])
    shortened = before.startswith(after)
    if bool(ended) != bool(ends) and not (
        ends and (shortened or _ends_in_block_scalar(after) or _is_lent(before, after))
    ):
        problems.append("the line break at the end of the file appeared or went")
    if not ends and _ends_in_block_scalar(after, open_end=True) and not _ends_in_block_scalar(before, open_end=True):
        problems.append("what the file ends in is read in two ways without a line break behind it")
    return problems


def _is_lent(before: str, after: str) -> bool:
    """Is the final line break that of a blank line ahead of what the text ended in, and what is gone from there?"""
    try:
        old, new = compose(before, pieces(before)[-1]), compose(after, pieces(after)[-1])
    except Unreadable:
        return False
    if old is None or new is None:
        return False
    walks = [Walk(before, after, choice=choice) for choice in range(CHOICES)]
    for walk in walks:
        walk.compare(old, new, None, None)
    cuts = [cut for walk in walks for cut in walk.old if cut.gone and cut.end == len(before)]
    starts = [start for cut in cuts for start in (cut.start, comments_above(before, cut).start)]
    return any(BLANK_AHEAD.search(before, 0, start) for start in starts)


def _untidy(before: str, after: str) -> list[str]:
    """Nobody asked for new blank lines or new white space at the ends of lines."""
    had, have = (sum(line != line.rstrip() for line in BREAK.split(text)) for text in (before, after))
    problems = ["white space at the end of a new line"] if have > had else []
    if _blank(after) > _blank(before):
        blank = _blank(_without_block_scalars(after)) - _blank(_without_block_scalars(before))
        problems += [f"{blank} new blank lines"] if blank > 0 else []
    return problems


def _blank(text: str) -> int:
    return len(re.findall(r"^[ \t]*\r?$(?!\Z)", text, re.MULTILINE))


def _without_block_scalars(text: str) -> str:
    """Blank lines in block scalars are part of a value, and judged as such; those behind one are not."""
    spans = []
    for piece in pieces(text):
        try:
            node = compose(text, piece)
        except Unreadable:
            continue
        spans += [(start, end) for start, end in _scalars(text, node) if BREAK.search(text, start, end)] if node else []
    for start, end in sorted(spans, reverse=True):
        body = text[start:end]
        text = text[:start] + "x" + body[len(body.rstrip()) :] + text[end:]
    return text


def _ends_in_block_scalar(text: str, open_end: bool = False) -> bool:
    """Only there may a final line break appear: without it the text would mean something else to some parsers.

    With an `open_end` it would; not so where the header says that no line break belongs to the value, or where the
    last line is blank and no deeper than the value's lines: then a line break stands behind the value.
    """
    try:
        node = compose(text, pieces(text)[-1])
    except Unreadable:
        return False
    while node and not node.flow and not node.empty:
        node = node.items[-1] if node.kind == "seq" else node.pairs[-1][1]
    if node is None or node.style not in ("|", ">") or not open_end:
        return node is not None and node.style in ("|", ">")
    header = BREAK.search(text, node.start)
    if header is None or node.end < len(text) or STRIPPED.search(text, node.start, header.start()):
        return False
    *lines, last = BREAK.split(text[header.end() :])
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return bool(last.strip(" ")) or len(last) > indent


def _document(before: str, old: Piece, after: str, new: Piece, operations: Operations, opinions: bool) -> list[str]:
    try:
        node = compose(before, old)
        was = json.loads(json.dumps(reading.value(node)))
    except Unreadable as error:
        return [f"a document that cannot be read was changed: {error}"]
    try:
        expected = jsonpatch.apply_patch(was, list(operations))
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        return [f"the operations do not apply: {error}"]
    try:
        made = compose(after, new)
        found = reading.value(made)
    except Unreadable as error:
        return [f"does not parse any more: {error}"]
    if canonical(found) != canonical(expected):
        return [f"is not what the operations make of it: {_first_difference(canonical(expected), canonical(found))}"]
    if node is None or made is None:
        return ["empty"]
    problems = []
    for choice, moved_to in _explanations(node, operations):  # One of them must do.
        walk = Walk(
            before,
            after,
            _emptied(node, was, operations),
            _moved_over(node, operations),
            _other(node, was, operations),
            moved_to,
            choice,
        )
        walk.compare(node, made, None, None)
        found_here = walk.problems + walk.foreign() + walk.needless() + residue(walk, old, new)
        found_here += _comments(before, old, node, after, new, made, walk)
        problems = problems or found_here  # Those of the likeliest explanation are shown.
        if not found_here:
            problems = []
            break
    if doubled(made) > doubled(node):
        problems.append("a key stands there twice now")
    if opinions:
        problems += _second_opinions(before[old.start : old.end], after[new.start : new.end], was, found)
    return problems


def _explanations(root: Node, operations: Operations) -> Iterator[tuple[int, Callable[[Node], bool]]]:
    """Yield which of equal items moved or came, which nobody can tell, and whether what moved kept its text."""
    targets = {str(one["path"]) for one in operations if one["op"] == "move"}
    ways: list[Callable[[Node], bool]] = [lambda node: False]
    if targets:
        ways.append(lambda node: _path(root, node) in targets)
    yield from ((choice, way) for way in ways for choice in range(CHOICES))


def _other(root: Node, was: Any, operations: Operations) -> Callable[[Node], bool]:
    """Return what tells of a scalar of the old text whether the operations, on their way, made a map or list of it."""

    def was_other(node: Node) -> bool:
        path = _path(root, node)
        if path is None or jsonpointer.resolve_pointer(was, path, None) is None:
            return False
        marked = jsonpatch.apply_patch(was, [{"op": "replace", "path": path, "value": MARK}])
        copied = any(one["op"] == "copy" for one in operations)  # Then the mark is no sign.
        return any(
            isinstance(jsonpointer.resolve_pointer(state, path, None), dict | list)
            for state in _states(marked, [one for one in operations if one["op"] != "test"])
            if copied or MARK not in json.dumps(state)  # Else it just stands elsewhere in its list meanwhile.
        )

    return was_other


def _states(was: Any, operations: Operations) -> Iterator[Any]:
    """Yield what a value is after the first operation, after the first two, and so on."""
    yield from (jsonpatch.apply_patch(was, list(operations[: number + 1])) for number in range(len(operations)))


def _emptied(root: Node, was: Any, operations: Operations) -> Callable[[Node], bool]:
    """Return what tells of a map or list of the old text whether one of the operations left nothing in its place."""

    def was_emptied(node: Node) -> bool:
        path = _path(root, node)
        if path is None:
            return False
        states = _states(was, operations)
        return any(jsonpointer.resolve_pointer(state, path, None) in ({}, [], None) for state in states)

    return was_emptied


def _moved_over(root: Node, operations: Operations) -> Callable[[Node], bool]:
    """Return what tells of a map or list of the old text whether one of the operations moved something there."""
    targets = [str(one["path"]) for one in operations if one["op"] == "move"]

    def moved_over(node: Node) -> bool:
        path = _path(root, node)
        return path is not None and any((path + "/").startswith(target + "/") for target in targets)

    return moved_over


def _path(root: Node, node: Node) -> str | None:
    """Return the JSON pointer of a node in a tree, None if it is not there."""
    if root is node:
        return ""
    children = [(str(at), item) for at, item in enumerate(root.items)]
    children += [(reading.key_text(key), child) for key, child in root.pairs if not reading.is_merge(key)]
    for name, child in children:
        below = _path(child, node)
        if below is not None:
            return "/" + jsonpointer.escape(name) + below
    return None


def _first_difference(one: str, other: str) -> str:
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"expected {one[max(0, at - 40) : at + 40]!r}, found {other[max(0, at - 40) : at + 40]!r}"


def _comments(before: str, old: Piece, node: Node, after: str, new: Piece, made: Node, walk: Walk) -> list[str]:
    """Comments that are lost, unless with what was removed, and comments that appeared."""
    gone = merged([comments_around(before, cut) for cut in walk.old if cut.gone], old)
    had = comments(before, old, node)
    have = Counter(text for _, text in comments(after, new, made))
    gone += [(cut.start, comments_inside(before, cut)) for cut in walk.old if cut.other]
    excused = Counter(text for at, text in had if any(start <= at < end for start, end in gone))
    missing = Counter(text for _, text in had) - have - excused
    extra = have - Counter(text for _, text in had)
    return [f"comment lost: {text!r}" for text in missing] + [f"comment appeared: {text!r}" for text in extra]


def comments(text: str, piece: Piece, node: Node) -> list[tuple[int, str]]:
    """Return (index, text) of every comment of a document: `#` behind white space and in no scalar."""
    spans = sorted(_scalars(text, node))
    starts = [start for start, _ in spans]
    found, at = [], piece.start
    while hit := COMMENT_START.search(text, at, piece.end):
        nearest = bisect_right(starts, hit.start()) - 1
        if nearest >= 0 and hit.start() < spans[nearest][1]:
            at = max(hit.end(), spans[nearest][1])  # A comment may follow on the same line.
            continue
        at = min(line_end(text, hit.start()), piece.end)
        found.append((hit.start(), text[hit.start() : at].rstrip()))
    return found


def _scalars(text: str, node: Node) -> list[tuple[int, int]]:
    if node.kind == "scalar":
        if node.style in ("|", ">"):  # What stands on the line of the indicator may be a comment.
            header = BREAK.search(text, node.start)
            return [(header.end() if header else node.end, node.end)]
        return [(node.start, node.end)]
    children = [*node.items, *(part for pair in node.pairs for part in pair)]
    return [span for child in children for span in _scalars(text, child)]


def _second_opinions(before: str, after: str, was: Any, found: Any) -> list[str]:
    """Other parsers that agreed about the old text must agree about the new one."""
    problems = []
    for name, load in (("PyYAML", _pyyaml), ("ruamel.yaml 1.1", _ruamel_1_1), ("ruamel.yaml 1.2", _ruamel)):
        try:
            agreed = canonical(load(before)) == canonical(was)
        except (yaml.YAMLError, YAMLError, ValueError, TypeError, AttributeError):
            continue
        if not agreed:
            continue
        try:
            if canonical(load(after)) != canonical(found):
                problems.append(f"{name} reads another value now")
        except (yaml.YAMLError, YAMLError, ValueError, TypeError, AttributeError) as error:
            problems.append(f"{name} cannot read it any more: {error}")
    return problems


def _pyyaml(text: str) -> Any:
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _ruamel(text: str, version: str | None = None) -> Any:
    loader = YAML(typ="safe", pure=True)
    loader.allow_duplicate_keys = True
    if version:
        loader.version = version  # type: ignore[assignment]
    return loader.load(io.StringIO(text))


def _ruamel_1_1(text: str) -> Any:
    return _ruamel(text, "1.1")
