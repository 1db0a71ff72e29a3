"""Rule yaml-legacy-scalar."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rules import readings
from rules.construct import LEGACY_SCALAR
from rules.manifest import Document
from rules.manifests import written
from rules.model import Severity, Spot, rule
from rules.nodes import Node, Pair


@rule(severity=Severity.LOW, category="config", kinds={"*"}, except_kinds=written.EXCEPT_KINDS)
def yaml_legacy_scalar(document: Document) -> Iterator[Spot]:
    """Value or key that kubectl and kustomize read differently.

    kubectl and the API server follow an old version of YAML, kustomize and Flux mostly a newer one. Without
    quotes `yes`, `no`, `on`, `off`, `y` and `n` are true and false to the former and text to the latter, a day
    such as 2024-01-31 is text to the former and a time to the latter, and a key that is no text (`8080:`,
    `true:`) is turned into text by the former and refused by the latter. The same file so means one thing when
    it is applied directly and another, or nothing at all, once a kustomization.yaml lists it. Numbers such as
    0644 mean the same to both.

    CustomResourceDefinitions, which programs write, are not looked at.

    Example:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: storefront
        immutable: yes  # replaced by name
        data:
          LOG_LEVEL: info

    Use instead:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: storefront
        immutable: true  # replaced by name
        data:
          LOG_LEVEL: info

    No fix:
        Only a person knows which of the two readings is meant: write true or false, or put the text in quotes.

    Verify:
        `kustomize build` of a folder that lists the file prints what `kubectl create --dry-run=client -o yaml -f`
        prints for the file itself.

    References:
        https://yaml.org/type/bool.html
        https://yaml.org/spec/1.2.2/#103-core-schema
    """
    if LEGACY_SCALAR not in document.oddities:
        return
    for pointer, node in written.nodes(document):
        for name, pair in written.pairs(node).items():
            said = [*_key(pair, root=not pointer), *_value(pair.value)]
            if said:
                yield (*pointer, name), "; ".join(said)
        for index, item in enumerate(node.items):
            for message in _value(item.value):
                yield (*pointer, index), message


def _value(node: Node) -> Iterator[str]:
    """Yield what is wrong with a value."""
    other = readings.value(node.text) if written.is_plain(node) else None
    if other is not None:
        reads = f"reads {_quoted(other)}" if other != readings.REFUSED else "refuses it"
        yield f"kubectl reads {_quoted(node.value)}, kustomize {reads}"


def _key(pair: Pair, root: bool) -> Iterator[str]:
    """Yield what is wrong with a key."""
    other = readings.key(pair.key.text, root) if written.is_plain(pair.key) else None
    if other is not None:
        reads = f"reads {_quoted(other)}" if other != readings.REFUSED else "refuses a key that is no text"
        yield f"kubectl reads the key {_quoted(pair.name)}, kustomize {reads}"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
