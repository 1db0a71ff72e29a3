"""Fixer for seccomp-annotation-deprecated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, fixer, put
from fixers.workloads.removal import remove_entry
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import Pointer, get
from rules.workloads import pods, seccomp
from rules.workloads.seccomp_annotation_deprecated import seccomp_annotation_deprecated as rule

_FIELD = ("securityContext", "seccompProfile")


def _owner(finding: Finding, document: Document) -> tuple[Pointer, dict[str, Any]] | None:
    """Return the pod or container that the annotation is about, if it is there."""
    pod, key = pods.pod(document), str(finding.pointer[-1])
    if pod is None or key == seccomp.OF_POD:
        return (pod.pointer, pod.spec) if pod else None
    name = key.removeprefix(seccomp.OF_CONTAINER)
    return next((found for found in pods.containers(document) if found[1].get("name") == name), None)


def _safety(finding: Finding, document: Document) -> Safety:
    """Safe where the field is there: it counts, and before 1.27 the API server refuses another annotation."""
    owner = _owner(finding, document)
    return Safety.SAFE if owner and get(owner[1], *_FIELD) is not None else Safety.UNSAFE


@fixer(
    rule,
    title="Ask for the seccomp profile by the field",
    safety=_safety,
    breaks="programs that need calls into the kernel which the profile refuses, now that it counts",
)
def seccomp_annotation_deprecated(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Operation]:
    """Make the field that means the same, where it is missing, and remove the annotation."""
    asked = seccomp.meaning(get(document.value, *finding.pointer))
    owner, pod = _owner(finding, document), pods.pod(document)
    if pod is None:
        raise Unfixable("there is no pod", "unexpected-shape")
    _refuse_disagreement(finding, document, pod)
    if asked is not None and asked["type"] in seccomp.TYPES:
        yield from _field(document, cluster, pod, owner, asked)
    yield from remove_entry(document.value, finding.pointer, finding.pointer[:-2])


def _field(
    document: Document,
    cluster: Cluster,
    pod: pods.Pod,
    owner: tuple[Pointer, dict[str, Any]] | None,
    asked: dict[str, str],
) -> Iterator[Operation]:
    if (owner is None or get(owner[1], *_FIELD) is None) and (document.partial or pods.is_fragment(document)):
        raise Unfixable("this is part of an object, whose other part may have the field", "part-of-an-object")
    # The pod's own field says the same for its containers.
    if owner is None or get(owner[1], *_FIELD) is not None or get(pod.spec, *_FIELD) == asked:
        return
    if "ephemeralContainers" in owner[0]:
        raise Unfixable("an ephemeral container cannot be changed, nor be in a template", "ephemeral-container")
    if cluster.version < seccomp.FIELD_CAME:
        raise Unfixable("Kubernetes knows the field seccompProfile since version 1.19", "needs-newer-version")
    yield put(document.value, (*owner[0], *_FIELD), asked)


def _refuse_disagreement(finding: Finding, document: Document, pod: pods.Pod) -> None:
    """Raise Unfixable where a container is to have no profile, by an annotation, and the rest of its pod one."""
    given, key = pods.pod_annotations(document), str(finding.pointer[-1])
    if not seccomp.is_protection(given.get(seccomp.OF_POD)) or get(pod.spec, *_FIELD) is not None:
        return
    free = [
        pods.label(container)
        for _, container in pods.containers(document)
        if get(container, *_FIELD) is None
        and seccomp.meaning(given.get(f"{seccomp.OF_CONTAINER}{container.get('name')}")) == {"type": "Unconfined"}
        and key in (seccomp.OF_POD, f"{seccomp.OF_CONTAINER}{container.get('name')}")
    ]
    if free:
        raise Unfixable(
            f"the annotations ask for a profile for the pod and for none for {free[0]}; say which is meant",
            "annotations-disagree",
        )
