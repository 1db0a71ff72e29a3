"""Rule capability-dangerous-added."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import capabilities, pods, users


@rule(
    severity=Severity.HIGH,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.9",),
        "nsa": ("hardening",),
        "mitre": ("T1611", "T1068"),
        "owasp_k8s": ("K01",),
    },
)
def capability_dangerous_added(document: Document) -> Iterator[Spot]:
    """Container adds a capability that leads to the node or into its kernel.

    Some capabilities are harmless only as long as nobody means harm. SYS_PTRACE reads and changes other
    processes, DAC_READ_SEARCH opens files of the node by their number, SYS_RAWIO and BPF reach into the memory
    of the kernel, SYS_TIME and SYSLOG blind those who investigate. Whoever breaks into the application inherits
    them.

    Reported are AUDIT_CONTROL, BPF, CHECKPOINT_RESTORE, DAC_READ_SEARCH, IPC_OWNER, LINUX_IMMUTABLE, MAC_ADMIN,
    MAC_OVERRIDE, PERFMON, SYSLOG, SYS_BOOT, SYS_PTRACE, SYS_RAWIO and SYS_TIME. It is critical where the second
    half of a known way out is there too: SYS_PTRACE in a pod that sees the processes of its node,
    DAC_READ_SEARCH without the seccomp profile that refuses the call.

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
                  add: [NET_BIND_SERVICE, SYS_PTRACE]

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
        Unsafe. Debuggers, profilers, monitoring by eBPF, time servers and programs that talk to hardware need
        them. Every such name of the container goes, and no other: put back by name what turns out to be needed.

    Verify:
        `kubectl exec web -- grep CapBnd /proc/1/status` prints a number without the bit of the capability.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://man7.org/linux/man-pages/man7/capabilities.7.html
    """
    pod = pods.pod(document)
    for at, container, names in capabilities.adders(document, "capability-dangerous-added"):
        message = f"{pods.label(container)} adds {capabilities.listed(names)}"
        plain = {capabilities.plain(name) for name in names}
        if pod is not None and "SYS_PTRACE" in plain and pod.spec.get("hostPID") is True:
            yield at, f"{message}, in a pod that sees the processes of its node", Severity.CRITICAL
        elif (
            pod is not None
            and "DAC_READ_SEARCH" in plain
            and users.effective(pod.spec, container, "seccompProfile", "type") == "Unconfined"
        ):
            yield at, f"{message}, without a seccomp profile", Severity.CRITICAL
        else:
            yield at, message
