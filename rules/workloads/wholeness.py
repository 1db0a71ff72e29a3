"""Is what a manifest says of a pod all that will be said? Only then does what is absent mean anything."""

from __future__ import annotations

from rules.cluster import Cluster
from rules.manifest import Document
from rules.workloads import pods


def is_whole(document: Document, cluster: Cluster) -> bool:
    """Is the object no part of one, and changed by no kustomization of the scan?"""
    return not (document.partial or pods.is_fragment(document) or cluster.is_patched(document))
