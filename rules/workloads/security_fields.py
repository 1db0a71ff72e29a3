"""The fields of both securityContexts, and what a value of one does: takes rights away, nothing, or gives some.

From PodSecurityContext and SecurityContext of k8s.io/api/core/v1. Field names are compared exactly by
Kubernetes; what it does not know it drops, with at most a warning.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from rules.cluster import NEWEST
from rules.pointer import get
from rules.workloads import capabilities, seccomp, selinux
from rules.workloads.templates import word

_BOTH = frozenset(
    [
        "appArmorProfile",
        "runAsGroup",
        "runAsNonRoot",
        "runAsUser",
        "seLinuxOptions",
        "seccompProfile",
        "windowsOptions",
    ]
)
CONTAINER_ONLY = frozenset(
    ["allowPrivilegeEscalation", "capabilities", "privileged", "procMount", "readOnlyRootFilesystem"]
)
POD_ONLY = frozenset(
    [
        "fsGroup",
        "fsGroupChangePolicy",
        "seLinuxChangePolicy",
        "supplementalGroups",
        "supplementalGroupsPolicy",
        "sysctls",
    ]
)
CONTAINER = _BOTH | CONTAINER_ONLY
POD = _BOTH | POD_ONLY


class Effect(Enum):
    """What a value would do where it counts."""

    PROTECTS = "takes rights away, or says who runs"
    NOTHING = "says what goes without saying"
    WEAKENS = "gives rights"
    UNCLEAR = "cannot be told: another type, or still a template"


# Field -> the value that protects; the other one is what goes without saying.
_SWITCHES = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "runAsNonRoot": True}


def effect(field: str, value: Any) -> Effect:
    """Return what a value would do in the right place under the right name."""
    if field in _SWITCHES or field == "privileged":
        if not isinstance(value, bool):
            return Effect.UNCLEAR
        if field == "privileged":
            return Effect.WEAKENS if value else Effect.NOTHING
        if value is _SWITCHES[field]:
            return Effect.PROTECTS
        # On a container, it overrules the pod.
        return Effect.WEAKENS if field == "runAsNonRoot" else Effect.NOTHING
    if field == "procMount":
        named = word(value)
        return Effect.UNCLEAR if named is None else Effect.NOTHING if named == "Default" else Effect.WEAKENS
    if field in ("runAsUser", "runAsGroup", "fsGroup"):
        if not isinstance(value, int) or isinstance(value, bool):
            return Effect.UNCLEAR
        return Effect.WEAKENS if value == 0 else Effect.PROTECTS
    if field in ("supplementalGroups", "sysctls"):
        return Effect.PROTECTS if isinstance(value, list) else Effect.UNCLEAR
    if field in ("fsGroupChangePolicy", "seLinuxChangePolicy", "supplementalGroupsPolicy"):
        return Effect.UNCLEAR if word(value) is None else Effect.PROTECTS
    return _of_map(field, value) if isinstance(value, dict) else Effect.UNCLEAR


def _of_map(field: str, value: dict[str, Any]) -> Effect:
    if field == "capabilities":
        return _of_capabilities(value)
    if field in ("seccompProfile", "appArmorProfile"):
        named = word(get(value, "type"))
        return Effect.UNCLEAR if named is None else Effect.PROTECTS if named in seccomp.TYPES else Effect.WEAKENS
    if field == "seLinuxOptions":
        return Effect.WEAKENS if selinux.refused(value, NEWEST) else Effect.PROTECTS
    return Effect.WEAKENS if value.get("hostProcess") is True else Effect.PROTECTS  # windowsOptions


def _of_capabilities(value: dict[str, Any]) -> Effect:
    for names in (value.get("add"), value.get("drop")):
        if names is not None and not (isinstance(names, list) and all(word(name) is not None for name in names)):
            return Effect.UNCLEAR
    if any(name != capabilities.RESTRICTED for name in value.get("add") or ()):
        return Effect.WEAKENS
    return Effect.PROTECTS if value.get("drop") else Effect.NOTHING


def meant(key: str) -> str | None:
    """Return the field that an unknown key is a misspelling of, or None: known, or too far from all of them.

    Another case or separator always counts; otherwise at most two letters differ, one in short names. A word
    put before the name (`unprivileged`) is another word and not a misspelling.
    """
    known = CONTAINER | POD
    if key in known:
        return None
    spelt = _letters(key)
    near: dict[int, list[str]] = {}
    for field in known:
        aim = _letters(field)
        limit = 2 if len(aim) >= 8 else 1
        if spelt != aim and (spelt.endswith(aim) or abs(len(spelt) - len(aim)) > limit):
            continue
        if (distance := _distance(spelt, aim)) <= limit:
            near.setdefault(distance, []).append(field)
    closest = near[min(near)] if near else []
    return closest[0] if len(closest) == 1 else None


def _letters(key: str) -> str:
    return key.casefold().replace("_", "").replace("-", "")


def _distance(one: str, other: str) -> int:
    """Return how many letters must be added, taken away, changed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, aim in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != aim))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == aim:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
