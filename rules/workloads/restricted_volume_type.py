"""Rule restricted-volume-type."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods, volumes

# hostPath is refused by the profile baseline already, and gitRepo is worse than the others.
_OWN_RULES = frozenset(["hostPath", "gitRepo"])


@rule(
    severity=Severity.MEDIUM,
    category="volumes",
    kinds=pods.KINDS,
    controls={
        "pss": ("restricted",),
        "owasp_k8s": ("K01",),
    },
)
def restricted_volume_type(document: Document) -> Iterator[Spot]:
    """Volume is mounted by the node in a way that the pod's author chooses.

    Volumes of these types (nfs, iscsi, rbd and so on) name a server or disk in the pod itself, and the
    node's kernel mounts it. Whoever may write a pod thereby mounts any share that the nodes can reach, or
    has a kernel parse a file system of their making. With a PersistentVolume the one who runs the cluster
    names the server, and a pod only claims it by name. Kubernetes has dropped most of these types anyway and
    hands them to drivers.

    The profile restricted of Pod Security accepts configMap, csi, downwardAPI, emptyDir, ephemeral, image,
    persistentVolumeClaim, projected and secret, in every version. A volume with nothing but a name is an
    emptyDir. Volumes of types hostPath and gitRepo have rules of their own.

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
                - name: media
                  mountPath: /media
          volumes:
            - name: media
              nfs:
                server: files.example
                path: /media

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
                - name: media
                  mountPath: /media
          volumes:
            - name: media
              persistentVolumeClaim:
                claimName: media

    No fix:
        The server or disk moves into a PersistentVolume, which belongs to the cluster and not to the pod, and
        the pod claims it; how large it is and who may use it must be decided by a person.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.volumes}'` names only types of the list above.

    References:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/
        https://kubernetes.io/docs/concepts/storage/volumes/
        https://kubernetes.io/docs/concepts/storage/persistent-volumes/
    """
    for pointer, volume in volumes.volumes(document):
        refused = volumes.refused_type(volume)
        if refused and refused not in _OWN_RULES:
            yield (
                (*pointer, refused),
                f"{volumes.label(volume)} is of type {refused}, which the node itself mounts",
            )
