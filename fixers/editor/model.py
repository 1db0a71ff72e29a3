"""What an edit of a text is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` takes the place of before[start:end]."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A text after an edit.

    `edits` are sorted, do not overlap, and count in the text that was given. `notes` say what a reviewer
    should know, such as that an alias was expanded.
    """

    text: str
    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Style:
    """How people write: columns per level of maps, of a list below its key, between dash and item; the quote.

    None says that nothing shows it.
    """

    step: int | None = None
    offset: int | None = None
    gap: int | None = None
    quote: str | None = None

    def over(self, other: Style | None) -> Style:
        """Return this style, its gaps filled from another."""
        if other is None:
            return self
        return Style(
            other.step if self.step is None else self.step,
            other.offset if self.offset is None else self.offset,
            other.gap if self.gap is None else self.gap,
            other.quote if self.quote is None else self.quote,
        )


DEFAULT = Style(2, 0, 1, '"')


@dataclass(frozen=True, slots=True)
class Options:
    """How to write: may long strings become block literals, and which line break where there is none around.

    `house` is the style where the document shows none: that of the file, of the repository, or ours.
    `habits` remembers what `fixers.editor.style` found in a whole document, with the root it was found in.
    """

    literals: bool = True
    newline: str = "\n"
    house: Style = DEFAULT
    habits: dict[Any, tuple[object, Any]] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Splice:
    """What one operation does to the text: edits, and the places whose comments go with what stood there."""

    edits: tuple[Edit, ...]
    gone: tuple[tuple[int, int], ...] = ()


def perform(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with sorted edits applied."""
    parts: list[str] = []
    cursor = 0
    for edit in edits:
        parts += [text[cursor : edit.start], edit.text]
        cursor = edit.end
    return "".join([*parts, text[cursor:]])
