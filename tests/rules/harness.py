"""What the tests of rules share: running one rule on a text, and applying what its fixer says."""

from __future__ import annotations

import copy
from typing import Any

import jsonpatch
import yaml

from fixers import registry
from fixers.model import Fix
from rules import manifest
from rules.cluster import Cluster
from rules.controls import title
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding, Rule
from rules.pointer import Pointer
from rules.pointer import text as pointer_text
from rules.search import search


def findings(rule: Rule, text: str, **settings: Any) -> list[tuple[Finding, Document]]:
    """Return what a rule finds in a text; its documents are the whole cluster."""
    documents = manifest.parse(text)
    cluster = Cluster.of(documents, **settings)
    found = [hit for document in documents for hit in search(document, [rule], cluster)]
    assert all(isinstance(hit, tuple) for hit in found), found
    return found  # type: ignore[return-value]


def messages(rule: Rule, text: str, **settings: Any) -> list[str]:
    """Return the messages of what a rule finds."""
    return [finding.message for finding, _ in findings(rule, text, **settings)]


def fix(finding: Finding, document: Document, text: str, **settings: Any) -> Fix:
    """Return the fix of a finding in a text. Raises Unfixable."""
    return registry.fix(finding, document, Cluster.of(manifest.parse(text), **settings))


def patched(text: str, made: Fix) -> list[Any]:
    """Return the values of a text's documents after a fix, by an independent implementation of RFC 6902."""
    values = [copy.deepcopy(document.value) for document in manifest.parse(text)]
    index = made.finding.document
    values[index] = jsonpatch.apply_patch(values[index], [operation.as_json() for operation in made.patch])
    return values


def values(text: str) -> list[Any]:
    """Return the values of a text's documents."""
    return [document.value for document in manifest.parse(text)]


def line(text: str, index: int, pointer: Pointer) -> int:
    """Return the line of a place, or of its nearest ancestor's key, as PyYAML sees it; of equal keys the last one's."""
    node: Any = list(yaml.compose_all(text.removeprefix("\ufeff"), Loader=yaml.SafeLoader))[index]
    at = 0
    for key in pointer:
        if isinstance(node, yaml.MappingNode):
            found = [(name, value) for name, value in node.value if name.value == key]
        else:
            items = node.value if isinstance(node, yaml.SequenceNode) else []
            found = [(item, item) for number, item in enumerate(items) if number == key]
        if not found:
            break
        place, node = found[-1]
        at = place.start_mark.line
    return int(at) + 1


def pod(spec: str, metadata: str = "{name: web}") -> str:
    """Return a Pod with a spec in flow style."""
    return f"apiVersion: v1\nkind: Pod\nmetadata: {metadata}\nspec: {spec}\n"


def containers(*more: str) -> str:
    """Return a Pod of containers a, b, c ... that have an image and something more each."""
    items = [f"{{name: {name}, image: 'web:1', {fields}}}" for name, fields in zip("abcdef", more, strict=False)]
    return pod("{containers: [" + ", ".join(items) + "]}")


def codes(rule: Rule, text: str, **settings: Any) -> list[str]:
    """Return what becomes of each finding of a rule: its fix's safety, or the code of the refusal."""
    return [outcome(finding, document, text, **settings) for finding, document in findings(rule, text, **settings)]


def outcome(finding: Finding, document: Document, text: str, **settings: Any) -> str:
    try:
        return str(fix(finding, document, text, **settings).safety)
    except Unfixable as refusal:
        return refusal.code


def places(rule: Rule, text: str, **settings: Any) -> list[str]:
    """Return the pointers of what a rule finds."""
    return [pointer_text(finding.place) for finding, _ in findings(rule, text, **settings)]


def operations(rule: Rule, text: str, **settings: Any) -> list[dict[str, Any]]:
    """Return the operations that fix the only finding of a rule."""
    ((finding, document),) = findings(rule, text, **settings)
    return [operation.as_json() for operation in fix(finding, document, text, **settings).patch]


def unknown(named: dict[str, tuple[str, ...]]) -> list[str]:
    """Return `framework/control` of those that no framework has."""
    return [f"{framework}/{item}" for framework, items in named.items() for item in items if not title(framework, item)]
