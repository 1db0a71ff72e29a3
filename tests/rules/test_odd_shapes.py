"""Whatever stands where Kubernetes expects something else: rules say nothing or something, and never crash."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixers import registry
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.pointer import Pointer
from rules.registry import all_rules
from rules.workloads import pods
from rules.workloads.carriers import CARRIERS

WORDS = ["ALL", "all", "SYS_ADMIN", "RuntimeDefault", "Unconfined", "windows", "*", "get", "web", "web:latest", "${X}"]
scalars = st.none() | st.booleans() | st.integers(-1, 70000) | st.sampled_from([*WORDS, "", 1.5])


def maps(*keys: str, of: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Maps with some of these keys."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, of))


def lists(of: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(of | scalars, max_size=3)


odd = scalars | st.lists(scalars, max_size=2) | maps("name", "type", "0", of=scalars)
context = maps(
    *("runAsNonRoot", "runAsUser", "privileged", "allowPrivilegeEscalation", "readOnlyRootFilesystem", "procMount"),
    *("runAsNonroot", "runasGroup", "priviledged", "allowPriviledgeEscalation", "readOnlyRootFileSystem"),
    of=scalars,
).flatmap(
    lambda known: st.builds(
        lambda more: {**known, **more},
        st.fixed_dictionaries(
            {},
            optional={
                "seccompProfile": maps("type", "localhostProfile", of=odd) | odd,
                "capabilities": maps("add", "drop", of=lists(odd) | odd) | odd,
                "capabilites": maps("add", "drop", of=lists(odd) | odd) | odd,
                "appArmorProfile": maps("type", "localhostProfile", of=odd) | odd,
                "seLinuxOptions": maps("type", "user", "role", "level", of=odd) | odd,
                "sysctls": lists(maps("name", "value", of=odd | st.just("1+kernel.core_pattern=x"))) | odd,
                **dict.fromkeys(("fsGroup", "runAsGroup", "fsGroupChangePolicy"), odd),
                "supplementalGroups": lists(scalars) | odd,
                "windowsOptions": maps("runAsUserName", "hostProcess", of=odd) | odd,
            },
        ),
    )
)
handlers = maps(
    *("httpGet", "tcpSocket", "exec", "grpc"), of=maps("host", "port", "path", "command", "service", of=odd) | odd
)
amounts = st.sampled_from(["400m", "100", 512, "1Gi", "1MB", "-1", "0", "1e9999"])
amounted = maps("requests", "limits", of=maps("cpu", "memory", "storage", "example.com/gpu", of=amounts | odd) | odd)
container = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("livenessProbe", "readinessProbe", "startupProbe"), handlers | odd),
        "lifecycle": maps("postStart", "preStop", of=handlers | odd) | odd,
        "name": odd,
        "image": odd,
        "securityContext": context | odd,
        "ports": lists(maps("containerPort", "hostPort", "hostIP", "name", "protocol", of=odd)) | odd,
        "resources": amounted | odd,
        "restartPolicy": st.just("Always") | odd,
        **dict.fromkeys(("command", "args"), lists(scalars | st.sampled_from(["sudo", "sh", "a; sudo b"])) | odd),
        "volumeDevices": lists(maps("name", "devicePath", of=odd)) | odd,
        "volumeMounts": lists(maps("name", "mountPath", "mountPropagation", "readOnly", of=odd)) | odd,
    },
)
source = maps("serviceAccountToken", "configMap", of=odd)
volume = st.fixed_dictionaries(
    {},
    optional={
        "name": odd,
        "image": maps("reference", of=odd) | odd,
        "hostPath": maps("path", "type", of=odd | st.sampled_from(["/var/run", "/etc", "C:", "\\"])) | odd,
        **dict.fromkeys(("gitRepo", "nfs", "emptyDir"), odd),
        "ephemeral": maps("volumeClaimTemplate", of=maps("spec", of=maps("resources", of=amounted | odd) | odd) | odd),
        "projected": st.fixed_dictionaries({"sources": lists(source) | odd}) | odd,
    },
)
pod = st.fixed_dictionaries(
    {"containers": lists(container) | odd},
    optional={
        "initContainers": lists(container) | odd,
        "ephemeralContainers": lists(container) | odd,
        "volumes": lists(volume) | odd,
        "securityContext": context | odd,
        "os": maps("name", of=odd) | odd,
        "hostAliases": lists(maps("ip", "hostnames", of=odd | lists(scalars))) | odd,
        "shareProcessNamespace": odd,
        "nodeSelector": maps("kubernetes.io/os", of=odd) | odd,
        **dict.fromkeys(
            ("hostNetwork", "hostPID", "hostIPC", "hostUsers", "dnsPolicy", "automountServiceAccountToken"), odd
        ),
        **dict.fromkeys(("serviceAccount", "serviceAccountName"), odd),
        **dict.fromkeys(("restartPolicy", "terminationGracePeriodSeconds", "readinessGates"), odd),
        "resources": amounted | odd,
    },
)
profiles = st.dictionaries(
    st.sampled_from(
        [
            *("seccomp.security.alpha.kubernetes.io/pod", "container.seccomp.security.alpha.kubernetes.io/web"),
            *(f"container.apparmor.security.beta.kubernetes.io/{name}" for name in ("web", "", "a/b")),
        ]
    ),
    odd | st.sampled_from(["runtime/default", "localhost/a", "unconfined"]),
)
metadata = maps("name", "namespace", "annotations", "labels", of=odd | profiles) | odd


def carrying(kind: str, pod: Any, metadata: Any) -> dict[str, Any]:
    """Return an object of a kind with something in the place of its pod."""
    name, _, group = kind.partition(".")
    version = "extensions/v1beta1" if group == "extensions" else f"{group}/v1" if group else "v1"
    for key in reversed(pods.POD_SPECS[kind]):
        pod = {str(key): pod, "metadata": metadata}
    return {**pod, "apiVersion": version, "kind": name, "metadata": metadata}


def resource(row: tuple[str, Pointer], inner: Any, metadata: Any) -> dict[str, Any]:
    """Return a custom resource with something in the place of a pod, or of a container of it."""
    name, _, group = row[0].partition(".")
    for key in reversed(row[1]):
        inner = [inner, inner] if key == "*" else {str(key): inner}
    return {**inner, "apiVersion": f"{group}/v1", "kind": name, "metadata": metadata}


rows = sorted(
    {
        (kind, pointer)
        for kind, places in CARRIERS.items()
        for place in places
        for pointer in (place.pointer, *((*place.pointer, *item) for item in place.containers))
    },
    key=str,
)
resources = st.builds(resource, st.sampled_from(rows), pod | container | odd, metadata)
workloads = st.builds(carrying, st.sampled_from(sorted(pods.POD_SPECS)), pod | odd, metadata)

OTHERS = [
    *(("rbac.authorization.k8s.io/v1", kind) for kind in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")),
    ("v1", "ServiceAccount"),
    ("extensions/v1beta1", "Ingress"),
    ("networking.k8s.io/v1beta1", "Ingress"),
    ("extensions/v1beta1", "NetworkPolicy"),
    ("extensions/v1beta1", "PodSecurityPolicy"),
    ("apps/v1beta1", "Deployment"),
    ("apps/v1beta2", "StatefulSet"),
    ("batch/v1beta1", "CronJob"),
    ("batch/v1", "CronJob"),
    ("apps/v1", "Deployment"),
    ("v1", "LimitRange"),
    ("policy/v1beta1", "PodDisruptionBudget"),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler"),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler"),
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"),
    ("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration"),
    ("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema"),
]
entry = maps(
    *("apiGroups", "resources", "verbs", "resourceNames", "nonResourceURLs", "kind", "name", "namespace", "host"),
    *("http", "paths", "path", "backend", "serviceName", "servicePort", "metrics", "target", "resource", "ports"),
    of=odd | lists(odd) | st.deferred(lambda: entry),
)
other = st.builds(
    lambda kind, rest: {**rest, "apiVersion": kind[0], "kind": kind[1]},
    st.sampled_from(OTHERS),
    st.fixed_dictionaries(
        {},
        optional={
            "metadata": metadata,
            "rules": lists(entry) | odd,
            "webhooks": lists(entry) | odd,
            "subjects": lists(entry) | odd,
            "roleRef": entry | odd,
            "aggregationRule": entry | odd,
            "spec": maps(
                *("rules", "backend", "tls", "selector", "template", "minAvailable", "metrics", "versions", "names"),
                *("schedule", "timeZone", "suspend", "jobTemplate", "concurrencyPolicy", "volumeClaimTemplates"),
                *("limits", "revisionHistoryLimit"),
                of=lists(entry) | entry | odd | st.sampled_from(["@daily", "TZ=UTC * * * * *", "* * * * 7", "CET"]),
            )
            | odd,
        },
    ),
)


def judge(values: list[Any]) -> None:
    """Run every rule and fixer over objects."""
    documents = [document for value in values for document in manifest.parse(json.dumps(value))]
    cluster = Cluster.of(documents)
    for document in documents:
        for rule in all_rules():
            for finding in rule.findings(document, cluster):
                assert finding.message
                try:
                    made = registry.fix(finding, document, cluster)
                except Unfixable as refusal:
                    assert str(refusal)
                else:
                    assert made.operations


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(workloads, min_size=1, max_size=2))
def test_no_pod_crashes_a_rule_or_a_fixer(values: list[Any]) -> None:
    judge(values)


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(resources, min_size=1, max_size=2))
def test_no_custom_resource_crashes_a_rule_or_a_fixer(values: list[Any]) -> None:
    judge(values)


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(other, min_size=1, max_size=2))
def test_no_other_object_crashes_a_rule_or_a_fixer(values: list[Any]) -> None:
    judge(values)
