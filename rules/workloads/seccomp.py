"""Seccomp annotations: how profiles were asked for before Kubernetes had a field for them.

From Kubernetes 1.19 to 1.26 the API server copies each annotation of a pod to the field, where there is no field,
before admission looks at the pod; Pod Security judges the fields. Since 1.27 the annotations are text that nobody
reads, whatever some scanners believe.
"""

from __future__ import annotations

from typing import Any

from rules.cluster import Cluster, Version
from rules.manifest import Document
from rules.workloads import pods
from rules.workloads.templates import word

FIELD_CAME = (1, 19)
ANNOTATIONS_ENDED = (1, 27)
# The types of profile that are protection.
TYPES = ("RuntimeDefault", "Localhost")
_DOMAIN = "seccomp.security.alpha.kubernetes.io"
OF_POD = f"{_DOMAIN}/pod"
OF_CONTAINER = f"container.{_DOMAIN}/"


def are_read(version: Version) -> bool:
    """Does a version of Kubernetes still read the annotations?"""
    return version < ANNOTATIONS_ENDED


def has_annotations(document: Document, cluster: Cluster) -> bool:
    """Does the pod carry seccomp annotations that the target version still reads?"""
    return are_read(cluster.version) and any(
        name.partition("/")[0].endswith(_DOMAIN) for name in pods.pod_annotations(document)
    )


def meaning(value: Any) -> dict[str, str] | None:
    """Return the field that means the same as the value of an annotation; None of one that means nothing."""
    named = word(value)
    if named in ("runtime/default", "docker/default"):
        return {"type": "RuntimeDefault"}
    if named == "unconfined":
        return {"type": "Unconfined"}
    file = named.removeprefix("localhost/") if named else ""
    return {"type": "Localhost", "localhostProfile": file} if file and file != named else None


def is_protection(value: Any) -> bool:
    """Does the value of an annotation ask for a profile?"""
    found = meaning(value)
    return found is not None and found["type"] in TYPES


def of_pod(document: Document, cluster: Cluster) -> dict[str, str] | None:
    """Return the field that the API server of the target version writes for the whole pod if there is none."""
    return _copied(document, cluster, OF_POD)


def of_container(document: Document, cluster: Cluster, container: dict[str, Any]) -> dict[str, str] | None:
    """Return the field that the API server of the target version writes for a container if it has none."""
    name = container.get("name")
    return _copied(document, cluster, f"{OF_CONTAINER}{name}") if isinstance(name, str) else None


def _copied(document: Document, cluster: Cluster, key: str) -> dict[str, str] | None:
    return meaning(pods.pod_annotations(document).get(key)) if are_read(cluster.version) else None
