"""RFC 6902 operations -> text edits. Never a re-serialisation: only what changes is written.

Comments go by rule. To an entry belong the comment lines directly above it, in its column and without a blank
line between, and what stands behind it on its lines; they are removed with it, move with it, and stay when its
key is renamed or its value replaced. The comment above a first entry may be about all of them: it stays where
it is. Comments inside a value are the value's. Every other comment stays, and a new entry is written behind the
deeper comments of the one ahead, often fields that were commented out, and ahead of all others.

New text is written as its surroundings are: see `fixers.editor.style` and `fixers.editor.habits`.
"""

from __future__ import annotations

from fixers.editor.apply import apply
from fixers.editor.habits import habits
from fixers.editor.model import Edit, Edited, Style

__all__ = ["Edit", "Edited", "Style", "apply", "habits"]
