"""Rule volume-mount-undefined."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.controllers import WRITTEN_OUT
from rules.workloads.templates import word
from rules.workloads.wholeness import is_whole

_LISTS = ("volumeMounts", "volumeDevices")


@rule(severity=Severity.HIGH, category="reliability", kinds=WRITTEN_OUT)
def volume_mount_undefined(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Container mounts a volume that does not exist.

    A mount names a volume of its pod, or a claim template of the StatefulSet. When there is none of that name,
    the API server refuses the pod, and a Deployment with such a template: what ran before keeps running, and the
    update, with whatever it was to repair, never arrives. A StatefulSet is accepted and makes no pods. Mostly one
    of the two was renamed or removed, and the other forgotten.

    Objects that a kustomization of the scan changes are left out, as it may add the volume.

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
                - name: config
                  mountPath: /etc/web
          volumes:
            - name: settings
              configMap:
                name: web

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
                - name: settings
                  mountPath: /etc/web
          volumes:
            - name: settings
              configMap:
                name: web

    No fix:
        Which volume is meant, and whether the mount or the volume is wrong, is for a person to say.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/concepts/storage/volumes/
        https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
    """
    known = _known(document) if is_whole(document, cluster) else None
    if known is None:
        return
    for pointer, container in pods.containers(document):
        for key in _LISTS:
            for index, mount in enumerate(pods.items(container, key)):
                name = word(get(mount, "name"))
                if name and name not in known:
                    message = f'{pods.label(container)} mounts volume "{name}", which the pod does not have'
                    yield (*pointer, key, index, "name"), message


def _known(document: Document) -> frozenset[str] | None:
    """Return the names of the volumes that the pod will have, None when one of them cannot be told."""
    pod = pods.pod(document)
    volumes = pod.spec.get("volumes") if pod else None
    templates = get(document.value, "spec", "volumeClaimTemplates")
    if any(not isinstance(given, list | None) for given in (volumes, templates)):
        return None
    names = [word(get(volume, "name")) for volume in volumes or ()]
    names += [word(get(template, "metadata", "name")) for template in templates or ()]
    return None if None in names else frozenset(name for name in names if name)
