"""Kernel settings that Pod Security lets a pod change, by target version.

From pod-security-admission (`check_sysctls.go`): the list grows as the kernel learns to keep a setting apart
for each pod.
"""

from __future__ import annotations

import re
from typing import Any

from rules.cluster import Version
from rules.workloads import pods
from rules.workloads.templates import word

_SAFE: dict[Version, tuple[str, ...]] = {
    (1, 0): (
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_syncookies",
    ),
    (1, 27): ("net.ipv4.ip_local_reserved_ports",),
    (1, 29): (
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
    ),
    (1, 32): ("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"),
    (1, 37): ("net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_slow_start_after_idle"),
}
# A second setting behind the value of the first, as CVE-2022-0811 does it: `1+kernel.core_pattern=|/bin/evil`.
_SECOND = re.compile(r"\+\s*(\w+[./][\w./-]*)\s*=")


def safe(version: Version) -> frozenset[str]:
    """Return the names that a version of the policy allows."""
    return frozenset(name for since, names in _SAFE.items() if since <= version for name in names)


def dotted(name: str) -> str:
    """Return a name as admission compares it: the kubelet takes `net/ipv4/tcp_rmem` for `net.ipv4.tcp_rmem` too.

    Where the first separator is a slash, a dot is part of a name (`net/ipv4/conf/eth0.1/...`), which swaps them.
    """
    slash, dot = name.find("/"), name.find(".")
    if slash < 0 or 0 <= dot < slash:
        return name
    return name.translate(str.maketrans("/.", "./"))


def unsafe(spec: dict[str, Any], version: Version) -> list[tuple[int, str]]:
    """Return (index, name) of what a pod changes and admission refuses; a name that is missing is ""."""
    known, found = safe(version), []
    for index, item in enumerate(pods.items(spec, "securityContext", "sysctls")):
        if isinstance(item, dict):
            name = "" if item.get("name") is None else word(item["name"])
            if name is not None and name not in known:
                found.append((index, name))
    return found


def smuggled(spec: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Return (index, name, name of what its value would set beside it) of settings that carry a second one."""
    found = []
    for index, item in enumerate(pods.items(spec, "securityContext", "sysctls")):
        value = item.get("value") if isinstance(item, dict) else None
        if isinstance(value, str) and (second := _SECOND.search(value)):
            found.append((index, str(item.get("name", "")), second[1]))
    return found


def doubtful(spec: dict[str, Any], version: Version) -> bool:
    """Does a pod change what admission refuses, something that cannot be read yet, or more than it names?"""
    items = pods.items(spec, "securityContext", "sysctls")
    read = all(isinstance(item, dict) and word(item.get("name")) is not None for item in items)
    return not read or bool(unsafe(spec, version) or smuggled(spec))
