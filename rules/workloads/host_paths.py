"""Places of the node that volumes of type hostPath open, and which rule speaks about which.

A volume has one kind and so one finding: `RUNTIME` belongs to container-runtime-socket-mount, `CREDENTIALS` to
host-path-cloud-credentials, `SENSITIVE` to host-path-sensitive, and `OTHER` to host-path-volume. Together they find
every volume that Pod Security refuses.
That a container may write to such a volume is another fact, found at the mount by host-path-writable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple

from rules.manifest import Document
from rules.pointer import Pointer
from rules.workloads import images, volumes


class Kind(Enum):
    """What a volume opens of its node."""

    RUNTIME = "the container runtime"
    CREDENTIALS = "what logs in to a cloud, a registry or a cluster, and nothing else"
    SENSITIVE = "a place from which the node can be taken over, or where its secrets are"
    OTHER = "something else, or a place that the manifest does not tell"


class Place(NamedTuple):
    """A path in its one spelling: no `..`, no doubled or final slashes, links of every node followed.

    Paths of Windows are lower case, with slashes and without drive: `/windows/system32`.
    """

    path: str
    windows: bool = False


ROOT = Place("/")


class HostPath(NamedTuple):
    """A volume of type hostPath: `pointer` is the volume's, `place` None when the manifest does not tell it."""

    pointer: Pointer
    volume: dict[str, Any]
    place: Place | None

    @property
    def kind(self) -> Kind:
        return kind(self.place)

    @property
    def written(self) -> Any:
        """The path as it is written."""
        return self.volume["hostPath"].get("path")


# Where container runtimes answer. Docker's own containerd has its socket two folders further down.
_ENDPOINTS = (
    "/run/docker.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
    "/run/dockershim.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/k0s/containerd.sock",
    "/run/podman/podman.sock",
)
# Distributions and runtimes without root keep the same sockets elsewhere, under the same names.
_SOCKETS = frozenset(endpoint.rpartition("/")[2] for endpoint in _ENDPOINTS) | {"containerd.sock.ttrpc"}
_PIPES = frozenset(["/pipe/docker_engine", "/pipe/containerd-containerd"])

_DEVICES = "/dev"
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - a place on the node, nothing of ours
_SENSITIVE = (
    *("/etc", "/root", "/home", "/boot", _DEVICES, "/proc", "/sys"),
    *("/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt/cni"),
    *("/var/lib/kubelet", "/var/lib/etcd", "/var/lib/rancher"),
    *("/var/lib/docker", "/var/lib/containerd", "/var/lib/containers"),
    "/var/log",  # The kubelet serves it to whoever may read logs, and follows links that a pod put there.
    "/var/spool/cron",
)
_SENSITIVE_ON_WINDOWS = ("/windows", "/program files", "/programdata", "/users", "/k")
# What everybody may know: files that tell the time zone or the name of the system.
_PUBLIC = ("/etc/localtime", "/etc/timezone", "/etc/machine-id", "/etc/os-release", "/usr/share/zoneinfo")
# Whoever can only read these has keys to the node, to the cluster, or to every pod on the node.
_KEYS = ("/root", "/etc/kubernetes", "/var/lib/etcd", "/var/lib/kubelet/pki", "/var/lib/kubelet/pods")
# Where programs keep what logs them in: in the home of a user, and places of the node's own.
_LOGINS = re.compile(
    r"/(?:root|home/[^/]+|users/[^/]+)/\.(?:aws|azure|kube|docker|config/gcloud)(?:/|\Z)"
    r"|/etc/kubernetes/(?:azure\.json|cloud-config|cloud\.conf)\Z"
    r"|/var/lib/kubelet/(?:config\.json|\.docker(?:/config\.json)?|\.dockercfg)\Z"
)
_SPECIAL_FILES = frozenset(["Socket", "CharDevice", "BlockDevice"])

_WINDOWS = re.compile(r"[A-Za-z]:|\\|//\./")


def place(path: Any) -> Place | None:
    """Return the place that a path means, or None when it is none yet: empty, relative, or a template's text."""
    if not isinstance(path, str) or images.is_template(path):
        return None
    windows = _WINDOWS.match(path) is not None
    if windows:
        path = path.replace("\\", "/").lower()
        path = path[2:] if path[1:2] == ":" else path
    if not path.startswith("/"):
        return None
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    if parts[:2] == ["var", "run"]:  # A link to /run on every distribution that runs Kubernetes.
        del parts[:1]
    return Place("/" + "/".join(parts), windows)


def kind(found: Place | None) -> Kind:
    """Return what a volume with this place opens, the worst first."""
    if found is None:
        return Kind.OTHER
    if _reaches_runtime(found):
        return Kind.RUNTIME
    if _LOGINS.match(found.path):
        return Kind.CREDENTIALS
    return Kind.SENSITIVE if _is_sensitive(found) else Kind.OTHER


def host_paths(document: Document) -> Iterator[HostPath]:
    """Yield the volumes of type hostPath: also those that no container mounts, as Pod Security does."""
    for pointer, volume in volumes.volumes(document):
        source = volume.get("hostPath")
        if isinstance(source, dict):
            yield HostPath(pointer, volume, place(source.get("path")))


def holds_keys(found: Place) -> bool:
    """Is reading enough to take something over? True also of folders in which such a place lies."""
    return found.path == "/proc" or any(_overlaps(found.path, key) for key in _KEYS)


def is_device(found: Place) -> bool:
    """Is the place something in /dev? The runtime still decides which devices a container may open."""
    return not found.windows and found.path != _DEVICES and _is_below(found.path, _DEVICES)


def is_special_file(host_path: HostPath) -> bool:
    """Is it a socket, a pipe or a device? To those one can write through a mount that is read-only."""
    if host_path.volume["hostPath"].get("type") in _SPECIAL_FILES:
        return True
    found = host_path.place
    if found is None:
        return False
    if found.windows:
        return _is_below(found.path, "/pipe")
    return found.path.endswith(".sock") or _is_socket(found) or (is_device(found) and not _is_shared_memory(found))


def _reaches_runtime(found: Place) -> bool:
    if found.windows:
        return found.path in _PIPES
    return _is_socket(found) or any(_is_below(endpoint, found.path) for endpoint in _ENDPOINTS)


def _is_socket(found: Place) -> bool:
    return found.path.rpartition("/")[2] in _SOCKETS


def _is_sensitive(found: Place) -> bool:
    if _is_shared_memory(found) or any(_is_below(found.path, public) for public in _PUBLIC):
        return False
    known = (*_SENSITIVE, *_SENSITIVE_ON_WINDOWS) if found.windows else _SENSITIVE
    return any(_overlaps(found.path, location) for location in known)


def _is_shared_memory(found: Place) -> bool:
    return _is_below(found.path, _SHARED_MEMORY)


def _overlaps(one: str, other: str) -> bool:
    return _is_below(one, other) or _is_below(other, one)


def _is_below(path: str, folder: str) -> bool:
    """Is the path the folder, or in it? Compared by name, so /database is not in /data."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
