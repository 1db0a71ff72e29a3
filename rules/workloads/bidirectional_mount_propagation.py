"""Rule bidirectional-mount-propagation."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods


@rule(
    severity=Severity.HIGH,
    category="volumes",
    kinds=pods.KINDS,
    controls={"mitre": ("T1611",), "owasp_k8s": ("K01",)},
)
def bidirectional_mount_propagation(document: Document) -> Iterator[Spot]:
    """What the container mounts appears on its node.

    With `mountPropagation: Bidirectional` the container and its node share mounts: whatever the container mounts
    below the volume appears on the node and in every container that uses the same place. Whoever breaks in can
    lay files of their own over those of the node and of other pods, and mounts that are left behind keep the node
    from taking pods down. Kubernetes allows it to privileged containers only.

    Plugins for storage (CSI) and programs that mount file systems for other pods need exactly this; an ordinary
    application does not.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: agent
        spec:
          containers:
            - name: agent
              image: registry.example/agent:1.4.2
              securityContext:
                privileged: true
              volumeMounts:
                - name: mounts
                  mountPath: /var/lib/agent/mounts
                  mountPropagation: Bidirectional
          volumes:
            - name: mounts
              hostPath:
                path: /srv/agent/mounts

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: agent
        spec:
          containers:
            - name: agent
              image: registry.example/agent:1.4.2
              securityContext:
                privileged: true
              volumeMounts:
                - name: mounts
                  mountPath: /var/lib/agent/mounts
                  mountPropagation: HostToContainer
          volumes:
            - name: mounts
              hostPath:
                path: /srv/agent/mounts

    Fix safety:
        Unsafe. With HostToContainer the container still sees what the node mounts, and the node no longer sees what
        the container mounts: plugins for storage and programs that mount file systems for other pods stop working.

    Verify:
        `kubectl get pod agent -o jsonpath='{.spec.containers[*].volumeMounts[*].mountPropagation}'` prints no
        Bidirectional.

    References:
        https://kubernetes.io/docs/concepts/storage/volumes/#mount-propagation
    """
    for pointer, container in pods.containers(document):
        for index, mount in enumerate(pods.items(container, "volumeMounts")):
            if get(mount, "mountPropagation") == "Bidirectional":
                at = (*pointer, "volumeMounts", index, "mountPropagation")
                yield at, f"what {pods.label(container)} mounts below {get(mount, 'mountPath')} appears on its node"
