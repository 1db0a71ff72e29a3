"""Rule capability-net-raw-added."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import capabilities, pods


@rule(
    severity=Severity.MEDIUM,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.8", "5.2.9"),
        "mitre": ("T1557", "T1040"),
        "owasp_k8s": ("K01", "K07"),
    },
)
def capability_net_raw_added(document: Document) -> Iterator[Spot]:
    """Container adds the capability NET_RAW.

    With NET_RAW a program writes network packets by hand, sender included. Whoever breaks into such a container
    claims to be the gateway or the DNS server of other pods on the node, and reads or changes what they say to
    each other. Many container runtimes still grant it unasked; asking for it keeps it after a runtime has
    stopped doing so, and beside `drop: [ALL]`.

    `ping` is the usual reason, and works without it on nodes of today: they let every group of users send such
    packets (sysctl net.ipv4.ping_group_range).

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                capabilities:
                  drop: [ALL]
                  add: [NET_BIND_SERVICE, NET_RAW]

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                capabilities:
                  drop: [ALL]
                  add: [NET_BIND_SERVICE]

    Fix safety:
        Unsafe. traceroute, recording of packets, DHCP, some health checks, and ping where the node does not let
        everybody send it stop working. Only this one name goes.

    Verify:
        `kubectl exec web -- grep CapBnd /proc/1/status` prints a number without the bit 13 (`2000`).

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://man7.org/linux/man-pages/man7/capabilities.7.html
    """
    for at, container, names in capabilities.adders(document, "capability-net-raw-added"):
        yield at, f"{pods.label(container)} adds {capabilities.listed(names)}"
