"""Whatever stands where Kubernetes expects something else: rules say nothing or something, and never crash."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixers import registry
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.model import Rule
from rules.registry import all_rules

KEYS = [
    *("metadata", "name", "namespace", "annotations", "spec", "template", "jobTemplate", "items", "kind"),
    *("containers", "initContainers", "ephemeralContainers", "volumes", "image", "reference", "projected", "sources"),
    *("securityContext", "runAsNonRoot", "runAsUser", "seccompProfile", "type", "capabilities", "drop", "add"),
    *("privileged", "allowPrivilegeEscalation", "hostNetwork", "dnsPolicy", "ports", "hostPort", "containerPort"),
    *("automountServiceAccountToken", "serviceAccount", "serviceAccountName", "serviceAccountToken"),
    *("windowsOptions", "runAsUserName", "hostProcess", "os", "nodeSelector", "hostUsers", "kubernetes.io/os"),
    *("volumeMounts", "mountPropagation", "rules", "verbs", "resources", "apiGroups", "subjects", "roleRef", "backend"),
    *("http", "paths", "path", "pathType", "serviceName", "servicePort", "selector", "matchLabels", "labels"),
]
WORDS = [
    "ALL",
    "all",
    "SYS_ADMIN",
    "RuntimeDefault",
    "Unconfined",
    "windows",
    "*",
    "get",
    "web",
    "web:latest",
    "",
    "${X}",
]
TYPES = [
    *(("v1", kind) for kind in ("Pod", "PodTemplate", "ReplicationController", "List", "PodList", "ServiceAccount")),
    *(("apps/v1", kind) for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")),
    *(("batch/v1", kind) for kind in ("Job", "CronJob")),
    *(("rbac.authorization.k8s.io/v1", kind) for kind in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")),
    *(("extensions/v1beta1", kind) for kind in ("Deployment", "Ingress", "NetworkPolicy", "PodSecurityPolicy")),
    ("networking.k8s.io/v1beta1", "Ingress"),
    ("batch/v1beta1", "CronJob"),
    ("policy/v1beta1", "PodDisruptionBudget"),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler"),
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"),
    ("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration"),
]

scalars = st.none() | st.booleans() | st.integers(-1, 70000) | st.sampled_from(WORDS) | st.just(1.5)
odd = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)
container = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("name", "image", "securityContext", "ports", "volumeMounts"), odd),
)
pod_spec = st.fixed_dictionaries(
    {"containers": st.lists(container | odd, max_size=2) | odd},
    optional=dict.fromkeys(
        ("securityContext", "volumes", "initContainers", "hostNetwork", "os", "nodeSelector", "hostUsers"), odd
    )
    | dict.fromkeys(("serviceAccount", "serviceAccountName", "automountServiceAccountToken", "dnsPolicy"), scalars),
)
spec = pod_spec | odd | st.fixed_dictionaries({"template": st.fixed_dictionaries({"spec": pod_spec | odd})})
objects = st.builds(
    lambda kind, rest, spec: {**rest, "apiVersion": kind[0], "kind": kind[1], "spec": spec},
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(KEYS), odd, max_size=3),
    spec,
)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values=st.lists(objects, min_size=1, max_size=3))
def test_no_shape_crashes_a_rule_or_a_fixer(rule: Rule, values: list[Any]) -> None:
    documents = [document for value in values for document in manifest.parse(json.dumps(value))]
    cluster = Cluster.of(documents)
    for document in documents:
        for single in document.objects():
            for finding in rule.findings(single, cluster):
                assert finding.message
                try:
                    made = registry.fix(finding, single, cluster)
                except Unfixable as refusal:
                    assert str(refusal)
                else:
                    assert made.operations
