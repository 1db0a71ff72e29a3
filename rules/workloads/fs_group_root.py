"""Rule fs-group-root."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods


@rule(
    severity=Severity.LOW,
    category="privilege",
    kinds=pods.KINDS,
    controls={"nsa": ("non-root",), "owasp_k8s": ("K01",)},
)
def fs_group_root(document: Document) -> Iterator[Spot]:
    """Volumes of the pod belong to the group root.

    `fsGroup` is the group to which the files of many kinds of volumes are given, and every process of the pod
    becomes a member of it. With number 0 the application belongs to the group root, whatever user and group it
    runs as. An attacker who got into it reads and changes what that group may, in the image and in every volume
    that was made the same way by other pods.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsUser: 10001
            fsGroup: 0
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
            runAsUser: 10001
            fsGroup: 10001
          containers:
            - name: web
              image: registry.example/web:1.4.2

    No fix:
        Which group the program can read its volumes as depends on the image, and on what has written to them
        before.

    Verify:
        `kubectl exec web -- id -G` prints no 0, and the program still reads and writes its volumes.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    pod = pods.pod(document)
    if pod is None or pod.is_windows:
        return
    group = get(pod.spec, "securityContext", "fsGroup")
    if group == 0 and type(group) is int:
        at = (*pod.pointer, "securityContext", "fsGroup")
        yield at, "the pod's volumes belong to the group root, and its containers to that group"
