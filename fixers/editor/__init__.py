"""RFC 6902 operations -> text edits. Never a re-serialisation: only what changes is written."""

from __future__ import annotations

from fixers.editor.apply import apply
from fixers.editor.habits import habits
from fixers.editor.model import Edit, Edited, Style

__all__ = ["Edit", "Edited", "Style", "apply", "habits"]
