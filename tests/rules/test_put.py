"""`put`: one operation that makes a value stand somewhere, whatever parents are missing."""

from __future__ import annotations

from typing import Any

import jsonpatch
import pytest

from fixers.model import put
from rules.errors import Unfixable
from rules.pointer import Pointer

CASES = [
    ({"a": {"b": 1}}, ("a", "b"), {"a": {"b": 9}}),
    ({"a": {}}, ("a", "b"), {"a": {"b": 9}}),
    ({"a": None}, ("a", "b"), {"a": {"b": 9}}),
    ({}, ("a", "b"), {"a": {"b": 9}}),
    ({"a": [{"b": {"c": 1}}]}, ("a", 0, "b", "c"), {"a": [{"b": {"c": 9}}]}),
    ({"a": [{}]}, ("a", 0, "b", "c"), {"a": [{"b": {"c": 9}}]}),
    ({"a": [{"b": None}]}, ("a", 0, "b", "c"), {"a": [{"b": {"c": 9}}]}),
]


@pytest.mark.parametrize(("value", "path", "wanted"), CASES)
def test_put(value: Any, path: Pointer, wanted: Any) -> None:
    assert jsonpatch.apply_patch(value, [put(value, path, 9).as_json()]) == wanted


@pytest.mark.parametrize(
    ("value", "path"),
    [({"a": "text"}, ("a", "b")), ({"a": []}, ("a", 0, "b")), ({"a": [None]}, ("a", 0, "b"))],
)
def test_put_refuses_what_is_no_map(value: Any, path: Pointer) -> None:
    with pytest.raises(Unfixable):
        put(value, path, 9)
