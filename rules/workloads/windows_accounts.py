"""Accounts of Windows that containers run as (`runAsUserName`)."""

from __future__ import annotations

from typing import Any

from rules.manifest import Document
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.templates import word

# Folders of accounts; Windows compares without regard to case.
_DOMAINS = ("nt authority\\", "user manager\\", "builtin\\", ".\\")
_ADMINISTRATORS = frozenset(["administrator", "administrators", "containeradministrator", "localsystem", "system"])
# Those of the node, which HostProcess containers name and which are wrong once they are ordinary ones.
_OF_NODE = frozenset(["localservice", "localsystem", "networkservice", "system"])
_HOST_PROCESS = ("securityContext", "windowsOptions", "hostProcess")


def _plain(name: str) -> str:
    low = name.lower()
    domain = next((domain for domain in _DOMAINS if low.startswith(domain)), "")
    return low[len(domain) :].replace(" ", "")


def is_administrator(name: Any) -> bool:
    """May the account do everything in its container?"""
    return word(name) is not None and _plain(name) in _ADMINISTRATORS


def is_of_node(name: Any) -> bool:
    """Is it an account under which the node runs its own services?"""
    return word(name) is not None and _plain(name) in _OF_NODE


def has_host_process(document: Document) -> bool:
    """Is a container of the pod a process of its node?"""
    pod = pods.pod(document)
    owners = [] if pod is None else [pod.spec, *(container for _, container in pods.containers(document))]
    return any(get(owner, *_HOST_PROCESS) is True for owner in owners)
