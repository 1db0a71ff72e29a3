"""What is left of two texts without the spans that may differ: it must be the same."""

from __future__ import annotations

import difflib
import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from plain_reading import Piece
from side_by_side import BREAK, COMMENT, Cut, Walk, line_end, line_start

BLANK = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*")
HALF = re.compile(r"(?:- +)*-|[\]}][\]}, ]*")
STRUCTURE = re.compile(r"[\s{}\[\],:?-]+")
Jumps = Mapping[int, set[int]]  # Line numbers.


def residue(walk: Walk, old: Piece, new: Piece) -> list[str]:
    """Compare what is left of both texts without the spans that may differ."""
    problems = _compared(walk, old, new, walk.new)
    carried = [extra for cut in walk.new if cut.value is not None for extra in _carried(walk, cut)]
    return _compared(walk, old, new, [*walk.new, *carried]) if problems and carried else problems


def _carried(walk: Walk, cut: Cut) -> Iterator[Cut]:
    """Yield the comments above and behind a new value that stood with one that went, and had that value."""
    line = line_start(walk.after, cut.start)
    above = comments_above(walk.after, cut, aligned=True).start
    tail = walk.after[cut.end : line_end(walk.after, cut.end)]
    for gone in walk.old:
        if not gone.gone or gone.value != cut.value:
            continue
        had = _comment(walk.before, comments_above(walk.before, gone, aligned=True), gone)
        starts = _starts(walk.after, min(above, line), line)[-len(had) :] if had else []
        if starts and [walk.after[at : line_end(walk.after, at)].strip() for at in starts] == had:
            yield _below_dash(walk.after, starts[0], line) or Cut(starts[0], line)
        if tail.strip().startswith("#") and walk.before[gone.start : gone.end].rstrip().endswith(tail.strip()):
            yield Cut(cut.end, cut.end + len(tail))


def _below_dash(text: str, start: int, end: int) -> Cut | None:
    """Return the span of comment lines below a dash, so wide that without it the entry stands beside the dash."""
    dash = len(text[:start].rstrip())
    across = dash - line_start(text, dash)
    column = len(text[end:]) - len(text[end:].lstrip(" "))
    if text[dash - 1 : dash] != "-" or text[line_start(text, dash) : dash].strip("- ") or column <= across:
        return None
    return Cut(dash, end + across)


def _starts(text: str, start: int, end: int) -> list[int]:
    """Return where the lines between two starts of lines begin."""
    return [start, *(found.end() for found in BREAK.finditer(text, start, end))][:-1]


def _comment(text: str, wide: Cut, cut: Cut) -> list[str]:
    end = line_start(text, cut.start)
    return [text[at : line_end(text, at)].strip() for at in _starts(text, min(wide.start, end), end)]


def _compared(walk: Walk, old: Piece, new: Piece, news: list[Cut]) -> list[str]:
    before, after = walk.before, walk.after
    jumps = _jumps(before, _bounds(before, old), walk.old)
    if _left(before, old, walk.old, jumps, _without(after, new, news)):
        return []
    if not any(cut.loose for cut in (*walk.old, *news)):
        return ["text outside the edits changed: " + _diff(before, old, walk.old, after, new, news)]
    rows, shared_old = _split_lines(before, old, walk.old)
    others, shared_new = _split_lines(after, new, news)
    kept = [line for row in others for line in row]
    ways = [rows, _shortened(rows, before, old, walk.old)]
    if not any(_leads(way, jumps, lines) for lines in (kept, *_endings(kept, after, new)) for way in ways):
        one = [line for row in rows for line in row]
        return ["lines outside the edits changed: " + "".join(difflib.ndiff(one, kept))[-300:]]
    if shared_old != shared_new:
        return [f"text beside the edits changed: {shared_old[-150:]!r} became {shared_new[-150:]!r}"]
    return []


def _left(before: str, old: Piece, cuts: Sequence[Cut], jumps: Jumps, rest: str) -> bool:
    """Is the rest of the new text that of the old one, character by character?"""
    spans, bounds = merged(cuts, old), _bounds(before, old)
    rows = [_outside(before, Piece(*line), spans) for line in itertools.pairwise(bounds)]
    if _leads(rows, jumps, rest):
        return True
    # Where its last lines are cut and the file has no final line break, the break before them goes, too, or stays
    # where the last line went: see `_ends_in_block_scalar`.
    return _is_end_cut(before, spans) and any(_leads(rows, jumps, rest + end) for end in ("\n", "\r\n", "\r"))


def _leads(rows: Sequence[Sequence[str]], jumps: Jumps, whole: Sequence[str]) -> bool:
    """Do these rows, one behind the other, make the whole, if some may be jumped over?"""
    places: list[set[int]] = [{0}, *(set() for _ in rows)]
    for number, row in enumerate(rows):
        for target in jumps.get(number, ()):
            places[target] |= places[number]
        places[number + 1] |= {at + len(row) for at in places[number] if whole[at : at + len(row)] == row}
    return len(whole) in places[-1]


def _jumps(text: str, bounds: Sequence[int], cuts: Sequence[Cut]) -> Jumps:
    """Return from which line one may go on at which other: what lies between belongs to an entry that was removed.

    The comment lines directly above it, or those in its column; what is blank between two removed entries; and,
    where what follows moves up to the dash of the removed one, the blank lines below.
    """
    found: dict[int, set[int]] = {}

    def jump(start: int, end: int) -> None:
        one, two = bisect_left(bounds, start), bisect_right(bounds, end) - 1
        if one < two:
            found.setdefault(one, set()).add(two)

    gone = sorted((cut for cut in cuts if cut.gone), key=lambda cut: cut.start)
    behind = None
    column = -1  # Of what is gone from behind a dash: what follows there moves up to the dash.
    for cut in gone:
        line = line_start(text, cut.start)
        starts = {cut.start, comments_above(text, cut).start, comments_above(text, cut, aligned=True).start}
        for start in starts:
            jump(start, line)
            if behind is not None and behind < start and not text[behind:start].strip():
                jump(behind, line)
        ahead = text[line_start(text, cut.start) : cut.start].strip()
        if ahead or behind is None or text[behind : cut.start].strip():
            column = cut.start - line if ahead else -1
        behind = cut.end
        below = blank_below(text, behind)
        rest = text[below:].lstrip(" ")
        if below + column == len(text) - len(rest) and not rest.startswith("#"):  # A comment stays below.
            jump(behind, below)
    for number in {number for cut in cuts if cut.other for number in _remarks(text, bounds, cut)}:
        found.setdefault(number, set()).add(number + 1)
    return found


def _remarks(text: str, bounds: Sequence[int], cut: Cut) -> set[int]:
    """Return which lines in the place of a map or list are but a comment, or blank: they may stay, and may go."""
    first, last = bisect_left(bounds, cut.start), bisect_left(bounds, comments_inside(text, cut))
    lines = enumerate(map(str.strip, (text[start:end] for start, end in itertools.pairwise(bounds))))
    return {number for number, line in lines if first <= number < last and (not line or line.startswith("#"))}


def _shortened(rows: list[list[str]], text: str, piece: Piece, cuts: Sequence[Cut]) -> list[list[str]]:
    """Return the rows without the break ahead of the last lines of a text, if these are cut and end in none."""
    last = max((number for number, row in enumerate(rows) if row), default=None)
    if last is None or not _is_end_cut(text, merged(cuts, piece)):
        return rows
    line = rows[last][-1].removesuffix("\n").removesuffix("\r")
    return [*rows[:last], [line] if line else [], *rows[last + 1 :]]


def _is_end_cut(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Are whole lines cut at the very end of a text that ends in no line break?"""
    if not spans or spans[-1][1] != len(text) or text[-1:] in ("\r", "\n"):
        return False
    return text[spans[-1][0] - 1 : spans[-1][0]] in ("\r", "\n")


def _endings(lines: list[str], text: str, piece: Piece) -> Iterator[list[str]]:
    """Yield lines with every line break behind the last one: the final line break has been judged."""
    if lines and piece.end == len(text):
        for end in ("", "\n", "\r\n", "\r"):
            yield [*lines[:-1], lines[-1].rstrip("\r\n") + end]


def _diff(before: str, old: Piece, olds: list[Cut], after: str, new: Piece, news: list[Cut]) -> str:
    one = _without(before, old, olds).splitlines(keepends=True)
    two = _without(after, new, news).splitlines(keepends=True)
    return "".join(line for line in difflib.ndiff(one, two) if line[0] != " ")[:400]


def _bounds(text: str, piece: Piece) -> list[int]:
    """Return where the lines of a document start, and where the last one ends."""
    found = [piece.start, *(found.end() for found in BREAK.finditer(text, piece.start, piece.end))]
    return found if found[-1] == piece.end else [*found, piece.end]


def merged(cuts: Sequence[Cut], piece: Piece) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for cut in sorted(cuts, key=lambda cut: cut.start):
        start, end = max(cut.start, piece.start), min(cut.end, piece.end)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _without(text: str, piece: Piece, cuts: Sequence[Cut]) -> str:
    """Return a document's text without these spans.

    Where its last lines are cut and the file has no final line break, the break before them goes, too.
    """
    spans = merged(cuts, piece)
    left = _outside(text, piece, spans)
    return left.removesuffix("\n").removesuffix("\r") if _is_end_cut(text, spans) else left


def _outside(text: str, piece: Piece, spans: Sequence[tuple[int, int]]) -> str:
    kept, at = [], piece.start
    for start, end in spans:
        if start >= piece.end:
            break
        if end > at:
            kept.append(text[at : max(at, start)])
            at = end
    return "".join([*kept, text[at : piece.end]])


def _split_lines(text: str, piece: Piece, cuts: Sequence[Cut]) -> tuple[list[list[str]], str]:
    """Return the lines, those that no span touches, and what the others hold beside the spans, without punctuation.

    A line that is touched gives an empty row, but for comments and blank lines in the place of another value.
    """
    bounds = _bounds(text, piece)
    touched = set()
    final = len(bounds) - 2  # What is put at the very end of a text touches its last line.
    for cut in cuts:
        start, end = max(cut.start, piece.start), min(cut.end, piece.end)
        first = min(bisect_right(bounds, start) - 1, final)
        last = min(bisect_right(bounds, max(start, end - 1)) - 1, final)
        inside = _remarks(text, bounds, cut) if cut.other else set()
        touched |= set(range(first, last + 1)) - inside
    lines = [text[start:end] for start, end in itertools.pairwise(bounds)]
    # A `-` alone on its line is but half an item: the rest may move up to it, or away; so may brackets that close.
    rows = [[] if number in touched or HALF.fullmatch(line.strip()) else [line] for number, line in enumerate(lines)]
    shared = "\n".join(
        COMMENT.sub("", _without(text, Piece(start, end), [cut for cut in cuts if cut.start < end and cut.end > start]))
        for number, (start, end) in enumerate(itertools.pairwise(bounds))
        if number in touched
    )
    return rows, STRUCTURE.sub("", shared)  # Comments are counted elsewhere.


def blank_below(text: str, at: int) -> int:
    """Return where the blank lines below a line end whose start, or end, is given."""
    return BLANK.match(text, at).end()  # type: ignore[union-attr]


def comments_above(text: str, cut: Cut, aligned: bool = False) -> Cut:
    """Widen a removed span by the comment lines directly above it; by those at its own column, if `aligned`."""
    start = here = line_start(text, cut.start)
    column = len(text[here:]) - len(text[here:].lstrip(" "))
    while start:
        above = line_start(text, len(text[:start].removesuffix("\n").removesuffix("\r")))
        if not text[above:start].strip().startswith("#"):
            break
        if aligned and text.find("#", above) - above != column:
            break
        start = above
    return Cut(start, cut.end, cut.loose, cut.gone) if start < here else cut


def comments_around(text: str, cut: Cut) -> Cut:
    """Widen a removed span by the comments above it and behind it, as far as these stand alone there."""
    wide = comments_above(text, cut)
    behind = re.compile(r"[ \t]*,?[ \t]*#[^\r\n]*").match(text, cut.end)
    return Cut(wide.start, behind.end() if behind else cut.end, cut.loose, cut.gone)


def comments_inside(text: str, cut: Cut) -> int:
    """Return where a replaced map or list ends with the comments below it that are indented as if inside it."""
    line = line_start(text, cut.start)
    column = len(text[line:]) - len(text[line:].lstrip(" "))
    end = max(cut.end, line_end(text, cut.end))
    for found in re.compile(r"(?:\r\n|\r|\n)( *)(?:#[^\r\n]*)?(?=[\r\n]|\Z)").finditer(text, end):
        if found.start() != end or (found[0].strip() and len(found[1]) <= column):
            break
        end = found.end()
    return end
