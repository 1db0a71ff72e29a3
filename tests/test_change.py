"""A change is made in proven steps, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from fixers import change as module
from fixers import findings, registry
from fixers.change import change
from fixers.model import Fix, Operation, Safety, add, replace
from fixers.outcome import Outcome
from rules.cluster import Cluster
from rules.errors import Bug, Unfixable
from rules.manifest import Document
from rules.model import Finding, Rule
from rules.registry import all_rules
from rules.workloads.host_network import host_network
from rules.workloads.privileged_container import privileged_container

RULES = (privileged_container,)
POD = """\
# a pod
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: a:1
      securityContext:
        privileged: yes  # for debugging
    - name: side
      image: b:1
      securityContext: {privileged: true}
"""
FIXED = POD.replace("privileged: yes", "privileged: false").replace("privileged: true", "privileged: false")


def fix(text: str, allow: Safety = Safety.UNSAFE, rules: tuple[Rule, ...] = RULES) -> Outcome:
    return change(text, "pod.yaml", rules, Cluster(), allow)


def test_each_finding_is_a_step_of_its_own() -> None:
    outcome = fix(POD)
    assert outcome.change is not None
    assert outcome.change.after == FIXED
    assert outcome.skips == ()
    texts = [outcome.change.before] + [step.after for step in outcome.change.steps]
    assert [step.before for step in outcome.change.steps] == texts[:-1]
    assert texts == [POD, POD.replace("privileged: yes", "privileged: false"), FIXED]


def test_a_second_run_changes_nothing() -> None:
    assert fix(FIXED) == Outcome(None, ())


def test_an_unsafe_fix_needs_to_be_allowed() -> None:
    outcome = fix(POD, Safety.SAFE)
    assert outcome.change is None
    assert [skip.code for skip in outcome.skips] == ["not-allowed", "not-allowed"]
    assert "can break" in outcome.skips[0].reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\ufeff" + POD, "\ufeff" + FIXED),
        (POD.replace("\n", "\r\n"), FIXED.replace("\n", "\r\n")),
        (POD.rstrip("\n"), FIXED.rstrip("\n")),
        (POD + "---\nbroken: [\n---\n" + POD, FIXED + "---\nbroken: [\n---\n" + FIXED),
        ("---\n# other\nkind: Nothing\n--- # two\n" + POD, "---\n# other\nkind: Nothing\n--- # two\n" + FIXED),
    ],
    ids=["bom", "crlf", "no-final-newline", "behind-a-broken-document", "behind-another"],
)
def test_the_rest_of_the_file_stays(before: str, after: str) -> None:
    outcome = fix(before)
    assert outcome.change is not None
    assert outcome.change.after == after


def test_objects_of_a_list_and_of_json_are_fixed_in_place() -> None:
    text = (
        '{"apiVersion": "v1", "kind": "List", "items": [\n  {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": '
        '[\n    {"name": "a", "image": "a:1", "securityContext": {"privileged": true}}]}}]}\n'
    )
    outcome = fix(text)
    assert outcome.change is not None
    assert outcome.change.after == text.replace("true", "false")


def test_an_excused_finding_is_left_alone() -> None:
    def excuse(finding: Finding, document: Document) -> str | None:
        return "needed" if finding.place[2] == 0 else None

    outcome = change(POD, "pod.yaml", RULES, Cluster(), Safety.UNSAFE, excuse=excuse)
    assert outcome.change is not None
    assert outcome.change.after == POD.replace("privileged: true", "privileged: false")
    assert [(skip.code, skip.reason) for skip in outcome.skips] == [("ignored", "needed")]


def plan(monkeypatch: pytest.MonkeyPatch, *operations: Operation) -> None:
    def planned(finding: Finding, document: Document, cluster: Cluster) -> Fix:
        return Fix(finding, "try", Safety.SAFE, "nothing", operations)

    monkeypatch.setattr(registry, "fix", planned)


def test_a_fix_that_does_not_help_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    plan(monkeypatch, add(("metadata", "labels"), {"a": "b"}))
    outcome = fix(POD)
    assert outcome.change is None
    assert {skip.code for skip in outcome.skips} == {"proof-finding"}


def test_a_fix_that_makes_a_new_finding_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    container = {"name": "c", "image": "c:1", "securityContext": {"privileged": True}}
    plan(
        monkeypatch,
        replace(("spec", "containers", 0, "securityContext", "privileged"), False),
        replace(("spec", "containers", 1, "securityContext", "privileged"), False),
        add(("spec", "containers", "-"), container),
    )
    outcome = fix(POD)
    assert outcome.change is None
    assert {skip.code for skip in outcome.skips} == {"proof-new-finding"}


def test_a_refusal_blocks_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    real = registry.fix

    def picky(finding: Finding, document: Document, cluster: Cluster) -> Fix:
        if finding.place[2] == 0:
            raise Unfixable("not this one", "picky")
        return real(finding, document, cluster)

    monkeypatch.setattr(registry, "fix", picky)
    outcome = fix(POD)
    assert outcome.change is not None
    assert outcome.change.after == POD.replace("privileged: true", "privileged: false")
    assert [skip.code for skip in outcome.skips] == ["picky"]


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SIZE", 10)
    assert {skip.code for skip in fix(POD).skips} == {"too-large"}


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FINDING", 0)
    monkeypatch.setattr(module, "MORE_WORK", 1)
    monkeypatch.setattr(module, "MAX_WORK", 2 * len(POD))
    outcome = fix(POD)
    assert outcome.change is not None
    assert len(outcome.change.steps) == 1
    assert [skip.code for skip in outcome.skips] == ["budget"]


def test_a_fix_beyond_the_bound_does_not_use_up_the_work_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = "".join(f"        - {{containerPort: {port}, hostPort: {port}}}\n" for port in range(1, 9))
    text = POD.replace("    - name: side", f"      ports:\n{ports}    - name: side").replace(
        "spec:", "spec:\n  hostNetwork: true"
    )
    monkeypatch.setattr(module, "_FINDING", 0)
    monkeypatch.setattr(module, "MORE_WORK", 0)
    monkeypatch.setattr(module, "MAX_WORK", 9 * len(text))
    outcome = fix(text, rules=(privileged_container, host_network))
    assert outcome.change is not None
    assert [step.fix.finding.rule for step in outcome.change.steps] == ["privileged-container"] * 2
    assert {(skip.finding.rule, skip.code) for skip in outcome.skips} == {("host-network", "budget")}


def test_each_object_of_a_list_is_looked_at_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    found = findings.found

    def counted(document: Document, *others: Any) -> Any:
        looked.append(sum(1 for _ in document.objects()))
        return found(document, *others)

    monkeypatch.setattr(findings, "found", counted)
    items = "".join(f"  - {POD.replace('# a pod', '').strip()}\n".replace("\n", "\n    ").rstrip() + "\n" for _ in "ab")
    outcome = fix(f"apiVersion: v1\nkind: List\nitems:\n{items}")
    assert outcome.change is not None
    assert len(outcome.change.steps) == 4
    assert set(looked) == {1}


def test_fixes_are_not_computed_again_for_each_other_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[Finding] = []
    compute = module.registry.fix

    def counted(finding: Finding, *others: Any) -> Any:
        computed.append(finding)
        return compute(finding, *others)

    monkeypatch.setattr(module.registry, "fix", counted)
    container = "  - name: c{}\n    image: a:1\n    securityContext: {{privileged: true}}\n"
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n"
    outcome = fix(head + "".join(map(container.format, range(20))), rules=(privileged_container,))
    assert outcome.change is not None
    assert len(outcome.change.steps) == 20
    assert len(computed) == 2 * 20  # Once for the order, once when its turn comes.


def test_nothing_is_looked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    found = findings.found

    def counted(document: Document, *others: Any) -> Any:
        looked.append(document.source.text)
        return found(document, *others)

    monkeypatch.setattr(findings, "found", counted)
    outcome = fix(POD)
    assert outcome.change is not None
    steps = len(outcome.change.steps)
    assert steps > 1
    # What the chosen rules find at first, and what all rules find before the first fix and after each.
    assert len(looked) == steps + 2
    assert len(set(looked)) == steps + 1


def test_a_rule_that_crashes_leaves_the_file_alone() -> None:
    def crash(document: Document):  # type: ignore[no-untyped-def]
        """Crash."""
        raise KeyError("x")
        yield

    from dataclasses import replace as with_

    with pytest.raises(Bug, match=r"privileged-container crashed on pod\.yaml"):
        fix(POD, rules=(with_(privileged_container, check=crash),))


def test_fixes_that_never_end_are_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PASSES", 1)
    with pytest.raises(Bug, match="do not come to rest"):
        fix(POD)


def test_a_map_that_is_emptied_and_filled_keeps_its_place() -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: es\nspec:\n  containers:\n  - name: es\n"
        "    securityContext:\n      capabilities:\n        add:\n        - IPC_LOCK\n    image: es:1\n"
    )
    outcome = change(text, "pod.yaml", all_rules(), Cluster(), Safety.UNSAFE)
    assert outcome.change is not None
    container = outcome.change.after.partition("  - name: es\n")[2]
    assert container.startswith("    securityContext:\n      capabilities:\n")
    assert "IPC_LOCK" not in container
    assert container.index("securityContext:") < container.index("image: es:1")
