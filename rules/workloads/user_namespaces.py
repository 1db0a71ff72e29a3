"""User namespaces of pods: with one, root of a container is nobody on its node."""

from __future__ import annotations

from rules.cluster import Cluster
from rules.manifest import Document
from rules.workloads import pods

# Pod Security asks less of pods with a user namespace from this version on: `relaxPolicyForUserNamespacePod`
# of pod-security-admission. It relaxes what runs as root and how /proc is mounted, and nothing else.
COUNT = (1, 35)


def has_one(document: Document) -> bool:
    """Has the pod a user namespace of its own?"""
    pod = pods.pod(document)
    return pod is not None and pod.spec.get("hostUsers") is False


def relax(document: Document, cluster: Cluster) -> bool:
    """Has the pod a user namespace of its own, and does Pod Security of the target version count it?"""
    return cluster.version >= COUNT and has_one(document)
