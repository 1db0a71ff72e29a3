"""Fixes that keep what a new container gets, but not what happens on the way: none of them is safe."""

from __future__ import annotations

import pytest
from harness import codes, pod

from rules.model import Rule
from rules.workloads.apparmor_annotation_orphan import apparmor_annotation_orphan
from rules.workloads.duplicate_env_var import duplicate_env_var
from rules.workloads.probe_on_init_container import probe_on_init_container

# A strategic merge patch deletes by name: `kubectl apply` of the repaired list may take both entries.
_TWICE = pod("{containers: [{name: a, image: 'i:1', env: [{name: A, value: x}, {name: A, value: x}]}]}")
# Somebody may add the container, or `restartPolicy: Always`, before the API server looks.
_SIDECAR = pod(
    "{initContainers: [{name: proxy, image: 'i:1', readinessProbe: {tcpSocket: {port: 80}}}],"
    " containers: [{name: a, image: 'i:1'}]}"
)
_INJECTED = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    container.apparmor.security.beta.kubernetes.io/own-sidecar: localhost/strict
spec:
  containers: [{name: a, image: 'i:1'}]
"""


@pytest.mark.parametrize(
    ("rule", "text"),
    [(duplicate_env_var, _TWICE), (probe_on_init_container, _SIDECAR), (apparmor_annotation_orphan, _INJECTED)],
    ids=lambda value: value.id if isinstance(value, Rule) else "",
)
def test_a_person_looks_first(rule: Rule, text: str) -> None:
    assert codes(rule, text) == ["unsafe"]
