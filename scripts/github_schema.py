"""Cut what we use out of GitHub's own descriptions: the judge of the GitHub that the tests talk to.

    python scripts/github_schema.py OPENAPI GRAPHQL

OPENAPI and GRAPHQL are the unpacked npm packages `@octokit/openapi` and `@octokit/graphql-schema` (both MIT). Writes
tests/github/{openapi.json,schema.graphql,LICENSE.octokit}.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "tests" / "github"
REPO = "/repos/{owner}/{repo}"
OPERATIONS = (
    ("get", "/user"),
    ("get", "/rate_limit"),
    ("get", "/orgs/{org}/repos"),
    ("get", "/installation/repositories"),
    ("get", f"{REPO}/installation"),
    ("post", "/app/installations/{installation_id}/access_tokens"),
    ("get", "/app"),
    ("get", REPO),
    ("get", f"{REPO}/contents/{{path}}"),
    ("get", f"{REPO}/branches/{{branch}}"),
    ("get", f"{REPO}/commits/{{ref}}"),
    ("get", f"{REPO}/compare/{{basehead}}"),
    ("get", f"{REPO}/git/commits/{{commit_sha}}"),
    ("get", f"{REPO}/git/matching-refs/{{ref}}"),
    ("get", f"{REPO}/git/ref/{{ref}}"),
    ("get", f"{REPO}/git/trees/{{tree_sha}}"),
    ("post", f"{REPO}/git/trees"),
    ("post", f"{REPO}/git/commits"),
    ("post", f"{REPO}/git/refs"),
    ("patch", f"{REPO}/git/refs/{{ref}}"),
    ("delete", f"{REPO}/git/refs/{{ref}}"),
    ("get", f"{REPO}/pulls"),
    ("post", f"{REPO}/pulls"),
    ("get", f"{REPO}/pulls/{{pull_number}}"),
    ("patch", f"{REPO}/pulls/{{pull_number}}"),
    ("put", f"{REPO}/pulls/{{pull_number}}/merge"),
    ("get", f"{REPO}/pulls/{{pull_number}}/commits"),
    ("get", f"{REPO}/pulls/{{pull_number}}/files"),
    ("get", f"{REPO}/pulls/{{pull_number}}/comments"),
    ("get", f"{REPO}/pulls/{{pull_number}}/reviews"),
    ("post", f"{REPO}/pulls/{{pull_number}}/reviews"),
    ("post", f"{REPO}/pulls/{{pull_number}}/requested_reviewers"),
    ("get", f"{REPO}/issues"),
    ("post", f"{REPO}/issues"),
    ("get", f"{REPO}/issues/{{issue_number}}"),
    ("patch", f"{REPO}/issues/{{issue_number}}"),
    ("get", f"{REPO}/issues/{{issue_number}}/comments"),
    ("post", f"{REPO}/issues/{{issue_number}}/comments"),
    ("patch", f"{REPO}/issues/comments/{{comment_id}}"),
    ("get", f"{REPO}/issues/{{issue_number}}/events"),
    ("post", f"{REPO}/issues/{{issue_number}}/labels"),
    ("delete", f"{REPO}/issues/{{issue_number}}/labels/{{name}}"),
    ("post", f"{REPO}/issues/{{issue_number}}/assignees"),
    ("post", f"{REPO}/check-runs"),
    ("post", f"{REPO}/code-scanning/sarifs"),
)
# Type -> fields that are kept, none for all of them.
TYPES: dict[str, tuple[str, ...]] = {
    "Query": ("viewer",),
    "User": ("login",),
    "Mutation": ("updateRefs",),
    "UpdateRefsInput": (),
    "UpdateRefsPayload": (),
    "RefUpdate": (),
    "GitObjectID": (),
    "GitRefname": (),
}
# What describes and does not judge.
PROSE = frozenset(["description", "example", "examples", "summary", "externalDocs", "tags", "x-github"])


def openapi(given: dict[str, Any]) -> dict[str, Any]:
    """Return the description of OPERATIONS alone, with every component that they refer to. Raises KeyError."""
    paths: dict[str, Any] = {}
    for method, path in OPERATIONS:
        item = given["paths"][path]
        kept = paths.setdefault(path, {"parameters": item["parameters"]} if "parameters" in item else {})
        kept[method] = _bare(item[method])
    components: dict[str, dict[str, Any]] = {}
    waiting = list(_references(paths))
    while waiting:
        kind, name = waiting.pop()
        if name not in components.setdefault(kind, {}):
            components[kind][name] = _bare(given["components"][kind][name])
            waiting += _references(components[kind][name])
    return {
        "openapi": given["openapi"],
        "info": {"title": given["info"]["title"], "version": given["info"]["version"]},
        "paths": paths,
        "components": {kind: dict(sorted(named.items())) for kind, named in sorted(components.items())},
    }


def _bare(given: Any, named: bool = False) -> Any:
    """Return a description without its prose; the names of properties are never taken for prose."""
    if isinstance(given, list):
        return [_bare(item) for item in given]
    if not isinstance(given, dict):
        return given
    return {
        key: _bare(value, key in ("properties", "schemas", "responses", "headers", "content") and not named)
        for key, value in given.items()
        if named or key not in PROSE
    }


def _references(given: Any) -> Iterator[tuple[str, str]]:
    if isinstance(given, dict):
        if isinstance(given.get("$ref"), str):
            _, _, kind, name = given["$ref"].split("/")
            yield kind, name
        given = list(given.values())
    if isinstance(given, list):
        for item in given:
            yield from _references(item)


def main(openapi_package: Path, graphql_package: Path) -> None:
    """Write the files."""
    TARGET.mkdir(exist_ok=True)
    given = json.loads((openapi_package / "generated" / "api.github.com.json").read_text("utf-8"))
    text = json.dumps(openapi(given), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (TARGET / "openapi.json").write_text(text + "\n", encoding="utf-8")
    (TARGET / "schema.graphql").write_text(graphql((graphql_package / "schema.graphql").read_text("utf-8")), "utf-8")
    licences = [(openapi_package / "LICENSE").read_text("utf-8"), (graphql_package / "LICENSE.md").read_text("utf-8")]
    (TARGET / "LICENSE.octokit").write_text("\n\n".join(licences), encoding="utf-8")


def graphql(given: str) -> str:
    """Return the one query and the one mutation that we send, with the types that they refer to."""
    text = re.sub(r'^ *"""(?:(?!""").)*?"""\n', "", given, flags=re.MULTILINE | re.DOTALL)
    parts = []
    for name, fields in TYPES.items():
        found = re.search(
            rf"^(type|input|scalar) {name}\b[^\n{{]*(?:\{{\n(.*?)^\}})?$", text, flags=re.MULTILINE | re.DOTALL
        )
        if found is None:
            raise KeyError(name)
        kept = re.findall(r"^  (?:\w+)(?:\(.*?^  \))?: [^\n]*\n", found[2] or "", flags=re.MULTILINE | re.DOTALL)
        body = "".join(line for line in kept if not fields or re.match(r" *(\w+)", line)[1] in fields)  # type: ignore[index]
        parts.append(f"{found[1]} {name}" + (f" {{\n{body}}}" if body else ""))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
