"""The independent judge of a changed manifest: promises 1 to 4 of "Verified, or not made".

Nothing of the code under test is imported. `judge` takes the text before and after and the RFC 6902 operations
that are claimed per document, and returns what is wrong; an empty list is an acquittal.

Promise 3 is judged by structure, not by trust in anybody's spans: the node trees of both texts are walked side
by side; what differs in value marks spans that may differ in text, and what is left of both texts when these
spans are cut out must be the same.
"""

from __future__ import annotations

import difflib
import io
import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jsonpatch
import plain_reading as reading
import yaml
from plain_reading import Node, Piece, Unreadable, canonical, compose, pieces
from ruamel.yaml import YAML, YAMLError

Operations = Sequence[Mapping[str, Any]]
BREAK = re.compile(r"\r\n|\r|\n")
STRUCTURE = re.compile(r"[\s{}\[\],:?-]+")
COMMENT = re.compile(r"(?:(?<=\s)|\A)#[^\r\n]*")


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
    if before[: olds[0].start if olds else None] != after[: news[0].start if news else None]:
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


def _line_breaks(before: str, after: str) -> list[str]:
    problems = []
    kinds = set(BREAK.findall(before))
    if kinds and not set(BREAK.findall(after)) <= kinds:
        problems.append("a new kind of line break appeared")
    ended, ends = BREAK.search(before[-1:]), BREAK.search(after[-1:])
    shortened = before.startswith(after)
    if bool(ended) != bool(ends) and not (ends and (shortened or _ends_in_block_scalar(after))):
        problems.append("the line break at the end of the file appeared or went")
    return problems


def _untidy(before: str, after: str) -> list[str]:
    """Nobody asked for new blank lines or new white space at the ends of lines."""
    had, have = (sum(line != line.rstrip() for line in BREAK.split(text)) for text in (before, after))
    blank = len(re.findall(r"^[ \t]*\r?$(?!\Z)", after, re.MULTILINE)) - len(
        re.findall(r"^[ \t]*\r?$(?!\Z)", before, re.MULTILINE)
    )
    problems = ["white space at the end of a new line"] if have > had else []
    return [*problems, f"{blank} new blank lines"] if blank > 0 else problems


def _ends_in_block_scalar(text: str) -> bool:
    """Only there may a final line break appear: without it the text would mean something else to some parsers."""
    try:
        node = compose(text, pieces(text)[-1])
    except Unreadable:
        return False
    while node and not node.flow and not node.empty:
        node = node.items[-1] if node.kind == "seq" else node.pairs[-1][1]
    return node is not None and node.style in ("|", ">")


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
    walk = Walk(before, after)
    walk.compare(node, made, None, None)
    if _doubled(made) > _doubled(node):
        walk.problems.append("a key stands there twice now")
    problems = walk.problems + walk.needless() + _residue(walk, old, new)
    problems += _comments(before, old, node, after, new, made, walk)
    if opinions:
        problems += _second_opinions(before[old.start : old.end], after[new.start : new.end], was, found)
    return problems


def _first_difference(one: str, other: str) -> str:
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"expected {one[max(0, at - 40) : at + 40]!r}, found {other[max(0, at - 40) : at + 40]!r}"


@dataclass(frozen=True, slots=True)
class Cut:
    """A span that may differ; `loose`: what shares its lines may change in white space and punctuation.

    `gone`: it was removed, and with it the comments directly above. `other`: a value of another kind took its
    place, so that comments inside have none.
    """

    start: int
    end: int
    loose: bool = False
    gone: bool = False
    other: bool = False


@dataclass
class Walk:
    """Both trees, side by side: which spans differ because the value does, and what differs without need."""

    before: str
    after: str
    old: list[Cut] = field(default_factory=list)
    new: list[Cut] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    partners: dict[int, Node] = field(default_factory=dict)
    expanded: list[Node] = field(default_factory=list)

    def compare(self, old: Node, new: Node, old_from: int | None, new_from: int | None) -> None:
        """Compare two nodes that stand at the same place; `*_from` is where their keys start."""
        self.partners[id(old)] = new
        if "alias" in (old.kind, new.kind):
            self._aliases(old, new)
            if old.kind == new.kind:
                return
        if old.kind != new.kind or (old.empty != new.empty and old.kind != "scalar"):
            # The line of the key changes, too: `a: {}` or `a:` becomes `a:` and lines below.
            start = old.start if old_from is None else old_from
            self.old.append(Cut(start, self._end(self.before, old), loose=True, other=not old.empty))
            self.new.append(Cut(new.start if new_from is None else new_from, self._end(self.after, new), loose=True))
            return
        if (old.anchor, old.tag) != (new.anchor, new.tag) and old.kind != "scalar":
            self.problems.append(f"anchor or tag of a {old.kind} changed at {self._where(old)}")
        if old.flow != new.flow:
            self.problems.append(f"block and flow style changed at {self._where(old)}")
        if old.kind == "map":
            self._maps(old, new)
        elif old.kind == "seq":
            self._lists(old, new)
        elif self._same_text(old, new):
            return
        elif reading.value(old) == reading.value(new) and type(reading.value(old)) is type(reading.value(new)):
            self.problems.append(f"a value is written in another way at {self._where(old)}")
        else:
            one, two = self._end(self.before, old), self._end(self.after, new)
            self.old.append(Cut(old.start, one, loose=_multiline(self.before, old) or old.start == old.end))
            self.new.append(Cut(new.start, two, loose=_multiline(self.after, new) or old.start == old.end))

    def _aliases(self, old: Node, new: Node) -> None:
        if new.kind == "alias" and (old.kind, old.value) != (new.kind, new.value):
            self.problems.append(f"a node became the alias *{new.value}")
        elif new.kind != "alias" and canonical(reading.value(old)) == canonical(reading.value(new)):
            self.expanded.append(old)

    def needless(self) -> list[str]:
        """Return aliases that were expanded though they keep their value and so does what they stand for."""
        found = []
        for alias in self.expanded:
            partner = self.partners.get(id(alias.target))
            if alias.target and partner and canonical(reading.value(alias.target)) == canonical(reading.value(partner)):
                found.append(f"alias *{alias.value} was expanded without need")
        return found

    def _same_text(self, old: Node, new: Node) -> bool:
        return self.before[old.start : old.end].rstrip() == self.after[new.start : new.end].rstrip()

    def _where(self, old: Node) -> str:
        return f"line {len(BREAK.findall(self.before, 0, old.start)) + 1}: {self.before[old.start : old.start + 30]!r}"

    def _maps(self, old: Node, new: Node) -> None:
        olds, news = _numbered(old), _numbered(new)
        if [name for name in olds if name in news] != [name for name in news if name in olds]:
            self.problems.append(f"keys changed their order at {self._where(old)}")
        for name, (key, child) in olds.items():
            if name in news:
                other_key, other = news[name]
                if self.before[key.start : key.end] != self.after[other_key.start : other_key.end]:
                    self.problems.append(f"a key is written in another way at {self._where(key)}")
                self.compare(child, other, key.start, other_key.start)
        self._entries(
            old,
            new,
            {name: self._pair(self.before, old, *pair, gone=name not in news) for name, pair in olds.items()},
            {name: self._pair(self.after, new, *pair) for name, pair in news.items()},
        )

    def _lists(self, old: Node, new: Node) -> None:
        one = [canonical(reading.value(item)) for item in old.items]
        two = [canonical(reading.value(item)) for item in new.items]
        partner: dict[int, int] = {}
        for tag, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
            if tag in ("equal", "replace"):
                partner |= dict(zip(range(a, b), range(c, d), strict=False))
        for here, there in partner.items():
            starts = _dash(self.before, old, here), _dash(self.after, new, there)
            self.compare(old.items[here], new.items[there], *starts)
        back = {there: here for here, there in partner.items()}
        self._entries(
            old,
            new,
            {at: self._item(self.before, old, at, at not in partner) for at in range(len(old.items))},
            {back.get(at, ("new", at)): self._item(self.after, new, at) for at in range(len(new.items))},
        )

    def _entries(self, old: Node, new: Node, olds: Mapping[Any, Cut], news: Mapping[Any, Cut]) -> None:
        """Mark entries that came or went; in flow style their neighbours' commas and lines are concerned, too."""
        self.old += [cut for name, cut in olds.items() if name not in news]
        self.new += [cut for name, cut in news.items() if name not in olds]
        for mine, other in ((olds, news), (news, olds)):
            names = list(mine)
            for at, name in enumerate(names):
                if name in other or not mine[name].loose:
                    continue
                before = [beside for beside in names[:at] if beside in other][-1:]
                behind = [beside for beside in names[at + 1 :] if beside in other][:1]
                for beside in before:
                    self.old.append(Cut(olds[beside].end, olds[beside].end, True))
                    self.new.append(Cut(news[beside].end, news[beside].end, True))
                for beside in behind:
                    self.old.append(Cut(olds[beside].start, olds[beside].start, True))
                    self.new.append(Cut(news[beside].start, news[beside].start, True))
                if not before:
                    self.old.append(Cut(old.start, old.start, True))
                    self.new.append(Cut(new.start, new.start, True))

    def _pair(self, text: str, parent: Node, key: Node, child: Node, gone: bool = False) -> Cut:
        end = max(self._end(text, child), key.end)
        if parent.flow:
            return Cut(key.start, end, True, gone)
        return _lines(text, key.start, end, gone)

    def _item(self, text: str, parent: Node, at: int, gone: bool = False) -> Cut:
        item, dash = parent.items[at], _dash(text, parent, at)
        if dash is None:
            return Cut(item.start, item.end, True, gone)
        return _lines(text, dash, self._end(text, item), gone)

    def _end(self, text: str, node: Node) -> int:
        """Return where the last content of a node ends: blank lines after a block scalar are not its own."""
        last = node
        while not last.flow and not last.empty:
            last = last.items[-1] if last.kind == "seq" else last.pairs[-1][1]
        if last.style in ("|", ">") and "+" not in text[last.start : last.end].split("\n")[0]:
            body = text[last.start : last.end]
            return last.start + len(body.rstrip()) if body.strip() else last.end
        return node.end


def _dash(text: str, parent: Node, at: int) -> int | None:
    """Return where the `-` of an item stands; None in flow style."""
    if parent.flow:
        return None
    low, start = parent.items[at - 1].end if at else parent.start, parent.items[at].start
    found = COMMENT.sub(lambda comment: " " * len(comment[0]), text[low:start]).rfind("-")
    return low + found if found >= 0 else start


def _multiline(text: str, node: Node) -> bool:
    return bool(BREAK.search(text, node.start, node.end))


def _doubled(node: Node) -> int:
    """Return how many keys of a tree stand in their maps before."""
    children = [*node.items, *(child for _, child in node.pairs)]
    here = sum(number > 0 for _, number in _numbered(node))
    return here + sum(_doubled(child) for child in children)


def _numbered(node: Node) -> dict[tuple[str, int], tuple[Node, Node]]:
    """Return the pairs of a map by key and how often that key occurred before."""
    seen: Counter[str] = Counter()
    found = {}
    for key, child in node.pairs:
        name = "<<" if reading.is_merge(key) else "=" + reading.key_text(key)
        found[name, seen[name]] = (key, child)
        seen[name] += 1
    return found


def _lines(text: str, start: int, end: int, gone: bool) -> Cut:
    """Return the whole lines of an entry in block style, or, where it shares its first line, a loose span."""
    first = _line_start(text, start)
    if text[first:start].strip():
        return Cut(start, _line_end(text, end) if gone else end, True, gone)
    following = BREAK.search(text, end)
    if end > first and text[end - 1] in "\r\n":  # A block scalar: its end is the start of a line.
        return Cut(first, end, False, gone)
    if following:
        return Cut(first, following.end(), False, gone)
    return Cut(first, len(text), False, gone)


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end(text: str, at: int) -> int:
    found = BREAK.search(text, at)
    return found.start() if found else len(text)


def _residue(walk: Walk, old: Piece, new: Piece) -> list[str]:
    """Compare what is left of both texts without the spans that may differ."""
    before, after = walk.before, walk.after
    if _without(before, old, walk.old) == _without(after, new, walk.new):
        return []
    above = _bridged(before, [_comments_above(before, cut) if cut.gone else cut for cut in walk.old])
    rest = _without(after, new, walk.new)
    # The break before the last line may stay where that line went: see `_ends_in_block_scalar`.
    if rest in (_without(before, old, above), _without(before, old, above, final=False)):
        return []
    if not any(cut.loose for cut in (*walk.old, *walk.new)):
        return ["text outside the edits changed: " + _diff(before, old, walk.old, after, new, walk.new)]
    for cuts in (walk.old, above):
        kept_old, shared_old = _split_lines(before, old, cuts)
        kept_new, shared_new = _split_lines(after, new, walk.new)
        if any(cut.other for cut in cuts):  # Comments and blank lines that stood inside may stay; both are counted.
            kept_old, kept_new = _content(kept_old), _content(kept_new)
        if kept_old == kept_new and shared_old == shared_new:
            return []
    if kept_old != kept_new:
        return ["lines outside the edits changed: " + "".join(difflib.ndiff(kept_old, kept_new))[-300:]]
    return [f"text beside the edits changed: {shared_old[-150:]!r} became {shared_new[-150:]!r}"]


def _bridged(text: str, cuts: list[Cut]) -> list[Cut]:
    """Add what is blank between two removed spans."""
    gone = sorted((cut for cut in cuts if cut.gone), key=lambda cut: cut.start)
    pairs = ((one.end, two.start) for one, two in zip(gone, gone[1:], strict=False))
    return [*cuts, *(Cut(start, end) for start, end in pairs if start < end and not text[start:end].strip())]


def _content(lines: list[str]) -> list[str]:
    return [line.rstrip("\r\n") for line in lines if line.strip() and not line.strip().startswith("#")]


def _diff(before: str, old: Piece, olds: list[Cut], after: str, new: Piece, news: list[Cut]) -> str:
    one = _without(before, old, olds).splitlines(keepends=True)
    two = _without(after, new, news).splitlines(keepends=True)
    return "".join(line for line in difflib.ndiff(one, two) if line[0] != " ")[:400]


def _merged(cuts: Sequence[Cut], piece: Piece) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for cut in sorted(cuts, key=lambda cut: cut.start):
        start, end = max(cut.start, piece.start), min(cut.end, piece.end)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _without(text: str, piece: Piece, cuts: Sequence[Cut], final: bool = True) -> str:
    """Return a document's text without these spans.

    Where its last lines are cut and the file has no final line break, the break before them goes, too (`final`).
    """
    kept, at = [], piece.start
    for start, end in _merged(cuts, piece):
        whole_lines = text[start - 1 : start] in ("\r", "\n")
        lost = final and end == len(text) and whole_lines and text[-1:] not in ("\r", "\n")
        kept.append(text[at:start].removesuffix("\n").removesuffix("\r") if lost else text[at:start])
        at = end
    return "".join([*kept, text[at : piece.end]])


def _split_lines(text: str, piece: Piece, cuts: Sequence[Cut]) -> tuple[list[str], str]:
    """Return the lines that no span touches, and what the others hold beside the spans, without punctuation."""
    spans = _merged(cuts, piece)
    bounds = [piece.start, *(found.end() for found in BREAK.finditer(text, piece.start, piece.end))]
    if bounds[-1] != piece.end:
        bounds.append(piece.end)
    touched = set()
    for start, end in spans:
        first = bisect_right(bounds, start) - 1
        last = bisect_right(bounds, max(start, end - 1)) - 1
        touched |= set(range(first, last + 1))
    lines = [(number, bounds[number], bounds[number + 1]) for number in range(len(bounds) - 1)]
    # A `-` alone on its line is but half an item: the rest may move up to it, or away.
    kept = [text[start:end] for number, start, end in lines if number not in touched and text[start:end].strip() != "-"]
    if kept and piece.end == len(text):  # The final line break has been judged.
        kept[-1] = kept[-1].rstrip("\r\n")
    shared = "\n".join(
        COMMENT.sub("", _without(text, Piece(start, end), [cut for cut in cuts if cut.start < end and cut.end > start]))
        for number, start, end in lines
        if number in touched
    )
    return kept, STRUCTURE.sub("", shared)  # Comments are counted elsewhere.


def _comments_above(text: str, cut: Cut) -> Cut:
    """Widen a removed span by the comment lines directly above it."""
    start = here = _line_start(text, cut.start)
    while start:
        above = _line_start(text, len(text[:start].removesuffix("\n").removesuffix("\r")))
        if not text[above:start].strip().startswith("#"):
            break
        start = above
    return Cut(start, cut.end, cut.loose, cut.gone) if start < here else cut


def _comments_around(text: str, cut: Cut) -> Cut:
    """Widen a removed span by the comments above it and behind it, as far as these stand alone there."""
    wide = _comments_above(text, cut)
    behind = re.compile(r"[ \t]*,?[ \t]*#[^\r\n]*").match(text, cut.end)
    return Cut(wide.start, behind.end() if behind else cut.end, cut.loose, cut.gone)


def _comments(before: str, old: Piece, node: Node, after: str, new: Piece, made: Node, walk: Walk) -> list[str]:
    """Comments that are lost, unless with what was removed, and comments that appeared."""
    gone = _merged([_comments_around(before, cut) for cut in walk.old if cut.gone], old)
    had = comments(before, old, node)
    have = Counter(text for _, text in comments(after, new, made))
    gone += [(cut.start, max(cut.end, _line_end(before, cut.end))) for cut in walk.old if cut.other]
    excused = Counter(text for at, text in had if any(start <= at < end for start, end in gone))
    missing = Counter(text for _, text in had) - have - excused
    extra = have - Counter(text for _, text in had)
    return [f"comment lost: {text!r}" for text in missing] + [f"comment appeared: {text!r}" for text in extra]


def comments(text: str, piece: Piece, node: Node) -> list[tuple[int, str]]:
    """Return (index, text) of every comment of a document: `#` behind white space and in no scalar."""
    spans = sorted(_scalars(text, node))
    starts = [start for start, _ in spans]
    found = []
    for hit in re.finditer(r"(?:(?<=[ \t\r\n])|\A)#[^\r\n]*", text[piece.start : piece.end]):
        at = piece.start + hit.start()
        nearest = bisect_right(starts, at) - 1
        if nearest >= 0 and spans[nearest][0] <= at < spans[nearest][1]:
            continue
        found.append((at, hit[0].rstrip()))
    # A `#` behind a comment's own `#` is part of it.
    return [one for before, one in zip([(-1, ""), *found], found, strict=False) if one[0] >= before[0] + len(before[1])]


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
