"""What an edit of a text is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Text to put in the place of `before[start:end]`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """An edited text: `edits` are sorted, do not overlap, and are places of the text before.

    `notes` tell people what else happened, such as an alias that had to be written out.
    """

    text: str
    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()
