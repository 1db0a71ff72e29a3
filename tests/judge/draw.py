"""Random RFC 6902 operations that apply to a value, with the values that manifests hold."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import jsonpatch
import plain_reading
from plain_reading import Unreadable

from fixers.model import Operation
from rules import pointer

SCALARS: tuple[Any, ...] = (
    *(True, False, None, 0, 1.5, -1, 8080, 0o644, 2**40),
    *("", "x", "no", "y", "on", "1", "0755", "1e3", "12:30", "~", "null"),
    *("a b", "a: b", "# c", "a #b"),
    *("line\nline\n", "last\nwithout break", "'", '"', "-", "- x", "2024-01-01", "<<", "="),
    *("nginx:1.27.1", "registry.example/web@sha256:0a1b2c", "https://example.com/a?b=c#d"),
    *("100m", "1Gi", "*", "&a", "*x"),
    *("{{ .Values.x }}", "$(NODE_NAME)", "%d", "@x", "`x`", "|", ">", "!t"),
    *(" lead", "trail ", "é😀", "\ttab", "a\\b", "x" * 150),
    *("#!/bin/sh\nset -e\necho '# done'\n", "a\n\n\nb\n\n", "  deep\nx\n", "x\n \ny\n", "a\u2028b", "a\u0085b"),
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    *SCALARS,
    *({}, [], {"k": "v"}, ["a", "b"], {"k": {"l": [1, {"m": "n"}]}}, [{"name": "x", "v": 1}], {"a": [], "b": {}}),
    [[], [[1]]],
    {"runAsNonRoot": True, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    {"seccompProfile": {"type": "RuntimeDefault"}},
    {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}},
    [{"name": "TZ", "value": "no"}, {"name": "HOST", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}}],
    [{"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list", "watch"]}],
    {"app.kubernetes.io/name": "web", "prometheus.io/scrape": "true"},
    {"name": "data", "emptyDir": {}},
    {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10},
    {"script": "set -e\nexec web\n", "empty": "", "none": None},
)  # fmt: skip
KEYS = (
    *("new", "k", "a b", "on", "1", "x/y", "~t", "securityContext", "app.kubernetes.io/name"),
    *("y", "", "a: b", "#", "<<"),
    *("null", "1.5", "é", "- x", "?", "'q'", "x" * 60, "resources", "automountServiceAccountToken", "0x1F", "k\nl"),
)  # fmt: skip


def places(value: Any, at: pointer.Pointer = ()) -> Iterator[pointer.Pointer]:
    """Yield every place in a value."""
    yield at
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*at, key))


def operation(draw: random.Random, value: Any, known: list[pointer.Pointer] | None = None) -> Operation | None:
    """Draw one operation that applies to a value; `known` are its places."""
    known = known or list(places(value))
    at = draw.choice(known)
    here = pointer.get(value, *at)
    new = draw.choice(VALUES)
    kind = draw.choice(("replace", "remove", "add", "add", "rename", "move", "copy"))
    if kind == "add" and isinstance(here, dict):
        return Operation("add", (*at, draw.choice(KEYS)), new)
    if kind == "add" and isinstance(here, list):
        return Operation("add", (*at, draw.choice(("-", draw.randint(0, len(here))))), new)
    if not at:
        return None
    if kind == "remove":
        return Operation("remove", at)
    if kind == "rename" and isinstance(at[-1], str):
        return Operation("move", (*at[:-1], "renamed"), None, at)
    if kind in ("move", "copy"):
        target = _target(draw, value, known, at)
        one = Operation("move" if kind == "move" else "copy", target, None, at) if target else None
        return one if one and _applies(one, value) else None
    return Operation("replace", at, new)


def _applies(one: Operation, value: Any) -> bool:
    """Is the target still there when the source has gone?"""
    try:
        jsonpatch.apply_patch(value, [one.as_json()])
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
        return False
    return True


def _target(
    draw: random.Random, value: Any, known: list[pointer.Pointer], source: pointer.Pointer
) -> pointer.Pointer | None:
    """Draw where a value may move: to a new key, over an old one, or into a list; not into itself."""
    at = draw.choice(known)
    here = pointer.get(value, *at)
    if at[: len(source)] == source:
        return None
    if isinstance(here, dict):
        return (*at, draw.choice((*KEYS[:8], source[-1] if isinstance(source[-1], str) else "item")))
    if isinstance(here, list):
        gone = source[:-1] == at  # Of a list that loses an item the last index is one less.
        return (*at, draw.choice(("-", 0, max(0, len(here) - gone))))
    return at if at and at != source and isinstance(at[-1], str) else None


def patch(draw: random.Random, value: Any, known: list[pointer.Pointer] | None = None) -> list[Operation]:
    """Draw one operation, or several that fill and replace: who removes and adds in turn leaves no trail to judge."""
    first = operation(draw, value, known)
    drawn = [first] if first else []
    for _ in range(draw.choice((0, 0, 1, 2))):
        if not drawn or not _fills(drawn[-1], value):
            break
        value = jsonpatch.apply_patch(value, [drawn[-1].as_json()])
        one = operation(draw, value) if isinstance(value, dict | list) else None
        if not one or one.path in [other.path for other in drawn] or not _fills(one, value):
            break
        drawn.append(one)
    return drawn


def _fills(one: Operation, value: Any) -> bool:
    if one.op in ("remove", "move", "copy") or not one.path:
        return False
    return one.op == "replace" or isinstance(pointer.get(value, *one.path[:-1]), dict)


def documents(text: str, largest: int = 6000) -> Iterator[tuple[int, Any]]:
    """Yield number and value of the documents of a text that can be read and hold something."""
    bare = text.removeprefix("\ufeff")
    for index, piece in enumerate(plain_reading.pieces(bare)):
        if piece.end - piece.start > largest:
            continue
        try:
            value = plain_reading.value(plain_reading.compose(bare, piece))
        except Unreadable:
            continue
        if isinstance(value, dict | list) and value:
            yield index, json.loads(json.dumps(value))
