"""Fixer for git-sync-command-injection."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.removal import remove_entries
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.secrets.git_sync_command_injection import git_sync_command_injection as rule


@fixer(
    rule,
    title="Let git-sync call git",
    safety=Safety.UNSAFE,
    breaks="images that keep git elsewhere or need a wrapper around it",
)
def git_sync_command_injection(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the variable, or the flag with the word behind it that belongs to it."""
    parent, index = finding.pointer[:-1], int(finding.pointer[-1])
    entries = get(document.value, *parent)
    container = parent[:-1]
    indexes = [index]
    if parent[-1] == "env":
        name = f"$({get(entries[index], 'name')})"
        if any(name in str(get(entry, "value")) for entry in entries[index + 1 :]):
            raise Unfixable(f"a value further down uses {name}, which is this entry's", "entry-is-used")
    elif "=" not in str(entries[index]) and index + 1 < len(entries):
        indexes.append(index + 1)
    yield from remove_entries(document.value, parent, indexes, container)
