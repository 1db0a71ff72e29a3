"""Fixer for probe-or-hook-host."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, remove
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.probe_or_hook_host import probe_or_hook_host as rule


@fixer(
    rule,
    title="Ask the pod itself",
    safety=Safety.UNSAFE,
    breaks="probes of another service, and applications that answer only under a certain name",
)
def probe_or_hook_host(finding: Finding, document: Document) -> Iterator[Operation]:
    """Remove the host, so that the kubelet asks the pod; refuse where that is known not to be what was meant."""
    pod, host = pods.pod(document), get(document.value, *finding.pointer)
    if _is_loopback(host):
        # To a pod with a network of its own this is the node's loopback, so the pod cannot have been meant.
        if pod is not None and pod.spec.get("hostNetwork") is True:
            raise Unfixable(
                f"in the network of its node the program may listen only on {host}; ask it with a command "
                "(exec), or take the pod out of the node's network",
                "listens-on-loopback",
            )
    elif finding.pointer[-4] == "lifecycle":
        raise Unfixable(
            f"the hook is there to call {host}; whether that is needed is for a person to say", "hook-calls-elsewhere"
        )
    yield remove(finding.pointer)


def _is_loopback(host: str) -> bool:
    return host.lower() in ("localhost", "::1", "[::1]") or host.startswith("127.")
