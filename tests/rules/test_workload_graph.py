"""Workloads of a scan of many files: what belongs together, what nobody knows, and what all of that costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules import manifest
from rules.availability.hpa_dangling_target import hpa_dangling_target
from rules.availability.hpa_duplicate import hpa_duplicate
from rules.availability.hpa_fixed_size import hpa_fixed_size
from rules.availability.hpa_without_requests import hpa_without_requests
from rules.availability.naked_pod import naked_pod
from rules.availability.pdb_blocks_eviction import pdb_blocks_eviction
from rules.availability.pdb_dangling import pdb_dangling
from rules.availability.pdb_empty_policy import pdb_empty_policy
from rules.availability.pdb_exceeds_hpa_minimum import pdb_exceeds_hpa_minimum
from rules.availability.replicas_with_autoscaler import replicas_with_autoscaler
from rules.availability.rolling_update_all_at_once import rolling_update_all_at_once
from rules.availability.selector_mismatch import selector_mismatch
from rules.availability.service_selects_nothing import service_selects_nothing
from rules.availability.stateful_set_service_missing import stateful_set_service_missing
from rules.availability.topology_spread_invalid import topology_spread_invalid
from rules.cluster import Cluster
from rules.model import Rule, Severity
from rules.patched import Object, Patched
from rules.search import search
from tests.work import calls

RULES = [
    hpa_dangling_target,
    hpa_duplicate,
    hpa_fixed_size,
    hpa_without_requests,
    pdb_blocks_eviction,
    pdb_dangling,
    pdb_empty_policy,
    pdb_exceeds_hpa_minimum,
    replicas_with_autoscaler,
    rolling_update_all_at_once,
    selector_mismatch,
    service_selects_nothing,
    stateful_set_service_missing,
    topology_spread_invalid,
]


def found(rules: list[Rule], files: dict[str, str], partial: bool = False, **settings: Any) -> list[str]:
    """Return `path rule` of what rules find in files."""
    documents = [one for path, text in files.items() for one in manifest.parse(text, path, partial=partial)]
    cluster = Cluster.of([one for one in documents if not one.partial], **settings)
    hits = [hit for document in documents for hit in search(document, rules, cluster)]
    assert all(isinstance(hit, tuple) for hit in hits), hits
    return [f"{hit[0].path} {hit[0].rule}" for hit in hits if isinstance(hit, tuple)]


def metadata(name: str, namespace: str) -> str:
    return f"metadata: {{name: {name}" + (f", namespace: {namespace}" if namespace else "") + "}\n"


def deployment(name: str = "web", namespace: str = "", labels: str = "app: web", replicas: str = "3") -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\n{metadata(name, namespace)}"
        f"spec:\n  replicas: {replicas}\n  selector: {{matchLabels: {{{labels}}}}}\n"
        f"  template: {{metadata: {{labels: {{{labels}}}}}, spec: {{containers: [{{name: a, image: 'a:1'}}]}}}}\n"
    )


def autoscaler(name: str = "web", namespace: str = "", target: str = "web") -> str:
    return (
        f"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n{metadata(name, namespace)}"
        f"spec:\n  minReplicas: 2\n  maxReplicas: 9\n"
        f"  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {target}}}\n"
    )


def budget(policy: str = "minAvailable: 3", namespace: str = "", labels: str = "app: web") -> str:
    return (
        f"apiVersion: policy/v1\nkind: PodDisruptionBudget\n{metadata('web', namespace)}"
        f"spec: {{{policy}, selector: {{matchLabels: {{{labels}}}}}}}\n"
    )


def service(name: str = "web", namespace: str = "", labels: str = "app: webb") -> str:
    return f"apiVersion: v1\nkind: Service\n{metadata(name, namespace)}spec: {{selector: {{{labels}}}}}\n"


REPLICAS = {
    "one directory": ({"a/d.yaml": deployment(), "a/h.yaml": autoscaler()}, 1),
    "the only one of the name": ({"base/d.yaml": deployment(), "prod/h.yaml": autoscaler()}, 1),
    "two of the name elsewhere": (
        {"a/d.yaml": deployment(), "b/d.yaml": deployment(), "c/h.yaml": autoscaler()},
        0,
    ),
    "each in its directory": (
        {"a/d.yaml": deployment(), "b/d.yaml": deployment(), "b/h.yaml": autoscaler()},
        1,
    ),
    "another namespace": ({"a/d.yaml": deployment(namespace="shop"), "a/h.yaml": autoscaler(namespace="bank")}, 0),
    "the namespace tells two apart": (
        {
            "a/d.yaml": deployment(namespace="shop"),
            "b/d.yaml": deployment(namespace="bank"),
            "c/h.yaml": autoscaler(namespace="shop"),
        },
        1,
    ),
    "another group": (
        {"a/d.yaml": deployment(), "a/h.yaml": autoscaler().replace("apps/v1", "argoproj.io/v1alpha1")},
        0,
    ),
}


@pytest.mark.parametrize(("files", "count"), REPLICAS.values(), ids=REPLICAS)
def test_which_workload_an_autoscaler_scales(files: dict[str, str], count: int) -> None:
    assert len(found([replicas_with_autoscaler], files)) == count


BUDGETS = {
    "one directory": ({"a/d.yaml": deployment(), "a/p.yaml": budget()}, 1),
    "elsewhere, the only one": ({"a/d.yaml": deployment(), "b/p.yaml": budget()}, 1),
    "elsewhere, for two clusters": ({"a/d.yaml": deployment(), "b/d.yaml": deployment(), "c/p.yaml": budget()}, 0),
    "a second one elsewhere": ({"a/d.yaml": deployment(), "b/d.yaml": deployment("b"), "a/p.yaml": budget()}, 0),
    "another namespace": ({"a/d.yaml": deployment(namespace="shop"), "a/p.yaml": budget(namespace="bank")}, 0),
    "one of two namespaces": (
        {
            "a/d.yaml": deployment(namespace="shop"),
            "a/e.yaml": deployment(namespace="bank"),
            "a/p.yaml": budget("minAvailable: 3", "shop"),
        },
        1,
    ),
    "enough pods": ({"a/d.yaml": deployment(replicas="4"), "a/p.yaml": budget()}, 0),
    "nothing but what must be absent": (
        {
            "a/d.yaml": deployment(),
            "a/p.yaml": budget().replace(
                "matchLabels: {app: web}", "matchExpressions: [{key: x, operator: DoesNotExist}]"
            ),
        },
        0,
    ),
    "labels that are filled in": ({"a/d.yaml": deployment(labels="app: '${APP}'"), "a/p.yaml": budget()}, 1),
}


@pytest.mark.parametrize(("files", "count"), BUDGETS.values(), ids=BUDGETS)
def test_which_pods_a_budget_counts(files: dict[str, str], count: int) -> None:
    assert len(found([pdb_blocks_eviction], files)) == count


SERVICES = {
    "one directory": ({"a/d.yaml": deployment(), "a/s.yaml": service()}, 1),
    "elsewhere without a namespace": ({"a/d.yaml": deployment(), "b/s.yaml": service()}, 0),
    "elsewhere in the same namespace": (
        {"a/d.yaml": deployment(namespace="shop"), "b/s.yaml": service(namespace="shop")},
        1,
    ),
    "met elsewhere": (
        {"a/d.yaml": deployment(), "a/s.yaml": service(), "b/d.yaml": deployment("other", labels="app: webb")},
        0,
    ),
    "met in another namespace": (
        {
            "a/d.yaml": deployment(namespace="shop"),
            "a/s.yaml": service(namespace="shop"),
            "b/d.yaml": deployment("other", "bank", "app: webb"),
        },
        1,
    ),
    "an ending of the name": ({"a/d.yaml": deployment(), "a/s.yaml": service("web-svc")}, 1),
    "an ending on both sides": ({"a/d.yaml": deployment("web-deployment"), "a/s.yaml": service("web-service")}, 1),
    "a controller that may make the pods": ({"a/d.yaml": deployment("web-controller"), "a/s.yaml": service()}, 0),
    "an ending of the name elsewhere": (
        {"a/d.yaml": deployment(namespace="shop"), "b/s.yaml": service("web-svc", "shop")},
        0,
    ),
    "the name alone": ({"a/d.yaml": deployment(labels="name: web"), "a/s.yaml": service()}, 0),
    "pods of an operator": (
        {
            "a/d.yaml": deployment("other"),
            "a/s.yaml": service(),
            "a/o.yaml": "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: web}\n",
        },
        0,
    ),
}


@pytest.mark.parametrize(("files", "count"), SERVICES.values(), ids=SERVICES)
def test_services_are_reported_only_with_evidence(files: dict[str, str], count: int) -> None:
    assert len(found([service_selects_nothing], files)) == count


def test_autoscalers_of_two_clusters_are_no_rivals() -> None:
    files = {
        f"{place}/{name}.yaml": text
        for place, name in (("a", "web"), ("b", "web-2"))
        for name, text in ((name, autoscaler(name, "shop")), ("d", deployment(namespace="shop", replicas="null")))
    }
    assert found([hpa_duplicate], files) == []
    assert found([hpa_duplicate], {**files, "a/second.yaml": autoscaler("web-3", "shop")}) == [
        "a/web.yaml hpa-duplicate"
    ]


def test_a_rival_elsewhere_counts_where_both_mean_the_only_workload() -> None:
    files = {"a/h.yaml": autoscaler("a"), "b/h.yaml": autoscaler("b")}
    assert found([hpa_duplicate], files) == []
    assert found([hpa_duplicate], {**files, "c/d.yaml": deployment()}) == ["b/h.yaml hpa-duplicate"]


EVERYTHING = {
    "a/d.yaml": deployment(),
    "a/x.yaml": deployment("x", labels="app: x")
    .replace("replicas: 3", "replicas: 3\n  strategy: {rollingUpdate: {maxUnavailable: 3}}")
    .replace("labels: {app: x}", "labels: {app: z}")
    .replace("spec: {containers", "spec: {topologySpreadConstraints: [{maxSkew: 1}], containers"),
    "a/h.yaml": autoscaler("h").replace("maxReplicas: 9", "maxReplicas: 2"),
    "a/h2.yaml": autoscaler("h2"),
    "a/h3.yaml": autoscaler("db", target="db"),
    "a/s.yaml": deployment("db", labels="app: db").replace("Deployment", "StatefulSet"),
    "a/svc.yaml": service(),
    "a/p.yaml": budget(labels="app: webb"),
    "a/p2.yaml": budget("unhealthyPodEvictionPolicy: AlwaysAllow").replace("name: web}", "name: p2}"),
    "a/p3.yaml": budget().replace("name: web}", "name: p3}").replace("app: web", "app: db"),
    "b/p4.yaml": budget("minAvailable: 2", labels="app: c").replace("name: web}", "name: p4}"),
    "b/d.yaml": deployment("c", labels="app: c", replicas="null"),
    "b/h.yaml": autoscaler("c", target="c"),
}


def test_every_rule_finds_something_in_the_sample() -> None:
    assert {one.partition(" ")[2] for one in found(RULES, EVERYTHING)} == {rule.id for rule in RULES}


def test_what_a_patch_may_change_is_not_judged_by_what_is_absent_or_written_elsewhere() -> None:
    documents = [one for path, text in EVERYTHING.items() for one in manifest.parse(text, path)]
    patched = Patched.of(Object(one.group, one.kind, one.name) for one in documents)
    assert found(RULES, EVERYTHING, patched=patched) == []


def test_a_part_of_an_object_is_not_judged_by_what_is_absent_or_written_elsewhere() -> None:
    partial = found(RULES, EVERYTHING, partial=True)
    assert partial == []


def test_two_autoscalers_of_two_files_may_be_meant_for_two_clusters() -> None:
    def severities(*files: str) -> list[Severity]:
        texts = zip(files, (autoscaler("a"), autoscaler("b")), strict=True)
        documents = [one for path, text in texts for one in manifest.parse(text, path)]
        moved = [replace(one, index=number) for number, one in enumerate(documents)]
        hits = [hit for one in moved for hit in search(one, [hpa_duplicate], Cluster.of(moved))]
        return [hit[0].severity for hit in hits if isinstance(hit, tuple)]

    assert severities("a/h.yaml", "a/h.yaml") == [Severity.HIGH]
    assert severities("a/g.yaml", "a/h.yaml") == [Severity.MEDIUM]


def test_a_budget_without_numbers_is_as_bad_as_one_that_allows_nothing() -> None:
    """The controller then expects no pods, and where it expects none it allows no eviction."""
    severities = []
    for policy, rule in (
        ("unhealthyPodEvictionPolicy: AlwaysAllow", pdb_empty_policy),
        ("maxUnavailable: 0", pdb_blocks_eviction),
    ):
        (document,) = manifest.parse(budget(policy), "a/p.yaml")
        severities += [
            hit[0].severity for hit in search(document, RULES, Cluster.of([document])) if isinstance(hit, tuple)
        ]
        assert found(RULES, {"a/p.yaml": budget(policy)}) == [f"a/p.yaml {rule.id}"]
    assert severities == [Severity.MEDIUM] * 2


def test_a_budget_that_a_patch_may_change_is_not_counted() -> None:
    files = {"a/d.yaml": deployment(), "a/p.yaml": budget()}
    patched = Patched.of([Object("policy", "PodDisruptionBudget", "web")])
    assert found([pdb_blocks_eviction], files) != []
    assert found([pdb_blocks_eviction], files, patched=patched) == []


def test_a_static_pod_is_no_naked_pod() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: 'a:1'}]}\n"
    files = {"etc/kubernetes/manifests/web.yaml": pod, "static-pods/web.yaml": pod, "manifests/web.yaml": pod}
    assert found([naked_pod], files) == ["manifests/web.yaml naked-pod"]
    assert found([naked_pod], {"p.yaml": pod}, partial=True) == []


def test_the_graph_keeps_no_text_and_little_of_a_workload() -> None:
    text = deployment().replace("image: 'a:1'", "image: 'a:1', command: [a], env: [{name: A, value: b}]")
    (kept,) = Cluster.of(manifest.parse(text, "a/d.yaml")).documents
    assert kept.path == "a/d.yaml"
    assert kept.source.text == ""
    assert kept.value["spec"]["template"] == {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "a", "image": "a:1"}]},
    }


@pytest.mark.parametrize("name", ["web", "web-{number}"])
@pytest.mark.parametrize("folder", ["a", "{number}"])
def test_work_grows_with_the_number_of_objects_and_not_with_their_pairs(name: str, folder: str) -> None:
    def work(count: int) -> int:
        documents = []
        for number in range(count):
            title = name.format(number=number)
            text = "---\n".join(
                [deployment(title, labels="app: web"), autoscaler(title, target=title), budget(), service(title)]
            )
            documents += manifest.parse(text, f"{folder.format(number=number)}/{number}.yaml")

        def judge() -> None:
            cluster = Cluster.of(documents)
            for document in documents:
                for _ in search(document, RULES, cluster):
                    pass

        return calls(judge)

    work(10)  # What is imported and cached once.
    few, many = work(100), work(400)
    assert many < 6 * few, (few, many)  # 4 would be straight; pairs would make it 16.
