"""The service account that a pod runs under."""

from __future__ import annotations

import re
from typing import Any

from rules.cluster import Cluster
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.images import is_template

DEFAULT = "default"
# Under which names API servers accept tokens: their issuer, which usually is their Service, and what k3s adds.
_API = re.compile(r"(?:https://)?kubernetes\.default(?:\.svc(?:\.[a-z0-9.-]+)?)?/?\Z|k3s\Z")


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
    """Does the pod ask for a token for the cluster's API, as a volume? Then somebody thought of who needs it.

    A token for somebody else (`audience`: a cloud, Vault, a service mesh) opens nothing there, and the other one is
    mounted beside it.
    """
    return any(
        get(source, "serviceAccountToken") is not None and _is_for_api(get(source, "serviceAccountToken", "audience"))
        for volume in pods.items(spec, "volumes")
        for source in pods.items(volume, "projected", "sources")
    )


def _is_for_api(audience: Any) -> bool:
    """May a token with this audience be one for the cluster's API? Without one it is."""
    return not isinstance(audience, str) or not audience or is_template(audience) or bool(_API.match(audience))
