"""Rule host-path-volume."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import host_paths, pods, volumes


@rule(
    severity=Severity.HIGH,
    category="volumes",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.12",),
        "nsa": ("pod-security",),
        "mitre": ("T1611",),
        "owasp_k8s": ("K01",),
    },
)
def host_path_volume(document: Document) -> Iterator[Spot]:
    """Pod mounts a folder or file of its node.

    A volume of type hostPath is a hole in the wall between container and node. What the container writes
    there stays behind on the machine, is seen by every pod that opens the same folder, and counts against no
    limit: one pod fills the disk of all. Links in the folder lead further than was meant, and an attacker who
    got into the application leaves files there for another pod, or the node itself, to trust. And on the
    next node the files are others, so the application loses its data when it is moved.

    Found whether a container mounts the volume or not, and also where the path is not known yet. Sockets of
    the container runtime and sensitive folders are worse and have rules of their own, which then speak
    alone: container-runtime-socket-mount and host-path-sensitive.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              volumeMounts:
                - name: uploads
                  mountPath: /uploads
          volumes:
            - name: uploads
              hostPath:
                path: /srv/uploads

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              volumeMounts:
                - name: uploads
                  mountPath: /uploads
          volumes:
            - name: uploads
              persistentVolumeClaim:
                claimName: uploads

    No fix:
        What takes its place depends on what the files are for: a persistentVolumeClaim for data that must
        stay, an emptyDir for what may be lost, a configMap or secret for settings; a person must decide.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.volumes[*].hostPath}'` prints nothing.

    References:
        https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
    """
    for found in host_paths.host_paths(document):
        if found.kind is host_paths.Kind.OTHER:
            what = f"the node's {found.written}" if found.place else "a path of the node"
            yield (*found.pointer, "hostPath"), f"{volumes.label(found.volume)} opens {what}"
