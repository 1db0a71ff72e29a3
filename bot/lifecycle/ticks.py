"""The boxes that a person ticks in a pull request or in the dashboard, and the marks that find our comments."""

from __future__ import annotations

import re
from collections.abc import Collection

_TICKED = re.compile(r"^[ \t]*[-*+] \[[xX]\] <!-- kw:([a-z-]+)(?:=([0-9A-Za-z/_.-]{1,200}))? -->", re.MULTILINE)

HANDS_OFF = "kubewright:hands-off"  # The label of a branch that is a person's.
REBUILD, DECLINE, OPEN, AGAIN = "rebuild", "decline", "open", "again"
GOING = "going"  # The box of a branch that is being handed back: what is pushed from then on is not meant by it.
HANDS_OFF_MARK = "<!-- kubewright:hands-off -->"
OBSOLETE_MARK = "<!-- kubewright:obsolete -->"
TWIN_MARK = "<!-- kubewright:twin -->"


def box(action: str, value: str = "") -> str:
    """Return an empty box; the text for people follows it. `value` holds only what a box can: see _TICKED."""
    return f"- [ ] <!-- kw:{action}{'=' if value else ''}{value} -->"


def ticked_box(action: str, value: str = "") -> str:
    """Return a box that stays ticked: what a person asked for is not done yet."""
    return box(action, value).replace("[ ]", "[x]", 1)


def is_ticked(text: str, action: str) -> bool:
    """Is a box without a value ticked?"""
    return any(found[1] == action and found[2] is None for found in _TICKED.finditer(text))


def is_going(text: str) -> bool:
    """Did a run begin to hand a branch back, and not finish?"""
    return bool(ticked(text, REBUILD, {GOING}))


def emptied(text: str) -> str:
    """Return a text in which no branch is being handed back any more."""
    return text.replace(ticked_box(REBUILD, GOING), box(REBUILD))


def ticked(text: str, action: str, known: Collection[str]) -> frozenset[str]:
    """Return the values of ticked boxes; only those that are known count, whatever else a text says."""
    return frozenset(found[2] for found in _TICKED.finditer(text) if found[1] == action).intersection(known)


def carried(text: str, now: str, *then: str) -> str:
    """Return a text in which the boxes are ticked that somebody ticked meanwhile, as far as it has them.

    `now` is what stands where the text will go, `then` what it was made from: the ticks in there are known.
    """
    known = {(found[1], found[2] or "") for one in then for found in _TICKED.finditer(one)}
    for action, value in {(found[1], found[2] or "") for found in _TICKED.finditer(now)} - known:
        text = text.replace(box(action, value), ticked_box(action, value))
    return text
