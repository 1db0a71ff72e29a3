"""What is left of two texts without the spans that may differ: it must be the same."""

from __future__ import annotations

import difflib
import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence

from plain_reading import Piece
from side_by_side import BREAK, COMMENT, Cut, Walk, line_end, line_start

BLANK = re.compile(r"(?:\r\n|\r|\n)(?:[ \t]*(?:\r\n|\r|\n))+")
HALF = re.compile(r"-|[\]}][\]}, ]*")
STRUCTURE = re.compile(r"[\s{}\[\],:?-]+")


def residue(walk: Walk, old: Piece, new: Piece) -> list[str]:
    """Compare what is left of both texts without the spans that may differ."""
    before, after = walk.before, walk.after
    if _without(before, old, walk.old) == _without(after, new, walk.new):
        return []
    above = _bridged(before, [comments_above(before, cut) if cut.gone else cut for cut in walk.old])
    beside = _bridged(before, [comments_above(before, cut, aligned=True) if cut.gone else cut for cut in walk.old])
    rest = _without(after, new, walk.new)
    # The break before the last line may stay where that line went: see `_ends_in_block_scalar`.
    if any(rest == _without(before, old, cuts, final) for cuts in (above, beside) for final in (True, False)):
        return []
    if not any(cut.loose for cut in (*walk.old, *walk.new)):
        return ["text outside the edits changed: " + _diff(before, old, walk.old, after, new, walk.new)]
    ways = [walk.old, above, beside]
    for cuts in ways + [[pulled_up(before, cut) for cut in cuts] for cuts in ways]:
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
    pairs = ((one.end, two.start) for one, two in itertools.pairwise(gone))
    return [*cuts, *(Cut(start, end) for start, end in pairs if start < end and not text[start:end].strip())]


def _content(lines: list[str]) -> list[str]:
    return [line.rstrip("\r\n") for line in lines if line.strip() and not line.strip().startswith("#")]


def _diff(before: str, old: Piece, olds: list[Cut], after: str, new: Piece, news: list[Cut]) -> str:
    one = _without(before, old, olds).splitlines(keepends=True)
    two = _without(after, new, news).splitlines(keepends=True)
    return "".join(line for line in difflib.ndiff(one, two) if line[0] != " ")[:400]


def merged(cuts: Sequence[Cut], piece: Piece) -> list[tuple[int, int]]:
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
    for start, end in merged(cuts, piece):
        whole_lines = text[start - 1 : start] in ("\r", "\n")
        lost = final and end == len(text) and whole_lines and text[-1:] not in ("\r", "\n")
        kept.append(text[at:start].removesuffix("\n").removesuffix("\r") if lost else text[at:start])
        at = end
    return "".join([*kept, text[at : piece.end]])


def _split_lines(text: str, piece: Piece, cuts: Sequence[Cut]) -> tuple[list[str], str]:
    """Return the lines that no span touches, and what the others hold beside the spans, without punctuation."""
    spans = [(max(cut.start, piece.start), min(cut.end, piece.end)) for cut in cuts]
    bounds = [piece.start, *(found.end() for found in BREAK.finditer(text, piece.start, piece.end))]
    if bounds[-1] != piece.end:
        bounds.append(piece.end)
    touched = set()
    final = len(bounds) - 2  # What is put at the very end of a text touches its last line.
    for start, end in spans:
        first = min(bisect_right(bounds, start) - 1, final)
        last = min(bisect_right(bounds, max(start, end - 1)) - 1, final)
        touched |= set(range(first, last + 1))
    lines = [(number, bounds[number], bounds[number + 1]) for number in range(len(bounds) - 1)]
    # A `-` alone on its line is but half an item: the rest may move up to it, or away; so may brackets that close.
    kept = [
        text[start:end]
        for number, start, end in lines
        if number not in touched and not HALF.fullmatch(text[start:end].strip())
    ]
    if kept and piece.end == len(text):  # The final line break has been judged.
        kept[-1] = kept[-1].rstrip("\r\n")
    shared = "\n".join(
        COMMENT.sub("", _without(text, Piece(start, end), [cut for cut in cuts if cut.start < end and cut.end > start]))
        for number, start, end in lines
        if number in touched
    )
    return kept, STRUCTURE.sub("", shared)  # Comments are counted elsewhere.


def pulled_up(text: str, cut: Cut) -> Cut:
    """Widen a removed span that starts behind a dash by the blank lines below: what follows may move up there."""
    found = BLANK.match(text, cut.end)
    mid = text[line_start(text, cut.start) : cut.start].strip()
    return Cut(cut.start, found.end(), cut.loose, cut.gone) if cut.gone and mid and found else cut


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
