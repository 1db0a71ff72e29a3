"""New documents: written like their neighbours, and nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixers.documents import appended, check_name, created
from rules import manifest
from rules.errors import Unfixable

VALUE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "web", "labels": {"app": "yes"}},
    "data": {"list": "a\nb\n"},
    "items": [{"a": 1}, "b"],
}
WRITTEN = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  labels:
    app: "yes"
data:
  list: |
    a
    b
items:
- a: 1
- b
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n"


@pytest.mark.parametrize(
    ("before", "added"),
    [
        (POD, "---\n" + WRITTEN),
        (POD.rstrip("\n"), "\n---\n" + WRITTEN),
        ("\ufeff" + POD, "---\n" + WRITTEN),
        (POD.replace("\n", "\r\n"), ("---\n" + WRITTEN).replace("\n", "\r\n")),
        (POD.replace("\n", "\r\n").rstrip(), ("\n---\n" + WRITTEN).replace("\n", "\r\n")),
        (POD + "# the end\n", "---\n" + WRITTEN),
        (POD + "# the end", "\n---\n" + WRITTEN),
        (POD + "...\n", "---\n" + WRITTEN),
        (POD + "...", "\n---\n" + WRITTEN),
        (POD + "\n\n", "---\n" + WRITTEN),
        (POD + "---\n", WRITTEN),
        (POD + "--- # next\n\n", WRITTEN),
        (POD + "---", "\n" + WRITTEN),
        (POD + "---\n# only words\n", "---\n" + WRITTEN),
        (POD + "  note: |\n    text\n", "---\n" + WRITTEN),
        (POD + "  note: |+\n    text\n\n\n", "---\n" + WRITTEN),
        (POD + "  note: |-\n    text", "\n---\n" + WRITTEN),
        ("# nothing yet\n---\n" + POD, "---\n" + WRITTEN),
    ],
)
def test_a_document_goes_behind_the_last_one(before: str, added: str) -> None:
    assert appended(before, "a.yaml", [VALUE]) == before + added


def test_two_documents_have_a_separator_between() -> None:
    assert appended(POD, "a.yaml", [VALUE, VALUE]) == POD + "---\n" + WRITTEN + "---\n" + WRITTEN


def test_a_document_is_written_as_the_file_is() -> None:
    before = "apiVersion: v1\nkind: Pod\nmetadata:\n    name: 'a'\nspec:\n    containers:\n      -   name: b\n"
    assert appended(before, "a.yaml", [VALUE]).removeprefix(before) == (
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n    name: web\n    labels:\n        app: 'yes'\n"
        "data:\n    list: |\n        a\n        b\nitems:\n  -   a: 1\n  -   b\n"
    )


@pytest.mark.parametrize(
    ("before", "path", "code"),
    [
        ('{"apiVersion": "v1", "kind": "Pod"}\n', "a.json", "json-file"),
        ('{"apiVersion": "v1", "kind": "Pod"}\n', "a.yaml", "json-file"),
        ("{apiVersion: v1, kind: Pod}\n", "a.yaml", "json-file"),
        (POD + "  note: |\n    text", "a.yaml", "unterminated-block-scalar"),
        (POD + "  note: |+\n    text", "a.yaml", "unterminated-block-scalar"),
        (POD + "---\nbroken: [\n", "a.yaml", "broken-file"),
        ("broken: [\n---\n" + POD, "a.yaml", "broken-file"),
        (POD + "...\nmore: 1\n", "a.yaml", "broken-file"),
    ],
)
def test_a_file_that_cannot_take_a_document_is_refused(before: str, path: str, code: str) -> None:
    with pytest.raises(Unfixable) as caught:
        appended(before, path, [VALUE])
    assert caught.value.code == code


@pytest.mark.parametrize("value", [{}, {"kind": "Pod"}, {"apiVersion": "v1"}, {"apiVersion": "x/y", "kind": "Pod"}])
def test_only_objects_become_documents(value: dict[str, Any]) -> None:
    with pytest.raises(Unfixable) as caught:
        appended(POD, "a.yaml", [value])
    assert caught.value.code == "bad-document"


def test_a_new_file_is_written_like_its_neighbour() -> None:
    assert created("b.yaml", [VALUE], POD) == WRITTEN
    assert created("b.yaml", [VALUE], "---\n" + POD) == "---\n" + WRITTEN
    assert created("b.yaml", [VALUE], "\ufeff---\r\n" + POD) == ("---\n" + WRITTEN).replace("\n", "\r\n")
    assert created("b.yaml", [VALUE, VALUE], POD) == WRITTEN + "---\n" + WRITTEN


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../a.yaml", "/a.yaml", "a/b.yaml", "a\\b.yaml", ".a.yaml", "-a.yaml", "a.yaml\n", "a\0.yaml",
        "a", "a.json", "a..yaml", "a b.yaml", "a\u202eb.yaml", "ä.yaml", "C:a.yaml", "con.yaml", "LPT1.yml",
        "a" * 200 + ".yaml", "kustomization.yaml", "Kustomization.yml", "chart.yaml", "values.yaml", "values-prod.yaml",
        ".yaml", "$(id).yaml", "a%2fb.yaml", "a.yaml/", "~.yaml", "*.yaml", "gotk-components.yaml",
    ],
)  # fmt: skip
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    with pytest.raises(Unfixable) as caught:
        check_name(name)
    assert caught.value.code == "bad-file-name"


@pytest.mark.parametrize("name", ["a.yaml", "web-account.yml", "web.v1.yaml", "A_1.yaml"])
def test_a_plain_name_is_one(name: str) -> None:
    check_name(name)


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner), max_leaves=12
)


@given(values, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\n", "---\n", "...\n", "# end"]))
def test_any_value_is_written_as_it_is_or_refused(value: Any, line_break: str, end: str) -> None:
    before = (POD + end).replace("\n", line_break)
    new = {"apiVersion": "v1", "kind": "Secret", "data": value}
    try:
        after = appended(before, "a.yaml", [new])
    except Unfixable as refusal:
        assert refusal.code in ("bad-value", "odd-key", "proof-yaml"), refusal
        return
    assert after.startswith(before)
    old, made = (one for one in manifest.parse(after) if one.value is not None)
    assert old.value == manifest.parse(before)[0].value
    assert made.value == new
