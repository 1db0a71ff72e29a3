"""Awkward input: whatever stands beside it, a good document is found, and nothing is dropped in silence.

Every case is one odd file next to a good one. `FOUND` cases are manifests that Kubernetes accepts: the privileged
Pod in them must be found. The others must be named, with line and reason.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.config import Settings
from bot.scan import Scan, scan
from bot.tree import MemoryTree
from rules.registry import all_rules
from rules.workloads.privileged_container import privileged_container

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: odd
spec:
  containers:
    - name: app
      image: registry.example/app:1.2
      securityContext:
        privileged: true
"""
JSON = (
    '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "odd"}, "spec": {"containers": [{"name": "app",'
    ' "image": "a:1", "securityContext": {"privileged": true}}]}}'
)
LIST = "apiVersion: v1\nkind: List\nitems:\n  - " + POD.replace("\n", "\n    ").rstrip() + "\n"
CRON = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: odd}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers: [{name: app, image: "a:1", securityContext: {privileged: true}}]
"""
CONTROLLER = """\
apiVersion: v1
kind: ReplicationController
metadata: {name: odd}
spec:
  template:
    spec:
      containers: [{name: app, image: "a:1", securityContext: {privileged: true}}]
"""
BOMB = "\n".join(
    ["x: &a0 [0, 0, 0, 0, 0, 0, 0, 0, 0]"] + [f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
)
MERGES = """\
common: &common
  name: app
  image: registry.example/app:1.2
"""

FOUND: dict[str, tuple[str, str | bytes]] = {
    "a template action inside a string": ("odd.yaml", POD.replace("name: odd", 'name: odd\n  labels: {a: "{{ .V }}"}')),
    "a key twice": ("odd.yaml", POD.replace("metadata:", "metadata: {}\nmetadata:")),
    "UTF-16, little end first": ("odd.yaml", b"\xff\xfe" + POD.encode("utf-16-le")),
    "UTF-16, big end first": ("odd.yaml", b"\xfe\xff" + POD.encode("utf-16-be")),
    "a byte order mark": ("odd.yaml", b"\xef\xbb\xbf" + POD.encode()),
    "Windows line breaks": ("odd.yaml", POD.replace("\n", "\r\n")),
    "no line break at the end": ("odd.yaml", POD.rstrip()),
    "JSON": ("odd.json", JSON),
    "JSON in a YAML file": ("odd.yaml", JSON),
    "YAML in a JSON file": ("odd.json", POD),
    "JSON objects one after another": ("odd.json", '{"kind": "x"}\n' + JSON),
    "a List": ("odd.yaml", LIST),
    "a typed list without kinds": ("odd.yaml", LIST.replace("List", "PodList").replace("    kind: Pod\n", "")),
    "a List in a List": (
        "odd.yaml",
        "apiVersion: v1\nkind: List\nitems:\n  - " + LIST.replace("\n", "\n    ").rstrip() + "\n",
    ),
    "a merge key": (
        "odd.yaml",
        MERGES + POD.replace("    - name: app\n      image: registry.example/app:1.2\n", "    - <<: *common\n"),
    ),
    "an alias": ("odd.yaml", "x: &yes true\n" + POD.replace("true", "*yes")),
    "an anchor defined twice": (
        "odd.yaml",
        POD.replace("name: odd", "name: &n odd\n  labels: {a: &n other, b: *n}"),
    ),
    "an unknown tag": ("odd.yaml", POD.replace("name: odd", "name: odd\n  labels: {key: !vault secret}")),
    "a plain equals sign": ("odd.yaml", POD.replace("name: odd", "name: odd\n  labels: {operator: =}")),
    "a comment behind the separator": ("odd.yaml", "kind: x\n--- # the pod\n" + POD),
    "blanks behind the separator": ("odd.yaml", "kind: x\n---  \n" + POD),
    "a comment that holds a separator": ("odd.yaml", "# ---\n" + POD),
    "yes, which means true": ("odd.yaml", POD.replace("true", "yes")),
    "y, which means true": ("odd.yaml", POD.replace("true", "y")),
    "a suffix in capitals": ("odd.YAML", POD),
    "an escaped key": ("odd.yaml", POD.replace("apiVersion", '"api\\x56ersion"')),
    "quoted keys": ("odd.yaml", POD.replace("kind: Pod", '"kind": "Pod"')),
    "an indented root": ("odd.yaml", "  " + POD.replace("\n", "\n  ").rstrip() + "\n"),
    "a CronJob": ("odd.yaml", CRON),
    "a ReplicationController": ("odd.yaml", CONTROLLER),
    "a ConfigMap of 5 MB beside it": (
        "odd.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata:\n  a: " + "x" * 5_000_000 + "\n---\n" + POD,
    ),
    "a document that is a list": ("odd.yaml", "- a\n- b\n---\n" + POD),
    "empty documents": ("odd.yaml", "---\n---\n# nothing\n---\n" + POD + "---\n"),
    "a document end": ("odd.yaml", POD + "...\n"),
    "a YAML directive": ("odd.yaml", "%YAML 1.1\n---\n" + POD),
}

# Name -> path, text, the line that the error names, a word of its reason.
NAMED: dict[str, tuple[str, str | bytes, int, str]] = {
    "indented by a tab": ("odd.yaml", POD.replace("  name: odd", "\tname: odd"), 4, "token"),
    "a bracket that is never closed": ("odd.yaml", POD + "  nodeSelector: [a\n", 11, "','"),
    "nesting 3,000 levels deep": ("odd.yaml", POD + "x: " + "[" * 3000 + "]" * 3000 + "\n", 11, "200"),
    "aliases that multiply": ("odd.yaml", BOMB + "\n" + POD, 7, "expands"),
    "an alias of nothing": ("odd.yaml", POD.replace("odd", "*nothing"), 4, "nothing"),
    "an alias of itself": ("odd.yaml", POD + "x: &x [*x]\n", 11, "itself"),
    "a zero byte": ("odd.yaml", POD.replace("odd", "o\0d"), 4, "control characters"),
    "a key that is a list": ("odd.yaml", POD + "? [a]\n: b\n", 11, "key"),
    "a key that is null": ("odd.yaml", POD + "~: b\n", 11, "null"),
    "infinity": ("odd.yaml", POD + "x: .inf\n", 11, "JSON"),
    "text behind the separator": ("odd.yaml", "--- {apiVersion: v1, kind: Pod}\n", 1, "---"),
    "broken JSON": ("odd.json", JSON[:-1], 1, ""),
    "a merge of text": ("odd.yaml", POD + "<<: text\n", 11, "map"),
    "UTF-16 without a mark": ("odd.yaml", ("#" + POD).encode("utf-16-le"), 1, ""),
}

# Both: the Pod is found, and what is wrong beside it is named.
BOTH: dict[str, tuple[str, str | bytes, int, str]] = {
    "Latin-1 in a comment": ("odd.yaml", POD.encode() + b"# caf\xe9\n", 11, "0xe9"),
    "the second of three documents is broken": ("odd.yaml", "kind: x\n---\na: [\n---\n" + POD, 3, ""),
    "a template beside it": ("odd.yaml", POD + "---\nkind: {{ .Kind }}\napiVersion: v1\n", 12, "template"),
    "text after the end": ("odd.yaml", POD + "...\nkind: x\n", 11, "ignores"),
}

SHAPES: dict[str, Any] = {
    "containers is a map": POD.replace("    - name", "      name"),
    "spec is text": "apiVersion: v1\nkind: Pod\nmetadata: {name: odd}\nspec: none\n",
    "a container is text": "apiVersion: v1\nkind: Pod\nmetadata: {name: odd}\nspec: {containers: [a, 3, null, [1]]}\n",
    "metadata is a list": POD.replace("metadata:\n  name: odd", "metadata: [a]"),
    "kind is a number": POD.replace("kind: Pod", "kind: 5"),
    "apiVersion is a list": POD.replace("apiVersion: v1", "apiVersion: [v1]"),
    "items is a map": "apiVersion: v1\nkind: List\nitems: {a: b}\n",
    "rules is text": "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: all\n",
    "subjects is null": (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\n"
        "roleRef: 5\nsubjects: [null]\n"
    ),
    "annotations is a list": POD.replace("name: odd", "name: odd\n  annotations: [kubewright.dev/ignore]"),
    "an ignore that is a number": POD.replace("name: odd", "name: odd\n  annotations: {kubewright.dev/ignore: 3}"),
    "a custom resource that looks like a workload": (
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\nspec: {template: {spec: {}}}\n"
    ),
}


def scanned(path: str, text: str | bytes, every_rule: bool = False) -> Scan:
    """Scan the odd file beside a good one."""
    odd = text.encode() if isinstance(text, str) else text
    tree = MemoryTree({"good.yaml": POD.replace("odd", "good").encode(), path: odd})
    return scan(tree, Settings(rules=all_rules() if every_rule else (privileged_container,)))


def names(found: Scan) -> list[str]:
    return sorted(one.finding.name for one in found.findings)


@pytest.mark.parametrize(("path", "text"), FOUND.values(), ids=FOUND)
def test_what_kubernetes_reads_is_found(path: str, text: str | bytes) -> None:
    found = scanned(path, text)
    assert (names(found), found.errors, found.skipped) == (["good", "odd"], (), ())


@pytest.mark.parametrize(("path", "text", "line", "word"), NAMED.values(), ids=NAMED)
def test_what_cannot_be_read_is_named(path: str, text: str | bytes, line: int, word: str) -> None:
    found = scanned(path, text)
    assert names(found) == ["good"]
    assert [(error.path, error.line) for error in found.errors] == [(path, line)]
    assert word in str(found.errors[0])


@pytest.mark.parametrize(("path", "text", "line", "word"), BOTH.values(), ids=BOTH)
def test_a_neighbour_of_what_cannot_be_read_is_found(path: str, text: str | bytes, line: int, word: str) -> None:
    found = scanned(path, text)
    assert names(found) == ["good", "odd"]
    assert [(error.path, error.line) for error in found.errors] == [(path, line)]
    assert word in str(found.errors[0])


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_no_shape_harms_a_rule_or_a_neighbour(text: str) -> None:
    found = scanned("odd.yaml", text, every_rule=True)
    assert (found.bugs, found.errors) == ((), ())
    assert "good" in names(found)


def test_a_helm_template_is_left_out_and_says_so() -> None:
    found = scanned("odd.yaml", POD.replace("odd", "{{ .Release.Name }}"))
    assert names(found) == ["good"]
    assert [(skipped.path, skipped.file_class) for skipped in found.skipped] == [("odd.yaml", "helm-template")]
