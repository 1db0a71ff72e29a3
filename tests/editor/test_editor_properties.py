"""Random documents in random layouts, random operations: the value is jsonpatch's, and nothing else changes."""

from __future__ import annotations

import copy
import json
import os
from typing import Any

import jsonpatch
from editing import apply, canonical, check_edits, comments, from_json, lines_of, lost_comments, reading
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonpointer import JsonPointerException
from layouts import Layout, Writer, documents, layouts, operation, pretty

from rules.errors import Unfixable
from rules.pointer import parse

# Refusals are rare and have a reason; any other code, and every crash, is a bug.
REASONS = {"unterminated-block-scalar", "whole-document"}
RELAXED = settings(
    max_examples=int(os.environ.get("KUBEWRIGHT_EXAMPLES", "200")),
    deadline=None,
    derandomize="KUBEWRIGHT_EXAMPLES" not in os.environ,  # More examples are new ones.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def patch_for(data: st.DataObject, value: Any, most: int) -> tuple[list[dict[str, Any]], Any]:
    """Draw operations, and return them with the value that they make."""
    patch: list[dict[str, Any]] = []
    for _ in range(data.draw(st.integers(1, most))):
        drawn = data.draw(operation(value))
        if drawn is None:
            continue
        try:
            value = jsonpatch.apply_patch(copy.deepcopy(value), [copy.deepcopy(drawn)])
        except JsonPointerException:  # Moving an item has shifted the index of the target.
            continue
        patch.append(drawn)
    assume(patch)
    return patch, value


def dress(text: str, how: str) -> str:
    """Return the text with other line breaks, a byte order mark, or without its final line break."""
    if "cut" in how:
        text = text.rstrip("\n")
    if "cr" in how:
        text = text.replace("\n", "\r\n" if "crlf" in how else "\r")
    return "\ufeff" + text if "bom" in how else text


def closed(text: str) -> str:
    """Return the text as kubectl reads it: whole lines, even where the file ends in a block scalar."""
    return text if text.endswith(("\n", "\r")) else text + "\n"


dresses = st.sampled_from(["", "", "crlf", "bom", "cut", "cut crlf", "cut bom crlf"])


def attempt(text: str, index: int, patch: list[dict[str, Any]]) -> str | None:
    """Return the edited text, or None where the refusal has a good reason."""
    try:
        result = apply(text, index, from_json(patch))
    except Unfixable as refusal:
        # A block scalar may swallow what comes to stand behind it: then the edit cannot be proven.
        swallowed = refusal.code in ("proof-value", "proof-comment", "proof-structure") and "|" in text
        assert refusal.code in REASONS or swallowed, (refusal.code, str(refusal))
        return None
    check_edits(text, result)
    return result.text


@RELAXED
@given(documents, layouts, st.one_of(dresses, st.just("cr")), st.data())
def test_any_patch_in_any_layout(value: Any, layout: Layout, how: str, data: st.DataObject) -> None:
    others = Writer(Layout(2, 0, 1, 7, 0, 0, 0, False))
    before, after = others.document({"kind": "First"}), others.document({"kind": "Last"})
    body = Writer(layout).document(value)
    text = dress(f"{before}---\n{body}---\n{after}" if "cut" not in how else f"{before}---\n{body}", how)
    read = reading(closed(text))[1]
    patch, wanted = patch_for(data, read, 4)
    made = attempt(text, 1, patch)
    if made is None:
        return
    now = reading(closed(made))
    assert canonical(now[1]) == canonical(wanted)
    old = reading(closed(text))
    assert canonical([now[0], *now[2:]]) == canonical([old[0], *old[2:]])
    assert made.startswith("\ufeff") == text.startswith("\ufeff")
    if "crlf" in how:
        assert made.count("\n") == made.count("\r\n")
    elif "cr" in how:
        assert "\n" not in made


@RELAXED
@given(documents, layouts, dresses, st.data())
def test_comments_stay_unless_they_are_about_what_goes(
    value: Any, layout: Layout, how: str, data: st.DataObject
) -> None:
    text = dress(Writer(layout).document(value), how)
    read = reading(text)[0]
    patch, _ = patch_for(data, read, 1)
    made = attempt(text, 0, patch)
    if made is None:
        return
    lost = lost_comments(text, made)
    if not lost:
        return
    (single,) = patch
    assert single["op"] != "copy"
    path = parse(single.get("from", single["path"]))
    first, last = lines_of(text, 0, path)
    spots = dict(comments(text))
    while first - 1 in spots:  # The comment lines directly above an entry go with it.
        first -= 1
    allowed = [words for line, words in comments(text) if first <= line <= last]
    assert all(words in allowed for words in lost), (lost, allowed)


@RELAXED
@given(documents, layouts, st.sampled_from(["", "crlf", "cut"]), st.data())
def test_json_stays_json(value: Any, layout: Layout, how: str, data: st.DataObject) -> None:
    text = dress(pretty(value, layout), how)
    patch, wanted = patch_for(data, value, 4)
    made = attempt(text, 0, patch)
    assert made is not None
    assert canonical(json.loads(made)) == canonical(wanted)


@RELAXED
@given(documents, layouts, st.data())
def test_what_is_added_last_and_removed_again_leaves_no_trace(value: Any, layout: Layout, data: st.DataObject) -> None:
    text = Writer(layout).document(value)
    added = {"op": "add", "path": "/brand-new", "value": data.draw(st.sampled_from([True, "x", {"a": 1}, ["b"]]))}
    made = attempt(text, 0, [added])
    if made is None:
        return
    assert attempt(made, 0, [{"op": "remove", "path": "/brand-new"}]) == text
