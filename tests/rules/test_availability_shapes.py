"""Autoscalers, budgets, Services and workloads that mean each other, with odd values anywhere: no rule crashes."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixers import registry
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.registry import all_rules

RULES = [rule for rule in all_rules() if (rule.check.__module__ or "").startswith("rules.availability.")]
NAMES = st.sampled_from(["web", "web-svc", "db"])
ODD = (
    st.none()
    | st.booleans()
    | st.integers(-1, 3)
    | st.sampled_from(["", "web", "100%", "0%", "67%", "${X}", "Auto", "None", "v1", 1.5])
    | st.lists(st.none() | st.integers(0, 2), max_size=2)
    | st.dictionaries(st.sampled_from(["app", "name", "0"]), st.none() | st.sampled_from(["web", "db"]), max_size=2)
)


def perhaps(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Maps with some of these fields, each as it should be or with something odd in its place."""
    return st.fixed_dictionaries({}, optional={key: value | ODD for key, value in fields.items()})


LABELS = st.dictionaries(st.sampled_from(["app", "tier", "${K}"]), st.sampled_from(["web", "db", "${V}"]) | ODD)
EXPRESSIONS = st.lists(
    perhaps(
        key=st.sampled_from(["app", "tier"]),
        operator=st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
        values=st.lists(st.sampled_from(["web", "db"]) | ODD, max_size=2),
    )
    | ODD,
    max_size=2,
)
SELECTOR = perhaps(matchLabels=LABELS, matchExpressions=EXPRESSIONS)
COUNT = st.integers(0, 3) | st.sampled_from(["50%", "100%", "0%"])
CONTAINER = perhaps(
    name=NAMES,
    image=st.just("a:1"),
    restartPolicy=st.just("Always"),
    resources=perhaps(requests=perhaps(cpu=st.just("1"), memory=st.just("1Gi")), limits=perhaps(cpu=st.just("1"))),
)
CONSTRAINT = perhaps(
    maxSkew=st.integers(0, 1),
    minDomains=st.integers(0, 1),
    topologyKey=st.just("zone"),
    whenUnsatisfiable=st.sampled_from(["DoNotSchedule", "ScheduleAnyway"]),
    labelSelector=SELECTOR,
)
TEMPLATE = perhaps(
    metadata=perhaps(labels=LABELS),
    spec=perhaps(
        containers=st.lists(CONTAINER | ODD, max_size=2),
        initContainers=st.lists(CONTAINER | ODD, max_size=1),
        topologySpreadConstraints=st.lists(CONSTRAINT | ODD, max_size=2),
        priorityClassName=st.just("system-node-critical"),
        priority=st.just(1),
    ),
)
STRATEGY = perhaps(
    type=st.sampled_from(["RollingUpdate", "Recreate"]), rollingUpdate=perhaps(maxUnavailable=COUNT, maxSurge=COUNT)
)
TARGET = perhaps(
    apiVersion=st.sampled_from(["apps/v1", "extensions/v1beta1"]),
    kind=st.sampled_from(["Deployment", "StatefulSet"]),
    name=NAMES,
)
METRIC = perhaps(
    type=st.sampled_from(["Resource", "ContainerResource"]),
    resource=perhaps(
        name=st.sampled_from(["cpu", "memory"]),
        target=perhaps(type=st.just("Utilization"), averageUtilization=st.just(50)),
        targetAverageUtilization=st.just(50),
    ),
    containerResource=perhaps(name=st.just("cpu"), container=NAMES, target=perhaps(type=st.just("Utilization"))),
)
WORKLOAD = perhaps(
    replicas=st.integers(0, 3),
    selector=SELECTOR | LABELS,
    serviceName=NAMES,
    strategy=STRATEGY,
    updateStrategy=STRATEGY,
    template=TEMPLATE,
)
SPECS = {
    ("apps/v1", "Deployment"): WORKLOAD,
    ("apps/v1", "StatefulSet"): WORKLOAD,
    ("apps/v1", "DaemonSet"): WORKLOAD,
    ("v1", "ReplicationController"): WORKLOAD,
    ("argoproj.io/v1alpha1", "Rollout"): WORKLOAD,
    ("v1", "Pod"): TEMPLATE.map(lambda template: template.get("spec") if isinstance(template, dict) else template),
    ("v1", "Service"): perhaps(selector=LABELS, clusterIP=st.just("None"), type=st.just("ExternalName")),
    ("policy/v1", "PodDisruptionBudget"): perhaps(minAvailable=COUNT, maxUnavailable=COUNT, selector=SELECTOR),
    ("autoscaling/v2", "HorizontalPodAutoscaler"): perhaps(
        minReplicas=st.integers(0, 3),
        maxReplicas=st.integers(0, 3),
        scaleTargetRef=TARGET,
        metrics=st.lists(METRIC | ODD, max_size=2),
    ),
    ("autoscaling/v1", "HorizontalPodAutoscaler"): perhaps(maxReplicas=st.integers(0, 3), scaleTargetRef=TARGET),
    ("keda.sh/v1alpha1", "ScaledObject"): perhaps(minReplicaCount=st.integers(0, 3), scaleTargetRef=TARGET),
    ("autoscaling.k8s.io/v1", "VerticalPodAutoscaler"): perhaps(
        targetRef=TARGET,
        updatePolicy=perhaps(updateMode=st.just("Auto")),
        resourcePolicy=perhaps(
            containerPolicies=st.lists(
                perhaps(mode=st.just("Off"), controlledResources=st.lists(st.just("cpu") | ODD)) | ODD, max_size=2
            )
        ),
    ),
}
METADATA = perhaps(name=NAMES, namespace=st.sampled_from(["shop", "bank"]), labels=LABELS)


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    api_version, kind = draw(st.sampled_from(sorted(SPECS)))
    spec = draw(SPECS[api_version, kind] | ODD)
    return {"apiVersion": api_version, "kind": kind, "metadata": draw(METADATA | ODD), "spec": spec}


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(objects(), min_size=1, max_size=6))
def test_no_object_crashes_a_rule_or_a_fixer(values: list[Any]) -> None:
    documents = [document for value in values for document in manifest.parse(json.dumps(value))]
    cluster = Cluster.of(documents)
    for document in documents:
        for rule in RULES:
            for finding in rule.findings(document, cluster):
                assert finding.message
                try:
                    made = registry.fix(finding, document, cluster)
                except Unfixable as refusal:
                    assert str(refusal)
                else:
                    assert made.operations


def test_the_rules_of_the_group_are_tried() -> None:
    assert len(RULES) == 16
