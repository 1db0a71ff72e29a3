"""Rule non-root-contradiction."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods, users


@rule(
    severity=Severity.HIGH,
    category="privilege",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K01",)},
)
def non_root_contradiction(document: Document) -> Iterator[Spot]:
    """Container must not run as root, and is told to.

    Of `runAsNonRoot: true` and `runAsUser: 0`, one on the container and the other perhaps on its pod, Kubernetes
    obeys both: it refuses to start the container, with CreateContainerConfigError. Such a manifest never worked,
    or works because something changes it on its way to the cluster. What somebody does in a hurry then is remove
    the line that protects, and an attacker who gets in later is root.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsNonRoot: true
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                runAsUser: 0

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsNonRoot: true
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                runAsUser: 10001

    No fix:
        Which of the two lines is meant is for a person to say: another user that the image can run as, or root.

    Verify:
        `kubectl get pod web` shows Running instead of CreateContainerConfigError.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    pod = pods.pod(document)
    if pod is None or pod.is_windows:  # Windows has no user numbers.
        return
    inherit = []
    for pointer, container in pods.containers(document):
        if users.user(pod.spec, container) != 0 or users.effective(pod.spec, container, "runAsNonRoot") is not True:
            continue
        if get(container, "securityContext", "runAsUser") is None:
            inherit.append(container)
        else:
            yield (*pointer, "securityContext", "runAsUser"), f"{_start([container])}; it is told to run as root"
    if inherit:
        at = (*pod.pointer, "securityContext", "runAsUser")
        yield at, f"{_start(inherit)}; the pod says root"


def _start(found: list[dict[str, object]]) -> str:
    return (
        f"{pods.labels(found)} must not run as root, so Kubernetes will not start {'it' if len(found) == 1 else 'them'}"
    )
