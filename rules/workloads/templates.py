"""Text that a template engine replaces before Kubernetes sees it: what it will say cannot be judged."""

from __future__ import annotations

from rules.workloads.images import is_template


def word(value: object) -> str | None:
    """Return a value that is finished text, or None: something else, or still to be filled in."""
    return value if isinstance(value, str) and not is_template(value) else None
