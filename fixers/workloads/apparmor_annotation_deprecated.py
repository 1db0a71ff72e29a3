"""Fixer for apparmor-annotation-deprecated."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put
from fixers.workloads.removal import remove_entry
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import apparmor, pods
from rules.workloads.apparmor_annotation_deprecated import apparmor_annotation_deprecated as rule

_FIELD = ("securityContext", "appArmorProfile")


@fixer(
    rule,
    title="Ask for the AppArmor profile by the field",
    safety=Safety.UNSAFE,
    breaks="the confinement on clusters before Kubernetes 1.30, which do not know the field",
)
def apparmor_annotation_deprecated(finding: Finding, document: Document) -> Iterator[Operation]:
    """Make the field that means the same, and remove the annotation in the same edit."""
    asked = apparmor.meaning(get(document.value, *finding.pointer))
    name = str(finding.pointer[-1]).removeprefix(apparmor.ANNOTATION)
    found = [one for one in pods.containers(document) if one[1].get("name") == name]
    if document.partial or pods.is_fragment(document) or not found:
        raise Unfixable("this is part of an object, and the container stands in another", "part-of-an-object")
    pointer, container = found[0]
    if "ephemeralContainers" in pointer:
        raise Unfixable("an ephemeral container cannot be changed, nor be in a template", "ephemeral-container")
    given = get(container, *_FIELD)
    if given is not None and given != asked:
        raise Unfixable(
            f"the annotation and the field of {pods.label(container)} ask for different profiles; remove one",
            "annotations-disagree",
        )
    if given is None:
        yield put(document.value, (*pointer, *_FIELD), asked)
    yield from remove_entry(document.value, finding.pointer, finding.pointer[:-2])
