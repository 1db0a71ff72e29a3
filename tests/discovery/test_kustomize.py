"""Kustomizations say what other files are."""

from __future__ import annotations

from trees import POD, classes, found_in, scan_of

PATCH = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  containers:
    - name: app
      securityContext:
        privileged: true
"""
OPERATIONS = "- op: replace\n  path: /spec/replicas\n  value: 2\n"


def test_a_patch_has_no_missing_fields_but_what_it_says_counts() -> None:
    files = {
        "base/kustomization.yaml": "resources: [pod.yaml]\n",
        "base/pod.yaml": POD,
        "prod/kustomization.yaml": "resources: [../base]\npatches:\n  - path: patches/pod.yaml\n",
        "prod/patches/pod.yaml": PATCH,
    }
    found = scan_of(dict(files), every_rule=True)
    in_patch = {one.finding.rule for one in found.findings if one.finding.path == "prod/patches/pod.yaml"}
    assert in_patch == {"privileged-container", "host-network"}
    assert found.partial == {"prod/patches/pod.yaml"}
    assert found.editable == {"base/pod.yaml", "prod/patches/pod.yaml"}
    alone = scan_of({"prod/patches/pod.yaml": POD}, every_rule=True)
    assert len(alone.findings) > len(in_patch)


def test_every_way_to_name_a_patch_is_known() -> None:
    kustomization = """\
patchesStrategicMerge:
  - one.yaml
  - |-
    apiVersion: v1
    kind: Pod
patchesJson6902:
  - {path: two.yaml, target: {kind: Pod}}
patches:
  - three.yaml
  - {path: ./sub/../four.yaml}
  - {patch: "- op: remove", target: {kind: Pod}}
"""
    files = {"overlay/kustomization.yml": kustomization, "overlay/one.yaml": PATCH, "overlay/two.yaml": OPERATIONS}
    files |= {"overlay/three.yaml": PATCH, "overlay/four.yaml": PATCH, "overlay/five.yaml": PATCH}
    found = scan_of(dict(files))
    assert found.partial == {"overlay/one.yaml", "overlay/three.yaml", "overlay/four.yaml"}
    assert classes(found) == {
        "overlay/kustomization.yml": "kustomization",
        "overlay/two.yaml": "kustomize-json-patch",
    }


def test_operations_that_hold_an_object_are_no_manifest() -> None:
    files = {
        "kustomization.yaml": "patches: [{path: add.yaml}]\n",
        "add.yaml": "- op: add\n  path: /items/-\n  value:\n    apiVersion: v1\n    kind: Pod\n",
    }
    assert classes(scan_of(dict(files)))["add.yaml"] == "kustomize-json-patch"


def test_what_generators_and_transformers_read_is_no_manifest() -> None:
    kustomization = """\
configMapGenerator:
  - {name: a, files: [pods.yaml=pod.yaml, other.yaml]}
configurations: [names.yaml]
replacements: [{path: replace.yaml}]
helmCharts:
  - {name: shop, valuesFile: shop.yaml}
"""
    names = ("pod.yaml", "other.yaml", "names.yaml", "replace.yaml", "shop.yaml")
    found = scan_of({"kustomization.yaml": kustomization} | dict.fromkeys(names, POD))
    assert classes(found) == {
        "kustomization.yaml": "kustomization",
        "names.yaml": "kustomize-input",
        "other.yaml": "kustomize-input",
        "pod.yaml": "kustomize-input",
        "replace.yaml": "kustomize-input",
        "shop.yaml": "helm-values",
    }


def test_the_reason_names_the_kustomization() -> None:
    files = {"a/kustomization.yaml": "patchesJson6902: [{path: ../ops.yaml}]\n", "ops.yaml": OPERATIONS}
    (reason,) = [skipped.reason for skipped in scan_of(dict(files)).skipped if skipped.path == "ops.yaml"]
    assert "a/kustomization.yaml" in reason


def test_images_with_a_tag_are_known_to_the_rules() -> None:
    text = (
        "images:\n  - {name: shop/web, newTag: v1}\n  - {name: shop/db, digest: sha256:ab}\n  - {name: x, newName: y}\n"
    )
    found = scan_of({"kustomization.yaml": text})
    assert found.cluster.images == {"shop/web", "shop/db"}


def test_a_kustomization_that_cannot_be_read_is_named() -> None:
    found = scan_of({"kustomization.yaml": "resources: [\n", "pod.yaml": POD})
    assert [error.path for error in found.errors] == ["kustomization.yaml"]
    assert found_in(found) == ["pod.yaml"]


def test_shapes_that_no_kustomization_has_do_no_harm() -> None:
    text = "patches: yes\nimages: [3, {name: []}]\nconfigMapGenerator: {files: x}\nopenapi: 7\nhelmCharts: [null]\n"
    assert found_in(scan_of({"kustomization.yaml": text, "pod.yaml": POD})) == ["pod.yaml"]
