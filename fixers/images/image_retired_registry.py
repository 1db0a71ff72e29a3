"""Fixer for image-retired-registry."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, replace
from rules.errors import Unfixable
from rules.images.image_retired_registry import image_retired_registry as rule
from rules.images.registries import retired
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import images


@fixer(
    rule,
    title="Take the image from where it lives now",
    safety=Safety.UNSAFE,
    breaks="mirrors, firewalls and admission policies that know only the old name",
)
def image_retired_registry(finding: Finding, document: Document) -> Iterator[Operation]:
    """Change the name of the registry, and nothing behind it: path, tag and digest stay."""
    text = str(get(document.value, *finding.pointer)).strip()
    image = images.parse(text)
    known = retired(image) if image else None
    if known is None or not known.successor or not text.startswith(known.start):
        raise Unfixable("no other registry is known to serve the same image under the same path", "no-new-home")
    yield replace(finding.pointer, known.successor + text.removeprefix(known.start))
