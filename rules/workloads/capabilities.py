"""Linux capabilities that containers add, and which rule speaks of which: each name belongs to exactly one.

Admission by Pod Security compares names exactly. Container runtimes ignore case, and differ on the prefix
`CAP_`; whoever writes `cap_sys_admin` means SYS_ADMIN, so the rules about single capabilities report it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.workloads import pods, templates

# What profile baseline lets a container add, in every version: `capabilities_allowed_1_0` of pod-security-admission.
BASELINE = frozenset(
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ]
)
# Every capability of Linux up to 6.x, from capabilities(7), as Kubernetes spells them.
KNOWN = BASELINE | frozenset(
    [
        *("AUDIT_CONTROL", "AUDIT_READ", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "DAC_READ_SEARCH", "IPC_LOCK"),
        *("IPC_OWNER", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "NET_ADMIN", "NET_BROADCAST"),
        *("NET_RAW", "PERFMON", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT"),
        *("SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM"),
    ]
)
# The one that profile restricted lets a container add.
RESTRICTED = "NET_BIND_SERVICE"
_DANGEROUS = (
    "AUDIT_CONTROL",
    "BPF",
    "CHECKPOINT_RESTORE",
    "DAC_READ_SEARCH",
    "IPC_OWNER",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "PERFMON",
    "SYSLOG",
    "SYS_BOOT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_TIME",
)
_OWNERS = {
    "ALL": "capability-all-added",
    "SYS_ADMIN": "capability-sys-admin-added",
    "SYS_MODULE": "capability-sys-module-added",
    "NET_ADMIN": "capability-net-admin-added",
    "NET_RAW": "capability-net-raw-added",
    **dict.fromkeys(_DANGEROUS, "capability-dangerous-added"),
}


def plain(name: str) -> str:
    """Return a capability as Kubernetes spells it: in capitals, without prefix."""
    return name.upper().removeprefix("CAP_")


def owner(name: str) -> str:
    """Return the id of the rule that reports an added capability; "" for the one that everybody may add."""
    if name == RESTRICTED:
        return ""
    if name in BASELINE:
        return "capability-added-beyond-net-bind-service"
    return _OWNERS.get(plain(name), "capability-beyond-baseline-added")


def added(container: Any, rule: str) -> list[tuple[int, str]]:
    """Return (index, name) of what a container adds and a rule reports."""
    names = enumerate(pods.items(container, "securityContext", "capabilities", "add"))
    words = ((index, templates.word(name)) for index, name in names)
    return [(index, name) for index, name in words if name is not None and owner(name) == rule]


def adders(document: Document, rule: str) -> Iterator[tuple[Pointer, dict[str, Any], list[str]]]:
    """Yield (pointer to the list, container, names in the list that a rule reports)."""
    for pointer, container in pods.containers(document):
        if names := [name for _, name in added(container, rule)]:
            yield (*pointer, "securityContext", "capabilities", "add"), container, names


def listed(names: list[str]) -> str:
    """Return how messages call capabilities: `the capability SYS_ADMIN`, `the capabilities BPF and SYSLOG`."""
    unique = list(dict.fromkeys(names))
    if len(unique) == 1:
        return f"the capability {unique[0]}"
    return f"the capabilities {', '.join(unique[:-1])} and {unique[-1]}"


def drops_all(container: Any) -> bool:
    """Does a container give up every capability that it does not add back, in whatever spelling?"""
    dropped = get(container, "securityContext", "capabilities", "drop")
    return isinstance(dropped, list) and any(isinstance(name, str) and name.upper() == "ALL" for name in dropped)
