"""The volumes of a pod, and where containers mount them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.pointer import Pointer, get
from rules.workloads import pods

# From `restrictedVolumes` of pod-security-admission, the same for every version: a type that a version does
# not know is dropped when the API server reads the object, and what is left is an emptyDir.
_ACCEPTED = (
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image"),
    *("persistentVolumeClaim", "projected", "secret"),
)
# The other fields of `VolumeSource` in k8s.io/api.
_REFUSED = (
    *("awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume", "flocker"),
    *("gcePersistentDisk", "gitRepo", "glusterfs", "hostPath", "iscsi", "nfs", "photonPersistentDisk"),
    *("portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume"),
)


def volumes(document: Document) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield (pointer, volume) of the volumes of an object's pod."""
    pod = pods.pod(document)
    if pod is None:
        return
    for index, volume in enumerate(pods.items(pod.spec, "volumes")):
        if isinstance(volume, dict):
            yield (*pod.pointer, "volumes", index), volume


def mounts(document: Document, volume: dict[str, Any]) -> Iterator[tuple[Pointer, dict[str, Any], dict[str, Any]]]:
    """Yield (pointer of the mount, container, mount) for every mount of a volume, in all lists of containers."""
    name = volume.get("name")
    if not isinstance(name, str):
        return
    for pointer, container in pods.containers(document):
        for index, mount in enumerate(pods.items(container, "volumeMounts")):
            if get(mount, "name") == name:
                yield (*pointer, "volumeMounts", index), container, mount


def is_writable(mount: dict[str, Any]) -> bool:
    """May the container write to the mount? Text in the place of yes or no cannot be judged."""
    given = mount.get("readOnly")
    return given is None or given is False


def refused_type(volume: dict[str, Any]) -> str:
    """Return the type of a volume that the profile restricted refuses, or "".

    A type counts when something stands there, if only an empty map. A second type makes the volume invalid;
    admission then goes by the accepted one.
    """
    if any(volume.get(source) is not None for source in _ACCEPTED):
        return ""
    return next((source for source in _REFUSED if isinstance(volume.get(source), dict)), "")


def label(volume: dict[str, Any]) -> str:
    """Return how messages call a volume: `volume "data"`."""
    name = volume.get("name")
    return f'volume "{name}"' if isinstance(name, str) else "a volume without a name"
