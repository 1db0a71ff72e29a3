"""Rules about how a manifest is written: what they say, where, and what they leave alone."""

from __future__ import annotations

import json

import harness
import pytest

from bot.config import Settings
from bot.scan import Scan, scan
from bot.tree import MemoryTree
from rules import manifest
from rules.cluster import Cluster
from rules.construct import LEGACY_SCALAR, REPEATED_KEY
from rules.manifests.duplicate_mapping_key import duplicate_mapping_key
from rules.manifests.yaml_legacy_scalar import yaml_legacy_scalar
from rules.model import Rule
from rules.search import search, wanted

BOTH = (duplicate_mapping_key, yaml_legacy_scalar)
HEAD = "apiVersion: example.com/v1\nkind: Anything\nmetadata:\n  name: a\nspec:\n"


def scanned(text: str, path: str = "a.yaml") -> Scan:
    return scan(MemoryTree({path: text.encode()}), Settings(rules=BOTH))


def spots(text: str, path: str = "a.yaml") -> list[tuple[str, int, int]]:
    return [(one.finding.rule, one.line, one.column) for one in scanned(text, path).findings]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("  a: yes\n", 'kubectl reads true, kustomize reads "yes"'),
        ("  a: [1, Off]\n", 'kubectl reads false, kustomize reads "Off"'),
        ("  a: 2024-1-31\n", 'kubectl reads "2024-1-31", kustomize reads "2024-01-31T00:00:00Z"'),
        ("  a: 2024-01-31T00:00:00+24:00\n", 'kubectl reads "2024-01-31T00:00:00+24:00", kustomize refuses it'),
        ("  on: 1\n", 'kubectl reads the key "true", kustomize reads "on"'),
        ("  0644: 1\n", 'kubectl reads the key "420", kustomize refuses a key that is no text'),
        (
            "  n: y\n",
            'kubectl reads the key "false", kustomize reads "n"; kubectl reads true, kustomize reads "y"',
        ),
    ],
)
def test_a_scalar_is_told_with_both_readings(body: str, message: str) -> None:
    assert harness.messages(yaml_legacy_scalar, HEAD + body) == [message]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "  a: 1\n  'a': 2\n",
            'key "a" stands twice in this map: kubectl takes the last one, kustomize refuses the file',
        ),
        (
            "  a: 1\n  a: 2\n  a: 3\n",
            'key "a" stands 3 times in this map: kubectl takes the last one, kustomize refuses the file',
        ),
        (
            "  on: 1\n  yes: 2\n",
            'key "true" stands twice in this map: kubectl takes the last one, kustomize takes them for different keys',
        ),
        (
            "  on: 1\n  'true': 2\n",
            'key "true" stands twice in this map: kubectl takes one of them, which is left to chance, '
            "kustomize takes them for different keys",
        ),
        (
            "  1: 1\n  1.0: 2\n",
            'key "1" stands twice in this map: kubectl takes one of them, which is left to chance, '
            "kustomize refuses the file",
        ),
    ],
)
def test_a_repeated_key_is_told_with_what_becomes_of_it(body: str, message: str) -> None:
    assert harness.messages(duplicate_mapping_key, HEAD + body) == [message]


def test_the_later_key_is_shown() -> None:
    assert spots(HEAD + "  a: 1\n  b: 2\n  a: 3\n") == [("duplicate-mapping-key", 8, 3)]


def test_in_a_value_that_is_replaced_nothing_is_reported() -> None:
    assert spots(HEAD + "  a: {b: yes, c: 1, c: 2}\n  a: 3\n") == [("duplicate-mapping-key", 7, 3)]


def test_a_fragment_is_judged_as_well() -> None:
    text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  paused: no\n  paused: no\n"
    tree = {"kustomization.yaml": b"patches:\n- path: patch.yaml\n", "patch.yaml": text.encode()}
    found = scan(MemoryTree(tree), Settings(rules=BOTH))
    assert found.partial == {"patch.yaml"}
    assert [(one.finding.rule, one.line) for one in found.findings] == [
        ("duplicate-mapping-key", 6),
        ("yaml-legacy-scalar", 6),
    ]


def test_objects_of_a_list_are_judged_one_by_one() -> None:
    item = "- apiVersion: v1\n  kind: Secret\n  metadata: {name: a}\n  immutable: yes\n"
    typed = "- metadata: {name: b, name: b}\n"
    assert spots("apiVersion: v1\nkind: List\nitems:\n" + item + item) == [
        ("yaml-legacy-scalar", 7, 3),
        ("yaml-legacy-scalar", 11, 3),
    ]
    assert spots("apiVersion: v1\nkind: SecretList\nitems:\n" + typed) == [("duplicate-mapping-key", 4, 23)]


def test_an_item_that_is_an_alias_is_told_where_it_is_written() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n- &a {apiVersion: v1, kind: Secret, immutable: yes}\n- *a\n"
    assert spots(text) == [("yaml-legacy-scalar", 4, 37)]


def test_json_has_repeated_keys_and_no_plain_words() -> None:
    text = json.dumps({"apiVersion": "v1", "kind": "Secret", "on": "yes"})
    assert spots(text, "a.json") == []
    assert spots(text[:-1] + ', "on": "no"}', "a.json") == [("duplicate-mapping-key", 1, len(text) + 2)]


def test_each_json_object_of_a_stream_is_noted_for_itself() -> None:
    first, second = manifest.parse('{"a": 1, "a": 2} {"a": 1}')
    assert (first.oddities, second.oddities) == (frozenset([REPEATED_KEY]), frozenset())


@pytest.mark.parametrize(
    ("text", "oddities"),
    [
        ("a: b\n", set()),
        ("a: 'yes'\n", set()),
        ("a: !!str yes\n", set()),
        ("a: yes\n", {LEGACY_SCALAR}),
        ("a: 2024-01-31\n", {LEGACY_SCALAR}),
        ("a: {1: b}\n", {LEGACY_SCALAR}),
        ("a: 1\na: 2\n", {REPEATED_KEY}),
    ],
)
def test_what_is_odd_is_noted_while_reading(text: str, oddities: set[str]) -> None:
    (document,) = manifest.parse(text)
    assert document.oddities == oddities


def test_a_document_without_oddities_is_not_composed() -> None:
    (document,) = manifest.parse(HEAD + "  a: 1\n")
    assert list(search(document, BOTH, Cluster())) == []
    assert "root" not in vars(document)


@pytest.mark.parametrize("rule", BOTH, ids=lambda rule: rule.id)
def test_every_kind_is_read_but_what_programs_write_and_kubectl_never_reads(rule: Rule) -> None:
    assert wanted([rule], "example.com/v1", "Anything")
    assert wanted([rule], "v1", "ConfigMap")
    assert not wanted([rule], "apiextensions.k8s.io/v1", "CustomResourceDefinition")
    assert not wanted([rule], "apiextensions.k8s.io/v1beta1", "CustomResourceDefinition")
    assert not wanted([rule], "kustomize.config.k8s.io/v1beta1", "Kustomization")
    assert wanted([rule], "kustomize.toolkit.fluxcd.io/v1", "Kustomization")
    assert not wanted([rule], "1.0", "ReleaseNotes")


def test_time_grows_with_the_number_of_keys_only() -> None:
    body = "".join(f"  k{number}: yes\n" for number in range(20_000))
    assert len(scanned(HEAD + body).findings) == 20_000
