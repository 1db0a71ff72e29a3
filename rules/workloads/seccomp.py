"""Seccomp annotations: how profiles were asked for before Kubernetes had a field for them."""

from __future__ import annotations

from rules.cluster import Cluster
from rules.manifest import Document
from rules.workloads import pods

FIELD_CAME = (1, 19)
# The types of profile that are protection.
TYPES = ("RuntimeDefault", "Localhost")
# Since this version the annotations are text that nobody reads, whatever some scanners believe.
_ANNOTATIONS_ENDED = (1, 27)
_DOMAIN = "seccomp.security.alpha.kubernetes.io"
_PROTECTION = ("runtime/default", "docker/default", "localhost/")


def has_annotations(document: Document, cluster: Cluster) -> bool:
    """Does the pod carry seccomp annotations that the target version still reads?"""
    return cluster.version < _ANNOTATIONS_ENDED and any(
        name.partition("/")[0].endswith(_DOMAIN) for name in pods.pod_annotations(document)
    )


def is_protected(document: Document, cluster: Cluster) -> bool:
    """Does an annotation on the whole pod ask for a profile, to a target version that still reads it?"""
    given = pods.pod_annotations(document).get(f"{_DOMAIN}/pod")
    return cluster.version < _ANNOTATIONS_ENDED and isinstance(given, str) and given.startswith(_PROTECTION)
