"""What rules about resources, probes and reliability make of the rest of the scan, and of the target version."""

from __future__ import annotations

import pytest
from harness import containers, findings, fix, messages, pod

from rules import manifest
from rules.cluster import Cluster
from rules.model import Rule, Severity
from rules.patched import Object, Patched
from rules.probes.probe_named_port_undefined import probe_named_port_undefined
from rules.probes.probes_identical import probes_identical
from rules.probes.readiness_probe_missing import readiness_probe_missing
from rules.registry import all_rules
from rules.reliability.cron_job_schedule_invalid import cron_job_schedule_invalid
from rules.reliability.restart_policy_invalid import restart_policy_invalid
from rules.reliability.termination_grace_zero import termination_grace_zero
from rules.reliability.volume_mount_undefined import volume_mount_undefined
from rules.resources.cpu_request_missing import cpu_request_missing
from rules.resources.memory_request_missing import memory_request_missing
from rules.resources.qos_best_effort import qos_best_effort
from rules.resources.request_exceeds_limit import request_exceeds_limit
from rules.resources.resource_quantity_suspicious import resource_quantity_suspicious
from rules.resources.volume_claim_template_no_request import volume_claim_template_no_request
from rules.search import search
from rules.workloads.memory_limit_missing import memory_limit_missing

RESOURCES = [memory_limit_missing, memory_request_missing, cpu_request_missing, qos_best_effort]


def limits(given: str, namespace: str = "shop", kind: str = "Container") -> str:
    return (
        "---\napiVersion: v1\nkind: LimitRange\n"
        f"metadata: {{name: usual, namespace: {namespace}}}\nspec: {{limits: [{{type: {kind}, {given}}}]}}\n"
    )


def in_shop(spec: str) -> str:
    return pod(spec, "{name: web, namespace: shop}")


ONLY_CPU = in_shop("{containers: [{name: a, image: 'i:1', resources: {requests: {cpu: 1}}}]}")
NOTHING = in_shop("{containers: [{name: a, image: 'i:1'}]}")


@pytest.mark.parametrize("field", ["default", "defaultRequest", "max", "min"])
def test_a_limit_range_gives_requests(field: str) -> None:
    text = ONLY_CPU + limits(f"{field}: {{memory: 1Gi}}")
    ((finding, _),) = findings(memory_request_missing, text)
    assert finding.severity is Severity.INFO
    assert finding.message == 'container "a" asks for no memory itself; a LimitRange does for it'


@pytest.mark.parametrize("given", ["default: {cpu: 1}", "defaultRequest: {}", "maxLimitRequestRatio: {memory: 2}"])
def test_a_limit_range_about_something_else_gives_none(given: str) -> None:
    ((finding, _),) = findings(memory_request_missing, ONLY_CPU + limits(given))
    assert finding.severity is Severity.LOW


@pytest.mark.parametrize(("namespace", "kind"), [("other", "Container"), ("shop", "Pod")])
def test_a_limit_range_of_something_else_gives_none(namespace: str, kind: str) -> None:
    ((finding, _),) = findings(memory_request_missing, ONLY_CPU + limits("default: {memory: 1Gi}", namespace, kind))
    assert finding.severity is Severity.LOW


@pytest.mark.parametrize(("field", "severity"), [("default", "info"), ("max", "info"), ("defaultRequest", "medium")])
def test_a_limit_range_gives_limits(field: str, severity: str) -> None:
    ((finding, _),) = findings(memory_limit_missing, ONLY_CPU + limits(f"{field}: {{memory: 1Gi}}"))
    assert str(finding.severity) == severity


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("default: {cpu: 500m}", 1),
        ("max: {cpu: 0.9}", 1),
        ("default: {cpu: 1}, max: {cpu: 0.5}", 0),
        ("default: {memory: 1}", 0),
        ("defaultRequest: {cpu: 500m}", 0),
    ],
)
def test_a_request_may_exceed_the_limit_of_a_limit_range(given: str, found: int) -> None:
    assert len(messages(request_exceeds_limit, ONLY_CPU + limits(given))) == found


def test_which_of_two_limit_ranges_counts_is_not_clear() -> None:
    text = ONLY_CPU + limits("default: {cpu: 500m}") + limits("default: {cpu: 2}")
    assert messages(request_exceeds_limit, text) == []


def test_a_limit_of_its_own_counts_before_that_of_a_limit_range() -> None:
    text = ONLY_CPU.replace("requests: {cpu: 1}", "requests: {cpu: 1}, limits: {cpu: 1}")
    assert messages(request_exceeds_limit, text + limits("default: {cpu: 500m}")) == []


def test_a_limit_range_makes_more_of_a_pod_than_best_effort() -> None:
    ((finding, _),) = findings(qos_best_effort, NOTHING + limits("defaultRequest: {cpu: 10m}"))
    assert finding.severity is Severity.INFO


def test_a_pod_that_asks_for_nothing_is_one_finding_about_requests() -> None:
    counts = {rule.id: len(messages(rule, NOTHING)) for rule in RESOURCES}
    assert counts == {
        "memory-limit-missing": 1,
        "memory-request-missing": 0,
        "cpu-request-missing": 0,
        "qos-best-effort": 1,
    }


def test_a_limit_makes_more_of_a_pod_than_best_effort_whatever_is_requested() -> None:
    assert messages(qos_best_effort, containers("resources: {requests: {cpu: 0}, limits: {cpu: 100m}}")) == []
    assert len(messages(qos_best_effort, containers("resources: {requests: {cpu: 0}, limits: {cpu: 0}}"))) == 1


@pytest.mark.parametrize(("version", "found"), [((1, 33), 1), ((1, 34), 0)])
def test_resources_of_the_pod_count_since_a_version(version: tuple[int, int], found: int) -> None:
    whole = in_shop("{resources: {requests: {cpu: 1, memory: 1Gi}}, containers: [{name: a, image: 'i:1'}]}")
    assert len(messages(qos_best_effort, whole, version=version)) == found


@pytest.mark.parametrize(("version", "found"), [((1, 33), 0), ((1, 34), 1)])
def test_resources_of_the_pod_are_judged_since_a_version(version: tuple[int, int], found: int) -> None:
    spec = "{resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}, containers: [{name: a, image: 'i:1'}]}"
    assert len(messages(request_exceeds_limit, pod(spec), version=version)) == found


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ("cpu: 128", 1),
        ("cpu: 128, memory: 127Gi", 1),
        ("cpu: 128, memory: 128Gi", 0),
        ("cpu: 128, memory: '${MEMORY}'", 1),
        ("cpu: 128, memory: lots", 2),
        ("cpu: 128, example.com/gpu: 8", 0),
        ("cpu: 128, example.com/gpu: 0", 1),
        ("cpu: 1025, example.com/gpu: 8", 1),
        ("cpu: 0.5m, memory: 128Gi", 1),
    ],
)
def test_many_processors_fit_a_large_machine(limits: str, found: int) -> None:
    assert len(messages(resource_quantity_suspicious, containers(f"resources: {{limits: {{{limits}}}}}"))) == found


def test_both_sides_are_repaired_at_once() -> None:
    text = containers("resources: {requests: {memory: 400m}, limits: {memory: 500m}}")
    (finding, document), _ = findings(resource_quantity_suspicious, text)
    made = fix(finding, document, text)
    assert [operation.value for operation in made.patch] == ["400Mi", "500Mi"]


@pytest.mark.parametrize(("version", "found"), [((1, 28), 0), ((1, 29), 1)])
def test_zones_in_schedules_are_refused_since_a_version(version: tuple[int, int], found: int) -> None:
    text = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: 'TZ=UTC 0 0 * * *'}\n"
    assert len(messages(cron_job_schedule_invalid, text, version=version)) == found


def test_an_old_version_still_refuses_what_stands_behind_the_zone() -> None:
    text = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: 'TZ=UTC 0 0 * * 7'}\n"
    assert "Sunday is 0" in messages(cron_job_schedule_invalid, text, version=(1, 28))[0]


def test_a_schedule_that_never_comes_is_of_low_severity() -> None:
    text = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: '0 0 31 2 *'}\n"
    ((finding, _),) = findings(cron_job_schedule_invalid, text)
    assert finding.severity is Severity.LOW
    assert finding.message == 'schedule "0 0 31 2 *" never comes'


JOB = (
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: web}\n"
    "spec: {template: {spec: {containers: [{name: a, image: i}]}}}\n"
)
SET = (
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\n"
    "spec: {template: {spec: {containers: [{name: a, image: i}]}}, volumeClaimTemplates: [{spec: {}}]}\n"
)
LACKING: list[tuple[Rule, str]] = [
    (volume_mount_undefined, containers("volumeMounts: [{name: v, mountPath: /v}]")),
    (probe_named_port_undefined, containers("livenessProbe: {tcpSocket: {port: http}}")),
    (restart_policy_invalid, JOB),
    (volume_claim_template_no_request, SET),
]


@pytest.mark.parametrize(("rule", "text"), LACKING, ids=lambda value: value.id if isinstance(value, Rule) else "")
def test_what_a_kustomization_may_add_is_not_missing(rule: Rule, text: str) -> None:
    assert len(messages(rule, text)) == 1
    patched = Patched.of([Object(None, kind, "web") for kind in ("Pod", "Job", "StatefulSet")])
    assert messages(rule, text, patched=patched) == []
    other = Patched.of([Object(None, "Deployment", "web")])
    assert len(messages(rule, text, patched=other)) == 1


@pytest.mark.parametrize(
    ("api", "kind", "above"),
    [
        ("v1", "Pod", ()),
        ("apps/v1", "Deployment", ("template", "spec")),
        ("apps/v1", "StatefulSet", ("template", "spec")),
        ("batch/v1", "Job", ("template", "spec")),
        ("batch/v1", "CronJob", ("jobTemplate", "spec", "template", "spec")),
    ],
)
def test_a_patch_lacks_nothing(api: str, kind: str, above: tuple[str, ...]) -> None:
    one = "{name: a, image: 'registry.example/a:1.4.2', ports: [{containerPort: 80}], volumeMounts: [{name: v}]}"
    spec = f"{{containers: [{one}], topologySpreadConstraints: [{{topologyKey: zone}}]}}"
    for key in reversed(above):
        spec = f"{{{key}: {spec}}}"
    text = f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n"
    patch, whole = (manifest.parse(text, partial=partial)[0] for partial in (True, False))
    assert list(search(patch, all_rules(), Cluster.of([]))) == []
    assert len(list(search(whole, all_rules(), Cluster.of([whole])))) > 5


def test_data_of_a_stateful_set_is_at_stake() -> None:
    text = SET.replace("{containers", "{terminationGracePeriodSeconds: 0, containers")
    ((finding, _),) = findings(termination_grace_zero, text)
    assert finding.severity is Severity.MEDIUM


def test_the_host_of_a_probe_is_no_difference() -> None:
    # Another fix removes the host: it may not bring a finding.
    text = containers("readinessProbe: {httpGet: {port: 80}}, livenessProbe: {httpGet: {port: 80, host: 127.0.0.1}}")
    assert len(messages(probes_identical, text)) == 1


def test_a_policy_that_goes_brings_no_finding_about_readiness() -> None:
    text = (
        JOB.replace("Job", "Deployment")
        .replace("batch", "apps")
        .replace("image: i", "image: i, ports: [{containerPort: 80}]")
    )
    policy = text.replace("{containers", "{restartPolicy: Never, containers")
    assert messages(readiness_probe_missing, text) == messages(readiness_probe_missing, policy) != []


def test_the_rules_are_on() -> None:
    ours = [rule for rule in all_rules() if rule.category in ("resources", "probes", "reliability")]
    assert len(ours) >= 17
    assert all(rule.default for rule in ours if rule.check.__module__.startswith(("rules.resources", "rules.probes")))
