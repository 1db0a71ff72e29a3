"""Fixer for run-as-non-root."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, fixer, put
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import built_images, pods, users
from rules.workloads.run_as_non_root import run_as_non_root as rule


def _reached(finding: Finding, document: Document) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the pod, and the containers to which the field that the finding is about applies."""
    pod = pods.pod(document)
    if pod is None:
        raise Unfixable("there is no pod", "unexpected-shape")
    owner = finding.pointer[:-2]
    if owner != pod.pointer:
        return pod.spec, [get(document.value, *owner)]
    inherit = [
        container
        for _, container in pods.containers(document)
        if get(container, "securityContext", "runAsNonRoot") is None
    ]
    return pod.spec, inherit


def _safety(finding: Finding, document: Document, cluster: Cluster) -> Safety:
    """Safe when every container that the field reaches is known to start as a user above zero.

    The manifest says so, or the Dockerfile of this repository that its image is built from.
    """
    spec, reached = _reached(finding, document)
    if document.partial or pods.is_fragment(document):  # Other containers, or other users, may stand elsewhere.
        return Safety.UNSAFE
    pod = pods.pod(document)
    if pod is not None and pod.is_windows:  # Windows has no user numbers: the image decides.
        return Safety.UNSAFE
    known = all(_is_known(spec, container, cluster) for container in reached)
    return Safety.SAFE if known else Safety.UNSAFE


def _is_known(spec: dict[str, Any], container: dict[str, Any], cluster: Cluster) -> bool:
    if users.effective(spec, container, "runAsUser") is None:
        return built_images.evidence(container, cluster) is not None
    return (users.user(spec, container) or 0) > 0


def _evidence(finding: Finding, document: Document, cluster: Cluster) -> Iterator[str]:
    """Yield which Dockerfiles set the users that the manifest leaves to images."""
    spec, reached = _reached(finding, document)
    for container in reached:
        said = built_images.evidence(container, cluster)
        if said and users.user(spec, container) is None:
            yield said


@fixer(
    rule,
    title="Refuse to run as root",
    safety=_safety,
    breaks="images that start as root or name their user by a word; containers that change owners of files",
    evidence=_evidence,
)
def run_as_non_root(finding: Finding, document: Document) -> Iterator[Operation]:
    """Say true where the finding points, unless that reaches a container that is told to run as root.

    Such a container would not start any more: whether it needs root is for a person to find out.
    """
    spec, reached = _reached(finding, document)
    roots = [container for container in reached if users.is_root(spec, container)]
    if roots:
        verb = "is" if len(roots) == 1 else "are"
        raise Unfixable(
            f"{pods.labels(roots)} {verb} told to run as root and would not start; choose another user first",
            "runs-as-root",
        )
    yield put(document.value, finding.pointer, True)
