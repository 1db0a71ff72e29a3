"""Fixer for pod-only-field-at-container-level."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, fixer, put
from fixers.verify import same
from fixers.workloads.removal import remove_entry
from fixers.workloads.windows import refuse_windows
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import Pointer, get
from rules.workloads import pods, sysctls, users
from rules.workloads.pod_only_field_at_container_level import pod_only_field_at_container_level as rule
from rules.workloads.security_fields import Effect, effect


def _of_pod(finding: Finding, document: Document) -> Any:
    pod = pods.pod(document)
    return get(pod.spec, "securityContext", finding.pointer[-1]) if pod else None


def _safety(finding: Finding, document: Document) -> Safety:
    """Safe when only the dead line goes."""
    return Safety.UNSAFE if _of_pod(finding, document) is None else Safety.SAFE


@fixer(
    rule,
    title="Move the field to the pod",
    safety=_safety,
    breaks="access to volumes whose files get another group, and programs that meet other settings of the kernel",
)
def pod_only_field_at_container_level(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Operation]:
    """Remove the line; where the pod says nothing of the kind, from all containers, and say it there."""
    field, value = str(finding.pointer[-1]), get(document.value, *finding.pointer)
    pod = pods.pod(document)
    if pod is None:
        raise Unfixable("there is no pod", "unexpected-shape")
    if "ephemeralContainers" in finding.pointer:
        raise Unfixable("an ephemeral container cannot be changed, nor be in a template", "ephemeral-container")
    if _of_pod(finding, document) is not None:
        yield from remove_entry(document.value, finding.pointer, finding.pointer[:-2])
        return
    refuse_windows(document, field)
    if document.partial or pods.is_fragment(document):
        raise Unfixable("this is part of an object, whose other part may set the field", "part-of-an-object")
    saying = _saying(field, document)
    if any(not same(get(document.value, *pointer), value) for pointer in saying):
        raise Unfixable(f"containers say different things about {field}; a pod has one", "containers-disagree")
    _refuse_rights(field, value, cluster)
    for pointer in saying:
        yield from remove_entry(document.value, pointer, pointer[:-2])
    yield put(document.value, (*pod.pointer, "securityContext", field), value)


def _saying(field: str, document: Document) -> list[Pointer]:
    """Return where containers say something about the field."""
    return [
        (*pointer, "securityContext", field)
        for pointer, container in pods.containers(document)
        if "ephemeralContainers" not in pointer and get(container, "securityContext", field) is not None
    ]


def _refuse_rights(field: str, value: Any, cluster: Cluster) -> None:
    """Raise Unfixable where the field, once it counts, would give rights, or cannot be read."""
    judged, moved = effect(field, value), {"securityContext": {field: value}}
    if judged is Effect.UNCLEAR:
        raise Unfixable(f"what {field} says here cannot be told, so neither can what moving it would do", "unclear")
    if judged is Effect.WEAKENS or users.root_groups(moved) or sysctls.doubtful(moved, cluster.version):
        raise Unfixable(
            f"{field} has no effect here, and on the pod it would give rights that are missed by nobody; remove it",
            "would-weaken",
        )
