"""The proof catches what must never leave the editor, and strings are written so that all readers agree."""

from __future__ import annotations

import json

import pytest
import yaml
from editing import Operation, add, edited, move, remove, replace
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from test_editor_properties import RELAXED

from fixers.editor import Edit, emit
from fixers.editor.draft import Draft
from fixers.editor.model import Splice, perform
from fixers.editor.proof import prove
from rules.errors import Unfixable
from rules.nodes import compose

TEXT = "a: 1  # one\nb: 'two'\nc: |\n  three\n"
VALUE = {"a": 1, "b": "two", "c": "three\n"}

TAMPERED = [
    ("proof-value", Edit(3, 4, "true"), {**VALUE, "a": 2}),
    ("proof-value", Edit(3, 4, "1.5"), VALUE),
    ("proof-value", Edit(3, 4, "true"), VALUE),
    ("proof-yaml", Edit(3, 4, "["), VALUE),
    ("proof-structure", Edit(15, 20, '"two"'), None),
    ("proof-comment", Edit(4, 11, "\n" * 7), None),
    ("proof-documents", Edit(0, 0, "---\n---\n"), None),
    ("proof-line-breaks", Edit(11, 12, "\r\n"), None),
    ("proof-line-breaks", Edit(len(TEXT) - 1, len(TEXT), ""), None),
]


@pytest.mark.parametrize(("code", "edit", "wanted"), TAMPERED)
def test_a_proof_fails(code: str, edit: Edit, wanted: object) -> None:
    """The edit is hidden from the proof, as a bug of the editor would be."""
    after = perform(TEXT, [edit])
    root = compose(TEXT, 0, len(TEXT))
    with pytest.raises(Unfixable) as failed:
        new = compose(after, 0, len(after)) if code not in ("proof-yaml", "proof-documents") else root
        prove(TEXT, root, after, new, [], VALUE if wanted is None else wanted)
    accepted = {code} if code != "proof-documents" else {code, "proof-yaml", "proof-value"}
    assert failed.value.code in accepted


@pytest.mark.parametrize("written", ["0o17", "0xf", "+15", "1_5", "15."])
def test_a_number_is_not_written_so_that_readers_differ(written: str) -> None:
    edit = Edit(3, 4, written)
    after = perform(TEXT, [edit])
    with pytest.raises(Unfixable) as failed:
        prove(TEXT, compose(TEXT, 0, len(TEXT)), after, compose(after, 0, len(after)), [edit], {**VALUE, "a": 15})
    assert failed.value.code == "proof-readers"


@pytest.mark.parametrize("written", ["~", "NULL", "Null"])
def test_null_is_written_out(written: str) -> None:
    assert not emit.is_clear(written)
    assert emit.is_clear(emit.scalar(None, '"'))


@pytest.mark.parametrize("number", [0, -1, 10**20, 0.5, -2.25, 1e22, 1e-7, 123456.789e30])
def test_numbers_mean_the_same_to_all_readers(number: float) -> None:
    written = emit.scalar(number, '"')
    assert emit.is_clear(written)
    assert yaml.safe_load(written) == YAML(typ="safe", pure=True).load(written) == number


def test_a_comment_that_does_not_belong_to_what_goes_is_not_deleted() -> None:
    draft = Draft("a: 1 # one\nb: 2 # two\n")
    with pytest.raises(Unfixable) as refused:
        draft.change(Splice((Edit(0, 22, ""),), gone=((0, 10),)))
    assert refused.value.code == "proof-comment"


@pytest.mark.parametrize(
    "operations",
    [
        [replace("/a", [{"x": 1, "z": 2}]), replace("/a/0", "s")],
        [replace("/a", {"x": [1, 2]}), replace("/a/x", "s")],
        [replace("/a", [1, 2]), remove("/a/1")],
    ],
)
def test_a_comment_that_stands_behind_something_new_by_now_does_not_go_with_that(operations: list[Operation]) -> None:
    with pytest.raises(Unfixable) as refused:
        edited("a:\n  1 # one\n", *operations)
    assert refused.value.code == "proof-comment"


@pytest.mark.parametrize(
    "operations",
    [
        [move("/a", "/c"), add("/c", 2), remove("/c")],
        [add("/a", 3), remove("/a")],
        [replace("/a", {"x": 1}), remove("/a/x"), remove("/a")],
    ],
)
def test_a_comment_goes_with_what_it_stands_behind(operations: list[Operation]) -> None:
    assert edited("a: 1 # one\nb: 2\n", *operations) == "b: 2\n"


def test_pieces_of_the_original_are_found_again() -> None:
    draft = Draft("a: 1\nb: 2\nc: 3\n")
    draft.change(Splice((Edit(3, 4, "11"), Edit(8, 9, "22"))))
    draft.change(Splice((Edit(3, 5, "111"), Edit(11, 16, ""))))
    assert draft.text == "a: 111\nb: 22\n"
    assert perform("a: 1\nb: 2\nc: 3\n", draft.edits()) == draft.text
    assert draft.edits() == (Edit(3, 4, "111"), Edit(8, 14, "22"))


words = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="0123456789abcdefxobeE_+-.:~ynoYNtrulTsZ =<#*&!|>%@`\"'{}[],? \n\t", max_size=8),
)


@RELAXED
@given(words, st.sampled_from(['"', "'"]), st.booleans())
def test_every_reader_takes_a_string_for_that_string(text: str, quote: str, flow: bool) -> None:
    written = emit.string(text, quote, flow=flow)
    line = f"[{written}]\n" if flow else f"k: {written}\n"

    def only(value: object) -> object:
        return value[0] if isinstance(value, list) else value["k"]  # type: ignore[index]

    assert only(yaml.safe_load(line)) == text
    assert only(YAML(typ="safe", pure=True).load(line)) == text
    if written.startswith('"'):
        assert json.loads(written) == text


@RELAXED
@given(st.text(alphabet="ab #:-|\n\t '\"é", max_size=20))
def test_a_literal_reads_as_its_text(text: str) -> None:
    style = emit.Block()
    if emit.is_literal(text, style):
        line = "k:" + emit.after_key(text, 0, style) + "\n"
        assert line.startswith("k: |")
        assert yaml.safe_load(line) == {"k": text}
