"""SELinux types that Pod Security lets a pod ask for, by target version (`check_seLinuxOptions.go`)."""

from __future__ import annotations

from typing import Any

from rules.cluster import Version
from rules.workloads.templates import word

_TYPES = frozenset(["", "container_t", "container_init_t", "container_kvm_t"])
_ENGINE = (1, 31)
# The type that SELinux does not confine, by its own policy.
SUPER_PRIVILEGED = "spc_t"


def refused(options: dict[str, Any], version: Version) -> list[str]:
    """Return the keys of seLinuxOptions that admission refuses. `level` is always free."""
    types = _TYPES | {"container_engine_t"} if version >= _ENGINE else _TYPES
    named = word(options.get("type"))
    bad = [] if named is None or named in types else ["type"]
    return bad + [key for key in ("user", "role") if word(options.get(key))]
