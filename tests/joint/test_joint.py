"""A fix of several documents or files is made whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.config import Settings
from bot.scan import scan
from bot.tree import MemoryTree
from fixers.change import change
from fixers.model import Elsewhere, NewDocument, Operation, Part, Safety, elsewhere, remove, replace
from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Finding, Severity, Spot, rule
from rules.pointer import get
from tests.joint.made import (
    ACCOUNT,
    BINDING,
    BOUND,
    WORKLOAD,
    Compute,
    Ran,
    account,
    account_not_there,
    adds,
    appends,
    binds,
    made_by,
)

Use = Callable[..., None]
KUSTOMIZATION = "resources:\n  # what runs\n  - a.yaml  # first\n  - web.yaml  # the shop\n  - zebra.yaml\n"
REGISTERED = KUSTOMIZATION.replace("first\n", "first\n  - account.yaml\n")


def test_an_object_that_is_missing_is_added_behind_the_one_that_needs_it(use: Use) -> None:
    use(appends)
    ran = Ran({"web.yaml": WORKLOAD})
    assert ran.after == {"web.yaml": WORKLOAD + "---\n" + ACCOUNT}
    assert ran.skips == []
    (made,) = ran.changes
    assert [step.fix.title for step in made.steps] == ["Create the account"]


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("\ufeff" + WORKLOAD, "---\n" + ACCOUNT),
        (WORKLOAD.replace("\n", "\r\n"), ("---\n" + ACCOUNT).replace("\n", "\r\n")),
        (WORKLOAD.rstrip("\n"), "\n---\n" + ACCOUNT),
        ("kind: Nothing\n---\n" + WORKLOAD + "---\nkind: Other\n", "---\n" + ACCOUNT),
    ],
)
def test_the_rest_of_the_file_stays(use: Use, text: str, added: str) -> None:
    use(appends)
    assert Ran({"web.yaml": text}).after == {"web.yaml": text + added}


def test_a_second_run_changes_nothing(use: Use) -> None:
    use(binds(adds("account.yaml")))
    ran = Ran({"web.yaml": WORKLOAD, "roles.yaml": BINDING, "kustomization.yaml": KUSTOMIZATION})
    assert len(ran.after) == 3
    assert ran.again().outcomes == []


def test_several_files_are_one_step(use: Use) -> None:
    use(binds(adds("account.yaml")))
    ran = Ran({"web.yaml": WORKLOAD, "roles.yaml": "kind: X\n---\n" + BINDING, "kustomization.yaml": KUSTOMIZATION})
    assert ran.after == {
        "roles.yaml": "kind: X\n---\n" + BOUND,
        "kustomization.yaml": REGISTERED,
        "account.yaml": ACCOUNT,
    }
    (made,) = ran.changes
    assert (made.path, made.before, made.after) == ("web.yaml", WORKLOAD, WORKLOAD)
    (step,) = made.steps
    assert {one.path: one.created for one in step.others} == {
        "roles.yaml": False,
        "kustomization.yaml": False,
        "account.yaml": True,
    }


def test_operations_here_and_elsewhere_in_the_same_file_come_together(use: Use) -> None:
    def compute(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
        yield remove(("spec", "serviceAccountName"))
        for binding in cluster.bound("default"):
            yield elsewhere(binding.document, replace(("subjects", 0, "name"), "web"))

    use(compute)
    listed = "apiVersion: v1\nkind: List\nitems:\n- " + BINDING.replace("\n", "\n  ").rstrip() + "\n---\n"
    ran = Ran({"web.yaml": listed + WORKLOAD})
    assert ran.after == {
        "web.yaml": listed.replace("name: default", "name: web")
        + WORKLOAD.replace("  serviceAccountName: web   # least privilege\n", "")
    }


def test_one_account_is_enough_for_two(use: Use) -> None:
    use(appends)
    other = WORKLOAD.replace("name: web\n  namespace", "name: other\n  namespace")
    ran = Ran({"a.yaml": WORKLOAD, "b.yaml": other})
    assert ran.after == {"a.yaml": WORKLOAD + "---\n" + ACCOUNT}
    assert ran.skips == []


def test_each_gets_its_own_in_the_same_kustomization(use: Use) -> None:
    def compute(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
        yield NewDocument(account(document), f"{document.name}-account.yaml")

    use(compute)
    other = WORKLOAD.replace("web", "zebra")
    ran = Ran({"web.yaml": WORKLOAD, "zebra.yaml": other, "kustomization.yaml": KUSTOMIZATION})
    assert ran.after == {
        "web-account.yaml": ACCOUNT,
        "zebra-account.yaml": ACCOUNT.replace("web", "zebra"),
        "kustomization.yaml": KUSTOMIZATION.replace("  - web.y", "  - web-account.yaml\n  - web.y").replace(
            "  - zebra.y", "  - zebra-account.yaml\n  - zebra.y"
        ),
    }
    assert ran.again().outcomes == []


def breaks(part: Part) -> Compute:
    """Return what makes the account, and asks for something that cannot be."""

    def compute(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
        yield from appends(finding, document, cluster)
        yield replace(("metadata", "name"), "changed")
        yield part

    return compute


NOWHERE: list[tuple[Part, str]] = [
    (Elsewhere("roles.yaml", 0, (), (replace(("nothing", "there"), 1),)), "bad-patch"),
    (Elsewhere("roles.yaml", 7, (), (replace(("kind",), "X"),)), "no-document"),
    (Elsewhere("twice.yaml", 0, (), (replace(("a",), 1),)), "dup-key"),
    (Elsewhere("../roles.yaml", 0, (), (replace(("kind",), "X"),)), "changed-elsewhere"),
    (Elsewhere("notes.yaml", 0, (), (replace(("kind",), "X"),)), "changed-elsewhere"),
    (Elsewhere("vendor/roles.yaml", 0, (), (replace(("kind",), "X"),)), "changed-elsewhere"),
    (Elsewhere("generated.yaml", 0, (), (replace(("kind",), "X"),)), "changed-elsewhere"),
    (NewDocument({"kind": "ServiceAccount"}), "bad-document"),
    (NewDocument({"apiVersion": "v1", "kind": "Secret", "data": object()}), "bad-value"),
    (NewDocument({"apiVersion": "v1", "kind": "Secret"}, "../secret.yaml"), "bad-file-name"),
    (NewDocument({"apiVersion": "v1", "kind": "Secret"}, "roles.yaml"), "file-exists"),
    (NewDocument({"apiVersion": "v1", "kind": "Secret"}, "ROLES.yaml"), "file-exists"),
    (
        NewDocument({"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "shop", "name": "web"}}),
        "object-exists",
    ),
]


@pytest.mark.parametrize(("part", "code"), NOWHERE, ids=[code for _, code in NOWHERE])
def test_what_fails_in_one_place_leaves_all_as_they_are(use: Use, part: Part, code: str) -> None:
    use(breaks(part))
    twice = "apiVersion: v1\nkind: ConfigMap\na: 0\na: 0\n"
    ran = Ran(
        {
            "web.yaml": WORKLOAD,
            "roles.yaml": BINDING,
            "twice.yaml": twice,
            "notes.yaml": "kind: Nothing\n",
            "vendor/roles.yaml": BINDING,
            "generated.yaml": "# DO NOT EDIT\n" + BINDING,
        }
    )
    assert ran.after == {}
    assert ran.codes == [code]
    assert ran.bugs == []


def test_a_fix_that_does_not_help_is_not_made(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where one account is there, a built-in rule misses the other.
    monkeypatch.setattr("fixers.joint.all_rules", lambda: ())

    def compute(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
        value = account(document)
        yield NewDocument({**value, "metadata": {**value["metadata"], "name": "another"}})

    use(compute)
    ran = Ran({"web.yaml": WORKLOAD})
    assert (ran.after, ran.codes) == ({}, ["proof-finding"])


def test_a_new_object_must_be_right_itself(use: Use) -> None:
    def compute(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
        yield NewDocument(account(document))
        container = {"name": "a", "image": "a:1", "securityContext": {"privileged": True}}
        yield NewDocument({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [container]}})

    use(compute)
    ran = Ran({"web.yaml": WORKLOAD})
    assert (ran.after, ran.codes) == ({}, ["proof-new-finding"])


def test_an_unsafe_fix_needs_to_be_allowed(use: Use) -> None:
    use(appends, Safety.UNSAFE)
    ran = Ran({"web.yaml": WORKLOAD})
    assert (ran.after, ran.codes) == ({}, ["not-allowed"])


def test_an_ignored_finding_gets_nothing(use: Use) -> None:
    use(appends)
    text = WORKLOAD.replace("# least privilege", "# kubewright: ignore[account-not-there] made by hand")
    ran = Ran({"web.yaml": text})
    assert (ran.after, ran.codes) == ({}, ["ignored"])


def test_a_kustomize_patch_gets_no_documents(use: Use) -> None:
    use(appends)
    files = {"web.yaml": WORKLOAD, "kustomization.yaml": "patches:\n  - path: web.yaml\n"}
    ran = Ran(files)
    assert ran.after == {}
    assert ran.codes == ["not-allowed"]


def test_single_fixes_come_first_and_joint_ones_on_top(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    from fixers.workloads.deprecated_service_account_field import deprecated_service_account_field as rename

    use(appends)
    text = WORKLOAD.replace("  containers", "  serviceAccount: web\n  containers")
    ran = Ran({"web.yaml": text}, (account_not_there, rename.rule))
    first, second = ran.changes
    assert (first.before, first.after, second.before) == (text, WORKLOAD, WORKLOAD)
    assert ran.after == {"web.yaml": WORKLOAD + "---\n" + ACCOUNT}


@rule(severity=Severity.LOW, category="access", kinds=["Pod"])
def note_missing(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Pod has no note.

    Only for this test.
    """
    if not get(document.value, "metadata", "annotations"):
        yield ("metadata", "annotations"), "no note"


def test_what_was_refused_has_its_turn_when_the_object_is_there(use: Use) -> None:
    def noting(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
        from rules.errors import Unfixable

        if cluster.service_account("shop", "web") is None:
            raise Unfixable("which account?")
        yield Operation("add", ("metadata", "annotations"), {"note": "yes"})

    use(noting, of=note_missing)
    use(appends)
    ran = Ran({"web.yaml": WORKLOAD}, (account_not_there, note_missing))
    assert ran.skips == []
    assert (
        ran.after["web.yaml"]
        == WORKLOAD.replace("  namespace: shop\n", '  namespace: shop\n  annotations:\n    note: "yes"\n')
        + "---\n"
        + ACCOUNT
    )
    assert Ran({"web.yaml": ran.after["web.yaml"]}, (account_not_there, note_missing)).outcomes == []


def test_a_rule_that_crashes_on_the_result_is_a_bug(use: Use) -> None:
    @rule(severity=Severity.LOW, category="access", kinds=["ServiceAccount"])
    def crashes(document: Document) -> Iterator[Spot]:
        """Crash."""
        raise ValueError("on purpose")
        yield

    use(appends)
    ran = Ran({"web.yaml": WORKLOAD}, (account_not_there, crashes))
    assert ran.after == {}
    assert ["on purpose" in str(bug) for bug in ran.bugs] == [True]


def test_one_file_alone_defers_what_needs_more(use: Use) -> None:
    use(appends)
    outcome = change(WORKLOAD, "web.yaml", (account_not_there,), Cluster())
    assert (outcome.change, outcome.skips) == (None, ())
    assert [finding.rule for finding in outcome.deferred] == ["account-not-there"]


def test_the_scan_knows_the_whole_fix(use: Use) -> None:
    use(binds(adds("account.yaml")))
    tree = MemoryTree({"web.yaml": WORKLOAD.encode(), "roles.yaml": BINDING.encode()})
    (found,) = scan(tree, Settings(rules=(account_not_there,))).findings
    assert found.fix is not None and found.fix.is_joint
    assert [(one.path, one.document) for one in found.fix.elsewhere] == [("roles.yaml", 0)]
    assert [one.path for one in found.fix.documents] == ["account.yaml"]


def test_a_hostile_file_does_not_cost_hours(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.texts.MAX_WORK", 100 * len(WORKLOAD))
    monkeypatch.setattr("fixers.joint.all_rules", lambda: ())
    use(appends)
    texts = [WORKLOAD.replace("web", f"web{number}") for number in range(5)]
    ran = Ran({"web.yaml": "---\n".join(texts)})
    assert ran.codes == ["budget"] * (5 - len(ran.changes))
    assert 0 < len(ran.changes) < 5


def test_a_fix_of_a_patched_object_elsewhere_is_not_safe() -> None:
    from rules.patched import Patched, Target

    def compute(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
        for binding in cluster.bound("default"):
            yield elsewhere(binding.document, replace(("subjects", 0, "name"), "web"))

    from rules import manifest

    (pod,), (binding,) = manifest.parse(WORKLOAD, "web.yaml"), manifest.parse(BINDING, "roles.yaml")
    fixer = made_by(compute)
    for patched, safety in ((False, Safety.SAFE), (True, Safety.UNSAFE)):
        targets: list[Any] = [Target(kind="RoleBinding")] if patched else []
        cluster = Cluster.of([binding], patched=Patched.of(targets, renamed=False))
        (finding,) = account_not_there.findings(pod, cluster)
        assert fixer.fix(finding, pod, cluster).safety is safety
