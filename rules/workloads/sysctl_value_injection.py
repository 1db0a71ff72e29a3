"""Rule sysctl-value-injection."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods, sysctls


@rule(
    severity=Severity.CRITICAL,
    category="kernel-hardening",
    kinds=pods.KINDS,
    controls={"mitre": ("T1611",), "owasp_k8s": ("K01", "K10")},
)
def sysctl_value_injection(document: Document) -> Iterator[Spot]:
    """Kernel setting smuggles a second one.

    CRI-O 1.19 to 1.23 handed the settings of a pod on as one text, joined by `+`, and did not look into the
    values. A value like `1+kernel.core_pattern=|/evil` therefore set a second setting, on the whole node: in
    this case the program that the kernel runs as root whenever a process crashes. Who may create pods owned the
    node (CVE-2022-0811). Nobody writes such a value by mistake: it is an attack, or a test for one.

    Admission by Pod Security looks at the names of settings only, and the name in front is a harmless one.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            sysctls:
              - name: net.ipv4.tcp_syncookies
                value: "1"
              - name: kernel.shm_rmid_forced
                value: "1+kernel.core_pattern=|/tmp/evil"
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            sysctls:
              - name: net.ipv4.tcp_syncookies
                value: "1"
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. The pod starts without the setting; no setting of a pod has a value of this form, so nothing that
        works can miss it. Find out who wrote it, and look at the nodes on which the pod ran.

    Verify:
        `sysctl kernel.core_pattern` on the node prints what its system set.

    References:
        https://nvd.nist.gov/vuln/detail/CVE-2022-0811
        https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    for _, name, second in sysctls.smuggled(pod.spec)[:1]:
        message = f'the value of the kernel setting "{name}" also sets {second}, on the whole node'
        yield (*pod.pointer, "securityContext", "sysctls"), message
