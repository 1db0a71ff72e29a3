"""An independent judgement of promise 7: with the JSON Schemas of kubernetes-validate and the library jsonschema.

Shares neither the types nor the walk nor the reading of YAML with the code under test. Versions before 1.25 are not
in the package, custom resources not in its schemas; neither is judged.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import plain_reading

# What keeps the judge from judging, "" where nothing does.
ABSENT = next((f"{name} is not installed" for name in ("kubernetes_validate", "jsonschema") if not find_spec(name)), "")
NEWEST = "1.37"

# Where the error is, list indexes left out; what kind it is; which field it is about.
Error = tuple[tuple[str, ...], str, str]


def folder() -> Path:
    """Return where the package keeps its schemas."""
    spec = find_spec("kubernetes_validate")
    assert spec and spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations))) / "kubernetes-json-schema"


@functools.cache
def _definitions(version: str) -> Any:
    from referencing import Registry, Resource

    path = folder() / f"v{version}.0-local-strict" / "_definitions.json"
    return Resource.from_contents(json.loads(path.read_text("utf-8"))) @ Registry()


@functools.cache
def _validator(api_version: str, kind: str, version: str) -> Any:
    """Return what validates objects of a kind, None for a kind that the version does not have."""
    from jsonschema import Draft202012Validator

    name = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    path = folder() / f"v{version}.0-local-strict" / f"{kind.lower()}-{name}.json"
    if not re.fullmatch(r"[a-z0-9.-]+\.json", path.name) or not path.exists():
        return None
    schema = json.loads(path.read_text("utf-8"))
    if [kind] != schema["properties"]["kind"].get("enum"):
        return None
    return Draft202012Validator(schema, registry=_definitions(version))


def errors(value: Any, version: str = NEWEST) -> Counter[Error] | None:
    """Return what is wrong with an object, None for one that is not judged."""
    api_version, kind = value.get("apiVersion"), value.get("kind")
    if not (isinstance(api_version, str) and isinstance(kind, str)):
        return None
    validator = _validator(api_version, kind, version)
    if validator is None:
        return None
    return Counter(one for error in validator.iter_errors(value) for one in _told(error))


def _told(error: Any) -> Iterator[Error]:
    place = tuple(str(step) for step in error.absolute_path if not isinstance(step, int))
    if error.validator == "additionalProperties":
        yield from ((place, "unknown", name) for name in error.instance if name not in error.schema["properties"])
    elif error.validator == "required":
        yield from ((place, "missing", name) for name in error.validator_value if f"'{name}' is" in error.message)
    else:
        yield place, "type", ""


def objects(text: str) -> dict[tuple[int, int], dict[str, Any]]:
    """Return the objects of a file by number of the document and of the item in a List. Raises Unreadable."""
    text = text.removeprefix("\ufeff")
    found = {}
    for index, piece in enumerate(plain_reading.pieces(text)):
        try:
            value = plain_reading.value(plain_reading.compose(text, piece))
        except plain_reading.Unreadable:
            continue
        items = value.get("items") if isinstance(value, dict) and value.get("kind") == "List" else [value]
        for number, one in enumerate(items if isinstance(items, list) else []):
            if isinstance(one, dict):
                found[index, number] = one
    return found


def judge(before: str, after: str, version: str = NEWEST) -> tuple[int, list[str]]:
    """Return how many changed objects were judged, and what is wrong with them that was not wrong before.

    Documents that are new stand behind the others. A kind that the version does not have can only become better.
    """
    old, new = objects(before), objects(after)
    judged, problems = 0, []
    for place, value in new.items():
        was = old.get(place)
        if was is not None and plain_reading.canonical(was) == plain_reading.canonical(value):
            continue
        allowed = Counter() if was is None else errors(was, version)
        found = errors(value, version)
        if allowed is None:
            continue
        judged += 1
        if found is None:
            problems.append(f"{place}: is no kind of Kubernetes {version} any more")
        else:
            problems += [f"{place}: {kind} {name} at {'.'.join(at)}" for at, kind, name in sorted(found - allowed)]
    return judged, problems
