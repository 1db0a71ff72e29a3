"""Fixer for capability-beyond-baseline-added."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer
from fixers.workloads.added_capabilities import take_back
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import capabilities, pods
from rules.workloads.capability_beyond_baseline_added import capability_beyond_baseline_added as rule


@fixer(
    rule,
    title="Do not add capabilities beyond baseline",
    safety=Safety.UNSAFE,
    breaks="whatever needed the capability",
)
def capability_beyond_baseline_added(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove what the profile refuses, and no others."""
    container = get(document.value, *finding.pointer[:-3])
    for _, name in capabilities.added(container, rule.id):
        if capabilities.plain(name) in capabilities.BASELINE:
            raise Unfixable(
                f"{pods.label(container)} adds {name}; container runtimes disagree on whether that is "
                f"{capabilities.plain(name)}, so write it like this if it is needed, and remove it if not",
                "odd-capability-name",
            )
    yield from take_back(finding, document)
