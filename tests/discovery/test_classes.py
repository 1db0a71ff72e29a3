"""What each file is, told from names, neighbours and text."""

from __future__ import annotations

import pytest
from trees import POD, classes, found_in, scan_of

SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: key\n"
SOPS = SECRET + "data:\n  key: ENC[AES256_GCM,data:abc,iv:def,tag:ghi,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:x]\n"
SEALED = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: key\nspec:\n  encryptedData: {}\n"
CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
CRD = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: a.b.c\nspec: {}\n"

ALONE = {
    "a manifest": ("web.yaml", POD, ""),
    "with capitals": ("WEB.YAML", POD, ""),
    "yml": ("web.yml", POD, ""),
    "json": ("web.json", '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {}}', ""),
    "of a kind that no rule looks at": ("crd.yaml", CRD, ""),
    "with a key in base64": ("web.yaml", POD.replace("apiVersion:", "!!binary YXBpVmVyc2lvbg==:"), ""),
    "with a key of two lines": ("web.yaml", POD.replace("apiVersion:", '? "api\\\n  Version"\n:'), ""),
    "a workflow": (".github/workflows/ci.yaml", "on: push\njobs: {}\n", "other-yaml"),
    "release notes": ("note.yaml", "apiVersion: release-notes/v2\nkind: feature\n", "other-yaml"),
    "skaffold": ("skaffold.yaml", "apiVersion: skaffold/v4beta11\nkind: Config\n", "other-yaml"),
    "a package": ("package.json", '{"name": "shop"}', "other-yaml"),
    "nothing": ("empty.yaml", "", "other-yaml"),
    "only comments": ("empty.yaml", "# apiVersion: v1\n---\n# kind: Pod\n", "other-yaml"),
    "SOPS": ("secret.yaml", SOPS, "encrypted"),
    "SOPS in JSON": (
        "secret.json",
        '{\n  "apiVersion": "v1",\n  "kind": "Secret",\n  "sops": {\n    "mac": "ENC[AES256_GCM,x]"\n  }\n}\n',
        "encrypted",
    ),
    "SOPS in JSON of one line": (
        "s.json",
        '{"apiVersion": "v1", "kind": "Secret", "sops": {"lastmodified": "x"}}',
        "encrypted",
    ),
    "SOPS in flow style": ("s.yaml", '{apiVersion: v1, kind: Secret, x: "ENC[y]", sops: {}}', "encrypted"),
    "SOPS in every document": ("s.yaml", f"{SOPS}---\n{SOPS}---\n", "encrypted"),
    "broken SOPS": ("s.yaml", SOPS + "\tx: [\n", "encrypted"),
    "a manifest that speaks of SOPS": ("web.yaml", POD + "sops: {see: the wiki}\n", ""),
    "a key of that name elsewhere": ("web.yaml", POD.replace("  name: web\n", "  name: web\n  sops: {mac: x}\n"), ""),
    "git-crypt": ("secret.yaml", b"\0GITCRYPT\0\x8f\xa0\xff", "encrypted"),
    "Ansible Vault": ("secret.yaml", "$ANSIBLE_VAULT;1.1;AES256\n3862\n", "encrypted"),
    "a sealed secret": ("sealed.yaml", SEALED, "encrypted"),
    "a kustomization": ("kustomization.yaml", "resources: [web.yaml]\n", "kustomization"),
    "with its other names": ("Kustomization", "kind: Kustomization\nresources: []\n", "kustomization"),
    "a component": (
        "part.yaml",
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: []\n",
        "kustomization",
    ),
    "what Flux calls so": (
        "kustomization.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\n",
        "",
    ),
    "a template without a chart": ("pod.yaml", POD.replace("web", "{{ .Name }}"), "helm-template"),
    "with control flow": ("pod.yaml", "{{ if .On }}\n" + POD + "{{ end }}\n", "helm-template"),
}


@pytest.mark.parametrize(("path", "text", "expected"), ALONE.values(), ids=ALONE)
def test_a_file_is_known_by_its_name_and_text(path: str, text: str | bytes, expected: str) -> None:
    found = scan_of({path: text})
    assert (classes(found).get(path, ""), found.errors) == (expected, ())
    assert (path in found.editable) == (not expected)


def test_a_file_of_another_suffix_is_not_looked_at() -> None:
    assert scan_of({"web.txt": POD, "web.yaml.bak": POD, "yaml": POD}).files == 0


def test_a_chart_says_what_its_files_are() -> None:
    found = scan_of(
        {
            "shop/Chart.yaml": CHART,
            "shop/values.yaml": "image: {}\napiVersion: v1\nkind: Pod\n",
            "shop/values-prod.yaml": "image: {}\n",
            "shop/values.schema.json": "{}",
            "shop/ci/small.yaml": "image: {}\n",
            "shop/templates/pod.yaml": POD,
            "shop/templates/tests/pod.yaml": POD,
            "shop/crds/extra.yaml": POD,
            "templates/pod.yaml": POD,
        }
    )
    assert classes(found) == {
        "shop/Chart.yaml": "helm-chart",
        "shop/ci/small.yaml": "helm-values",
        "shop/templates/pod.yaml": "helm-template",
        "shop/templates/tests/pod.yaml": "helm-template",
        "shop/values-prod.yaml": "helm-values",
        "shop/values.schema.json": "helm-values",
        "shop/values.yaml": "helm-values",
    }
    assert found_in(found) == ["shop/crds/extra.yaml", "templates/pod.yaml"]


VENDORED = {
    "vendor": {"vendor/acme/pod.yaml": POD},
    "node_modules": {"web/node_modules/x/pod.yaml": POD},
    "a chart inside a chart": {"Chart.yaml": CHART, "charts/db/Chart.yaml": CHART, "charts/db/crds/pod.yaml": POD},
}


@pytest.mark.parametrize("files", VENDORED.values(), ids=VENDORED)
def test_what_somebody_else_owns_is_judged_but_never_changed(files: dict[str, str]) -> None:
    found = scan_of(dict(files))
    (reported,) = found.findings
    assert reported.fix is None
    assert reported.no_fix is not None
    assert "somebody else" in reported.no_fix or "another chart" in reported.no_fix
    assert not found.editable


HEADS = {
    "by a program": "# Code generated by controller-gen. DO NOT EDIT.\n",
    "behind a licence": "# Copyright 2020\n#\n# Licensed\n\n# WARNING: This file is autogenerated. Do not edit.\n",
    "in small letters": "# This file was generated by hand-written scripts\n",
    "by helm template": "---\n# Source: shop/templates/pod.yaml\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_what_a_program_wrote_is_judged_but_never_changed(head: str) -> None:
    found = scan_of({"pod.yaml": head + POD})
    (reported,) = found.findings
    assert reported.fix is None
    assert "generated" in (reported.no_fix or "")
    assert not found.editable


def test_generated_below_the_head_means_a_part() -> None:
    text = POD.replace("  name: web\n", "  name: web  # AUTOGENERATED, do not edit\n")
    assert scan_of({"pod.yaml": text}).editable == {"pod.yaml"}


def test_what_flux_bootstrap_wrote_is_generated() -> None:
    assert not scan_of({"flux-system/gotk-components.yaml": POD}).editable


def test_values_that_hold_braces_in_quotes_are_no_template() -> None:
    text = POD.replace("name: web", "name: web\n  annotations: {query: 'sum by (a) ({{ x }})'}")
    assert found_in(scan_of({"pod.yaml": text})) == ["pod.yaml"]


def test_good_documents_beside_a_template_are_judged_and_the_template_is_named() -> None:
    found = scan_of({"pods.yaml": POD + "---\n" + POD.replace("web", "{{ .Name }}")})
    assert found_in(found) == ["pods.yaml"]
    ((error,), editable) = found.errors, found.editable
    assert (error.code, error.line) == ("template", 15)
    assert not editable


def test_exclude_leaves_files_out_and_says_so() -> None:
    found = scan_of({"test/pod.yaml": POD, "apps/pod.yaml": POD}, exclude=("test",))
    assert (found_in(found), classes(found)) == (["apps/pod.yaml"], {"test/pod.yaml": "excluded"})


QUOTED = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: help\ndata:\n  text: |\n    'sops':\n      mac: x\n"


def test_a_text_that_quotes_an_encrypted_file_is_not_encrypted() -> None:
    found = scan_of({"web.yaml": f"{QUOTED}---\n{POD}"})
    assert (found_in(found), classes(found), found.editable) == (["web.yaml"], {}, {"web.yaml"})


@pytest.mark.parametrize("text", [f"{SOPS}---\n{POD}", f"{POD}---\n{SOPS}", f"{POD}---\n{SOPS}\tx: [\n"])
def test_beside_an_encrypted_document_others_are_scanned_and_nothing_is_edited(text: str) -> None:
    found = scan_of({"web.yaml": text})
    assert (found_in(found), found.editable, found.errors, found.documents) == (["web.yaml"], frozenset(), (), 2)
    (reported,) = found.findings
    assert reported.fix is None
    assert reported.no_fix == "SOPS encrypted parts of the file: change it with SOPS"


def test_an_encrypted_document_is_not_judged() -> None:
    found = scan_of({"web.yaml": f"{QUOTED}---\n{POD}sops:\n  mac: x\n"}, every_rule=True)
    assert (found.findings, found.editable) == ((), frozenset())


def test_slash_v1_is_the_core_group_as_it_is_to_kubernetes() -> None:
    assert found_in(scan_of({"web.yaml": POD.replace("apiVersion: v1", "apiVersion: /v1")})) == ["web.yaml"]
    odd = {
        f"{number}.yaml": POD.replace("v1", text, 1) for number, text in enumerate(("//v1", "/", "v1/", "/v", "a/v1"))
    }
    assert found_in(scan_of(dict(odd))) == []


def test_every_file_is_in_one_place() -> None:
    files = {f"{number}/{path}": text for number, (path, text, _) in enumerate(ALONE.values())}
    files["broken.yaml"] = POD + "  bad: [\n"
    found = scan_of(dict(files))
    left_out = [skipped.path for skipped in found.skipped]
    named = [error.path for error in found.errors]
    assert sorted([*left_out, *named, *found.editable]) == sorted(files)
    assert found.files == len(files) == sum(found.classes.values())
    assert found.classes["unreadable"] == 1
    assert found.classes["manifest"] == len(found.editable)


def test_quotes_that_never_close_cost_no_time() -> None:
    found = scan_of({"odd.yaml": POD + "x: [{{ " + '"\\' * 200_000})
    assert len(found.errors) + len(found.skipped) == 1


@pytest.mark.parametrize(
    "block", ["  text: |\n    {{ $value }}\n", "  list:\n  - >-\n    {{ a }}\n  - a: |+ # c\n\n      {{ b }}\n"]
)
def test_a_broken_manifest_is_no_template_for_braces_in_its_texts(block: str) -> None:
    found = scan_of({"web.yaml": f"{POD}x:\n{block}\ty: [\n"})
    assert [error.path for error in found.errors] == ["web.yaml"]
    assert classes(found).get("web.yaml") != "helm-template"


def test_an_action_behind_a_block_makes_a_template() -> None:
    text = f"{POD}x:\n- name: |\n    text\n  value: {{{{ .Value }}}}\n- |\n text\n-\n  {{{{ .More }}}}\n"
    assert classes(scan_of({"web.yaml": text}))["web.yaml"] == "helm-template"
