"""Paths of the node in whatever spelling, and one finding for each volume that opens one."""

from __future__ import annotations

import json

import pytest
from harness import codes, findings, messages, operations, places, pod
from hypothesis import given
from hypothesis import strategies as st

from rules.model import Severity
from rules.workloads import host_paths
from rules.workloads.container_runtime_socket_mount import container_runtime_socket_mount as runtime
from rules.workloads.host_path_cloud_credentials import host_path_cloud_credentials as logins
from rules.workloads.host_path_sensitive import host_path_sensitive as sensitive
from rules.workloads.host_path_volume import host_path_volume as plain
from rules.workloads.host_path_writable import host_path_writable as writable
from rules.workloads.restricted_volume_type import restricted_volume_type as restricted

BY_KIND = {
    host_paths.Kind.RUNTIME: runtime,
    host_paths.Kind.CREDENTIALS: logins,
    host_paths.Kind.SENSITIVE: sensitive,
    host_paths.Kind.OTHER: plain,
}
RUNTIME, CREDENTIALS, SENSITIVE, OTHER = host_paths.Kind


def volume(path: str, mount: str = "", **fields: str) -> str:
    """Return a Pod with one volume of the node, and mounts of it."""
    source = json.dumps({"path": path, **fields})
    mounts = f"volumeMounts: [{mount}]" if mount else ""
    return pod(f"{{containers: [{{name: a, image: 'i:1', {mounts}}}], volumes: [{{name: v, hostPath: {source}}}]}}")


MOUNTED = "{name: v, mountPath: /v}"
READ_ONLY = "{name: v, mountPath: /v, readOnly: true}"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("/", "/"),
        ("///", "/"),
        ("/run", "/run"),
        ("/run/", "/run"),
        ("//run//docker.sock", "/run/docker.sock"),
        ("/./run/./docker.sock", "/run/docker.sock"),
        ("/var/run", "/run"),
        ("/var/run/docker.sock", "/run/docker.sock"),
        ("/var/./run/docker.sock/", "/run/docker.sock"),
        ("/srv/../run/docker.sock", "/run/docker.sock"),
        ("/var/lib/../run/docker.sock", "/run/docker.sock"),
        ("/../../etc", "/etc"),
        ("/var/runner", "/var/runner"),
        ("/srv/var/run", "/srv/var/run"),
        ("C:\\", "/"),
        ("c:\\Windows\\System32\\", "/windows/system32"),
        ("D:/Data", "/data"),
        (r"\\.\pipe\docker_engine", "/pipe/docker_engine"),
        ("//./pipe/docker_engine", "/pipe/docker_engine"),
        ("", None),
        ("etc", None),
        ("./etc", None),
        ("${DIR}/etc", None),
        ("/etc/$(NODE_NAME)", None),
        ("{{ .Values.path }}", None),
        (7, None),
        (None, None),
        ({}, None),
    ],
)
def test_a_path_has_one_spelling(written: object, meant: str | None) -> None:
    place = host_paths.place(written)
    assert (place.path if place else None) == meant


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", RUNTIME),
        ("/run", RUNTIME),
        ("/var/run/", RUNTIME),
        ("/run/docker", RUNTIME),
        ("/run/docker.sock", RUNTIME),
        ("/var/run/docker.sock", RUNTIME),
        ("/var/run/../run/docker.sock", RUNTIME),
        ("/run/containerd", RUNTIME),
        ("/run/containerd/containerd.sock", RUNTIME),
        ("/run/containerd/containerd.sock.ttrpc", RUNTIME),
        ("/run/crio", RUNTIME),
        ("/var/run/crio/crio.sock", RUNTIME),
        ("/run/cri-dockerd.sock", RUNTIME),
        ("/run/dockershim.sock", RUNTIME),
        ("/run/k3s", RUNTIME),
        ("/run/k3s/containerd/containerd.sock", RUNTIME),
        ("/run/podman/podman.sock", RUNTIME),
        ("/run/user/1000/docker.sock", RUNTIME),
        ("/var/snap/microk8s/common/run/containerd.sock", RUNTIME),
        (r"\\.\pipe\docker_engine", RUNTIME),
        (r"\\.\pipe\containerd-containerd", RUNTIME),
        ("/run/docker/plugins", OTHER),
        ("/run/containerd/fifo", OTHER),
        ("/run/dbus/system_bus_socket", OTHER),
        ("/running", OTHER),
        (r"\\.\pipe\csi-proxy", OTHER),
        ("/etc", SENSITIVE),
        ("/etc/kubernetes/pki", SENSITIVE),
        ("/root/.ssh", SENSITIVE),
        ("/home/me", SENSITIVE),
        ("/root/.aws", CREDENTIALS),
        ("/root/.aws/credentials", CREDENTIALS),
        ("/root/.awsome", SENSITIVE),
        ("/home/me/.config/gcloud/", CREDENTIALS),
        ("/home/me/.config", SENSITIVE),
        ("/home/me/.kube/../.docker/config.json", CREDENTIALS),
        ("/etc/kubernetes/azure.json", CREDENTIALS),
        ("/etc/kubernetes/azure", SENSITIVE),
        ("/var/lib/kubelet/config.json", CREDENTIALS),
        (r"C:\\Users\\me\\.azure", CREDENTIALS),
        ("/srv/root/.aws", OTHER),
        ("/proc", SENSITIVE),
        ("/proc/1/root", SENSITIVE),
        ("/sys/fs/cgroup", SENSITIVE),
        ("/dev", SENSITIVE),
        ("/dev/kmsg", SENSITIVE),
        ("/lib/modules", SENSITIVE),
        ("/lib64", SENSITIVE),
        ("/usr/src", SENSITIVE),
        ("/var", SENSITIVE),
        ("/var/lib", SENSITIVE),
        ("/var/lib/kubelet/pods", SENSITIVE),
        ("/var/lib/etcd", SENSITIVE),
        ("/var/log/pods", SENSITIVE),
        ("/opt", SENSITIVE),
        ("/opt/cni/bin", SENSITIVE),
        ("C:\\", SENSITIVE),
        ("C:\\Windows", SENSITIVE),
        ("c:/ProgramData/docker", SENSITIVE),
        ("C:\\var\\lib\\kubelet", SENSITIVE),
        ("/data/processing", OTHER),  # Contains "/proc".
        ("/etcetera", OTHER),
        ("/library", OTHER),
        ("/var/lib/kubelet-data", OTHER),
        ("/var/lib/mysql", OTHER),
        ("/opt/data", OTHER),
        ("/dev/shm", OTHER),
        ("/etc/localtime", OTHER),
        ("/usr/share/zoneinfo/Europe", OTHER),
        ("/windows", OTHER),
        ("C:\\data", OTHER),
        ("/srv", OTHER),
        ("/tmp", OTHER),
        ("/mnt/disks", OTHER),
        ("", OTHER),
        ("${DIR}", OTHER),
    ],
)
def test_one_volume_has_one_finding_of_the_most_specific_rule(path: str, kind: host_paths.Kind) -> None:
    for owner, rule in BY_KIND.items():
        assert len(messages(rule, volume(path))) == (owner is kind), rule.id


sources = (
    st.none()
    | st.sampled_from(["web", 7, True])
    | st.fixed_dictionaries(
        {},
        optional={
            "path": st.text(st.sampled_from("/.runvaetcdok:\\"), max_size=12)
            | st.sampled_from([None, 7, "/", "/var/run", "/etc", "/srv", "${X}"]),
            "type": st.sampled_from([None, "", "Socket", "Directory"]),
        },
    )
)


@given(st.lists(sources, max_size=4))
def test_whatever_pod_security_refuses_is_found_exactly_once(given_sources: list[object]) -> None:
    listed = [{"name": f"v{index}", "hostPath": source} for index, source in enumerate(given_sources)]
    text = pod(json.dumps({"containers": [], "volumes": listed}))
    found = [place.split("/")[3] for rule in BY_KIND.values() for place in places(rule, text)]
    refused = [str(index) for index, source in enumerate(given_sources) if isinstance(source, dict)]
    assert sorted(found) == refused
    assert all(rule.controls["pss"] == ("baseline",) for rule in BY_KIND.values())


def test_a_socket_that_is_mounted_read_only_is_found_and_read_only_is_not_advised() -> None:
    for mount in (MOUNTED, READ_ONLY):
        text = volume("/var/run/docker.sock", mount)
        assert len(messages(runtime, text)) == 1
        assert messages(writable, text) == []


@pytest.mark.parametrize(
    ("path", "mount", "severity"),
    [
        ("/sys", MOUNTED, Severity.CRITICAL),
        ("/sys", READ_ONLY, Severity.HIGH),
        ("/sys", "", Severity.HIGH),
        ("/sys", f"{READ_ONLY}, {MOUNTED}", Severity.CRITICAL),
        ("/sys", "{name: other, mountPath: /v}", Severity.HIGH),
        ("/sys", "{name: v, mountPath: /v, readOnly: '${X}'}", Severity.HIGH),
        ("/etc", READ_ONLY, Severity.CRITICAL),
        ("/etc/nginx", READ_ONLY, Severity.HIGH),
        ("/etc/kubernetes/pki", READ_ONLY, Severity.CRITICAL),
        ("/proc", READ_ONLY, Severity.CRITICAL),
        ("/proc/sys", READ_ONLY, Severity.HIGH),
        ("/root/.ssh", READ_ONLY, Severity.CRITICAL),
        ("/var/lib", READ_ONLY, Severity.CRITICAL),
        ("/var/lib/kubelet/", READ_ONLY, Severity.CRITICAL),
        ("/var/lib/kubelet/device-plugins", READ_ONLY, Severity.HIGH),
        ("/var/log", READ_ONLY, Severity.HIGH),
        ("/dev", MOUNTED, Severity.CRITICAL),
        ("/dev/sda", MOUNTED, Severity.HIGH),
        ("C:\\Windows", MOUNTED, Severity.CRITICAL),
        ("C:\\dev\\tools", MOUNTED, Severity.CRITICAL),
    ],
)
def test_severity_follows_what_can_be_done(path: str, mount: str, severity: Severity) -> None:
    ((finding, _),) = findings(sensitive, volume(path, mount))
    assert finding.severity is severity


def test_a_writer_among_init_or_ephemeral_containers_counts() -> None:
    for name in ("initContainers", "ephemeralContainers"):
        mount = f"{name}: [{{name: i, volumeMounts: [{MOUNTED}]}}]"
        text = pod(f"{{containers: [], {mount}, volumes: [{{name: v, hostPath: {{path: /sys}}}}]}}")
        ((finding, _),) = findings(sensitive, text)
        assert finding.severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("path", "fields", "found"),
    [
        ("/srv", {}, 1),
        ("/srv", {"type": "Directory"}, 1),
        ("/run", {}, 1),  # A folder in which there is more than sockets.
        ("/", {}, 1),
        ("/dev", {}, 1),
        ("/dev/shm", {}, 1),
        ("", {}, 1),
        ("${DIR}", {}, 1),
        ("/run/containerd/containerd.sock", {}, 0),
        ("/run/php.sock", {}, 0),
        ("/run/php", {"type": "Socket"}, 0),
        ("/dev/fuse", {}, 0),
        ("/srv/device", {"type": "CharDevice"}, 0),
        ("/srv/device", {"type": "BlockDevice"}, 0),
        (r"\\.\pipe\csi-proxy", {}, 0),
    ],
)
def test_read_only_is_asked_for_where_it_changes_something(path: str, fields: dict[str, str], found: int) -> None:
    assert len(messages(writable, volume(path, MOUNTED, **fields))) == found


@pytest.mark.parametrize(
    ("mount", "wanted"),
    [
        ("{name: v}", ["unsafe"]),
        ("{name: v, readOnly: false}", ["unsafe"]),
        ("{name: v, readOnly: null}", ["unsafe"]),
        ("{name: v, readOnly: true}", []),
        ("{name: v, readOnly: 'false'}", []),
        ("{name: v, readOnly: false, mountPropagation: Bidirectional}", ["shares-mounts"]),
        ("{name: v, mountPropagation: HostToContainer}", ["unsafe"]),
        ("{name: v, mountPath: /a}, {name: v, mountPath: /b}", ["unsafe", "unsafe"]),
        ("{name: w}", []),
        ("v, null, 7", []),
    ],
)
def test_each_mount_is_judged(mount: str, wanted: list[str]) -> None:
    assert codes(writable, volume("/srv", mount)) == wanted


def test_read_only_is_written_to_the_mount_alone() -> None:
    assert operations(writable, volume("/srv", MOUNTED)) == [
        {"op": "add", "path": "/spec/containers/0/volumeMounts/0/readOnly", "value": True}
    ]


def test_absence_means_nothing_in_a_part_of_an_object() -> None:
    text = pod("{containers: [{name: a, volumeMounts: [{name: v}]}], volumes: [{name: v, hostPath: {path: /srv}}]}")
    assert messages(writable, text) == []
    assert len(messages(plain, text)) == 1


REFUSED = (
    *("awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume", "flocker"),
    *("gcePersistentDisk", "glusterfs", "iscsi", "nfs", "photonPersistentDisk", "portworxVolume", "quobyte"),
    *("rbd", "scaleIO", "storageos", "vsphereVolume"),
)
ACCEPTED = (
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected"),
    "secret",
)


@pytest.mark.parametrize("version", [(1, 25), (1, 30), (1, 31), (1, 37)])
@pytest.mark.parametrize(
    ("source", "found"),
    [
        *((f"{name}: {{}}", 1) for name in REFUSED),
        *((f"{name}: {{}}", 0) for name in ACCEPTED),
        ("", 0),  # A volume with only a name is an emptyDir.
        ("nfs: null", 0),
        ("nfs: web", 0),
        ("cephFS: {}", 0),  # Unknown, so dropped: an emptyDir.
        ("hostPath: {}", 0),
        ("gitRepo: {}", 0),
        ("secret: null, nfs: {}", 1),
        ("secret: {}, nfs: {}", 0),  # Invalid; Pod Security goes by the type it accepts.
    ],
)
def test_volume_types_of_the_profile_restricted(source: str, found: int, version: tuple[int, int]) -> None:
    text = pod(f"{{containers: [], volumes: [{{name: v, {source}}}]}}")
    assert len(messages(restricted, text, version=version)) == found


@pytest.mark.parametrize(
    ("path", "opened"),
    [
        ("/", "all files of the node, the socket of its container runtime among them"),
        ("//", "all files of the node, the socket of its container runtime among them"),
        ("/run/..", "all files of the node, the socket of its container runtime among them"),
        ("/run", "the node's /run, and so the container runtime"),
        ("/var/run/docker.sock", "the node's /var/run/docker.sock, and so the container runtime"),
    ],
)
def test_who_mounts_everything_is_told_so(path: str, opened: str) -> None:
    assert messages(runtime, volume(path)) == [f'volume "v" opens {opened}']
