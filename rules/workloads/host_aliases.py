"""Rule host-aliases."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.templates import word

# Ends of names that no public server answers to (RFC 2606, 6761, 6762, 9476, and what companies use).
_PRIVATE = frozenset(
    [
        *("alt", "example", "internal", "invalid", "local", "localdomain", "localhost", "test"),
        *("corp", "home", "intra", "intranet", "lan", "private"),
    ]
)


@rule(
    severity=Severity.LOW,
    category="host-access",
    kinds=pods.KINDS,
    controls={"mitre": ("T1557",), "owasp_k8s": ("K01",)},
)
def host_aliases(document: Document) -> Iterator[Spot]:
    """Pod answers names by itself instead of asking DNS.

    `hostAliases` writes lines into /etc/hosts of every container of the pod: whatever DNS says, these names lead
    to these addresses. Addresses change hands; then the program talks to a stranger, with its passwords. And who
    can change the manifest, but not the program, sends its traffic wherever they like with one line that looks
    like plumbing.

    Severity is medium where a public name, or that of a Service of the cluster, is led to an address of somebody
    else: there DNS has an answer, and it is overruled.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          hostAliases:
            - ip: 192.0.2.10
              hostnames: [payments.shop.internal]
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. Names that only this list knows are no longer found. Enter them in DNS first, or make a Service
        without a selector.

    Verify:
        `kubectl exec web -- cat /etc/hosts` shows the pod's own names only, and the program still reaches what
        it needs.

    References:
        https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/
        https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
    """
    pod = pods.pod(document)
    aliases = pods.items(pod.spec, "hostAliases") if pod else []
    if pod is None or not aliases:
        return
    at = (*pod.pointer, "hostAliases")
    overruled = [name for alias in aliases if _leads_away(alias) for name in _names(alias) if _is_known(name)]
    if overruled:
        listed = ", ".join(dict.fromkeys(overruled))
        yield at, f"the pod leads names to addresses of its own, whatever DNS says: {listed}", Severity.MEDIUM
    else:
        names = [name for alias in aliases for name in _names(alias)]
        yield at, f"the pod answers names by itself: {', '.join(dict.fromkeys(names)) or 'they cannot be read'}"


def _names(alias: Any) -> list[str]:
    return [name for given in pods.items(alias, "hostnames") if (name := word(given))]


def _leads_away(alias: Any) -> bool:
    """Is the address one outside of the pod?"""
    try:
        address = ipaddress.ip_address(str(get(alias, "ip")))
    except ValueError:
        return False
    return not address.is_loopback and not address.is_unspecified


def _is_known(name: str) -> bool:
    """Has DNS an answer: is it a public name, or that of a Service?"""
    parts = name.lower().rstrip(".").split(".")
    if "svc" in parts[2:] or name.lower().rstrip(".").endswith(".cluster.local"):
        return True
    return len(parts) > 1 and parts[-1] not in _PRIVATE
