"""Rule host-path-sensitive."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import host_paths, pods, volumes


@rule(
    severity=Severity.CRITICAL,
    category="volumes",
    kinds=pods.KINDS,
    controls={
        "pss": ("baseline",),
        "cis": ("5.2.12",),
        "nsa": ("pod-security",),
        "mitre": ("T1611", "T1005"),
        "owasp_k8s": ("K01",),
    },
)
def host_path_sensitive(document: Document) -> Iterator[Spot]:
    """Place of the node that gives power over it is mounted.

    Some folders of a node are the node: what it starts (`/etc`, `/usr`, `/boot`), its kernel (`/proc`,
    `/sys`), its devices (`/dev`), the files of every other pod and the keys of the kubelet
    (`/var/lib/kubelet`), the contents of the whole cluster (`/var/lib/etcd`). Whoever breaks into the
    container and may write there plants a program that the node runs as root. Reading is often enough: keys,
    tokens, and by links in `/var/log` any other file.

    Critical where a container may write, and where reading gives keys; high for the rest and for single
    devices. Not meant are files that everybody may know, such as `/etc/localtime`, and `/dev/shm`:
    host-path-volume reports those. Folders that contain a place of the list (`/var`) count as that place, in
    whatever spelling. This rule speaks for its volumes alone; host-path-volume says nothing about them.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: agent
        spec:
          containers:
            - name: agent
              image: registry.example/agent:1.4.2
              volumeMounts:
                - name: settings
                  mountPath: /host/etc
                  readOnly: true
          volumes:
            - name: settings
              hostPath:
                path: /etc

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: agent
        spec:
          containers:
            - name: agent
              image: registry.example/agent:1.4.2
              volumeMounts:
                - name: settings
                  mountPath: /settings
          volumes:
            - name: settings
              configMap:
                name: agent

    No fix:
        Whether the program can do without the folder, or with a smaller part of it, is known only to those
        who run it; where it only reads, the fix of host-path-writable takes the right to write away.

    Verify:
        `kubectl get pod agent -o jsonpath='{.spec.volumes[*].hostPath.path}'` prints no such folder.

    References:
        https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
    """
    for found in host_paths.host_paths(document):
        if found.place is not None and found.kind is host_paths.Kind.SENSITIVE:
            at = (*found.pointer, "hostPath", "path")
            severity = _severity(document, found, found.place)
            yield at, f"{volumes.label(found.volume)} opens the node's {found.written}", severity


def _severity(document: Document, found: host_paths.HostPath, place: host_paths.Place) -> Severity:
    if host_paths.is_device(place):
        return Severity.HIGH
    writable = any(volumes.is_writable(mount) for _, _, mount in volumes.mounts(document, found.volume))
    return Severity.CRITICAL if writable or host_paths.holds_keys(place) else Severity.HIGH
