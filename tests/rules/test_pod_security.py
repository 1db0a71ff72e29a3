"""An exam: our verdict on pods is that of admission, control by control, setter by setter, version by version."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pod_security
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import manifest
from rules.cluster import NEWEST, Cluster
from rules.registry import all_rules
from rules.search import search

VERSIONS = [(1, minor) for minor in range(25, NEWEST[1] + 1)]
BY_LEVEL = {
    "baseline": [rule for rule in all_rules() if "baseline" in rule.controls.get("pss", ())],
    "restricted": [rule for rule in all_rules() if rule.controls.get("pss")],
}
CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
HARDENED = {
    "runAsNonRoot": True,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
CALM: dict[str, Any] = {
    "metadata": {"name": "calm", "annotations": {}},
    "spec": {
        list_: [{"name": list_.lower(), "image": "registry.example/calm:1", "securityContext": HARDENED}]
        for list_ in CONTAINERS
    },
}
ABSENT = "absent"
Change = tuple[tuple[str | int, ...], Any]

SELINUX = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t", "unconfined_t"]
PROFILES = [
    *({"type": kind} for kind in ("RuntimeDefault", "Unconfined", "Odd")),
    {"type": "Localhost", "localhostProfile": "a.json"},
]
# Field of the securityContext of pods and of containers -> values.
INHERITED: dict[str, list[Any]] = {
    "runAsNonRoot": [True, False, ABSENT],
    "runAsUser": [0, 1, 1000],
    "seccompProfile": [*PROFILES, ABSENT],
    "appArmorProfile": PROFILES,
    "seLinuxOptions": [
        *({"type": name} for name in SELINUX),
        *({"level": "s0:c1,c2"}, {"user": "system_u"}, {"role": "system_r"}, {"user": "", "role": "", "type": ""}, {}),
    ],
    "windowsOptions": [{"hostProcess": True}, {"hostProcess": False}, {"runAsUserName": "ContainerUser"}],
}
ADDED = [
    *("ALL", "all", "SYS_ADMIN", "SYS_MODULE", "NET_ADMIN", "NET_RAW", "BPF", "SYS_PTRACE", "WAKE_ALARM"),
    *("CAP_SYS_ADMIN", "sys_admin", "CAP_CHOWN", "chown", "net_bind_service", *sorted(pod_security.MAY_ADD)),
]
# Field of the securityContext of containers alone -> values.
OWN: dict[str, list[Any]] = {
    "privileged": [True, False],
    "allowPrivilegeEscalation": [True, False, ABSENT],
    "procMount": ["Default", "Unmasked"],
    "capabilities": [
        *({"drop": ["ALL"], "add": [name]} for name in ADDED),
        *({"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "SYS_TIME"]}, {"drop": ["ALL"], "add": []}),
        *({"drop": names} for names in (["all"], ["All"], ["NET_RAW"], ["KILL", "ALL"], ["CAP_ALL"], [])),
        *({"add": ["CHOWN"]}, {}, ABSENT),
    ],
}
HANDLERS = [
    *(("livenessProbe",), ("readinessProbe",), ("startupProbe",)),
    *(("lifecycle", "postStart"), ("lifecycle", "preStop")),
]
SYSCTLS = [
    *(name for _, name in pod_security.SYSCTLS),
    *("kernel.msgmax", "net.core.somaxconn", "net.ipv4.tcp_rmem.x", "net/ipv4/tcp_syncookies", "fs.mqueue.msg_max"),
]
REFUSED = [
    *("awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume", "flocker"),
    *("gcePersistentDisk", "gitRepo", "glusterfs", "iscsi", "nfs", "photonPersistentDisk", "portworxVolume"),
    *("quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume"),
]
TYPES: dict[str, Any] = {**{name: {} for name in (*pod_security.VOLUMES, *REFUSED)}, "hostPath": {"path": "/srv/data"}}
PATHS = [
    "/",
    "/etc",
    "/proc",
    "/var/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/var/log",
    "/dev/fuse",
    "C:\\",
]
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
WINDOWS: Change = (("spec", "os"), {"name": "windows"})
LINUX: Change = (("spec", "os"), {"name": "linux"})
NODES: Change = (("spec", "nodeSelector"), {"kubernetes.io/os": "windows"})
USERS: Change = (("spec", "hostUsers"), False)
NODE_USERS: Change = (("spec", "hostUsers"), True)


def ours(change: Change) -> tuple[Change, ...]:
    return (change,)


def on_containers(path: tuple[str | int, ...], value: Any) -> Iterator[tuple[Change, ...]]:
    for list_ in CONTAINERS:
        yield ours((("spec", list_, 0, *path), value))


def bare(field: str) -> tuple[Change, ...]:
    """Take a field from every container."""
    return tuple((("spec", list_, 0, "securityContext", field), ABSENT) for list_ in CONTAINERS)


Rows = Iterator[tuple[Change, ...]]


def contexts() -> Rows:
    """Yield each field of a securityContext: at the pod, at each container, at both."""
    for field, values in INHERITED.items():
        for value in values:
            of_pod: Change = (("spec", "securityContext", field), value)
            yield ours(of_pod)
            yield (*bare(field), of_pod)
            for at_container in on_containers(("securityContext", field), value):
                yield at_container
                yield (of_pod, *bare(field)[1:], *at_container)
    for field, values in OWN.items():
        for value in values:
            yield from on_containers(("securityContext", field), value)
            yield ours((("spec", "securityContext", field), value))  # A mistake without effect.
    yield from on_containers(("securityContext",), ABSENT)


def node() -> Rows:
    """Yield what a pod shares with its node."""
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        for value in (True, False):
            yield ours((("spec", key), value))
    for port in ({"hostPort": 0}, {"hostPort": 8080}, {"hostPort": 80}, {}):
        for on in on_containers(("ports",), [{"containerPort": 80, **port}]):
            yield on
            yield (*on, (("spec", "hostNetwork"), True))
    for name in SYSCTLS:
        yield ours((("spec", "securityContext", "sysctls"), [{"name": name, "value": "1"}]))
    yield ours((("spec", "securityContext", "sysctls"), []))


def probes() -> Rows:
    for handler in HANDLERS:
        for action, rest in (("httpGet", {"path": "/"}), ("tcpSocket", {})):
            for host in ("10.0.0.1", "127.0.0.1", "localhost", "", ABSENT):
                given = {"port": 80, **rest, **({} if host == ABSENT else {"host": host})}
                yield from on_containers((*handler, action), given)
        yield from on_containers((*handler, "exec"), {"command": ["true"]})


def volumes() -> Rows:
    for type_, value in TYPES.items():
        yield ours((("spec", "volumes"), [{"name": "data", type_: value}]))
    yield ours((("spec", "volumes"), [{"name": "data"}]))
    for path in PATHS:
        for read_only in (True, False):
            mounts = [{"name": "d", "mountPath": "/d", "readOnly": read_only}]
            mount: Change = (("spec", "containers", 0, "volumeMounts"), mounts)
            yield ((("spec", "volumes"), [{"name": "d", "hostPath": {"path": path}}]), mount)


def marks() -> Rows:
    for value in ("runtime/default", "localhost/a", "unconfined", "odd", "localhost", ""):
        for name in (*map(str.lower, CONTAINERS), "nobody"):
            yield ours((("metadata", "annotations", APP_ARMOR + name), value))
    for value in ("runtime/default", "docker/default", "localhost/a", "localhost/", "unconfined", "odd", ""):
        of_pod: Change = (("metadata", "annotations", SECCOMP), value)
        yield ours(of_pod)
        yield (*bare("seccompProfile"), of_pod)
        for list_ in CONTAINERS:
            key = f"container.seccomp.security.alpha.kubernetes.io/{list_.lower()}"
            of_container: Change = (("metadata", "annotations", key), value)
            yield (*bare("seccompProfile"), of_container)
            yield (*bare("seccompProfile")[:1], of_container)
            yield (*bare("seccompProfile"), (("metadata", "annotations", SECCOMP), "runtime/default"), of_container)


def relaxations(around: Change) -> Rows:
    """Yield what an operating system or a user namespace may excuse, beside what it does not."""
    yield ours(around)
    for field in (*HARDENED, "procMount"):
        yield (around, *bare(field))
        for value in {**INHERITED, **OWN}[field]:
            if around is not WINDOWS or value == ABSENT:
                for at_container in on_containers(("securityContext", field), value):
                    yield (around, *at_container)
    for user in (0, 1000):
        yield (around, (("spec", "securityContext", "runAsUser"), user))
        yield from ((around, *on) for on in on_containers(("securityContext", "runAsUser"), user))
    for value in (True, False):
        yield (around, *bare("runAsNonRoot"), (("spec", "securityContext", "runAsNonRoot"), value))
        yield from ((around, *on) for on in on_containers(("securityContext", "privileged"), value))
    yield (around, (("spec", "securityContext", "windowsOptions"), {"hostProcess": True}))


EXCUSES = (WINDOWS, LINUX, NODES, USERS, NODE_USERS)
TABLE = [
    (),
    *contexts(),
    *node(),
    *probes(),
    *volumes(),
    *marks(),
    *(row for around in EXCUSES for row in relaxations(around)),
]


def made(changes: tuple[Change, ...]) -> dict[str, Any]:
    """Return a pod that meets restricted, but for the changes."""
    pod: dict[str, Any] = json.loads(json.dumps(CALM))  # A deep copy would let containers share a map.
    for path, value in changes:
        inner: Any = pod
        for key in path[:-1]:
            inner = inner.setdefault(key, {}) if isinstance(inner, dict) else inner[key]
        if value == ABSENT:
            inner.pop(path[-1], None)
        else:
            inner[path[-1]] = copy.deepcopy(value)
    return pod


def judged(pod: dict[str, Any], version: tuple[int, int]) -> dict[str, list[str]]:
    """Return the rules of each level that find something."""
    (document,) = manifest.parse(json.dumps({"apiVersion": "v1", "kind": "Pod", **pod}))
    hits = list(search(document, BY_LEVEL["restricted"], Cluster((), version)))
    assert all(isinstance(hit, tuple) for hit in hits), hits
    found = {hit[0].rule for hit in hits if isinstance(hit, tuple)}
    return {level: sorted(rule.id for rule in rules if rule.id in found) for level, rules in BY_LEVEL.items()}


def is_copied(pod: dict[str, Any], version: tuple[int, int]) -> bool:
    """Are there seccomp annotations that the API server of the version makes fields of? Fixes leave those alone."""
    return version < (1, 27) and any("seccomp.security" in key for key in pod["metadata"]["annotations"])


def differences(pod: dict[str, Any], version: tuple[int, int]) -> list[tuple[str, list[str], list[str]]]:
    """Return (level, controls that object, rules that find something) where the two disagree."""
    found = judged(pod, version)
    return [
        (level, expected, found[level])
        for level in pod_security.LEVELS
        if bool(expected := pod_security.objections(level, pod["spec"], pod["metadata"]["annotations"], version))
        is not bool(found[level])
    ]


def test_the_exam_asks_enough() -> None:
    assert len({json.dumps(made(changes), sort_keys=True) for changes in TABLE}) > 400
    passed: set[str] = set()
    for changes in TABLE:
        pod = made(changes)
        passed |= set(pod_security.objections("restricted", pod["spec"], pod["metadata"]["annotations"], NEWEST))
    assert passed == {control.__name__ for control in pod_security.RESTRICTED}
    assert pod_security.objections("restricted", CALM["spec"], {}, NEWEST) == []


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: f"1.{version[1]}")
def test_verdicts_are_those_of_admission(version: tuple[int, int]) -> None:
    wrong = []
    for changes in TABLE:
        pod = made(changes)
        wrong += [(changes, *difference) for difference in differences(pod, version)]
    assert wrong == []


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(TABLE), min_size=2, max_size=5), st.sampled_from(VERSIONS))
def test_verdicts_on_several_changes_at_once(several: list[tuple[Change, ...]], version: tuple[int, int]) -> None:
    changes = tuple(change for one in several for change in one)
    # A path may lead through what another change takes away or replaces by a text; those belong to other tests.
    if any(value == ABSENT and len(path) <= 4 and path[-1] == "securityContext" for path, value in changes):
        return
    pod = made(changes)
    assert differences(pod, version) == []


@pytest.mark.parametrize(
    ("version", "value", "objects"),
    [((1, 26), "runtime/default", False), ((1, 27), "runtime/default", True), ((1, 37), "runtime/default", True)],
)
def test_seccomp_annotations_are_dead_since_the_server_copies_them_no_more(
    version: tuple[int, int], value: str, objects: bool
) -> None:
    pod = made((*bare("seccompProfile"), (("metadata", "annotations", SECCOMP), value)))
    assert bool(judged(pod, version)["restricted"]) is objects
