"""Rule share-process-namespace."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import capabilities, pods


@rule(
    severity=Severity.LOW,
    category="privilege",
    kinds=pods.KINDS,
    controls={"mitre": ("T1057", "T1552"), "owasp_k8s": ("K01",)},
)
def share_process_namespace(document: Document) -> Iterator[Spot]:
    """Containers of the pod see each other's processes.

    With `shareProcessNamespace: true` the containers of a pod stop being apart: each sees the processes of the
    others, may signal those of its own user, reads their environment in /proc/PID/environ, passwords included,
    and reaches their files by /proc/PID/root. An attacker who got into the log shipper then has what the
    application has.

    Severity is medium where containers of different images share, or one may trace others (SYS_PTRACE), and info
    where there is only one container so far.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          shareProcessNamespace: true
          containers:
            - name: web
              image: registry.example/web:1.4.2
            - name: logs
              image: registry.example/logs:2.0.1

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
            - name: logs
              image: registry.example/logs:2.0.1

    Fix safety:
        Unsafe. Sidecars that signal the main program stop working (those that reload settings, for example), and
        so do debuggers. Without the field the main program is process 1 of its container: one that does not
        collect its dead children leaves zombies behind.

    Verify:
        `kubectl exec web -c logs -- ps` shows the processes of that container only.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/
    """
    pod = pods.pod(document)
    if pod is None or pod.declares_windows or pod.spec.get("shareProcessNamespace") is not True:
        return
    found = [
        container
        for pointer, container in pods.containers(document)
        if "initContainers" not in pointer or container.get("restartPolicy") == "Always"
    ]
    added = [name for container in found for name in pods.items(container, "securityContext", "capabilities", "add")]
    traces = any(isinstance(name, str) and capabilities.plain(name) in ("ALL", "SYS_PTRACE") for name in added)
    severity = Severity.LOW
    if traces or len({str(container.get("image")) for container in found}) > 1:
        severity = Severity.MEDIUM
    elif len(found) == 1 and not document.partial and not pods.is_fragment(document):
        severity = Severity.INFO
    yield (*pod.pointer, "shareProcessNamespace"), f"{_who(found)} each other's processes", severity


def _who(found: list[dict[str, object]]) -> str:
    if len(found) < 2:
        return "containers that join the pod see"
    return f"{pods.labels(found)} see"
