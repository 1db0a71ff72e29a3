"""What a Kustomize patch changes as well is decided in two places: no fix of either is safe."""

from __future__ import annotations

from pathlib import Path

import pytest
from trees import TODAY, NamelessTree, repository, write

from bot.changes import changes
from bot.config import Settings
from bot.scan import Scan, scan
from bot.tree import WorkTree
from fixers.model import PART, PATCHED, Safety
from fixers.outcome import Outcome
from rules import manifest
from rules.patched import Object, Patched, Target
from rules.registry import all_rules

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  serviceAccount: shop
  securityContext:
    runAsUser: 1000
  containers:
    - name: app
      image: registry.example/app:1.2
"""
BASE = "resources: [pod.yaml]\n"
SETTINGS = Settings(rules=all_rules())


def tree_of(overlay: str, **more: str) -> NamelessTree:
    files = {"base/kustomization.yaml": BASE, "base/pod.yaml": POD, "prod/kustomization.yaml": overlay}
    files |= {f"prod/{name}.yaml": text for name, text in more.items()}
    return NamelessTree({path: text.encode() for path, text in files.items()})


def safe(found: Scan, path: str = "base/pod.yaml") -> set[str]:
    """Return the rules with a safe fix in a file."""
    reported = [one for one in found.findings if one.finding.path == path]
    return {one.finding.rule for one in reported if one.fix and one.fix.safety is Safety.SAFE}


def patch(name: str = "web", spec: str = "securityContext: {runAsUser: 0}") -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  {spec}\n"


def inline(text: str) -> str:
    return "\n".join("      " + line for line in text.splitlines())


BOTH = {"run-as-non-root", "deprecated-service-account-field"}

# Name -> (overlay, other files of the overlay).
PATCHED_BY: dict[str, tuple[str, dict[str, str]]] = {
    "an inline patch": (f"resources: [../base]\npatches:\n  - patch: |-\n{inline(patch())}\n", {}),
    "a file": (
        "resources: [../base]\npatches: [{path: account.yaml}]\n",
        {"account": patch(spec="serviceAccount: other")},
    ),
    "a bare path": ("bases: [../base]\npatches: [account.yaml]\n", {"account": patch(spec="serviceAccount: other")}),
    "a strategic merge patch": ("patchesStrategicMerge: [account.yaml]\n", {"account": patch()}),
    "an inline strategic merge patch": (f"patchesStrategicMerge:\n  - |-\n{inline(patch())}\n", {}),
    "one of several documents": ("patches: [{path: a.yaml}]\n", {"a": patch("other") + "---\n" + patch()}),
    "an item of a List": (
        "patches: [{path: a.yaml}]\n",
        {"a": "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, metadata: {name: web}}]\n"},
    ),
    "a component": (
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: a.yaml}]\n",
        {"a": patch()},
    ),
    "a target by name": (
        "patches: [{path: a.yaml, target: {kind: Pod, name: web}}]\n",
        {"a": "- {op: remove, path: /x}\n"},
    ),
    "JSON 6902": ("patchesJson6902: [{path: a.yaml, target: {version: v1, kind: Pod, name: web}}]\n", {"a": "[]\n"}),
    "a target of any kind": ("patches: [{patch: '[{op: test}]', target: {name: 'w.*'}}]\n", {}),
    "a pattern": ("patches: [{path: a.yaml, target: {kind: Pod|Job, name: (web|api)}}]\n", {"a": "[]"}),
    "an empty target": ("patches: [{path: a.yaml, target: {}}]\n", {"a": "[]"}),
    "labels": ("patches: [{path: a.yaml, target: {labelSelector: app=web}}]\n", {"a": "[]"}),
    "labels that an overlay may add": ("patches: [{path: a.yaml, target: {labelSelector: tier=front}}]\n", {"a": "[]"}),
    "labels in a set": ("patches: [{path: a.yaml, target: {labelSelector: 'app in (web)'}}]\n", {"a": "[]"}),
    "a name that an overlay made longer": ("namePrefix: prod-\npatches: [{path: a.yaml}]\n", {"a": patch("prod-web")}),
    "a pattern of such a name": ("nameSuffix: -1\npatches: [{path: a.yaml, target: {name: web-1}}]\n", {"a": "[]"}),
    "a replacement": ("replacements: [{targets: [{select: {kind: Pod}, fieldPaths: [spec.x]}]}]\n", {}),
    "a replacement in a file": (
        "replacements: [{path: a.yaml}]\n",
        {"a": "targets:\n  - select: {name: web}\n"},
    ),
    "a transformer": (
        "transformers: [a.yaml]\n",
        {"a": "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\npatch: x\ntarget: {kind: Pod}\n"},
    ),
    "a patch that cannot be read": ("patches: [{path: a.yaml}]\n", {"a": "{{ if .web }}\nkind: Pod\n"}),
    "a patch without a version": ("patches: [{path: a.yaml}]\n", {"a": "kind: Pod\nmetadata: {name: web}\n"}),
}


@pytest.mark.parametrize("case", PATCHED_BY)
def test_no_fix_of_a_patched_object_is_safe(case: str) -> None:
    overlay, more = PATCHED_BY[case]
    found = scan(tree_of(overlay, **more), SETTINGS, today=TODAY)
    assert safe(found) == set()
    breaks = {
        one.finding.rule: one.fix.breaks for one in found.findings if one.fix and one.finding.path == "base/pod.yaml"
    }
    assert {breaks[rule] for rule in BOTH} == {PATCHED}


# Name -> (overlay, other files of the overlay).
NOT_PATCHED_BY: dict[str, tuple[str, dict[str, str]]] = {
    "no patch": ("resources: [../base]\nnamePrefix: prod-\n", {}),
    "another name": ("patches: [{path: a.yaml}]\n", {"a": patch("website")}),
    "another kind": ("patches: [{path: a.yaml}]\n", {"a": patch().replace("Pod", "Job")}),
    "another group": ("patches: [{path: a.yaml}]\n", {"a": patch().replace("v1", "web.example/v1")}),
    "a target of another name": ("patches: [{path: a.yaml, target: {kind: Pod, name: api}}]\n", {"a": patch()}),
    "a target of another kind": ("patches: [{path: a.yaml, target: {kind: Deployment|Job}}]\n", {"a": "[]"}),
    "a target of another group": ("patches: [{path: a.yaml, target: {group: apps}}]\n", {"a": "[]"}),
    "a pattern of other names": ("patches: [{path: a.yaml, target: {name: api-.*}}]\n", {"a": "[]"}),
    "another label": ("patches: [{path: a.yaml, target: {labelSelector: 'app = api'}}]\n", {"a": "[]"}),
    "a file that is not there": ("patches: [{path: gone.yaml}]\n", {}),
    "a remote file": ("patches: [{path: 'https://shop.example/patch.yaml'}]\n", {}),
}


@pytest.mark.parametrize("case", NOT_PATCHED_BY)
def test_fixes_of_other_objects_stay_safe(case: str) -> None:
    overlay, more = NOT_PATCHED_BY[case]
    assert safe(scan(tree_of(overlay, **more), SETTINGS, today=TODAY)) == BOTH


def test_what_is_patched_is_not_written_unless_unsafe_fixes_are_asked_for() -> None:
    tree = tree_of(*PATCHED_BY["an inline patch"][:1])
    found = scan(tree, SETTINGS, today=TODAY)
    outcomes = [one for one in changes(tree, found, SETTINGS, Safety.SAFE, today=TODAY) if isinstance(one, Outcome)]
    assert [one.change for one in outcomes] == [None]
    codes = {skip.finding.rule: skip.code for skip in outcomes[0].skips}
    assert {codes[rule] for rule in BOTH} == {"not-allowed"}
    (allowed,) = changes(tree, found, SETTINGS, Safety.UNSAFE, today=TODAY)
    assert isinstance(allowed, Outcome)
    assert allowed.change is not None


def test_a_fix_of_the_patch_itself_is_not_safe() -> None:
    text = patch(spec="serviceAccount: other\n  serviceAccountName: other")
    found = scan(tree_of("patches: [{path: a.yaml}]\n", a=text), SETTINGS, today=TODAY)
    (reported,) = [one for one in found.findings if one.finding.path == "prod/a.yaml"]
    assert reported.fix is not None
    assert (reported.fix.safety, reported.fix.breaks) == (Safety.UNSAFE, PART)


def test_patches_elsewhere_in_the_repository_count_when_only_the_base_is_scanned(tmp_path: Path) -> None:
    files = {"base/pod.yaml": POD, "prod/kustomization.yaml": "patches: [{path: a.yaml}]\n", "prod/a.yaml": patch()}
    root = repository(tmp_path / "shop", files)
    for tree in (WorkTree.of([root / "base"]), WorkTree.of([root / "base" / "pod.yaml"])):
        found = scan(tree, SETTINGS, today=TODAY)
        (path,) = {one.finding.path for one in found.findings}
        assert safe(found, path) == set()


def test_a_patch_that_git_does_not_track_yet_counts_too(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop", {"base/pod.yaml": POD})
    write(root, {"prod/kustomization.yaml": "patches: [{path: a.yaml}]\n", "prod/a.yaml": patch()})
    assert safe(scan(WorkTree.of([root / "base"]), SETTINGS, today=TODAY), "pod.yaml") == set()


def test_a_hostile_pattern_costs_nothing() -> None:
    (document,) = manifest.parse(POD.replace("name: web", f"name: {'a' * 5000}", 1))
    for pattern in ("(a+)+$", "(a|a)*b", ".*" * 2000 + "b", "a*" * 2000 + "b", "|" * 5000):
        Patched.of([Target(name=pattern)]).may_hold(document)
    assert not Patched.of([Object("", "Pod", "a" * 4999)]).may_hold(document)
    assert Patched.of([Object("", "Pod", "a" * 5001)], renamed=True).may_hold(document)
