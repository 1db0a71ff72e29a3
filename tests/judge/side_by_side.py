"""Two node trees side by side: the spans of both texts that may differ, because the value does."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import plain_reading as reading
from plain_reading import Node, canonical

BREAK = re.compile(r"\r\n|\r|\n")
COMMENT = re.compile(r"(?:(?<=\s)|\A)#[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Cut:
    """A span that may differ; `loose`: what shares its lines may change in white space and punctuation.

    `gone`: it was removed, and with it the comments directly above. `other`: a value of another kind took its
    place, so that comments inside have none. `value`: the new one, or that of an entry that went, as canonical JSON.
    """

    start: int
    end: int
    loose: bool = False
    gone: bool = False
    other: bool = False
    value: str | None = None


@dataclass
class Walk:
    """Both trees, side by side: which spans differ because the value does, and what differs without need.

    `was_emptied` tells of an old map or list whether the operations, on their way, left nothing of it; `moved_over`
    whether something moved to its place, and brought the text that it had; `was_other` of an old scalar whether
    the operations, on their way, made something else of it. `choice` says which likely explanation of what became of
    the items of a list counts: the likeliest is 0. `moved_to` tells of an old map or list whether a value moved to
    just its place and is to be taken for that value, as it was written where it came from: `arrived` has these.
    """

    before: str
    after: str
    was_emptied: Callable[[Node], bool] = lambda node: False
    moved_over: Callable[[Node], bool] = lambda node: False
    was_other: Callable[[Node], bool] = lambda node: False
    moved_to: Callable[[Node], bool] = lambda node: False
    choice: int = 0
    old: list[Cut] = field(default_factory=list)
    new: list[Cut] = field(default_factory=list)
    arrived: list[Cut] = field(default_factory=list)
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
        if old.kind != new.kind or (old.empty != new.empty and old.kind != "scalar") or self._is_another(old, new):
            # The line of the key changes, too: `a: {}` or `a:` becomes `a:` and lines below.
            start = old.start if old_from is None else old_from
            self.old.append(Cut(start, self._end(self.before, old), loose=True, other=not old.empty))
            start = new.start if new_from is None else new_from
            self.new.append(Cut(start, self._end(self.after, new), loose=True, value=canonical(reading.value(new))))
            return
        if old.kind != "scalar" and old.flow == new.flow and not old.empty and self.moved_to(old):
            self.old.append(Cut(old.start if old_from is None else old_from, self._end(self.before, old), loose=True))
            start, value = new.start if new_from is None else new_from, canonical(reading.value(new))
            self.new.append(Cut(start, self._end(self.after, new), loose=True, value=value))
            self.arrived.append(self.new[-1])
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
            rest = self.before[one : line_end(self.before, one)]
            made = self.after[two : line_end(self.after, two)]
            if rest.isspace() and (made.lstrip().startswith("#") or (not made and self.was_other(old))):
                one += len(rest)  # Where a comment came from that stands there now is judged elsewhere.
            self.old.append(Cut(old.start, one, loose=_multiline(self.before, old) or old.start == old.end))
            loose = _multiline(self.after, new) or old.start == old.end or new.start == new.end
            self.new.append(Cut(new.start, two, loose, value=canonical(reading.value(new))))

    def _is_another(self, old: Node, new: Node) -> bool:
        """Is this new content, in another style, of a map or list that was emptied first?"""
        if old.kind not in ("map", "seq") or old.flow == new.flow:
            return False
        one, two = reading.value(old), reading.value(new)
        return self.moved_over(old) or (not any(part in two for part in one) and self.was_emptied(old))

    def _is_made_anew(self, old: Node) -> bool:
        return old.flow or self.moved_over(old) or self.was_emptied(old)

    def foreign(self) -> list[str]:
        """Return what is wrong with values that should be written as they were where they came from."""
        gone = {(cut.value, _lines(self.before, cut)) for cut in self.old if cut.gone}
        odd = [cut for cut in self.arrived if (cut.value, _lines(self.after, cut)) not in gone]
        return [f"what moved here is written in another way: {self.after[cut.start : cut.end]!r}" for cut in odd]

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
                if _indent(self.before, key) != _indent(self.after, other_key) and not self._is_made_anew(old):
                    self.problems.append(f"a key stands in another column at {self._where(key)}")
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
        partner = self._partners(old, new, one, two)
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

    def _partners(self, old: Node, new: Node, one: list[str], two: list[str]) -> dict[int, int]:
        """Return which old item became which new one. Of several equal ones, the likeliest in text went."""
        partner: dict[int, int] = {}
        for tag, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
            if tag in ("equal", "replace"):
                partner |= dict(zip(range(a, b), range(c, d), strict=False))
        same = {at: at for at in range(len(one))}
        if len(one) == len(two) and _agreeing(one, two, same) >= _agreeing(one, two, partner) - 1:
            # What moved took its comment along; what was replaced where it stands left it there.
            ways = sorted([same, *_moves(one, two)], key=lambda way: self._oddness(old, new, way))
            fewer = self._tails(old, new, partner) < self._tails(old, new, ways[0])
            return self._chosen([partner, *ways] if fewer else ways)
        ways: list[dict[int, int]] = []
        if len(one) + 1 == len(two):  # Of several equal ones, the likeliest in text came.
            ways = [{at: at + (at >= came) for at in same} for came in range(len(two))]
        if len(one) == len(two) + 1:
            ways = [{at: at - (at > gone) for at in same if at != gone} for gone in same]
        ways.sort(key=lambda way: self._oddness(old, new, way))
        sure = [way for way in ways if _agreeing(one, two, way) == len(way)]
        return self._chosen(sure or [self._anchored(old, new, partner), *ways])

    def _chosen(self, ways: list[dict[int, int]]) -> dict[int, int]:
        return ways[min(self.choice, len(ways) - 1)]

    def _anchored(self, old: Node, new: Node, partner: dict[int, int]) -> dict[int, int]:
        """Let an item whose anchor another new item has be the partner of that one."""
        there = {item.anchor: at for at, item in enumerate(new.items) if item.anchor}
        for here, item in enumerate(old.items):
            if item.anchor in there and partner.get(here) != there[item.anchor]:
                partner = {one: two for one, two in partner.items() if two != there[item.anchor]}
                partner[here] = there[item.anchor]
        return partner

    def _oddness(self, old: Node, new: Node, partner: Mapping[int, int]) -> tuple[int, int]:
        return self._tails(old, new, partner), self._strangeness(old, new, partner)

    def _tails(self, old: Node, new: Node, partner: Mapping[int, int]) -> int:
        """Return how many partners differ in the comment behind or above them, became an alias, or lost an anchor."""
        remarks = [
            (_remarks(self.before, old, here), _remarks(self.after, new, there)) for here, there in partner.items()
        ]
        pairs = [(old.items[here], new.items[there]) for here, there in partner.items()]
        became = sum(two.kind == "alias" and (one.kind, one.value) != ("alias", two.value) for one, two in pairs)
        lost = sum(one.anchor is not None and two.anchor != one.anchor for one, two in pairs)
        others = sum(one.kind != two.kind and "alias" not in (one.kind, two.kind) for one, two in pairs)
        return became + lost + others + sum(one != two for one, two in remarks)

    def _strangeness(self, old: Node, new: Node, partner: Mapping[int, int]) -> int:
        """Return how much the texts of partners differ; a lost anchor is stranger than an expanded alias."""
        pairs = [(old.items[here], new.items[there]) for here, there in partner.items()]
        return sum(
            0 if self._same_text(here, there) else 2 if here.anchor and here.anchor != there.anchor else 1
            for here, there in pairs
        )

    def _entries(self, old: Node, new: Node, olds: Mapping[Any, Cut], news: Mapping[Any, Cut]) -> None:
        """Mark entries that came or went; in flow style their neighbours' commas and lines are concerned, too."""
        self.old += [replace(cut, value=_value(old, name)) for name, cut in olds.items() if name not in news]
        self.new += [replace(cut, value=_value(new, name)) for name, cut in news.items() if name not in olds]
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
        if child.start == child.end and BREAK.search(text, key.end, end) and ":" not in text[key.end : end]:
            end = key.end  # An empty value stands where the next token does, to this parser.
        if parent.flow:
            return Cut(key.start, end, True, gone)
        return whole_lines(text, key.start, end, gone)

    def _item(self, text: str, parent: Node, at: int, gone: bool = False) -> Cut:
        item, dash = parent.items[at], _dash(text, parent, at)
        if dash is None:
            return Cut(item.start, item.end, True, gone)
        return whole_lines(text, dash, self._end(text, item), gone)

    def _end(self, text: str, node: Node) -> int:
        """Return where the last content of a node ends: blank lines after a block scalar are not its own."""
        last = node
        while not last.flow and not last.empty:
            last = last.items[-1] if last.kind == "seq" else last.pairs[-1][1]
        if last.style in ("|", ">") and "+" not in text[last.start : line_end(text, last.start)]:
            body = text[last.start : last.end]
            return last.start + len(body.rstrip()) if body.strip() else last.end
        return node.end


def _remarks(text: str, parent: Node, at: int) -> tuple[str, str]:
    """Return the comment behind an item, and that on the line above it, or that this is blank."""
    end, dash = parent.items[at].end, _dash(text, parent, at)
    start = line_start(text, parent.items[at].start if dash is None else dash)
    above = text[line_start(text, max(start - 1, 0)) : start].strip() if start else ""
    behind = "" if parent.flow else text[end : line_end(text, end)]
    return behind, above if above.startswith("#") else "" if above or not start else "blank"


def _moves(one: list[str], two: list[str]) -> list[dict[int, int]]:
    """Return which item became which, if all that happened is that one moved: up, or down."""
    changed = [at for at in range(len(one)) if one[at] != two[at]]
    if len(changed) < 2:
        return []
    low, high = changed[0], changed[-1]
    down = {at: at - (low < at <= high) for at in range(len(one)) if at != low}
    up = {at: at + (low <= at < high) for at in range(len(one)) if at != high}
    return [way for way in (down, up) if _agreeing(one, two, way) == len(way)]


def _value(parent: Node, name: Any) -> str:
    """Return the value of an entry by the name that it has in `Walk`: a key, an index, or that of a new item."""
    if parent.kind == "map":
        return canonical(reading.value(_numbered(parent)[name][1]))
    return canonical(reading.value(parent.items[name[1] if isinstance(name, tuple) else name]))


def _agreeing(one: list[str], two: list[str], partner: Mapping[int, int]) -> int:
    return sum(one[here] == two[there] for here, there in partner.items())


def _dash(text: str, parent: Node, at: int) -> int | None:
    """Return where the `-` of an item stands; None in flow style."""
    if parent.flow:
        return None
    low, start = parent.items[at - 1].end if at else parent.start, parent.items[at].start
    found = COMMENT.sub(lambda comment: " " * len(comment[0]), text[low:start]).rfind("-")
    return low + found if found >= 0 else start


def _indent(text: str, key: Node) -> int:
    return key.start - line_start(text, key.start)


def _lines(text: str, cut: Cut) -> tuple[str, ...]:
    """Return the lines of an entry, indented from where it starts; of the first one what stands behind the key."""
    whole = text[cut.start : line_end(text, len(text[: cut.end].rstrip()))]
    first, *others = BREAK.split(whole)
    at = cut.start - line_start(text, cut.start) + len(first) - len(first.lstrip(" "))
    inner = [(len(line) - len(line.lstrip(" ")) - at, line.strip()) for line in others]
    # What is indented less, as comments may be, cannot go further than to the first column.
    return (first.partition(":")[2].strip(), *(" " * max(by, 0) * bool(line) + line for by, line in inner))


def _multiline(text: str, node: Node) -> bool:
    return bool(BREAK.search(text, node.start, node.end))


def doubled(node: Node) -> int:
    """Return how many keys of a tree stand in their maps before."""
    children = [*node.items, *(child for _, child in node.pairs)]
    here = sum(number > 0 for _, number in _numbered(node))
    return here + sum(doubled(child) for child in children)


def _numbered(node: Node) -> dict[tuple[str, int], tuple[Node, Node]]:
    """Return the pairs of a map by key and how often that key occurred before."""
    seen: Counter[str] = Counter()
    found = {}
    for key, child in node.pairs:
        name = "<<" if reading.is_merge(key) else "=" + reading.key_text(key)
        found[name, seen[name]] = (key, child)
        seen[name] += 1
    return found


def whole_lines(text: str, start: int, end: int, gone: bool) -> Cut:
    """Return the whole lines of an entry in block style, or, where it shares its first line, a loose span."""
    first = line_start(text, start)
    if text[first:start].strip():
        return Cut(start, line_end(text, end) if gone else end, True, gone)
    following = BREAK.search(text, end)
    if end > first and text[end - 1] in "\r\n":  # A block scalar: its end is the start of a line.
        return Cut(first, end, False, gone)
    if following:
        return Cut(first, following.end(), False, gone)
    return Cut(first, len(text), False, gone)


def line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def line_end(text: str, at: int) -> int:
    found = BREAK.search(text, at)
    return found.start() if found else len(text)
