"""Rule host-path-cloud-credentials."""

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
        "mitre": ("T1552.001", "T1611"),
        "owasp_k8s": ("K01", "K08"),
    },
)
def host_path_cloud_credentials(document: Document) -> Iterator[Spot]:
    """Login of the node for a cloud, a registry or a cluster is mounted.

    In `.aws`, `.azure`, `.config/gcloud`, `.docker` and `.kube` of a user, in the kubelet's `config.json` and in
    `/etc/kubernetes/azure.json` stand the keys with which people and the node itself log in. Whoever can read
    files in the container takes them away and is that user or that node to the cloud, the registry or the cluster,
    from anywhere, until somebody changes them.

    Critical where a container may write: settings of these tools can name programs that are run at the next
    login. Folders around such a place, `/root` or `/home`, are what host-path-sensitive reports. This rule speaks
    for its volumes alone.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: backup
        spec:
          containers:
            - name: backup
              image: registry.example/backup:1.4.2
              volumeMounts:
                - name: login
                  mountPath: /root/.aws
                  readOnly: true
          volumes:
            - name: login
              hostPath:
                path: /root/.aws

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: backup
        spec:
          serviceAccountName: backup
          containers:
            - name: backup
              image: registry.example/backup:1.4.2

    No fix:
        The program needs another way to log in: the cloud's identity for service accounts, or a Secret of its own
        with the least rights that do. A person must set that up where the rights are given.

    Verify:
        `kubectl get pod backup -o jsonpath='{.spec.volumes[*].hostPath.path}'` prints no such place.

    References:
        https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
    """
    for found in host_paths.host_paths(document):
        if found.kind is host_paths.Kind.CREDENTIALS:
            mounts = volumes.mounts(document, found.volume)
            writable = any(volumes.is_writable(mount) for _, _, mount in mounts)
            message = f"{volumes.label(found.volume)} opens the node's {found.written}, and so a login"
            yield (*found.pointer, "hostPath", "path"), message, Severity.CRITICAL if writable else Severity.HIGH
