"""Whose the title of a pull request is: ours as long as it reads as we wrote it last, then its people's. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot import state
from bot.state import State


def is_ours(title: str, known: State | None) -> bool:
    """Does a title still read as we wrote it? One that was given before titles were remembered is ours."""
    return known is not None and known.title in ("", state.mark_of_title(title))


def remembered(body: str, known: State | None) -> str:
    """Return a text that is written without its title: it remembers the one that we gave last.

    Where nothing says which one that was, it remembers the one that it was made with, which is not what stands there.
    """
    written = state.read(body)
    return state.replaced(body, replace(written, title=known.title)) if written and known else body
