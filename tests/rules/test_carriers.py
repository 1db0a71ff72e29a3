"""Custom resources that carry pods: every row of the table, on a manifest that somebody could have written."""

from __future__ import annotations

import json
import textwrap

import harness
import pytest
import yaml

from fixers import editor
from rules import manifest
from rules.cluster import Cluster
from rules.pointer import get
from rules.pointer import parse as parse_pointer
from rules.pointer import text as pointer_text
from rules.registry import all_rules, rule_by_id
from rules.search import search
from rules.workloads import pods
from rules.workloads.carriers import CARRIERS, Place
from tests.work import calls

PRIVILEGED = rule_by_id("privileged-container")
HOST_NETWORK = rule_by_id("host-network")


def written(place: Place, containers: tuple[str | int, ...]) -> tuple[object, tuple[str | int, ...]]:
    """Return an object with one privileged container where the place says, and the container's pointer."""
    value: object = {"name": "web", "image": "registry.example/web:1.4.2", "securityContext": {"privileged": True}}
    pointer: list[str | int] = []
    for key in reversed((*place.pointer, *containers)):
        lists = key == "*" and "ReplicaSpecs" not in " ".join(map(str, place.pointer))
        value = [value] if lists else {("Worker" if key == "*" else str(key)): value}
        pointer.insert(0, 0 if lists else "Worker" if key == "*" else key)
    return value, tuple(pointer)


ROWS = [(kind, place, item) for kind, places in CARRIERS.items() for place in places for item in place.containers]


@pytest.mark.parametrize(
    ("kind", "place", "item"), ROWS, ids=[f"{kind} {pointer_text((*p.pointer, *i))}" for kind, p, i in ROWS]
)
def test_a_privileged_container_is_found_in_every_place(kind: str, place: Place, item: tuple[str, ...]) -> None:
    assert PRIVILEGED is not None
    value, pointer = written(place, item)
    assert isinstance(value, dict)
    name, _, group = kind.partition(".")
    text = yaml.safe_dump({"apiVersion": f"{group}/v1", "kind": name, "metadata": {"name": "x"}, **value})
    ((finding, document),) = harness.findings(PRIVILEGED, text)
    assert finding.pointer == (*pointer, "securityContext", "privileged")
    made = harness.fix(finding, document, text)
    assert harness.findings(PRIVILEGED, editor.apply(text, 0, made.patch).text) == []


FIELDS = [
    (kind, place)
    for kind, places in CARRIERS.items()
    for place in places
    if place.fields is None or "hostNetwork" in place.fields
]


@pytest.mark.parametrize(("kind", "place"), dict.fromkeys(FIELDS), ids=lambda given: str(given)[:60])
def test_a_field_of_the_pod_is_found_in_every_place(kind: str, place: Place) -> None:
    assert HOST_NETWORK is not None
    name, _, group = kind.partition(".")
    value, pointer = written(place, ("hostNetwork",))
    *outer, last = pointer
    inner = value
    for key in outer:
        inner = inner[key]  # type: ignore[index]
    inner[last] = True  # type: ignore[index]
    text = json.dumps({"apiVersion": f"{group}/v1", "kind": name, "metadata": {"name": "x"}, **value})  # type: ignore[dict-item]
    ((finding, _),) = harness.findings(HOST_NETWORK, text)
    assert finding.pointer == pointer


CONTAINER = "name: web\nimage: registry.example/web:1.4.2\nsecurityContext:\n  privileged: true\n"

# Manifest with PRIVILEGED in the place of containers -> pointers of those that are found.
MANIFESTS: list[tuple[str, list[str]]] = [
    (
        """
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop}
spec:
  strategy: {canary: {}}
  template:
    spec:
      containers:
        - PRIVILEGED
""",
        ["/spec/template/spec/containers/0"],
    ),
    (
        """
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: by-reference}
spec:
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
""",
        [],
    ),
    (
        """
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  workflowSpec:
    entrypoint: all
    podSpecPatch: 'containers: [{name: main, securityContext: {privileged: true}}]'
    templates:
      - name: all
        steps:
          - - name: one
              template: build
            - name: two
              inline:
                script:
                  PRIVILEGED
      - name: build
        container:
          PRIVILEGED
        sidecars:
          - PRIVILEGED
""",
        [
            "/spec/workflowSpec/templates/0/steps/0/1/inline/script",
            "/spec/workflowSpec/templates/1/container",
            "/spec/workflowSpec/templates/1/sidecars/0",
        ],
    ),
    (
        """
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: build}
spec:
  pipelineSpec:
    tasks:
      - name: named
        taskRef: {name: other}
      - name: image
        taskSpec:
          stepTemplate:
            securityContext: {privileged: true}
          steps:
            - PRIVILEGED
            - name: calm
              image: registry.example/calm:1
    finally:
      - name: notify
        taskSpec:
          steps:
            - PRIVILEGED
""",
        [
            "/spec/pipelineSpec/finally/0/taskSpec/steps/0",
            "/spec/pipelineSpec/tasks/1/taskSpec/stepTemplate",
            "/spec/pipelineSpec/tasks/1/taskSpec/steps/0",
        ],
    ),
    (
        """
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: pi}
spec:
  driver:
    serviceAccount: spark
    securityContext: {privileged: true}
  executor:
    instances: 2
    sidecars:
      - PRIVILEGED
""",
        ["/spec/driver", "/spec/executor/sidecars/0"],
    ),
    (
        """
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: train}
spec:
  headGroupSpec:
    template:
      spec:
        containers:
          - PRIVILEGED
  workerGroupSpecs:
    - groupName: small
      template:
        spec:
          containers:
            - name: calm
              image: registry.example/calm:1
    - groupName: large
      template:
        spec:
          initContainers:
            - PRIVILEGED
          containers:
            - name: calm
              image: registry.example/calm:1
""",
        [
            "/spec/headGroupSpec/template/spec/containers/0",
            "/spec/workerGroupSpecs/1/template/spec/initContainers/0",
        ],
    ),
    (
        """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: iris}
spec:
  predictor:
    model:
      modelFormat: {name: sklearn}
      PRIVILEGED
  transformer:
    containers:
      - PRIVILEGED
""",
        ["/spec/predictor/model", "/spec/transformer/containers/0"],
    ),
    (
        """
apiVersion: example.com/v1
kind: Deployment
metadata: {name: not-in-the-table}
spec:
  template:
    spec:
      containers:
        - PRIVILEGED
""",
        [],
    ),
]


def filled(text: str) -> str:
    lines = []
    for line in text.lstrip("\n").splitlines(keepends=True):
        head, found, _ = line.partition("PRIVILEGED")
        column = " " * len(head)
        lines.append(head + textwrap.indent(CONTAINER, column).removeprefix(column) if found else line)
    return "".join(lines)


@pytest.mark.parametrize(("text", "expected"), MANIFESTS, ids=[text.split()[3] for text, _ in MANIFESTS])
def test_none_is_missed_and_none_too_many(text: str, expected: list[str]) -> None:
    assert PRIVILEGED is not None
    found = harness.findings(PRIVILEGED, filled(text))
    assert sorted(pointer_text(finding.pointer[:-2]) for finding, _ in found) == expected


def rules_of(text: str) -> set[tuple[str, str]]:
    documents = manifest.parse(text)
    cluster = Cluster.of(documents)
    hits = [hit for document in documents for hit in search(document, all_rules(), cluster)]
    assert all(isinstance(hit, tuple) for hit in hits), hits
    return {(hit[0].rule, pointer_text(hit[0].pointer)) for hit in hits if isinstance(hit, tuple)}


def test_absence_means_nothing_where_an_operator_completes_the_pod() -> None:
    text = """\
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata:
  name: main
spec:
  hostNetwork: true
  securityContext:
    runAsNonRoot: false
  containers:
    - name: prometheus
      image: registry.example/prometheus:3.1
"""
    found = rules_of(text)
    assert ("host-network", "/spec/hostNetwork") in found
    assert ("run-as-non-root", "/spec/securityContext/runAsNonRoot") in found
    value = manifest.parse(text)[0].value
    assert all(get(value, *parse_pointer(pointer)) is not None for _, pointer in found)


def test_each_pod_of_an_object_is_judged_by_its_own_fields() -> None:
    text = """\
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata:
  name: train
spec:
  leaderWorkerTemplate:
    leaderTemplate:
      spec:
        securityContext:
          runAsNonRoot: true
        containers:
          - name: leader
            image: registry.example/train:1
    workerTemplate:
      spec:
        containers:
          - name: worker
            image: registry.example/train:1
"""
    found = {pointer for rule, pointer in rules_of(text) if rule == "run-as-non-root"}
    assert found == {"/spec/leaderWorkerTemplate/workerTemplate/spec/securityContext/runAsNonRoot"}
    rule = rule_by_id("run-as-non-root")
    assert rule is not None
    ((finding, document),) = harness.findings(rule, text)
    after = editor.apply(text, 0, harness.fix(finding, document, text).patch).text
    assert harness.findings(rule, after) == []
    assert after.startswith(text[: text.index("    workerTemplate")])


def test_a_finding_that_pods_share_is_made_once() -> None:
    text = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: build
spec:
  volumes:
    - name: run
      hostPath: {path: /var/lib/build}
  templates:
    - name: one
      container: {image: "registry.example/a:1", volumeMounts: [{name: run, mountPath: /run}]}
    - name: two
      script: {image: "registry.example/a:1", volumeMounts: [{name: run, mountPath: /run}]}
"""
    documents = manifest.parse(text)
    hits = [hit for hit in search(documents[0], all_rules(), Cluster()) if isinstance(hit, tuple)]
    places = [(hit[0].rule, hit[0].pointer, hit[0].message) for hit in hits]
    assert len(places) == len(set(places))
    assert any(pointer[:2] == ("spec", "volumes") for _, pointer, _ in places)


def test_a_namesake_with_another_meaning_is_no_field_of_a_pod() -> None:
    text = "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata: {name: pi}\nspec:\n"
    found = rules_of(text + "  driver: {serviceAccount: spark, securityContext: {runAsNonRoot: false}}\n")
    assert [pointer for rule, pointer in found if rule == "run-as-non-root"] == [
        "/spec/driver/securityContext/runAsNonRoot"
    ]
    assert not any(rule == "deprecated-service-account-field" for rule, _ in found)


def test_thousands_of_pods_in_one_object_are_read_in_one_pass() -> None:
    assert PRIVILEGED is not None
    one = {"template": {"spec": {"containers": [{"name": "a", "image": "b", "securityContext": {"privileged": True}}]}}}

    def work(count: int) -> int:
        spec = {"tasks": [one] * count}
        value = {"apiVersion": "batch.volcano.sh/v1", "kind": "Job", "metadata": {}, "spec": spec}
        (document,) = manifest.parse(json.dumps(value))
        found: list[object] = []
        made = calls(lambda: found.extend(search(document, [PRIVILEGED], Cluster())))
        assert len(found) == count
        return made

    work(5)  # What is imported and cached once.
    assert work(5000) < 12 * work(500)


def test_kinds_hold_every_carrier() -> None:
    assert set(CARRIERS) < pods.KINDS
