"""Fixer for container-only-field-at-pod-level."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put
from fixers.workloads.allow_privilege_escalation import refuse_beside_privilege
from fixers.workloads.removal import remove_entry
from fixers.workloads.windows import refuse_windows
from fixers.workloads.writable_tmp import writable_tmp
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import Pointer, get
from rules.workloads import pods
from rules.workloads.container_only_field_at_pod_level import container_only_field_at_pod_level as rule
from rules.workloads.security_fields import Effect, effect


def _lacking(finding: Finding, document: Document) -> list[Pointer]:
    """Return the containers to which the field must move for its intent to become real."""
    field = str(finding.pointer[-1])
    if effect(field, get(document.value, *finding.pointer)) in (Effect.NOTHING, Effect.WEAKENS):
        return []
    return [
        pointer
        for pointer, container in pods.containers(document)
        if "ephemeralContainers" not in pointer and get(container, "securityContext", field) is None
    ]


def _is_part(document: Document) -> bool:
    return document.partial or pods.is_fragment(document)


def _safety(finding: Finding, document: Document) -> Safety:
    """Safe when only the dead line goes."""
    return Safety.UNSAFE if _lacking(finding, document) or _is_part(document) else Safety.SAFE


@fixer(
    rule,
    title="Move the field to the containers",
    safety=_safety,
    breaks="what the field forbids, which was possible until now",
)
def container_only_field_at_pod_level(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the line, and say it in every container that says nothing of the kind."""
    field, value = str(finding.pointer[-1]), get(document.value, *finding.pointer)
    judged = effect(field, value)
    if judged is Effect.UNCLEAR:
        raise Unfixable(f"what {field} says here cannot be told, so neither can what moving it would do", "unclear")
    if judged is Effect.WEAKENS and field == "capabilities":
        raise Unfixable(
            "the capabilities have no effect here; moving them would add some, so a person must say which are needed",
            "would-weaken",
        )
    if judged is Effect.PROTECTS and _is_part(document):
        raise Unfixable("this is part of an object, whose containers stand elsewhere", "part-of-an-object")
    lacking = _lacking(finding, document)
    if lacking:
        refuse_windows(document, field)
    yield from remove_entry(document.value, finding.pointer, finding.pointer[:-2])
    for pointer in lacking:
        if field == "allowPrivilegeEscalation":
            refuse_beside_privilege(get(document.value, *pointer))
        yield put(document.value, (*pointer, "securityContext", field), value)
    if field == "readOnlyRootFilesystem" and lacking:
        yield from writable_tmp(document, lacking)
