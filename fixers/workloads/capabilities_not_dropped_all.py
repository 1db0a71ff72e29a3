"""Fixer for capabilities-not-dropped-all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, add, fixer, put, replace
from fixers.workloads.windows import refuse_windows
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import Pointer, get
from rules.workloads import capabilities, pods, users
from rules.workloads.capabilities_not_dropped_all import capabilities_not_dropped_all as rule

_UNPRIVILEGED = 1024  # Below, only root with NET_BIND_SERVICE may listen, where the node leaves it at that.

# What changes owners of files or starts programs as another user; a word of a script, or a whole word.
_NEEDS_SOME = re.compile(r"(?:\A|[\s;&|(`!/])(chown|chgrp|gosu|su-exec|setpriv|runuser)(?=\s|\Z)")


@fixer(
    rule,
    title="Drop all capabilities",
    safety=Safety.UNSAFE,
    breaks="images that start as root and change owners, switch users or listen on low ports that no line declares",
)
def capabilities_not_dropped_all(finding: Finding, document: Document) -> Iterator[Operation]:
    """Drop ALL in place of single names, all of which it includes; what is added back stays.

    Of what root may need, two things can be read in the manifest: the right to listen on a low port, which is kept,
    and the rights to change owners and users, of which a person must say which ones.
    """
    refuse_windows(document, "capabilities")
    _refuse_busy_root(document, get(document.value, *finding.pointer[:-3]))
    yield put(document.value, finding.pointer, ["ALL"])
    owner = finding.pointer[:-3]
    if _may_bind_as_root(document, get(document.value, *owner)):
        yield from _keep_binding(document, (*owner, "securityContext", "capabilities", "add"))


def _refuse_busy_root(document: Document, container: dict[str, Any]) -> None:
    """Raise Unfixable where root, without any capability by name, runs a program that does nothing without some."""
    pod = pods.pod(document)
    if pod is None or users.user(pod.spec, container) != 0 or get(container, "securityContext", "capabilities", "add"):
        return
    words = [*pods.items(container, "command"), *pods.items(container, "args")]
    found = next((match for word in words if isinstance(word, str) and (match := _NEEDS_SOME.search(word))), None)
    if found:
        raise Unfixable(
            f"{pods.label(container)} runs {found.group(1)} as root, which needs capabilities back; name them with it",
            "root-changes-owners",
        )


def _may_bind_as_root(document: Document, container: dict[str, Any]) -> bool:
    """May the container run as root, and does it declare a port on which only root may listen?

    To others the capability is of no use: a container cannot pass it on to a program of another user.
    """
    pod = pods.pod(document)
    if pod is None or users.effective(pod.spec, container, "runAsNonRoot") is True:
        return False
    if (users.user(pod.spec, container) or 0) > 0:
        return False
    ports = (get(port, "containerPort") for port in pods.items(container, "ports"))
    return any(isinstance(port, int) and 0 < port < _UNPRIVILEGED for port in ports)


def _keep_binding(document: Document, at: Pointer) -> Iterator[Operation]:
    """Yield what adds NET_BIND_SERVICE unless it is added already; its parents are there by now."""
    given = get(document.value, *at)
    if isinstance(given, list):
        if not {capabilities.RESTRICTED, "ALL"}.intersection(name for name in given if isinstance(name, str)):
            yield add((*at, "-"), capabilities.RESTRICTED)
    elif given is None:
        parent = get(document.value, *at[:-1])
        make = replace if isinstance(parent, dict) and "add" in parent else add
        yield make(at, [capabilities.RESTRICTED])
