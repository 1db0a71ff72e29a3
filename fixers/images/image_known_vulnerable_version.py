"""Fixer for image-known-vulnerable-version."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, replace
from rules.errors import Unfixable
from rules.images import versions
from rules.images.flaws import repaired
from rules.images.image_known_vulnerable_version import flaws_of
from rules.images.image_known_vulnerable_version import image_known_vulnerable_version as rule
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import images


@fixer(
    rule,
    title="Use the release that repairs the flaw",
    safety=Safety.UNSAFE,
    breaks="what relies on the old release, and pulls from mirrors that lack the new one",
)
def image_known_vulnerable_version(finding: Finding, document: Document) -> Iterator[Operation]:
    """Write the first repaired release of the same minor version in place of the old one."""
    text = str(get(document.value, *finding.pointer)).strip()
    image = images.parse(text)
    version = versions.parse(image.tag) if image else None
    if image is None or version is None:
        raise Unfixable("the image has no version", "nothing-to-do")
    if image.digest or version.rest:
        raise Unfixable(
            "which digest or variant the repaired release has is known to the registry only", "release-not-named"
        )
    newest = repaired(flaws_of(image), version)
    if newest is None:
        raise Unfixable("no release of this minor version repairs it: move to a newer one", "needs-newer-release")
    yield replace(finding.pointer, f"{image.name}:{version.prefix}{'.'.join(map(str, newest))}")
