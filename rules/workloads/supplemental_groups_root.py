"""Rule supplemental-groups-root."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods, users


@rule(
    severity=Severity.LOW,
    category="privilege",
    kinds=pods.KINDS,
    controls={"nsa": ("non-root",), "owasp_k8s": ("K01",)},
)
def supplemental_groups_root(document: Document) -> Iterator[Spot]:
    """Containers also belong to the group root.

    Every process of the pod gets the groups in `supplementalGroups` beside its own. Number 0 is the group root:
    it may read, and sometimes change, files of the image, of volumes and of the node's disk that the user of the
    application may not. An attacker who got into the application inherits that.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            runAsUser: 10001
            supplementalGroups: [0, 5000]
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
            supplementalGroups: [5000]
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. What only the group root may read or write becomes unreadable: volumes and sockets that belong to
        root:root, files of images that were built for group 0. The other groups stay.

    Verify:
        `kubectl exec web -- id -G` prints no 0, unless that is the container's first group.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    pod = pods.pod(document)
    if pod is None or pod.is_windows:
        return
    if users.root_groups(pod.spec):
        at = (*pod.pointer, "securityContext", "supplementalGroups")
        yield at, "the pod's containers also belong to the group root"
