"""Where kubectl and kustomize read different things: a table, both libraries beside it, and the rules."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import go_judge
import pytest
from go_judge import Answer, Judge
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules import manifest, readings
from rules.errors import ManifestError
from rules.manifests.duplicate_mapping_key import duplicate_mapping_key
from rules.manifests.yaml_legacy_scalar import yaml_legacy_scalar
from rules.model import Finding, Rule
from rules.pointer import Pointer

FUZZ = int(os.environ.get("KUBEWRIGHT_FUZZ", "1"))
REFUSED = "refused"

TRUE = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"]
FALSE = ["n", "N", "no", "No", "NO", "off", "Off", "OFF"]
# Plain text -> what kustomize reads, where that is not what kubectl reads.
DAYS = {
    "2001-01-01": "2001-01-01T00:00:00Z",
    "2001-1-1": "2001-01-01T00:00:00Z",
    "0000-02-29": "0000-02-29T00:00:00Z",
    "2001-01-01T00:00:00+00:00": "2001-01-01T00:00:00Z",
    "2001-01-01T00:00:00-00:00": "2001-01-01T00:00:00Z",
    "2001-01-01t00:00:00Z": "2001-01-01T00:00:00Z",
    "2001-1-1T1:2:3Z": "2001-01-01T01:02:03Z",
    "2001-12-14t21:59:43.10-05:00": "2001-12-14T21:59:43.1-05:00",
    "2001-01-01T00:00:00+01:60": "2001-01-01T00:00:00+02:00",
    "2001-01-01T00:00:00+24:00": REFUSED,
    "2001-01-01T00:00:00.1234567899Z": "2001-01-01T00:00:00.123456789Z",
    "2001-01-01T00:00:00.0Z": "2001-01-01T00:00:00Z",
    "2001-01-01 1:2:3": "2001-01-01T01:02:03Z",
    "2001-01-01  00:00:00": "2001-01-01T00:00:00Z",
    "2001-12-14 21:59:43.10": "2001-12-14T21:59:43.1Z",
    "2001-12-14 21:59:43,5": "2001-12-14T21:59:43.5Z",
}
# A time to kustomize as well, written in the same way.
SAME_DAYS = ["2001-01-01T00:00:00Z", "2001-01-01T00:00:00.5Z", "2001-01-01T00:00:00+02:00"]
# Text to both.
TEXT = [
    "yEs", "nO", "oN", "oFF", "tRue", "fALSE", "nULL", "yesterday", "0o", "0o8", "0xg", "0b2", "_1", "1:30",
    "12:30:45", "190:20:30", "1:30.5", "1e400", "-1e400", "0x1p4", "Inf", "NaN", "inf", "+Inf", "2001-13-01",
    "2001-02-29", "2001-00-01", "2001-01-00", "2001-01", "10000-01-01", "2001-01-01T00:00:00",
    "2001-01-01t00:00:00z", "2001-01-01T24:00:00Z", "2001-01-01T00:60:00Z", "2001-01-01T00:00:60Z",
    "2001-01-01T00:00:00+25:00", "2001-01-01T00:00:00+01:61", "2001-01-01T00:00Z", "2001-01-01T0:0:0.Z", "1-1-1",
    "=", "._5", ".", "+.e1", "1e", "0x", "0b", "1.2.3", "1e1.5", "1E400", "12e4567", "0x8000000000000000000",
    "2001-12-14 21:59:43.10 -5", "2001-01-01 00:00:00Z",
]  # fmt: skip
# Plain numbers and booleans -> the text that kubectl makes of them as keys; as values they mean the same to both.
NUMBERS = {
    "true": "true", "True": "true", "TRUE": "true", "false": "false", "False": "false", "FALSE": "false",
    "0": "0", "00": "0", "01": "1", "0644": "420", "-0644": "-420", "+0644": "420", "0o644": "420", "-0o644": "-420",
    "0O17": "15", "08": "8", "0899": "899", "0x1F": "31", "0X1F": "31", "-0x1F": "-31", "0b101": "5", "0B11": "3",
    "-0b101": "-5", "1_000": "1000", "1__0": "10", "1_": "1", "0_7": "7", "0x_1": "1", "0b_1": "1", "1_000.5": "1000.5",
    "1e3": "1000", "1E3": "1000", "1e-3": "0.001", ".5": "0.5", "5.": "5", "1.0": "1", "-.5": "-0.5", "+1": "1",
    "-1": "-1", "1e20": "1e+20", "1e21": "1e+21", "9223372036854775807": "9223372036854775807", "1.10": "1.1",
    "20010101": "20010101", "404": "404",
}  # fmt: skip
NULLS = ["~", "null", "Null", "NULL"]

VALUES: dict[str, str | None] = (
    {text: text for text in (*TRUE, *FALSE)} | DAYS | dict.fromkeys((*SAME_DAYS, *TEXT, *NUMBERS, *NULLS))
)
# Plain text -> (the key to kubectl, the key to kustomize if another) below the root.
KEYS: dict[str, tuple[str, str | None]] = {
    **{text: ("true", text) for text in TRUE},
    **{text: ("false", text) for text in FALSE},
    **{text: (text, REFUSED) for text in (*DAYS, *SAME_DAYS)},
    **{text: (key, REFUSED) for text, key in NUMBERS.items()},
    **{text: (text, None) for text in TEXT},
}


@pytest.fixture(scope="session")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    yield from judge(tmp_path_factory, go_judge.PROGRAM, go_judge.NEEDED)


@pytest.fixture(scope="session")
def kustomize(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    yield from judge(tmp_path_factory, go_judge.KUSTOMIZE, go_judge.NEEDED_BY_KUSTOMIZE)


def judge(tmp_path_factory: pytest.TempPathFactory, program: Any, needed: tuple[str, ...]) -> Iterator[Judge]:
    absent = go_judge.missing(needed)
    if absent:
        pytest.skip(f"the libraries of kubectl and kustomize cannot judge here: {absent}")
    made = Judge(go_judge.build(tmp_path_factory.mktemp("go"), program))
    yield made
    made.close()


def told(answer: Answer) -> Any:
    """Return an answer as text, so that true is not 1."""
    return REFUSED if answer.problem else json.dumps(answer.value, sort_keys=True)


def found_in(rule: Rule, text: str) -> list[Finding]:
    (document,) = manifest.parse(text)
    return list(rule.findings(document))


@pytest.mark.parametrize("text", VALUES)
def test_both_libraries_read_a_value_as_the_table_says(kubectl: Judge, kustomize: Judge, text: str) -> None:
    source, other = f"a: {text}\n".encode(), VALUES[text]
    first, second = told(kubectl.ask(source)), told(kustomize.ask(source))
    if other is None:
        assert first == second
    else:
        assert first != second
        assert second == (REFUSED if other == REFUSED else json.dumps({"a": other}))


@pytest.mark.parametrize("text", KEYS)
def test_both_libraries_read_a_key_as_the_table_says(kubectl: Judge, kustomize: Judge, text: str) -> None:
    source = f"a:\n  {text}: 1\n".encode()
    name, other = KEYS[text]
    assert told(kubectl.ask(source)) == json.dumps({"a": {name: 1}})
    expected = REFUSED if other == REFUSED else json.dumps({"a": {other or name: 1}})
    assert told(kustomize.ask(source)) == expected


@pytest.mark.parametrize("text", KEYS)
def test_a_key_of_the_root_is_text_to_kustomize(kubectl: Judge, kustomize: Judge, text: str) -> None:
    source = f"{text}: 1\n".encode()
    assert told(kustomize.ask(source)) == json.dumps({text: 1})
    differ = told(kubectl.ask(source)) != told(kustomize.ask(source))
    assert readings.key(text, root=True) == (text if differ else None)


@pytest.mark.parametrize("text", VALUES)
def test_a_value_is_reported_where_the_table_says(text: str) -> None:
    said = [finding.message for finding in found_in(yaml_legacy_scalar, f"a:\n- b: {text}\n")]
    other = VALUES[text]
    assert len(said) == (other is not None)
    if other is not None:
        assert said[0].endswith("kustomize refuses it" if other == REFUSED else f"kustomize reads {json.dumps(other)}")


@pytest.mark.parametrize("text", KEYS)
def test_a_key_is_reported_where_the_table_says(text: str) -> None:
    said = [finding.message for finding in found_in(yaml_legacy_scalar, f"a:\n  {text}: 1\n")]
    name, other = KEYS[text]
    reads = "refuses a key that is no text" if other == REFUSED else f"reads {json.dumps(other)}"
    assert said == ([] if other is None else [f"kubectl reads the key {json.dumps(name)}, kustomize {reads}"])


@settings(max_examples=1000 * FUZZ, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    st.text("0123456789+-._eExXobBaAfFyYnNtTsSZz~=: ,", min_size=1, max_size=12)
    | st.from_regex(r"[0-9]{4}-[0-3]?[0-9]-[0-3]?[0-9]", fullmatch=True)
    | st.from_regex(
        r"[0-9]{4}-1?[0-9]-[0-3]?[0-9][Tt ][0-2]?[0-9]:[0-6]?[0-9]:[0-6]?[0-9]([.,][0-9]{0,11})?"
        r"(Z|[-+][0-2][0-9]:[0-6][0-9]|)",
        fullmatch=True,
    ),
    st.booleans(),
)
def test_generated_scalars_differ_where_the_rule_says(
    kubectl: Judge, kustomize: Judge, text: str, as_key: bool
) -> None:
    text = text.strip()
    source = f"a:\n  {text}: 1\n" if as_key else f"a: {text}\n"
    try:
        said = found_in(yaml_legacy_scalar, source)
    except ManifestError:
        return
    first, second = told(kubectl.ask(source.encode())), told(kustomize.ask(source.encode()))
    assume(first != REFUSED)
    assert bool(said) == (first != second), (source, first, second)


SCALARS = sorted(text for text in VALUES if "," not in text)
NAMES = sorted(text for text in KEYS if "," not in text)
TREES = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: st.lists(inner, max_size=4) | st.lists(st.tuples(st.sampled_from(NAMES), inner), max_size=4),
    max_leaves=20,
)


def is_map(tree: Any) -> bool:
    return isinstance(tree, list) and bool(tree) and isinstance(tree[0], tuple)


def written(tree: Any, depth: int) -> str:
    """Return a tree in block style."""
    if isinstance(tree, str):
        return f" {tree}\n"
    if not tree:
        return " []\n"
    lines = [(f"{entry[0]}:", entry[1]) if is_map(tree) else ("-", entry) for entry in tree]
    return "\n" + "".join("  " * depth + head + written(inner, depth + 1) for head, inner in lines)


def expected(tree: Any, place: Pointer) -> Iterator[tuple[str, Pointer]]:
    """Yield what the table says about a tree: (rule, place)."""
    if isinstance(tree, str):
        return
    entries = [(KEYS[key][0], key, inner) for key, inner in tree] if is_map(tree) else []
    last = {name: (key, inner) for name, key, inner in entries}
    for name, (key, inner) in last.items():
        if KEYS[key][1] is not None or (isinstance(inner, str) and VALUES[inner] is not None):
            yield "yaml-legacy-scalar", (*place, name)
        if sum(other == name for other, _, _ in entries) > 1:
            yield "duplicate-mapping-key", (*place, name)
        yield from expected(inner, (*place, name))
    for index, inner in enumerate([] if entries else tree):
        if isinstance(inner, str) and VALUES[inner] is not None:
            yield "yaml-legacy-scalar", (*place, index)
        yield from expected(inner, (*place, index))


@settings(max_examples=300 * FUZZ, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(TREES, min_size=1, max_size=3))
def test_generated_documents_are_reported_where_the_table_says(trees: list[Any]) -> None:
    text = "spec:" + written(trees, 1)
    found = [*found_in(yaml_legacy_scalar, text), *found_in(duplicate_mapping_key, text)]
    assert sorted((one.rule, one.pointer) for one in found) == sorted(expected(trees, ("spec",))), text


REPEATED = st.lists(st.sampled_from(["a", "'a'", "on", "'on'", "yes", '"true"', "1", "0x1", "'1'", "1.0"]), max_size=4)


@settings(max_examples=200 * FUZZ, suppress_health_check=list(HealthCheck), deadline=None)
@given(REPEATED)
def test_what_is_said_of_repeated_keys_is_what_happens(kubectl: Judge, kustomize: Judge, keys: list[str]) -> None:
    source = "a:\n" + "".join(f"  {key}: {number}\n" for number, key in enumerate(keys))
    found = found_in(duplicate_mapping_key, source)
    answers = [kubectl.ask(source.encode()).value for _ in range(12)]
    other = kustomize.ask(source.encode())
    for finding in found:
        (name,) = finding.pointer[1:]
        if "takes the last one" in finding.message:
            assert {answer["a"][name] for answer in answers} == {finding.value}
        if "refuses" in finding.message:
            assert other.problem
    if not found and keys:
        assert all(len(answer["a"]) == len(keys) for answer in answers)


def test_kubectl_leaves_to_chance_which_of_two_keys_counts(kubectl: Judge) -> None:
    text = "a:\n  on: 1\n  'true': 2\n"
    assert {kubectl.ask(text.encode()).value["a"]["true"] for _ in range(100)} == {1, 2}
    (finding,) = found_in(duplicate_mapping_key, text)
    assert "left to chance" in finding.message
