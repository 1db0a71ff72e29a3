"""Rule capability-beyond-baseline-added."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import capabilities, pods


@rule(
    severity=Severity.HIGH,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.9",),
        "owasp_k8s": ("K01",),
    },
)
def capability_beyond_baseline_added(document: Document) -> Iterator[Spot]:
    """Container adds a capability that profile baseline does not allow.

    A capability is a piece of the power of root. The profile baseline of the Pod Security Standards, the least
    that most clusters ask for, knows thirteen that do not lead out of a container; every other one has been
    part of a way out, or governs something that belongs to the node. An attacker who gets into the application
    gets the capability with it, and a cluster that enforces the profile refuses the pod.

    Names are compared exactly: `chown` and `CAP_CHOWN` are refused although `CHOWN` is allowed. Capabilities
    with a rule of their own (`ALL`, SYS_ADMIN, NET_RAW and others) are left to it.

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
                  add: [NET_BIND_SERVICE, IPC_LOCK]

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
        Unsafe. Whatever needed the capability fails: IPC_LOCK keeps secrets of a vault out of swap, SYS_NICE
        serves databases that move memory. Only the names that the profile refuses go. Not made for another
        spelling of a name that the profile allows: whether to correct or to remove it is for a person to say.

    Verify:
        `kubectl exec web -- grep CapBnd /proc/1/status` prints a number without the bit of the capability.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://man7.org/linux/man-pages/man7/capabilities.7.html
    """
    for at, container, names in capabilities.adders(document, "capability-beyond-baseline-added"):
        yield at, f"{pods.label(container)} adds {capabilities.listed(names)}, which profile baseline does not allow"
