"""The part of regular expressions that can be matched in a time that grows with the text alone.

Whoever may write a regular expression may write one that never ends. Taken are therefore only text, `.*`, `.+`,
escaped punctuation, and alternatives between `|`, perhaps in one pair of parentheses; always for the whole of a
text, with or without `^` and `$`. A single `.` is taken for the dot that it nearly always stands for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 1000  # Characters, of a pattern or a text: names of Kubernetes have at most 253.
_TOKEN = re.compile(r"\\(?P<escaped>[^\w\s])|(?P<any>\.[*+])|(?P<or>\|)|(?P<plain>[^*+?()\[\]{}^$|\\])")


@dataclass(frozen=True, slots=True)
class _Choice:
    """Text at the start, then pieces, each after at least so many characters of any kind."""

    start: str
    pieces: tuple[tuple[int, str], ...]

    def meets(self, text: str) -> bool:
        if not self.pieces:
            return text == self.start
        if not text.startswith(self.start):
            return False
        at = len(self.start)
        for gap, piece in self.pieces[:-1]:  # The first place is as good as any later one.
            found = text.find(piece, at + gap)
            if found < 0:
                return False
            at = found + len(piece)
        gap, last = self.pieces[-1]
        return text.endswith(last) and at + gap + len(last) <= len(text)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a text must look like: one of some choices."""

    choices: tuple[_Choice, ...]

    def meets(self, text: str) -> bool:
        """Does the whole of a text look so?"""
        return len(text) <= _LONGEST and any(choice.meets(text) for choice in self.choices)

    @property
    def size(self) -> int:
        """How many pieces must be looked for in a text, at most."""
        return sum(max(1, len(choice.pieces)) for choice in self.choices)

    @property
    def meets_all(self) -> bool:
        """Does every text look so?"""
        return _Choice("", ((0, ""),)) in self.choices


def parse(text: str) -> Pattern | None:
    """Return the pattern that a regular expression is; None for one that needs more than is taken here."""
    if len(text) > _LONGEST:
        return None
    body = text.removeprefix("^")
    body = body[:-1] if body.endswith("$") and not body.endswith("\\$") else body
    if body.startswith("(") and body.endswith(")"):
        body = body[1:-1]
    choices: list[_Choice] = []
    texts, gaps = [""], list[int]()  # A choice: text, gap, text, gap, text.
    at = 0
    while token := _TOKEN.match(body, at):
        at = token.end()
        if token["any"]:
            gap = int(token["any"] == ".+")
            if gaps and not texts[-1]:
                gaps[-1] += gap
            else:
                gaps.append(gap)
                texts.append("")
        elif token["or"]:
            choices.append(_Choice(texts[0], tuple(zip(gaps, texts[1:], strict=True))))
            texts, gaps = [""], []
        else:
            texts[-1] += token["escaped"] or token["plain"]
    choices.append(_Choice(texts[0], tuple(zip(gaps, texts[1:], strict=True))))
    # An empty choice stands for an oversight rather than for objects that have no name.
    return Pattern(tuple(choices)) if at == len(body) and _Choice("", ()) not in choices else None
