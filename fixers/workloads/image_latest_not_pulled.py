"""Fixer for image-latest-not-pulled."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove, replace
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import images, pods
from rules.workloads.image_latest_not_pulled import image_latest_not_pulled as rule


@fixer(
    rule,
    title="Ask the registry at each start",
    safety=Safety.UNSAFE,
    breaks="images that were built on the node or loaded into it",
)
def image_latest_not_pulled(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the policy where the default is Always, else write Always."""
    owner = get(document.value, *finding.pointer[:-1])
    if get(document.value, *finding.pointer) == "Never":
        raise Unfixable(
            "nodes get this image in another way than from a registry; give it a version, or let them pull it",
            "image-never-pulled",
        )
    image = images.parse(owner.get("image" if finding.pointer[-1] == "imagePullPolicy" else "reference"))
    # `SetDefaults_Container` of the API server: Always for exactly the tag latest, which is that of no tag.
    defaults_to_always = image is not None and image.tag in ("", "latest")
    if defaults_to_always and not (document.partial or pods.is_fragment(document)):
        yield remove(finding.pointer)
    else:
        yield replace(finding.pointer, "Always")
