"""api-version-removed: every row of the table, and the conversions behind them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonpatch
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fixers import editor, registry
from fixers.api_versions.api_version_removed import CONVERSIONS, REASONS
from fixers.model import Fix, Safety
from rules import manifest
from rules.api_versions.api_version_removed import api_version_removed as rule
from rules.api_versions.removals import REMOVALS, Removal, removal
from rules.cluster import Cluster, Version
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Severity

NEWEST = (1, 99)
PODS = {"containers": [{"name": "web", "image": "web:1"}]}
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": PODS}
SELECTOR = {"matchLabels": {"app": "web"}}


def parse(value: Any, partial: bool = False) -> Document:
    (document,) = manifest.parse(json.dumps(value), partial=partial)
    return document


def obj(api_version: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}, **fields}


def fix_of(document: Document, target: Version = NEWEST) -> Fix:
    cluster = Cluster((), target)
    (finding,) = rule.findings(document, cluster)
    return registry.fix(finding, document, cluster)


def fixed(value: Any, target: Version = NEWEST, partial: bool = False) -> Any:
    fix = fix_of(parse(value, partial), target)
    return jsonpatch.apply_patch(value, [operation.as_json() for operation in fix.patch])


def messages(value: Any, target: Version = NEWEST) -> list[str]:
    return [finding.message for finding in rule.findings(parse(value), Cluster((), target))]


WEBHOOK = {"name": "a.example.com", "clientConfig": {"url": "https://a.example"}, "sideEffects": "None"}
OLD_PATH = {"path": "/", "backend": {"serviceName": "web", "servicePort": 80}}
NEW_PATH = {
    "path": "/",
    "backend": {"service": {"name": "web", "port": {"number": 80}}},
    "pathType": "ImplementationSpecific",
}


def rules(*paths: Any) -> list[Any]:
    return [{"host": "shop.example", "http": {"paths": list(paths)}}]


BOUND = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "web"}
RBAC = "rbac.authorization.k8s.io"
ADMISSION = "admissionregistration.k8s.io"
FLOW = "flowcontrol.apiserver.k8s.io"

# Old apiVersion, kind, old fields, new fields: what stands beside apiVersion, kind and metadata.
CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "extensions/v1beta1",
        "Deployment",
        {"spec": {"template": TEMPLATE, "rollbackTo": {"revision": 0}}},
        {
            "spec": {
                "template": TEMPLATE,
                "selector": SELECTOR,
                "progressDeadlineSeconds": 2147483647,
                "revisionHistoryLimit": 2147483647,
                "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}},
            }
        },
    ),
    (
        "extensions/v1beta1",
        "Deployment",
        {
            "spec": {
                "selector": {"matchLabels": {"tier": "web"}},
                "template": TEMPLATE,
                "strategy": {"type": "Recreate"},
                "revisionHistoryLimit": 3,
                "progressDeadlineSeconds": 60,
            }
        },
        {
            "spec": {
                "selector": {"matchLabels": {"tier": "web"}},
                "template": TEMPLATE,
                "strategy": {"type": "Recreate"},
                "revisionHistoryLimit": 3,
                "progressDeadlineSeconds": 60,
            }
        },
    ),
    (
        "apps/v1beta1",
        "Deployment",
        {"spec": {"template": TEMPLATE, "selector": None}},
        {"spec": {"template": TEMPLATE, "selector": SELECTOR, "revisionHistoryLimit": 2}},
    ),
    (
        "apps/v1beta1",
        "StatefulSet",
        {"spec": {"serviceName": "web", "template": TEMPLATE}},
        {
            "spec": {
                "serviceName": "web",
                "template": TEMPLATE,
                "selector": SELECTOR,
                "updateStrategy": {"type": "OnDelete"},
            }
        },
    ),
    (
        "extensions/v1beta1",
        "DaemonSet",
        {"spec": {"template": TEMPLATE, "templateGeneration": 4, "updateStrategy": {"type": "RollingUpdate"}}},
        {"spec": {"template": TEMPLATE, "selector": SELECTOR, "updateStrategy": {"type": "RollingUpdate"}}},
    ),
    (
        "extensions/v1beta1",
        "DaemonSet",
        {"spec": {"selector": SELECTOR, "template": TEMPLATE, "updateStrategy": {"rollingUpdate": {}}}},
        {
            "spec": {
                "selector": SELECTOR,
                "template": TEMPLATE,
                "updateStrategy": {"rollingUpdate": {}, "type": "OnDelete"},
            }
        },
    ),
    (
        "extensions/v1beta1",
        "ReplicaSet",
        {"spec": {"template": TEMPLATE}},
        {"spec": {"template": TEMPLATE, "selector": SELECTOR}},
    ),
    (
        "extensions/v1beta1",
        "Ingress",
        {"spec": {"backend": {"serviceName": "web", "servicePort": "http"}, "rules": rules(OLD_PATH)}},
        {
            "spec": {
                "defaultBackend": {"service": {"name": "web", "port": {"name": "http"}}},
                "rules": rules(NEW_PATH),
            }
        },
    ),
    (
        "networking.k8s.io/v1beta1",
        "Ingress",
        {
            "spec": {
                "rules": rules(
                    {"path": "/a", "pathType": "Prefix", "backend": {"serviceName": "a", "servicePort": "80"}},
                    {"path": "/b", "backend": {"resource": {"kind": "Bucket", "name": "b"}}},
                    {"backend": {"service": {"name": "c", "port": {"number": 1}}}},
                ),
            }
        },
        {
            "spec": {
                "rules": rules(
                    {
                        "path": "/a",
                        "pathType": "Prefix",
                        "backend": {"service": {"name": "a", "port": {"number": 80}}},
                    },
                    {
                        "path": "/b",
                        "backend": {"resource": {"kind": "Bucket", "name": "b"}},
                        "pathType": "ImplementationSpecific",
                    },
                    {
                        "backend": {"service": {"name": "c", "port": {"number": 1}}},
                        "pathType": "ImplementationSpecific",
                    },
                ),
            }
        },
    ),
    ("networking.k8s.io/v1beta1", "Ingress", {"spec": {"backend": None}}, {"spec": {}}),
    (
        "autoscaling/v2beta1",
        "HorizontalPodAutoscaler",
        {
            "spec": {
                "metrics": [
                    {"type": "Resource", "resource": {"name": "cpu", "targetAverageUtilization": 80}},
                    {"type": "Resource", "resource": {"name": "memory", "targetAverageValue": "1Gi"}},
                    {
                        "type": "ContainerResource",
                        "containerResource": {"name": "cpu", "container": "web", "targetAverageUtilization": 70},
                    },
                    {"type": "Pods", "pods": {"metricName": "hits", "targetAverageValue": "10"}},
                    {
                        "type": "Object",
                        "object": {
                            "target": {"kind": "Service", "name": "web"},
                            "metricName": "rps",
                            "selector": SELECTOR,
                            "targetValue": "100",
                        },
                    },
                    {
                        "type": "Object",
                        "object": {
                            "target": {"kind": "Service", "name": "web"},
                            "metricName": "rps",
                            "targetValue": "0",
                            "averageValue": "5",
                        },
                    },
                    {
                        "type": "External",
                        "external": {"metricName": "queue", "metricSelector": SELECTOR, "targetAverageValue": "30"},
                    },
                    {"type": "External", "external": {"metricName": "queue", "targetValue": "30"}},
                ]
            },
            "status": {"currentMetrics": [], "currentReplicas": 2},
        },
        {
            "spec": {
                "metrics": [
                    {
                        "type": "Resource",
                        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
                    },
                    {
                        "type": "Resource",
                        "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}},
                    },
                    {
                        "type": "ContainerResource",
                        "containerResource": {
                            "name": "cpu",
                            "container": "web",
                            "target": {"type": "Utilization", "averageUtilization": 70},
                        },
                    },
                    {
                        "type": "Pods",
                        "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "10"}},
                    },
                    {
                        "type": "Object",
                        "object": {
                            "describedObject": {"kind": "Service", "name": "web"},
                            "metric": {"name": "rps", "selector": SELECTOR},
                            "target": {"type": "Value", "value": "100"},
                        },
                    },
                    {
                        "type": "Object",
                        "object": {
                            "describedObject": {"kind": "Service", "name": "web"},
                            "metric": {"name": "rps"},
                            "target": {"type": "AverageValue", "averageValue": "5"},
                        },
                    },
                    {
                        "type": "External",
                        "external": {
                            "metric": {"name": "queue", "selector": SELECTOR},
                            "target": {"type": "AverageValue", "averageValue": "30"},
                        },
                    },
                    {
                        "type": "External",
                        "external": {"metric": {"name": "queue"}, "target": {"type": "Value", "value": "30"}},
                    },
                ]
            },
            "status": {"currentReplicas": 2},
        },
    ),
    (
        f"{ADMISSION}/v1beta1",
        "ValidatingWebhookConfiguration",
        {"webhooks": [WEBHOOK, {**WEBHOOK, "name": "b.example.com", "failurePolicy": "Fail"}]},
        {
            "webhooks": [
                {**more, **given, "matchPolicy": "Exact", "timeoutSeconds": 30, "admissionReviewVersions": ["v1beta1"]}
                for given, more in (
                    (WEBHOOK, {"failurePolicy": "Ignore"}),
                    ({**WEBHOOK, "name": "b.example.com"}, {"failurePolicy": "Fail"}),
                )
            ]
        },
    ),
    (
        f"{ADMISSION}/v1alpha1",
        "ValidatingAdmissionPolicyBinding",
        {"spec": {"policyName": "p", "paramRef": {"name": "x"}}},
        {
            "spec": {
                "policyName": "p",
                "paramRef": {"name": "x", "parameterNotFoundAction": "Deny"},
                "validationActions": ["Deny"],
            }
        },
    ),
    (
        "discovery.k8s.io/v1beta1",
        "EndpointSlice",
        {
            "addressType": "IPv4",
            "endpoints": [
                {
                    "addresses": ["10.0.0.1"],
                    "topology": {"kubernetes.io/hostname": "n1", "topology.kubernetes.io/zone": "z"},
                },
                {"addresses": ["10.0.0.2"], "nodeName": "n2", "topology": {"kubernetes.io/hostname": "n2"}},
            ],
        },
        {
            "addressType": "IPv4",
            "endpoints": [
                {"addresses": ["10.0.0.1"], "nodeName": "n1", "zone": "z"},
                {"addresses": ["10.0.0.2"], "nodeName": "n2"},
            ],
        },
    ),
    (
        f"{RBAC}/v1alpha1",
        "RoleBinding",
        {
            "roleRef": BOUND,
            "subjects": [
                {"kind": "User", "apiVersion": f"{RBAC}/v1alpha1", "name": "jo"},
                {"kind": "ServiceAccount", "apiVersion": "v1", "name": "ci", "namespace": "build"},
                {"kind": "User", "name": "*"},
                {"kind": "Group", "apiGroup": RBAC, "name": "dev"},
            ],
        },
        {
            "roleRef": BOUND,
            "subjects": [
                {"kind": "User", "apiGroup": RBAC, "name": "jo"},
                {"kind": "ServiceAccount", "name": "ci", "namespace": "build"},
                {"kind": "Group", "name": "system:authenticated"},
                {"kind": "Group", "apiGroup": RBAC, "name": "dev"},
            ],
        },
    ),
    (
        "node.k8s.io/v1alpha1",
        "RuntimeClass",
        {"spec": {"runtimeHandler": "runsc", "overhead": {"podFixed": {"cpu": "1"}}, "scheduling": {}}},
        {"handler": "runsc", "overhead": {"podFixed": {"cpu": "1"}}, "scheduling": {}},
    ),
    (
        f"{FLOW}/v1beta2",
        "PriorityLevelConfiguration",
        {"spec": {"type": "Limited", "limited": {"assuredConcurrencyShares": 20}}},
        {"spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 20}}},
    ),
    (
        f"{FLOW}/v1alpha1",
        "PriorityLevelConfiguration",
        {"spec": {"type": "Limited", "limited": {"assuredConcurrencyShares": 0}}},
        {"spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 30}}},
    ),
    (
        f"{FLOW}/v1beta3",
        "PriorityLevelConfiguration",
        {"spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 0}}},
        {"spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 30}}},
    ),
    (
        "authorization.k8s.io/v1beta1",
        "SubjectAccessReview",
        {"spec": {"user": "jo", "group": ["dev"]}},
        {"spec": {"user": "jo", "groups": ["dev"]}},
    ),
    (
        "resource.k8s.io/v1alpha3",
        "DeviceClass",
        {"spec": {"selectors": [], "suitableNodes": {"nodeSelectorTerms": []}}},
        {"spec": {"selectors": []}},
    ),
    (
        "resource.k8s.io/v1beta1",
        "ResourceClaim",
        {
            "spec": {
                "devices": {
                    "requests": [
                        {"name": "gpu", "deviceClassName": "gpu.example", "count": 2},
                        {"name": "any", "firstAvailable": [{"name": "a", "deviceClassName": "gpu.example"}]},
                    ]
                }
            }
        },
        {
            "spec": {
                "devices": {
                    "requests": [
                        {"name": "gpu", "exactly": {"deviceClassName": "gpu.example", "count": 2}},
                        {"name": "any", "firstAvailable": [{"name": "a", "deviceClassName": "gpu.example"}]},
                    ]
                }
            }
        },
    ),
    (
        "resource.k8s.io/v1alpha3",
        "ResourceClaimTemplate",
        {"spec": {"spec": {"controller": "c", "devices": {"requests": [{"name": "g", "deviceClassName": "x"}]}}}},
        {"spec": {"spec": {"devices": {"requests": [{"name": "g", "exactly": {"deviceClassName": "x"}}]}}}},
    ),
    (
        "resource.k8s.io/v1beta1",
        "ResourceSlice",
        {"spec": {"driver": "d", "devices": [{"name": "0", "basic": {"capacity": {"mem": {"value": "1Gi"}}}}]}},
        {"spec": {"driver": "d", "devices": [{"name": "0", "capacity": {"mem": {"value": "1Gi"}}}]}},
    ),
    (
        "resource.k8s.io/v1alpha3",
        "ResourceSlice",
        {"spec": {"driver": "d", "devices": [{"name": "0", "basic": {"attributes": {}, "capacity": {"mem": "1Gi"}}}]}},
        {"spec": {"driver": "d", "devices": [{"name": "0", "attributes": {}, "capacity": {"mem": {"value": "1Gi"}}}]}},
    ),
    (
        "storagemigration.k8s.io/v1alpha1",
        "StorageVersionMigration",
        {"spec": {"resource": {"group": "apps", "version": "v1", "resource": "deployments"}, "continueToken": "x"}},
        {"spec": {"resource": {"group": "apps", "resource": "deployments"}}},
    ),
    (
        "certificates.k8s.io/v1beta1",
        "PodCertificateRequest",
        {"spec": {"signerName": "s", "pkixPublicKey": "a", "proofOfPossession": "b"}},
        {"spec": {"signerName": "s"}},
    ),
    (
        "policy/v1beta1",
        "PodDisruptionBudget",
        {"spec": {"minAvailable": 1, "selector": SELECTOR}},
        {"spec": {"minAvailable": 1, "selector": SELECTOR}},
    ),
]


@pytest.mark.parametrize(("api_version", "kind", "old", "new"), CASES, ids=lambda value: str(value)[:40])
def test_fields_move_and_old_defaults_are_written_down(
    api_version: str, kind: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    row = REMOVALS[api_version, kind]
    assert fixed(obj(api_version, kind, **old)) == obj(row.replacement, kind, **new)


WRITERS = {
    "block": lambda value: yaml.safe_dump(value, sort_keys=False),
    "flow": lambda value: yaml.safe_dump(value, sort_keys=False, default_flow_style=True, width=10_000),
    "json": lambda value: json.dumps(value, indent=4) + "\n",
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize(("api_version", "kind", "old", "new"), CASES, ids=lambda value: str(value)[:40])
def test_every_conversion_can_be_written(
    api_version: str, kind: str, old: dict[str, Any], new: dict[str, Any], writer: Callable[[Any], str]
) -> None:
    text = writer(obj(api_version, kind, **old))
    (document,) = manifest.parse(text)
    (made,) = manifest.parse(editor.apply(text, 0, fix_of(document).patch).text)
    assert made.value == obj(REMOVALS[api_version, kind].replacement, kind, **new)


# The least that each kind needs to be converted, where that is more than metadata.
MINIMAL: dict[str, dict[str, Any]] = {
    "Deployment": {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    "DaemonSet": {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    "ReplicaSet": {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    "StatefulSet": {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    "EndpointSlice": {"addressType": "IPv6", "endpoints": []},
    "MutatingWebhookConfiguration": {"webhooks": [WEBHOOK]},
    "ValidatingWebhookConfiguration": {"webhooks": [WEBHOOK]},
}


def is_manual(row: Removal) -> bool:
    return not row.replacement or f"{row.api_version} {row.kind}" in REASONS or row.api_version in REASONS


def _id(row: Removal) -> str:
    return f"{row.api_version}-{row.kind}"


# The pod security policies of both groups are gone by now: tested by themselves.
CONVERTIBLE = [row for row in REMOVALS.values() if not is_manual(row) and row.kind != "PodSecurityPolicy"]
MANUAL = [row for row in REMOVALS.values() if is_manual(row)]


def _target(row: Removal) -> Version:
    return max(row.removed_in, row.since)


@pytest.mark.parametrize("row", CONVERTIBLE, ids=_id)
def test_every_row_that_can_be_converted_is(row: Removal) -> None:
    old = obj(row.api_version, row.kind, **MINIMAL.get(row.kind, {}))
    new = fixed(old, _target(row))
    assert (new["apiVersion"], new["kind"], new["metadata"]) == (row.replacement, row.kind, old["metadata"])
    assert messages(new, _target(row)) == []


@pytest.mark.parametrize("row", MANUAL, ids=_id)
def test_every_other_row_says_why_not(row: Removal) -> None:
    with pytest.raises(Unfixable) as refused:
        fix_of(parse(obj(row.api_version, row.kind)))
    assert refused.value.code in ("no-conversion", "no-replacement")
    assert len(str(refused.value)) > 30


@pytest.mark.parametrize("row", REMOVALS.values(), ids=_id)
def test_a_row_counts_from_its_release_on(row: Removal) -> None:
    value = obj(row.api_version, row.kind)
    before = (1, row.removed_in[1] - 1)
    assert messages(value, before) == []
    (message,) = messages(value, row.removed_in)
    assert message.startswith(f"{row.api_version} {row.kind} was removed in Kubernetes 1.{row.removed_in[1]}; ")


def test_conversions_and_reasons_belong_to_rows() -> None:
    assert set(CONVERSIONS) <= set(REMOVALS)
    assert set(REASONS) <= {name for api, kind in REMOVALS for name in (api, f"{api} {kind}")}


@pytest.mark.parametrize(
    ("api_version", "kind", "target", "message"),
    [
        (
            "extensions/v1beta1",
            "Ingress",
            (1, 37),
            "extensions/v1beta1 Ingress was removed in Kubernetes 1.22; use networking.k8s.io/v1",
        ),
        (
            "policy/v1beta1",
            "PodSecurityPolicy",
            (1, 37),
            "policy/v1beta1 PodSecurityPolicy was removed in Kubernetes 1.25; nothing replaces it",
        ),
        (
            "extensions/v1beta1",
            "PodSecurityPolicy",
            (1, 24),
            "extensions/v1beta1 PodSecurityPolicy was removed in Kubernetes 1.16; use policy/v1beta1",
        ),
        (
            "extensions/v1beta1",
            "PodSecurityPolicy",
            (1, 25),
            "extensions/v1beta1 PodSecurityPolicy was removed in Kubernetes 1.16; nothing replaces it",
        ),
        (
            "resource.k8s.io/v1alpha2",
            "ResourceClass",
            (1, 37),
            "resource.k8s.io/v1alpha2 ResourceClass was removed in Kubernetes 1.31; use resource.k8s.io/v1 DeviceClass",
        ),
        (
            f"{FLOW}/v1alpha1",
            "FlowSchema",
            (1, 28),
            f"{FLOW}/v1alpha1 FlowSchema was removed in Kubernetes 1.21; "
            f"its successor {FLOW}/v1 comes with Kubernetes 1.29",
        ),
    ],
)
def test_the_message_says_what_to_use(api_version: str, kind: str, target: Version, message: str) -> None:
    assert messages(obj(api_version, kind), target) == [message]


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        ("apps/v1", "Deployment"),
        ("networking.k8s.io/v1", "Ingress"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("example.com/v1beta1", "Ingress"),
    ],
)
def test_what_is_served_is_not_found(api_version: str, kind: str) -> None:
    assert messages(obj(api_version, kind)) == []


@pytest.mark.parametrize("kind", ["CustomResourceDefinition.v1", "Deployment.v1", "Ingress.v1"])
def test_current_versions_are_not_even_looked_at(kind: str) -> None:
    name, version = kind.split(".")
    groups = {"CustomResourceDefinition": "apiextensions.k8s.io", "Deployment": "apps", "Ingress": "networking.k8s.io"}
    assert not rule.selects(f"{groups[name]}/{version}", name)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (obj("extensions/v1beta1", "Deployment", spec={"template": {"spec": PODS}}), "no-labels"),
        (obj("apps/v1beta1", "Deployment", spec={"template": {**TEMPLATE, "metadata": {"labels": {}}}}), "no-labels"),
        (obj("policy/v1beta1", "PodDisruptionBudget", spec={"selector": {}}), "empty-selector"),
        (obj("policy/v1beta1", "PodDisruptionBudget", spec={"selector": {"matchLabels": {}}}), "empty-selector"),
        (
            obj(f"{ADMISSION}/v1beta1", "MutatingWebhookConfiguration", webhooks=[{"name": "a"}]),
            "side-effects",
        ),
        (
            obj(f"{ADMISSION}/v1beta1", "MutatingWebhookConfiguration", webhooks=[{**WEBHOOK, "sideEffects": "Some"}]),
            "side-effects",
        ),
        (obj(f"{ADMISSION}/v1beta1", "MutatingWebhookConfiguration", webhooks=[WEBHOOK, WEBHOOK]), "same-name"),
        (
            obj(
                "discovery.k8s.io/v1beta1",
                "EndpointSlice",
                addressType="IPv4",
                endpoints=[{"topology": {"topology.kubernetes.io/region": "eu"}}],
            ),
            "no-place",
        ),
        (
            obj(
                "discovery.k8s.io/v1beta1",
                "EndpointSlice",
                addressType="IPv4",
                endpoints=[{"nodeName": "a", "topology": {"kubernetes.io/hostname": "b"}}],
            ),
            "both-fields",
        ),
        (obj("discovery.k8s.io/v1alpha1", "EndpointSlice", addressType="IP"), "no-place"),
        (
            obj("networking.k8s.io/v1beta1", "Ingress", spec={"rules": rules({"backend": {"serviceName": "a"}})}),
            "incomplete-backend",
        ),
        (
            obj(
                "networking.k8s.io/v1beta1",
                "Ingress",
                spec={"backend": {"serviceName": "a", "servicePort": 1}, "defaultBackend": {}},
            ),
            "both-fields",
        ),
        (
            obj(
                "networking.k8s.io/v1beta1",
                "Ingress",
                spec={"rules": rules({"backend": {"serviceName": "a", "servicePort": True}})},
            ),
            "unexpected-shape",
        ),
        (
            obj(
                "autoscaling/v2beta1",
                "HorizontalPodAutoscaler",
                spec={"metrics": [{"resource": {"name": "cpu", "target": {"type": "Utilization"}}}]},
            ),
            "incomplete-metric",
        ),
        (
            obj(
                "autoscaling/v2beta1",
                "HorizontalPodAutoscaler",
                spec={"metrics": [{"pods": {"targetAverageValue": "1"}}]},
            ),
            "incomplete-metric",
        ),
        (obj("node.k8s.io/v1alpha1", "RuntimeClass", spec={"runtimeHandler": "x", "y": 1}), "no-place"),
        (
            obj("resource.k8s.io/v1alpha3", "DeviceTaintRule", spec={"deviceSelector": {"deviceClassName": "x"}}),
            "no-place",
        ),
        (
            obj(
                "resource.k8s.io/v1beta1",
                "ResourceClaim",
                spec={"devices": {"requests": [{"firstAvailable": [], "deviceClassName": "x"}]}},
            ),
            "both-fields",
        ),
        (obj("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", spec={}), "no-conversion"),
    ],
)
def test_what_only_a_person_can_decide_is_refused(value: Any, code: str) -> None:
    with pytest.raises(Unfixable) as refused:
        fixed(value)
    assert refused.value.code == code


def test_a_replacement_that_the_target_does_not_serve_yet_is_refused() -> None:
    value = obj("certificates.k8s.io/v1alpha1", "PodCertificateRequest")
    with pytest.raises(Unfixable, match=r"certificates.k8s.io/v1 comes with Kubernetes 1.37, the target is 1.36"):
        fixed(value, (1, 36))


def test_a_replacement_that_is_gone_itself_is_refused() -> None:
    value = obj("extensions/v1beta1", "PodSecurityPolicy")
    assert fixed(value, (1, 24))["apiVersion"] == "policy/v1beta1"
    with pytest.raises(Unfixable, match="Pod Security Admission"):
        fixed(value, (1, 25))


@pytest.mark.parametrize("row", CONVERTIBLE, ids=_id)
def test_a_change_of_the_version_alone_is_safe(row: Removal) -> None:
    major, minor = _target(row)
    target = (major, minor + 2)  # Two releases later every supported one serves the new version.
    if row.api_version == "coordination.k8s.io/v1alpha2":  # Of which the replacement is removed then.
        target = (major, minor)
    fix = fix_of(parse(obj(row.api_version, row.kind, **MINIMAL.get(row.kind, {}))), target)
    unsafe = row.kind in ("EndpointSlice", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration") or (
        row.kind in ("ResourceClaim", "ResourceClaimTemplate") and row.api_version != "resource.k8s.io/v1beta2"
    )
    unsafe = unsafe or row.api_version.startswith("extensions/")
    assert fix.safety == (Safety.UNSAFE if unsafe else Safety.SAFE)
    assert ("Argo CD" in fix.breaks) if unsafe else (fix.breaks == "nothing")


def test_a_version_that_older_supported_releases_do_not_serve_is_unsafe() -> None:
    value = obj("storage.k8s.io/v1beta1", "CSIStorageCapacity")  # v1 came with 1.24; v1beta1 left with 1.27.
    assert fix_of(parse(value), (1, 27)).safety is Safety.SAFE
    value = obj("storage.k8s.io/v1alpha1", "CSIStorageCapacity")  # v1alpha1 left with 1.24.
    safeties = [fix_of(parse(value), (1, minor)).safety for minor in (24, 25, 26)]
    assert safeties == [Safety.UNSAFE, Safety.UNSAFE, Safety.SAFE]


FRAGMENTS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("extensions/v1beta1", "Deployment", {"spec": {"replicas": 3}}, {"spec": {"replicas": 3}}),
    ("apps/v1beta1", "StatefulSet", {"spec": {"updateStrategy": {}}}, {"spec": {"updateStrategy": {}}}),
    ("extensions/v1beta1", "DaemonSet", {"spec": {"templateGeneration": 1}}, {"spec": {}}),
    (
        "extensions/v1beta1",
        "Ingress",
        {"spec": {"backend": {"servicePort": 8080}, "rules": rules(OLD_PATH)}},
        {"spec": {"defaultBackend": {"service": {"port": {"number": 8080}}}, "rules": rules(NEW_PATH)}},
    ),
    (
        f"{ADMISSION}/v1beta1",
        "MutatingWebhookConfiguration",
        {"webhooks": [{"name": "a.example.com"}]},
        {"webhooks": [{"name": "a.example.com"}]},
    ),
    (f"{ADMISSION}/v1alpha1", "ValidatingAdmissionPolicyBinding", {"spec": {}}, {"spec": {}}),
    ("discovery.k8s.io/v1beta1", "EndpointSlice", {"endpoints": []}, {"endpoints": []}),
]


@pytest.mark.parametrize(("api_version", "kind", "old", "new"), FRAGMENTS)
def test_a_fragment_gets_no_defaults(api_version: str, kind: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    row = REMOVALS[api_version, kind]
    assert fixed(obj(api_version, kind, **old), partial=True) == obj(row.replacement, kind, **new)


def test_a_pod_template_without_image_is_a_fragment_anywhere() -> None:
    spec = {"template": {"spec": {"containers": [{"name": "web"}]}}}
    assert fixed(obj("extensions/v1beta1", "Deployment", spec=spec)) == obj("apps/v1", "Deployment", spec=spec)


def test_zero_shares_in_a_fragment_depend_on_the_base() -> None:
    value = obj(f"{FLOW}/v1beta3", "PriorityLevelConfiguration", spec={"limited": {"nominalConcurrencyShares": 0}})
    with pytest.raises(Unfixable, match="annotation of the base"):
        fixed(value, partial=True)


def test_an_annotation_keeps_zero_shares() -> None:
    value = obj(f"{FLOW}/v1beta3", "PriorityLevelConfiguration", spec={"limited": {"nominalConcurrencyShares": 0}})
    value["metadata"]["annotations"] = {"flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares": ""}
    assert fixed(value) == {**value, "apiVersion": f"{FLOW}/v1"}


def test_items_of_a_list_are_fixed_where_they_stand() -> None:
    value = {"apiVersion": "v1", "kind": "List", "items": [obj("batch/v1beta1", "CronJob")]}
    (item,) = parse(value).objects()
    assert [operation.as_json() for operation in fix_of(item).patch] == [
        {"op": "replace", "path": "/items/0/apiVersion", "value": "batch/v1"}
    ]


def test_items_of_a_typed_list_are_not() -> None:
    (item,) = parse({"apiVersion": "batch/v1beta1", "kind": "CronJobList", "items": [{"metadata": {}}]}).objects()
    with pytest.raises(Unfixable, match="CronJobList"):
        fix_of(item)


@pytest.mark.parametrize("version", ["autoscaling/v1", "autoscaling/v2"])
@pytest.mark.parametrize(
    ("target", "severity"), [("extensions/v1beta1", Severity.HIGH), ("apps/v1beta2", Severity.LOW)]
)
def test_the_target_of_an_autoscaler_has_a_version_too(version: str, target: str, severity: Severity) -> None:
    spec = {"scaleTargetRef": {"apiVersion": target, "kind": "Deployment", "name": "web"}}
    document = parse(obj(version, "HorizontalPodAutoscaler", spec=spec))
    (finding,) = rule.findings(document)
    assert (finding.pointer, finding.severity) == (("spec", "scaleTargetRef", "apiVersion"), severity)
    fix = fix_of(document)
    assert [operation.as_json() for operation in fix.patch] == [
        {"op": "replace", "path": "/spec/scaleTargetRef/apiVersion", "value": "apps/v1"}
    ]
    assert fix.safety == Safety.SAFE


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 99) | st.sampled_from(["", "a", "80", "*"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "name", "type"]), inner, max_size=2)
    ),
    max_leaves=4,
)
# The names that conversions look for, so that random values reach into them.
NAMES = sorted(
    {
        key
        for _, _, old, new in CASES
        for side in (old, new)
        for key in json.dumps(side).replace('"', " ").replace(":", " ").split()
        if key.isalpha() and key[0].islower()
    }
)
SHAPES = st.recursive(
    ANY,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=20,
)


def mutations(value: Any) -> st.SearchStrategy[Any]:
    """A value like the one given, any part of which may be something else."""
    if isinstance(value, dict):
        parts = st.fixed_dictionaries({key: mutations(child) for key, child in value.items()})
        fewer = parts.flatmap(
            lambda made: st.sets(st.sampled_from(sorted(made) or ["a"])).map(
                lambda keys: {key: child for key, child in made.items() if key not in keys}
            )
        )
        return st.one_of(parts, fewer, ANY)
    if isinstance(value, list):
        return st.one_of(st.tuples(*map(mutations, value)).map(list), ANY)
    return st.one_of(st.just(value), ANY)


def _survives(value: Any, partial: bool) -> None:
    document = parse(value, partial)
    for finding in rule.findings(document, Cluster((), NEWEST)):
        try:
            fix = registry.fix(finding, document, Cluster((), NEWEST))
        except Unfixable:
            continue
        made = jsonpatch.apply_patch(value, [operation.as_json() for operation in fix.patch])
        if finding.pointer == ("apiVersion",):
            assert removal(made["apiVersion"], made["kind"], NEWEST) is None


@given(st.sampled_from(sorted(REMOVALS)), st.dictionaries(st.sampled_from(["spec", *NAMES]), SHAPES), st.booleans())
def test_odd_shapes_never_crash_and_every_patch_applies(row: tuple[str, str], fields: Any, partial: bool) -> None:
    _survives({**fields, "apiVersion": row[0], "kind": row[1]}, partial)


@given(st.sampled_from(CASES).flatmap(lambda case: mutations(obj(case[0], case[1], **case[2]))), st.booleans())
def test_damaged_manifests_never_crash_and_every_patch_applies(value: Any, partial: bool) -> None:
    _survives(value, partial)
