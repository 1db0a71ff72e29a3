"""Fixes of controllers and their pods travel together: in whatever order they are made, none brings a finding."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonpatch
from hypothesis import given, settings
from hypothesis import strategies as st

from fixers import registry
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.registry import all_rules
from rules.search import search

ports = st.sampled_from([80, "http", "web"])
question = st.one_of(
    st.builds(
        lambda port, host: {"httpGet": {"port": port, **host}}, ports, st.sampled_from([{}, {"host": "127.0.0.1"}])
    ),
    ports.map(lambda port: {"tcpSocket": {"port": port}}),
)
probe = st.none() | st.builds(
    lambda asked, more: {**asked, **more}, question, st.sampled_from([{}, {"periodSeconds": 30}])
)
amounts = st.fixed_dictionaries(
    {},
    optional={
        "cpu": st.sampled_from([100, "500", "100m", 2, "0"]),
        "memory": st.sampled_from(["100m", "400m", "64Mi", "1Gi", 512]),
        "ephemeral-storage": st.sampled_from(["1m", "1Gi"]),
    },
)
container = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["a", "b"]),
        "image": st.just("web:1"),
        "ports": st.sampled_from(
            [None, [{"containerPort": 80}], [{"name": "http", "containerPort": 80, "hostPort": 80}]]
        ),
        "readinessProbe": probe,
        "livenessProbe": probe,
        "startupProbe": probe,
        "restartPolicy": st.sampled_from([None, "Always"]),
        "securityContext": st.sampled_from([None, {"privileged": True}, {"readOnlyRootFilesystem": False}]),
        "volumeMounts": st.sampled_from([None, [{"name": "v", "mountPath": "/v"}]]),
        "resources": st.none() | st.fixed_dictionaries({}, optional={"requests": amounts, "limits": amounts}),
    }
)
pods = st.fixed_dictionaries(
    {
        "hostNetwork": st.sampled_from([None, True]),
        "restartPolicy": st.sampled_from([None, "Always", "Never", "OnFailure", "never"]),
        "terminationGracePeriodSeconds": st.sampled_from([None, 0, 30]),
        "volumes": st.sampled_from(
            [None, [{"name": "v", "hostPath": {"path": "/etc"}}], [{"name": "v", "emptyDir": {}}]]
        ),
        "initContainers": st.none() | st.lists(container, max_size=1),
        "containers": st.lists(container, min_size=1, max_size=2),
    }
)
schedules = st.sampled_from(["@daily", "TZ=UTC @daily", "CRON_TZ=UTC 0 0 31 2 *", "TZ=UTC 0 0 * * 7", "0 0 30 2 *"])


def without_none(value: Any) -> Any:
    """Return the value without the keys that are None, as a person would write it."""
    if isinstance(value, dict):
        return {key: without_none(item) for key, item in value.items() if item is not None}
    return [without_none(item) for item in value] if isinstance(value, list) else value


def of(kind: str, version: str, spec: Any) -> dict[str, Any]:
    made = {"apiVersion": version, "kind": kind, "metadata": {"name": "web"}, "spec": without_none(spec)}
    return copy.deepcopy(made)


objects = st.one_of(
    st.builds(
        lambda kind, pod, more: of(*kind, {**more, "template": {"spec": pod}}),
        st.sampled_from(
            [
                *(("Deployment", "apps/v1"), ("StatefulSet", "apps/v1"), ("Deployment", "extensions/v1beta1")),
                *(("DaemonSet", "extensions/v1beta1"), ("Job", "batch/v1")),
            ]
        ),
        pods,
        st.sampled_from([{}, {"revisionHistoryLimit": 0}, {"podFailurePolicy": {"rules": []}}]),
    ),
    st.builds(
        lambda version, pod, schedule, more: of(
            "CronJob", version, {"schedule": schedule, **more, "jobTemplate": {"spec": {"template": {"spec": pod}}}}
        ),
        st.sampled_from(["batch/v1", "batch/v1beta1"]),
        pods,
        schedules,
        st.sampled_from([{}, {"suspend": True}, {"timeZone": "UTC"}, {"concurrencyPolicy": "Allow"}]),
    ),
)


def found_in(value: Any) -> list[Any]:
    (document,) = manifest.parse(json.dumps(value))
    return [hit for hit in search(document, all_rules(), Cluster()) if isinstance(hit, tuple)]


@settings(max_examples=60, deadline=None)
@given(value=objects, data=st.data())
def test_no_order_of_fixes_brings_a_finding(value: Any, data: st.DataObject) -> None:
    for _ in range(60):
        found = found_in(value)
        fixes = []
        for finding, single in found:
            try:
                made = registry.fix(finding, single, Cluster())
            except Unfixable:
                continue
            if not made.is_joint:
                fixes.append(made)
        if not fixes:
            return
        chosen = data.draw(st.sampled_from(fixes), label="fix")
        after = jsonpatch.apply_patch(value, [operation.as_json() for operation in chosen.patch])
        left = {(finding.rule, finding.place) for finding, _ in found_in(after)}
        before = {(finding.rule, finding.place) for finding, _ in found}
        assert (chosen.finding.rule, chosen.finding.place) not in left
        assert left < before, f"{chosen.finding.rule} brought {left - before}"
        value = after
    raise AssertionError("does not come to rest")
