"""The service account that a pod runs under."""

from __future__ import annotations

from typing import Any

from rules.cluster import Cluster
from rules.pointer import get
from rules.workloads import pods

DEFAULT = "default"


def name(spec: dict[str, Any]) -> str:
    """Return the name of a pod's service account, as the API server works it out."""
    for field in ("serviceAccountName", "serviceAccount"):  # The second is the old spelling, and loses.
        given = spec.get(field)
        if isinstance(given, str) and given:
            return given
    return DEFAULT


def withholds_token(cluster: Cluster, namespace: str, account: str) -> bool:
    """Does the ServiceAccount, where the scan holds it, keep its token from pods that do not ask?"""
    found = cluster.service_account(namespace, account)
    return found is not None and get(found.value, "automountServiceAccountToken") is False


def has_role(cluster: Cluster, namespace: str, account: str) -> bool:
    """Is the account bound to a role in the scan?

    A pod without a namespace gets one from the tool that applies it, so every binding of an account of that
    name may be meant; except `default`, which every namespace has.
    """
    if namespace or account == DEFAULT:
        return bool(cluster.roles_of(namespace, account))
    return bool(cluster.bound(account))


def declares_a_token(spec: dict[str, Any]) -> bool:
    """Does the pod ask for a token by name, as a volume? Then somebody thought of who needs it."""
    return any(
        get(source, "serviceAccountToken") is not None
        for volume in pods.items(spec, "volumes")
        for source in pods.items(volume, "projected", "sources")
    )
