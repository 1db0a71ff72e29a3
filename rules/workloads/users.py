"""Who a container runs as: what it says itself counts, else what its pod says."""

from __future__ import annotations

from typing import Any

from rules.pointer import get
from rules.workloads import pods

# Those that the kubelet refuses under runAsNonRoot on Windows.
_WINDOWS_ADMINISTRATORS = frozenset(["containeradministrator"])


def effective(spec: dict[str, Any], container: dict[str, Any], *field: str) -> Any:
    """Return a field of the securityContext that containers inherit from their pod; None when nobody sets it."""
    own = get(container, "securityContext", *field)
    return get(spec, "securityContext", *field) if own is None else own


def user(spec: dict[str, Any], container: dict[str, Any]) -> int | None:
    """Return the user number that the manifest gives a container, or None: then the image decides.

    Windows has no such numbers; where a pod declares it, one that is there means nothing.
    """
    given = None if get(spec, "os", "name") == "windows" else effective(spec, container, "runAsUser")
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def is_root(spec: dict[str, Any], container: dict[str, Any]) -> bool:
    """Does the manifest tell the container to run as root, or as the administrator of Windows?"""
    name = effective(spec, container, "windowsOptions", "runAsUserName")
    return user(spec, container) == 0 or (isinstance(name, str) and name.lower() in _WINDOWS_ADMINISTRATORS)


def root_groups(spec: dict[str, Any]) -> list[int]:
    """Return the indexes of the group root among the additional groups of a pod."""
    groups = pods.items(spec, "securityContext", "supplementalGroups")
    return [index for index, group in enumerate(groups) if group == 0 and type(group) is int]
