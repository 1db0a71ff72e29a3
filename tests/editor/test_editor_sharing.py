"""Anchors, aliases and merge keys: the value is always exactly jsonpatch's, whichever way the text takes."""

from __future__ import annotations

from typing import Any

import pytest
from editing import add, apply, canonical, check_edits, edited, from_json, move, reading, remove, replace
from hypothesis import given
from hypothesis import strategies as st
from test_editor_properties import RELAXED, patch_for

from rules.errors import Unfixable

PODS = """\
x-sc: &sc
  privileged: true  # for now
  runAsUser: 0
containers:
- name: a
  securityContext: *sc
- name: b
  securityContext: *sc  # as above
"""

CASES = [
    (
        "both uses alike: one edit of the anchored text",
        PODS,
        [
            replace("/x-sc/privileged", False),
            replace("/containers/0/securityContext/privileged", False),
            replace("/containers/1/securityContext/privileged", False),
        ],
        PODS.replace("true", "false"),
        (),
    ),
    (
        "one use: it gets a copy of its own",
        PODS,
        [replace("/containers/1/securityContext/privileged", False)],
        PODS.replace(
            "securityContext: *sc  # as above",
            "securityContext:  # as above\n    privileged: false\n    runAsUser: 0",
        ),
        ("alias *sc was expanded",),
    ),
    (
        "only the anchored text: the others keep the old value",
        "a: &x {k: 1}\nb: *x\n",
        [replace("/a/k", 2)],
        "a: &x {k: 2}\nb:\n  k: 1\n",
        ("alias *x was expanded",),
    ),
    (
        "a merged key changed at its source, too: one edit",
        "b: &b {x: 1}\nc:\n  <<: *b\n",
        [replace("/b/x", 3), replace("/c/x", 3)],
        "b: &b {x: 3}\nc:\n  <<: *b\n",
        (),
    ),
    (
        "a merged key removed at its source, too: one edit",
        "b: &b {x: 1, z: 1}\nc:\n  <<: *b\n",
        [remove("/b/x"), remove("/c/x")],
        "b: &b {z: 1}\nc:\n  <<: *b\n",
        (),
    ),
    (
        "a move onto the value that is there already: nothing else is expanded",
        "r: &one\n  f:\n    p: k\ns:\n- *one\n- x: *one\n",
        [move("/s/0/f/p", "/r/f/p")],
        "r: &one\n  f:\n    p: k\ns:\n- f: {}\n- x: *one\n",
        ("alias *one was expanded",),
    ),
    (
        "an item ahead of an alias: that stays",
        "a: &a {x: 1, z: 1}\nl:\n- *a\n- k: *a\n",
        [move("/l/1/k/x", "/l/0")],
        "a: &a {x: 1, z: 1}\nl:\n- 1\n- *a\n- k:\n    z: 1\n",
        ("alias *a was expanded",),
    ),
    (
        "a renamed key",
        "a: &x\n  old: 1\nb: *x\n",
        [move("/b/old", "/b/new")],
        "a: &x\n  old: 1\nb:\n  new: 1\n",
        ("alias *x was expanded",),
    ),
    (
        "an alias inside an alias",
        "a: &x {k: 1}\nb: &z\n  c: *x\nd: *z\n",
        [add("/d/c/flag", True)],
        "a: &x {k: 1}\nb: &z\n  c: *x\nd:\n  c:\n    k: 1\n    flag: true\n",
        ("alias *z was expanded",),
    ),
    (
        "a merged key is overridden behind the merge",
        "base: &b\n  image: web\n  tag: one\nuse:\n  <<: *b  # all of it\n",
        [replace("/use/tag", "two")],
        "base: &b\n  image: web\n  tag: one\nuse:\n  <<: *b  # all of it\n  tag: two\n",
        (),
    ),
    (
        "the base of a merge is changed alone",
        "base: &b\n  tag: one\nuse:\n  <<: *b\n  x: 1\n",
        [replace("/base/tag", "two")],
        "base: &b\n  tag: two\nuse:\n  tag: one\n  x: 1\n",
        ("a merge key '<<' was expanded",),
    ),
    (
        "an anchor that occurs twice: the last one counts",
        "a: &x 1\nb: &x 2\nc: *x\n",
        [remove("/b")],
        "a: &x 1\nc: 2\n",
        ("alias *x was expanded",),
    ),
    (
        "a merged map that is written in place",
        "a:\n  <<: {k: 1, l: 2}\n  m: 3\n",
        [remove("/a/k")],
        "a:\n  l: 2\n  m: 3\n",
        ("a merge key '<<' was expanded",),
    ),
    (
        "a merged key is removed from a map in braces",
        "b: &b {p: 1, q: 2}\nc: {<<: *b, r: 3}\n",
        [remove("/c/p")],
        "b: &b {p: 1, q: 2}\nc: {q: 2, r: 3}\n",
        ("a merge key '<<' was expanded",),
    ),
]


@pytest.mark.parametrize(
    ("before", "operations", "after", "notes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_shared_text(before: str, operations: list[Any], after: str, notes: tuple[str, ...]) -> None:
    result = apply(before, 0, operations)
    check_edits(before, result)
    assert result.text == after
    assert result.notes == notes


def test_an_alias_that_is_a_key_is_refused() -> None:
    with pytest.raises(Unfixable) as refused:
        edited("a: &k v\n*k : {b: 1}\nc: *k\n", move("/v", "/w"))
    assert refused.value.code == "odd-key"


SHARED = [
    "a: &x\n  k: 1  # one\n  l: [1, 2]\nb: *x\nc:\n- *x\n- n: *x\n",
    "a: &x {k: {m: 1}}\nb: {c: *x, d: [*x, 2]}\ne: *x\n",
    "a: &x\n- one\n- &z {k: v}\nb: *x\nc: *z\nd: [*z, *x]\n",
    "a: &s 1\nb: *s\nc: [*s, 2]\nd: &t\n  e: *s\nf: *t\n",
    "base: &b\n  k: 1\n  m: {n: 1, o: 2}\none:\n  <<: *b\n  p: 1\ntwo:\n  <<: *b\n",
    "x: &x {k: 1, l: 2}\nz: &z {l: 3, m: 4}\none:\n  <<: [*x, *z]\n  k: 9\ntwo: {<<: *z, q: 1}\n",
    "a: &n\nb: *n\nc: &e {}\nd: *e\ne: &l []\nf: *l\n",
]
# Refused with reason: what one of two readers would take differently, or what cannot be written.
REASONS = {"proof-value", "odd-key", "merge-after-keys", "whole-document"}


@RELAXED
@given(st.sampled_from(SHARED), st.data())
def test_any_patch_of_shared_text(text: str, data: st.DataObject) -> None:
    (value,) = reading(text)
    patch, wanted = patch_for(data, value, 3)
    try:
        result = apply(text, 0, from_json(patch))
    except Unfixable as refusal:
        assert refusal.code in REASONS, refusal.code
        # Only an override whose removal uncovers what it overrode.
        assert refusal.code != "proof-value" or "<<" in text
        return
    check_edits(text, result)
    assert canonical(reading(result.text)[0]) == canonical(wanted)
