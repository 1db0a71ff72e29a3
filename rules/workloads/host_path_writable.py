"""Rule host-path-writable."""

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
        "cis": ("5.2.12",),
        "mitre": ("T1611", "T1543"),
        "owasp_k8s": ("K01",),
    },
)
def host_path_writable(document: Document) -> Iterator[Spot]:
    """Container may write to a folder of its node.

    Most programs that look into a folder of the node only read there: they collect logs, measure, check. The
    right to write, which Kubernetes gives unless told otherwise, is then of use to attackers alone. They
    leave a program that somebody on the node will start, replace a file on which other pods rely, or fill
    the disk.

    Other rules report that the pod opens the folder at all, and Pod Security refuses that read-only as well.
    This one is about the mount. Not found for sockets, pipes and devices: read-only changes nothing there.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: collector
        spec:
          containers:
            - name: collector
              image: registry.example/collector:1.4.2
              volumeMounts:
                - name: reports
                  mountPath: /reports
          volumes:
            - name: reports
              hostPath:
                path: /srv/reports

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: collector
        spec:
          containers:
            - name: collector
              image: registry.example/collector:1.4.2
              volumeMounts:
                - name: reports
                  mountPath: /reports
                  readOnly: true
          volumes:
            - name: reports
              hostPath:
                path: /srv/reports

    Fix safety:
        Unsafe. Programs that write there fail: those that remember how far they have read, put a socket
        there for others, install plugins, or keep their data on the node. File systems that are mounted
        inside the folder stay writable unless recursiveReadOnly is asked for too (Kubernetes 1.30 or later),
        and a privileged container can undo it all. Not made where the container shares mounts with its node
        (mountPropagation Bidirectional), which it does in order to put something there.

    Verify:
        `kubectl exec collector -- touch /reports/test` says that the file system is read-only.

    References:
        https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
        https://kubernetes.io/docs/concepts/storage/volumes/#read-only-mounts
    """
    for found in host_paths.host_paths(document):
        if host_paths.is_special_file(found):
            continue
        what = f"the node's {found.written}" if found.place else f"{volumes.label(found.volume)}, a path of the node"
        for pointer, container, mount in volumes.mounts(document, found.volume):
            if volumes.is_writable(mount):
                yield (*pointer, "readOnly"), f"{pods.label(container)} may write to {what}"
