"""Fixes travel together: in whatever order they are made, the API server and the kubelet still accept the pod."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonpatch
from acceptance import complaints
from hypothesis import given, settings
from hypothesis import strategies as st

from fixers import registry
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.registry import all_rules
from rules.search import search

perhaps = st.sampled_from([None, True, False])
users = st.sampled_from([None, 0, 1000])
host_process = st.sampled_from([None, {}, {"hostProcess": True}, {"hostProcess": False}])
accounts = st.sampled_from([{"runAsUserName": name} for name in ("ContainerAdministrator", "NT AUTHORITY\\SYSTEM")])
options = host_process | accounts | st.builds(lambda one, other: {**(one or {}), **other}, host_process, accounts)
profiles = st.sampled_from([None, {"type": "RuntimeDefault"}, {"type": "Unconfined"}])
groups = st.none() | st.lists(st.sampled_from([0, 5]), max_size=3)
settings_of_kernel = st.none() | st.lists(
    st.sampled_from(
        [
            {"name": "kernel.sem"},
            {"name": "net/ipv4/tcp_rmem"},
            {"name": "net.ipv4.tcp_syncookies", "value": "1+kernel.core_pattern=|/x"},
        ]
    ),
    max_size=3,
)
annotations = st.dictionaries(
    st.sampled_from(
        [
            "seccomp.security.alpha.kubernetes.io/pod",
            "container.seccomp.security.alpha.kubernetes.io/a",
            *(f"container.apparmor.security.beta.kubernetes.io/{name}" for name in ("a", "b")),
        ]
    ),
    st.sampled_from(["runtime/default", "localhost/x", "unconfined"]),
    max_size=3,
)
names = st.lists(
    st.sampled_from(["SYS_ADMIN", "CAP_SYS_ADMIN", "NET_ADMIN", "ALL", "all", "CAP_ALL", "CHOWN", "kill", "BPF"]),
    max_size=3,
    unique=True,
)


def without_none(value: Any) -> Any:
    """Return the value without the keys that are None, as a person would write it."""
    if isinstance(value, dict):
        return {key: without_none(item) for key, item in value.items() if item is not None}
    return [without_none(item) for item in value] if isinstance(value, list) else value


container = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["a", "b"]),
        "image": st.just("web:1"),
        "securityContext": st.none()
        | st.fixed_dictionaries(
            {
                "privileged": perhaps,
                "allowPrivilegeEscalation": perhaps,
                "allowPriviledgeEscalation": perhaps,
                "readOnlyRootFilesystem": perhaps,
                "runAsNonRoot": perhaps,
                "runAsNonroot": perhaps,
                "procMount": st.sampled_from([None, "Default", "Unmasked"]),
                "appArmorProfile": profiles,
                "runAsUser": users,
                "seccompProfile": profiles,
                "windowsOptions": options,
                "runAsGroup": users,
                "fsGroup": users,
                "supplementalGroups": groups,
                "sysctls": settings_of_kernel,
                "capabilities": st.none()
                | st.fixed_dictionaries({"add": st.none() | names, "drop": st.none() | names}),
            }
        ),
        "volumeMounts": st.none()
        | st.just([{"name": "v", "mountPath": "/v", "mountPropagation": "Bidirectional"}])
        | st.just([{"name": "v", "mountPath": "/tmp"}]),
        "livenessProbe": st.none() | st.just({"httpGet": {"host": "127.0.0.1", "port": 80}}),
        "ports": st.none()
        | st.lists(
            st.sampled_from([{"containerPort": 80}, {"containerPort": 81, "hostPort": 81}]), max_size=2, unique_by=str
        ),
    }
)
specs = st.fixed_dictionaries(
    {
        "hostNetwork": perhaps,
        "hostPID": perhaps,
        "hostIPC": perhaps,
        "shareProcessNamespace": perhaps,
        "hostAliases": st.sampled_from([None, [], [{"ip": "10.0.0.1", "hostnames": ["db"]}]]),
        "os": st.sampled_from([None, None, {"name": "windows"}]),
        "volumes": st.none()
        | st.sampled_from(["/srv", "/etc", "/run"]).map(lambda path: [{"name": "v", "hostPath": {"path": path}}]),
        "dnsPolicy": st.sampled_from([None, "ClusterFirst", "ClusterFirstWithHostNet"]),
        "securityContext": st.none()
        | st.fixed_dictionaries(
            {
                "runAsNonRoot": perhaps,
                "runAsUser": users,
                "seccompProfile": profiles,
                "windowsOptions": options,
                "runAsGroup": users,
                "fsGroup": users,
                "supplementalGroups": groups,
                "allowPrivilegeEscalation": perhaps,
                "readOnlyRootFilesystem": perhaps,
                "seLinuxOptions": st.sampled_from([None, {"type": "spc_t", "level": "s0"}]),
                "sysctls": settings_of_kernel,
            }
        ),
        "automountServiceAccountToken": perhaps,
        "serviceAccount": st.sampled_from([None, "web"]),
        "serviceAccountName": st.sampled_from([None, "web", "other"]),
        "initContainers": st.none() | st.lists(container, max_size=1),
        "containers": st.lists(container, min_size=1, max_size=2),
    }
).map(without_none)


@settings(max_examples=250, deadline=None)
@given(spec=specs, marks=annotations, data=st.data())
def test_no_order_of_fixes_makes_an_invalid_pod(spec: Any, marks: dict[str, str], data: st.DataObject) -> None:
    metadata = {"name": "web", **({"annotations": marks} if marks else {})}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    cluster = Cluster()
    for _ in range(40):
        (document,) = manifest.parse(json.dumps(pod))
        found = [hit for hit in search(document, all_rules(), cluster) if isinstance(hit, tuple)]
        fixes = []
        for finding, single in found:
            try:
                fixes.append(registry.fix(finding, single, cluster))
            except Unfixable:
                continue
        if not fixes:
            return
        chosen = data.draw(st.sampled_from(fixes), label="fix")
        after = jsonpatch.apply_patch(copy.deepcopy(pod), [operation.as_json() for operation in chosen.patch])
        assert complaints(after) <= complaints(pod), chosen
        (document,) = manifest.parse(json.dumps(after))
        left = {(hit[0].rule, hit[0].place) for hit in search(document, all_rules(), cluster) if isinstance(hit, tuple)}
        before = {(finding.rule, finding.place) for finding, _ in found}
        assert (chosen.finding.rule, chosen.finding.place) not in left
        assert left < before, ("a fix brought a new finding", left - before, chosen)
        pod = after
    raise AssertionError("does not come to rest")
