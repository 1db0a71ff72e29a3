"""A fix that makes a document less valid for the target version is refused, and blocks nothing else (promise 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.changes import changes
from bot.config import Settings
from bot.scan import scan
from bot.schemas import SCHEMAS
from bot.tree import MemoryTree
from fixers import registry
from fixers.change import change
from fixers.model import Fix, NewDocument, Operation, Part, Safety, add, elsewhere, remove, replace
from fixers.outcome import Outcome
from rules.cluster import Cluster, Version
from rules.manifest import Document
from rules.model import Finding
from rules.workloads.privileged_container import privileged_container
from tests.joint.made import BINDING, WORKLOAD, Ran, account, account_not_there

Use = Callable[..., None]

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: a:1
      securityContext: {privileged: true}  # for debugging
    - name: side
      image: b:1
      stdinn: true  # nobody noticed
      securityContext: {privileged: true}
"""
SIDE_FIXED = "b:1\n      stdinn: true  # nobody noticed\n      securityContext: {privileged: false}"
CONTEXT = ("spec", "containers", 0, "securityContext")
RIGHT = replace((*CONTEXT, "privileged"), False)

# Name -> (what a bad fixer does, at which version, what the refusal says).
BAD: dict[str, tuple[tuple[Operation, ...], Version, str]] = {
    "a value of the wrong type": (
        (replace((*CONTEXT, "privileged"), "never"),),
        (1, 37),
        "/spec/containers/*/securityContext/privileged would not be of type boolean",
    ),
    "an object where a list belongs": (
        (RIGHT, add((*CONTEXT, "capabilities"), {"drop": {"ALL": True}})),
        (1, 37),
        "/spec/containers/*/securityContext/capabilities/drop would not be of type list",
    ),
    "an unknown field": (
        (RIGHT, add((*CONTEXT, "allowHostDevices"), False)),
        (1, 37),
        "allowHostDevices would be a field that the version does not have",
    ),
    "a field of the container at the pod": (
        (RIGHT, add(("spec", "imagePullPolicy"), "Always")),
        (1, 37),
        "/spec/imagePullPolicy would be a field",
    ),
    "a required field that is removed": (
        (RIGHT, remove(("spec", "containers", 0, "name"))),
        (1, 37),
        "/spec/containers/*/name would be missing",
    ),
    "a field that is too new": (
        (RIGHT, add((*CONTEXT, "appArmorProfile"), {"type": "RuntimeDefault"})),
        (1, 29),
        "Kubernetes 1.29: /spec/containers/*/securityContext/appArmorProfile",
    ),
    "a kind that is too new": (
        (RIGHT, replace(("apiVersion",), "batch/v1"), replace(("kind",), "CronJob")),
        (1, 20),
        "batch/v1 CronJob would be a kind that the version does not have",
    ),
    "a kind that does not exist": (
        (RIGHT, replace(("apiVersion",), "v1beta1")),
        (1, 37),
        "v1beta1 Pod would be a kind that the version does not have",
    ),
}
of_bad = pytest.mark.parametrize(("operations", "version", "reason"), BAD.values(), ids=BAD)


def plan(monkeypatch: pytest.MonkeyPatch, operations: tuple[Operation, ...]) -> None:
    """Let the fix of the first container be these operations, and every other what it is."""
    real = registry.fix

    def planned(finding: Finding, document: Document, cluster: Cluster) -> Fix:
        bad = finding.rule == privileged_container.id and finding.place[2] == 0
        return Fix(finding, "try", Safety.SAFE, "nothing", operations) if bad else real(finding, document, cluster)

    monkeypatch.setattr(registry, "fix", planned)


def fix(version: Version, **more: Any) -> Outcome:
    return change(POD, "pod.yaml", [privileged_container], Cluster(version=version), Safety.UNSAFE, **more)


@of_bad
def test_a_fix_that_makes_a_document_less_valid_is_left_out(
    operations: tuple[Operation, ...], version: Version, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(monkeypatch, operations)
    outcome = fix(version, schemas=SCHEMAS)
    assert [skip.code for skip in outcome.skips] == ["proof-schema"]
    assert reason in outcome.skips[0].reason
    assert outcome.change is not None
    before, _, after = POD.partition("b:1")
    assert outcome.change.after == before + SIDE_FIXED + after.partition("securityContext: {privileged: true}")[2]


def test_nothing_but_the_schemas_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    plan(monkeypatch, BAD["an unknown field"][0])
    outcome = fix((1, 37))
    assert outcome.skips == ()
    assert outcome.change is not None
    assert "allowHostDevices" in outcome.change.after


def test_a_field_that_the_version_has_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    plan(monkeypatch, BAD["a field that is too new"][0])
    assert fix((1, 30), schemas=SCHEMAS).skips == ()


def test_what_was_wrong_before_may_be_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    plan(monkeypatch, (RIGHT, remove(("spec", "containers", 1, "stdinn"))))
    assert fix((1, 37), schemas=SCHEMAS).skips == ()


@of_bad
def test_the_bot_judges_by_the_types_that_it_brings(
    operations: tuple[Operation, ...], version: Version, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(monkeypatch, operations)
    tree, settings = MemoryTree({"pod.yaml": POD.encode()}), Settings(rules=(privileged_container,), version=version)
    (outcome,) = changes(tree, scan(tree, settings), settings, Safety.UNSAFE)
    assert isinstance(outcome, Outcome)
    assert [skip.code for skip in outcome.skips] == ["proof-schema"]
    assert reason in outcome.skips[0].reason
    assert outcome.change is not None
    assert SIDE_FIXED in outcome.change.after


# --- Joint fixes: nothing of them is made where one object would be less valid.


def a_wrong_account(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
    yield NewDocument(account(document, automount=False))


def an_account_in_a_wrong_file(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
    yield NewDocument(account(document, automountServiceAccountToken="no"), "account.yaml")


def a_wrong_binding(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
    yield NewDocument(account(document))
    for binding in cluster.bound("default"):
        yield elsewhere(binding.document, add(("subjects", 0, "labels"), {"a": "b"}))


def a_wrong_pod(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
    yield NewDocument(account(document))
    yield add(("spec", "serviceAccounts"), [])


@pytest.mark.parametrize(
    ("compute", "field"),
    [
        (a_wrong_account, "/automount"),
        (an_account_in_a_wrong_file, "/automountServiceAccountToken"),
        (a_wrong_binding, "/subjects/*/labels"),
        (a_wrong_pod, "/spec/serviceAccounts"),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_a_joint_fix_is_judged_in_all_its_files(compute: Any, field: str, use: Use) -> None:
    use(compute)
    ran = Ran({"web.yaml": WORKLOAD, "roles.yaml": BINDING})
    assert ran.after == {}
    assert ran.codes == ["proof-schema"]
    assert field + " would" in ran.skips[0].reason


def test_a_joint_fix_may_find_faults_where_they_were(use: Use) -> None:
    def right(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
        yield NewDocument(account(document))
        for binding in cluster.bound("default"):
            yield elsewhere(binding.document, replace(("subjects", 0, "name"), "web"))

    use(right)
    ran = Ran({"web.yaml": WORKLOAD, "roles.yaml": BINDING.replace("roleRef:", "note: a\nroleRef:")})
    assert ran.codes == []
    assert set(ran.after) == {"web.yaml", "roles.yaml"}
    assert account_not_there.id == ran.scan.findings[0].finding.rule
