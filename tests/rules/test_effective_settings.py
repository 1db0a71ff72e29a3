"""What runs is not what one reads: moving images, limits, variables, accounts, orphans and labels."""

from __future__ import annotations

import pytest
from harness import codes, containers, findings, messages, operations, places, pod

from fixers import registry
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.metadata.label_value_invalid import label_value_invalid as label
from rules.model import Severity
from rules.workloads.apparmor_annotation_orphan import apparmor_annotation_orphan as orphan
from rules.workloads.duplicate_env_var import duplicate_env_var as duplicate
from rules.workloads.image_latest_not_pulled import image_latest_not_pulled as stale
from rules.workloads.memory_limit_missing import memory_limit_missing as unlimited
from rules.workloads.probe_on_init_container import probe_on_init_container as probe
from rules.workloads.service_account_fields_disagree import service_account_fields_disagree as disagree

WEB = "containers: [{name: web, image: 'web:1'}]"


def image(reference: str, policy: str = "IfNotPresent") -> str:
    return pod(f"{{containers: [{{name: a, image: '{reference}', imagePullPolicy: {policy}}}]}}")


IMAGES = {
    "no tag": (image("web"), ["unsafe"]),
    "the port of a registry is no tag": (image("localhost:5000/web"), ["unsafe"]),
    "latest": (image("r.example/web:latest"), ["unsafe"]),
    "Latest": (image("r.example/web:Latest"), ["unsafe"]),
    "main": (image("r.example/web:main"), ["unsafe"]),
    "never": (image("web:latest", "Never"), ["image-never-pulled"]),
    "always": (image("web:latest", "Always"), []),
    "text that is replaced later": (image("web:latest", "'${POLICY}'"), []),
    "a template": (image("web:${TAG}"), []),
    "a version": (image("web:1.4.2"), []),
    "a number": (image("web:1"), []),
    "a digest": (image("web:latest@sha256:" + "a" * 64), []),
    "Flux writes the tag": (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n"
        '      image: web:latest # {"$imagepolicy": "flux-system:web"}\n      imagePullPolicy: IfNotPresent\n',
        [],
    ),
}


@pytest.mark.parametrize(("text", "outcome"), IMAGES.values(), ids=IMAGES)
def test_images_that_nodes_keep(text: str, outcome: list[str]) -> None:
    assert codes(stale, text) == outcome


def test_an_image_whose_tag_a_kustomization_sets() -> None:
    assert messages(stale, image("r.example/web"), images=["r.example/web"]) == []


def test_the_policy_is_removed_only_where_the_default_is_always() -> None:
    path = "/spec/containers/0/imagePullPolicy"
    assert operations(stale, image("web:latest")) == [{"op": "remove", "path": path}]
    for reference in ("web:main", "web:Latest"):  # The default of any other tag is IfNotPresent.
        assert operations(stale, image(reference)) == [{"op": "replace", "path": path, "value": "Always"}]


LIMITS = {
    "none": (containers(""), 1),
    "a request is no limit": (containers("resources: {requests: {memory: 1Gi}}"), 1),
    "of processors": (containers("resources: {limits: {cpu: 1}}"), 1),
    "null": (containers("resources: {limits: {memory: null}}"), 1),
    "empty": (containers("resources: {limits: {memory: ''}}"), 1),
    "zero": (containers("resources: {limits: {memory: 0}}"), 1),
    "zero with a unit": (containers("resources: {limits: {memory: '0Mi'}}"), 1),
    "a number": (containers("resources: {limits: {memory: 536870912}}"), 0),
    "a float": (containers("resources: {limits: {memory: '0.5Gi'}}"), 0),
    "text": (containers("resources: {limits: {memory: 64Mi}}"), 0),
    "text that is replaced later": (containers("resources: '${RESOURCES}'"), 0),
    "of the pod": (pod(f"{{resources: {{limits: {{memory: 1Gi}}}}, {WEB}}}"), 0),
    "a request of the pod": (pod(f"{{resources: {{requests: {{memory: 1Gi}}}}, {WEB}}}"), 1),
    "init containers": (pod(f"{{initContainers: [{{name: i, image: 'i:1'}}], {WEB}}}"), 2),
    "ephemeral containers cannot have one": (
        pod(
            "{ephemeralContainers: [{name: e, image: 'e:1'}], containers: [{name: a, image: 'a:1', resources: "
            "{limits: {memory: 1Gi}}}]}"
        ),
        0,
    ),
    "a pod of Windows": (pod(f"{{os: {{name: windows}}, {WEB}}}"), 1),
}


@pytest.mark.parametrize(("text", "found"), LIMITS.values(), ids=LIMITS)
def test_memory_limits(text: str, found: int) -> None:
    assert len(messages(unlimited, text)) == found
    assert codes(unlimited, text) == ["no-fix"] * found


def test_the_limit_of_a_pod_counts_from_1_34_on() -> None:
    text = pod(f"{{resources: {{limits: {{memory: 1Gi}}}}, {WEB}}}")
    assert len(messages(unlimited, text, version=(1, 33))) == 1
    assert messages(unlimited, text, version=(1, 34)) == []


@pytest.mark.parametrize(
    ("limits", "namespace", "severity"),
    [
        ("{type: Container, default: {memory: 1Gi}}", "shop", Severity.INFO),
        ("{type: Container, max: {memory: 1Gi}}", "shop", Severity.INFO),
        ("{type: Container, defaultRequest: {memory: 1Gi}}", "shop", Severity.MEDIUM),
        ("{type: Pod, max: {memory: 1Gi}}", "shop", Severity.MEDIUM),
        ("{type: Container, default: {memory: 1Gi}}", "bank", Severity.MEDIUM),
    ],
)
def test_a_limit_range_gives_its_namespace_a_default(limits: str, namespace: str, severity: Severity) -> None:
    text = pod(f"{{{WEB}}}", "{name: web, namespace: shop}") + (
        f"---\napiVersion: v1\nkind: LimitRange\nmetadata: {{name: l, namespace: {namespace}}}\n"
        f"spec: {{limits: [{limits}]}}\n"
    )
    ((finding, _),) = findings(unlimited, text)
    assert finding.severity is severity


ENV = {
    "twice": ("{name: A, value: '1'}, {name: A, value: '2'}", ["unsafe"]),
    "three times": ("{name: A}, {name: A, value: b}, {name: A, value: c}", ["unsafe", "unsafe"]),
    "another case is another name": ("{name: A, value: '1'}, {name: a, value: '2'}", []),
    "extended": ("{name: A, value: '1'}, {name: A, value: $(A):2}", ["entry-is-used"]),
    "used before the next": ("{name: A, value: '1'}, {name: B, value: $(A)}, {name: A, value: '2'}", ["entry-is-used"]),
    "used behind the next": ("{name: A, value: '1'}, {name: A, value: '2'}, {name: B, value: $(A)}", ["unsafe"]),
    "the last is optional": (
        "{name: A, value: '1'}, {name: A, valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}}",
        ["entry-is-used"],
    ),
    "the last must be there": (
        "{name: A, value: '1'}, {name: A, valueFrom: {secretKeyRef: {name: s, key: k, optional: false}}}",
        ["unsafe"],
    ),
    "names that are filled in later": ("{name: '${A}', value: '1'}, {name: '${A}', value: '2'}", []),
    "a patch's instruction": ("{name: A, $patch: delete}, {name: A, value: '2'}", []),
}


@pytest.mark.parametrize(("entries", "outcome"), ENV.values(), ids=ENV)
def test_variables_that_are_lost(entries: str, outcome: list[str]) -> None:
    assert codes(duplicate, containers(f"env: [{entries}]")) == outcome


def test_variables_of_a_patch_are_merged_with_others() -> None:
    (document,) = manifest.parse(containers("env: [{name: A, value: b}, {name: A, value: c}]"), partial=True)
    (finding,) = duplicate.findings(document)
    with pytest.raises(Unfixable) as refusal:
        registry.fix(finding, document, Cluster())
    assert refusal.value.code == "part-of-an-object"


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ("serviceAccount: a, serviceAccountName: b", ["safe"]),
        ("serviceAccount: '${A}', serviceAccountName: b", ["safe"]),
        ("serviceAccount: a, serviceAccountName: '${B}'", []),
        ("serviceAccount: a, serviceAccountName: a", []),
        ("serviceAccount: a, serviceAccountName: ''", []),
        ("serviceAccount: '', serviceAccountName: b", []),
        ("serviceAccount: [a], serviceAccountName: b", []),
    ],
)
def test_accounts_that_disagree(fields: str, outcome: list[str]) -> None:
    assert codes(disagree, pod(f"{{{fields}, {WEB}}}")) == outcome


KEY = "container.apparmor.security.beta.kubernetes.io"


@pytest.mark.parametrize(
    ("name", "found"),
    [("web", 0), ("Web", 1), ("", 1), ("other", 1), ("${NAME}", 0), ("istio-proxy", 0)],
)
def test_annotations_without_a_container(name: str, found: int) -> None:
    text = pod(f"{{{WEB}}}", f"{{name: web, annotations: {{'{KEY}/{name}': runtime/default}}}}")
    assert codes(orphan, text) == ["unsafe"] * found


def test_annotations_of_a_deployment_itself_mean_nothing() -> None:
    text = (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a, annotations: {{{KEY}/x: unconfined}}}}\n"
        f"spec: {{template: {{metadata: {{annotations: {{{KEY}/y: unconfined}}}}, spec: {{{WEB}}}}}}}\n"
    )
    assert places(orphan, text) == [f"/spec/template/metadata/annotations/{KEY}~1y"]


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ("livenessProbe: {tcpSocket: {port: 1}}", ["unsafe"]),
        ("livenessProbe: {}, lifecycle: {}", ["unsafe", "unsafe"]),
        ("livenessProbe: {}, restartPolicy: OnFailure", ["unsafe"]),
        ("livenessProbe: {}, restartPolicy: null", ["unsafe"]),
        ("livenessProbe: {}, restartPolicy: Always", []),
        ("livenessProbe: {}, restartPolicy: '${R}'", []),
        ("livenessProbe: null", []),
        ("livenessProbe: '${PROBE}'", []),
    ],
)
def test_probes_of_init_containers(fields: str, outcome: list[str]) -> None:
    assert codes(probe, pod(f"{{initContainers: [{{name: i, image: 'i:1', {fields}}}], {WEB}}}")) == outcome
    assert codes(probe, pod(f"{{containers: [{{name: i, image: 'i:1', {fields}}}]}}")) == []


LABELS = {
    "truth": ("true", "true"),
    "yes": ("yes", "yes"),
    "two digits": ("1.10", "1.10"),
    "octal": ("0644", "0644"),
    "exponent": ("1e3", "1e3"),
    "hexadecimal": ("0x1F", "0x1F"),
    "sign": ("-1", None),
    "tag": ("!!int '7'", "7"),
    "list": ("[a]", None),
    "map": ("{a: b}", None),
    "too long": ("a" * 64, None),
    "blank": ("a b", None),
    "dash at its end": ("a-", None),
    "line break": ('"a\\n"', None),
    "not of ASCII": ("\u00e4", None),
}


@pytest.mark.parametrize(("written", "text"), LABELS.values(), ids=LABELS)
def test_labels(written: str, text: str | None) -> None:
    made = f"apiVersion: v1\nkind: Service\nmetadata: {{name: a, labels: {{x: {written}}}}}\n"
    if text is None:
        assert codes(label, made) == ["no-valid-label"]
    else:
        assert operations(label, made) == [{"op": "replace", "path": "/metadata/labels/x", "value": text}]


@pytest.mark.parametrize(
    "written", ["''", "null", "~", "'1.10'", "a", "A.b_c-9", "a" * 63, "'${X}'", "'{{ .x }}'", "1.2.3"]
)
def test_labels_that_kubernetes_takes(written: str) -> None:
    assert messages(label, f"apiVersion: v1\nkind: Service\nmetadata: {{name: a, labels: {{x: {written}}}}}\n") == []


def test_the_message_about_a_label_shows_what_is_written() -> None:
    text = (
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {labels: {x: 1.10, z: yes}}}\n"
    )
    assert messages(label, text) == [
        'label "x" is 1.10 instead of text: put it in quotes',
        'label "z" is yes instead of text: put it in quotes',
    ]


def test_where_labels_stand() -> None:
    text = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a, labels: {x: 1}, annotations: {x: 1}}\n"
        "spec: {jobTemplate: {metadata: {labels: {x: 1}}, spec: {selector: {matchLabels: {x: 1}}, template: "
        f"{{metadata: {{labels: {{x: 1}}}}, spec: {{nodeSelector: {{x: 1}}, {WEB}}}}}}}}}}}\n"
    )
    assert places(label, text) == [
        "/metadata/labels/x",
        "/spec/jobTemplate/metadata/labels/x",
        "/spec/jobTemplate/spec/template/metadata/labels/x",
        "/spec/jobTemplate/spec/template/spec/nodeSelector/x",
        "/spec/jobTemplate/spec/selector/matchLabels/x",
    ]
    assert places(label, "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {x: 1}}\n") == [
        "/spec/selector/x"
    ]
