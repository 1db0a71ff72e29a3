"""The judge: GitHub's own descriptions of its API say what a request and what a reply may look like.

REST by the OpenAPI description (`openapi.json`), GraphQL by the schema (`schema.graphql`): both are cut from the
npm packages `@octokit/openapi` and `@octokit/graphql-schema` by `scripts/github_schema.py`, licence beside them.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import graphql
from jsonschema import Draft7Validator, FormatChecker  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT7

DATA = Path(__file__).parent.parent
HERE = "github:openapi"
# Parameters that hold slashes, as every client sends them, though OpenAPI has no way to say so.
WITH_SLASHES = frozenset(["ref", "path", "basehead", "branch"])
# Answers that any operation may give, whether its description lists them or not.
# https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
ANYWHERE = frozenset([301, 307, 401, 403, 404, 409, 410, 422, 429])
# What such an answer says at least.
LOOSE = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}


class Undocumented(AssertionError):
    """A request or a reply that GitHub's description does not allow."""


@dataclass(frozen=True)
class Operation:
    """One documented operation: `method` in capitals, `path` as GitHub writes it, with {names}."""

    method: str
    path: str
    described: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


@functools.cache
def description() -> dict[str, Any]:
    """Return the OpenAPI description, made into what JSON Schema says: `nullable` is an alternative."""
    found = _strict(json.loads((DATA / "openapi.json").read_text("utf-8")))
    assert isinstance(found, dict)
    for name in ("pull-request", "pull-request-simple"):
        # What the description gets wrong: see `head-repository-deleted` in truths.py.
        head = found["components"]["schemas"][name]["properties"]["head"]["properties"]
        head["repo"] = {"anyOf": [{"type": "null"}, head["repo"]]}
    return found


def _strict(given: Any, is_part: bool = False) -> Any:
    """Return a description in which null is spelled out and an object has no other members than described.

    Parts of an `allOf` describe the same object together, so they stay open.
    """
    if isinstance(given, list):
        return [_strict(item, is_part) for item in given]
    if not isinstance(given, dict):
        return given
    made = {key: _strict(value, key == "allOf") for key, value in given.items() if key != "nullable"}
    if isinstance(made.get("properties"), dict) and "additionalProperties" not in made and not is_part:
        whole = not any(key in made for key in ("allOf", "anyOf", "oneOf"))
        if whole and made["properties"]:
            made["additionalProperties"] = False
    return {"anyOf": [{"type": "null"}, made]} if given.get("nullable") is True else made


@functools.cache
def operations() -> tuple[tuple[re.Pattern[str], Operation], ...]:
    """Return every operation and the paths that it answers, those with fewer names first."""
    found = [
        Operation(
            method.upper(), path, {**one, "parameters": [*item.get("parameters", ()), *one.get("parameters", ())]}
        )
        for path, item in description()["paths"].items()
        for method, one in item.items()
        if method != "parameters"
    ]
    found.sort(key=lambda one: (one.path.count("{"), one.path))
    return tuple((re.compile(_pattern(one.path)), one) for one in found)


def _pattern(path: str) -> str:
    parts = re.split(r"\{(\w+)\}", path)
    return "".join(
        re.escape(part) if number % 2 == 0 else f"(?P<{part}>{'.+' if part in WITH_SLASHES else '[^/]+'})"
        for number, part in enumerate(parts)
    )


def find(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """Return the operation of a request and what stands for its names. `path` is as it was sent, still quoted.

    Raises Undocumented.
    """
    for pattern, operation in operations():
        found = pattern.fullmatch(path) if operation.method == method else None
        if found:
            return operation, {key: unquote(value) for key, value in found.groupdict().items()}
    raise Undocumented(f"GitHub documents no {method} {path} (or scripts/github_schema.py leaves it out)")


def check_request(operation: Operation, names: Mapping[str, str], query: Mapping[str, str], body: Any) -> None:
    """Check names, query and body of a request; `body` is None where there is none. Raises Undocumented."""
    left = dict(query)
    for given in operation.described["parameters"]:
        parameter = _resolved(given)
        values = names if parameter["in"] == "path" else left
        if parameter["in"] not in ("path", "query") or (
            parameter["name"] not in values and not parameter.get("required")
        ):
            continue
        if parameter["name"] not in values:
            raise Undocumented(f"{operation.name}: {parameter['name']} is missing")
        value = left.pop(parameter["name"]) if parameter["in"] == "query" else names[parameter["name"]]
        _check(
            parameter["schema"], _typed(value, _types(parameter["schema"])), f"{operation.name}: {parameter['name']}"
        )
    if left:
        raise Undocumented(f"{operation.name} knows no {', '.join(sorted(left))}")
    told = operation.described.get("requestBody")
    if told is None:
        if body not in (None, {}):
            raise Undocumented(f"{operation.name} takes no body")
    elif body is not None or told.get("required"):
        _check(told["content"]["application/json"]["schema"], body, operation.name)


def check_reply(operation: Operation, status: int, body: Any) -> None:
    """Check what a request is answered with; `body` is None where there is none. Raises Undocumented."""
    told = operation.described["responses"].get(str(status))
    where = f"{operation.name} -> {status}"
    if told is None:
        if status not in ANYWHERE:
            raise Undocumented(f"{where}: no such answer is documented")
        _check(LOOSE, body, where)
        return
    content = _resolved(told).get("content", {})
    schema = content.get("application/json", {}).get("schema") if content else None
    if schema is None:
        if body is not None and status in (204, 304):
            raise Undocumented(f"{where}: there is no body")
        return
    _check(schema, body, where)


def _resolved(given: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in given:
        return given
    _, _, kind, name = given["$ref"].split("/")
    found = description()["components"][kind][name]
    assert isinstance(found, dict)
    return found


def _types(schema: Mapping[str, Any]) -> set[str]:
    schema = _resolved(schema)
    kinds = {schema["type"]} if isinstance(schema.get("type"), str) else set()
    for key in ("anyOf", "oneOf"):
        for one in schema.get(key, ()):
            kinds |= _types(one)
    return kinds


def _typed(value: str, kinds: set[str]) -> Any:
    """Return a parameter as what its description says it is, where it can be read as that."""
    if "integer" in kinds and re.fullmatch(r"-?\d+", value):
        return int(value)
    if "boolean" in kinds and value in ("true", "false"):
        return value == "true"
    return value


@functools.cache
def _registry() -> Any:
    return Registry().with_resource(HERE, DRAFT7.create_resource(description()))


@functools.cache
def _validator(text: str) -> Any:
    return Draft7Validator(json.loads(text), registry=_registry(), format_checker=FORMATS)


def _check(schema: Any, value: Any, where: str) -> None:
    validator = _validator(json.dumps(schema).replace('"#/components', f'"{HERE}#/components'))
    for error in validator.iter_errors(value):
        worst = max(_leaves(error), key=lambda one: len(one.absolute_path))
        at = "/".join(map(str, worst.absolute_path))
        raise Undocumented(f"{where}: {at or 'the whole'}: {worst.message[:300]}")


def _leaves(error: Any) -> Iterator[Any]:
    yield error
    for one in error.context or ():
        yield from _leaves(one)


def _is_time(value: Any) -> bool:
    return not isinstance(value, str) or bool(TIME.fullmatch(value))


def _is_uri(value: Any) -> bool:
    return not isinstance(value, str) or bool(re.match(r"[a-z][a-z0-9+.-]*:", value))


TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
FORMATS = FormatChecker(formats=())
FORMATS.checks("date-time")(_is_time)
FORMATS.checks("uri")(_is_uri)


@functools.cache
def graphql_schema() -> graphql.GraphQLSchema:
    """Return the part of GitHub's GraphQL schema that we use."""
    return graphql.build_schema((DATA / "schema.graphql").read_text("utf-8"))


def check_query(text: str) -> None:
    """Check a GraphQL document. Raises Undocumented."""
    try:
        errors = graphql.validate(graphql_schema(), graphql.parse(text))
    except graphql.GraphQLError as error:
        errors = [error]
    if errors:
        raise Undocumented(f"GraphQL: {errors[0].message}")
