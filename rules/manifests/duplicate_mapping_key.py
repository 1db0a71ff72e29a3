"""Rule duplicate-mapping-key."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rules import readings, scalars
from rules.construct import REPEATED_KEY
from rules.manifest import Document
from rules.manifests import written
from rules.model import Severity, Spot, rule
from rules.nodes import Node, Pair


@rule(severity=Severity.MEDIUM, category="config", kinds={"*"}, except_kinds=written.EXCEPT_KINDS)
def duplicate_mapping_key(document: Document) -> Iterator[Spot]:
    """Key that stands twice in one map.

    A map has one value per key. kubectl says nothing and takes the last one, so what stands above it is a lie
    to everybody who reads the file: the resource limit, the label or the security setting that one sees is not
    the one that runs. kustomize, Flux and strict readers refuse the file. Keys are equal as Kubernetes reads
    them, so `on` and "true" are one; kubectl then takes either of the two, another one from run to run.

    CustomResourceDefinitions, which programs write, are not looked at.

    Example:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: storefront
        data:
          CACHE_SIZE: "512"
          LOG_LEVEL: info
          CACHE_SIZE: "64"  # for the small nodes

    Use instead:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: storefront
        data:
          LOG_LEVEL: info
          CACHE_SIZE: "64"  # for the small nodes

    No fix:
        Only a person knows which of the values is meant: keep that one and delete the others.

    Verify:
        `kubectl apply --dry-run=server -f FILE` shows the value that was meant, and `kustomize build` of a folder that
        lists the file no longer says that a key is already defined.

    References:
        https://yaml.org/spec/1.2.2/#3213-node-comparison
    """
    if REPEATED_KEY not in document.oddities:
        return
    for pointer, node in written.nodes(document):
        named: dict[str, list[Pair]] = defaultdict(list)
        for pair in node.pairs:
            if not pair.merge:
                named[pair.name].append(pair)
        for name, pairs in named.items():
            if len(pairs) > 1:
                yield (*pointer, name), _message(name, [pair.key for pair in pairs], root=not pointer)


def _message(name: str, keys: Sequence[Node], root: bool) -> str:
    often = "twice" if len(keys) == 2 else f"{len(keys)} times"
    same = len({_identity(key) for key in keys}) == 1
    takes = "the last one" if same else "one of them, which is left to chance"
    refused = len({(key.kind, key.text) for key in keys}) < len(keys) or any(
        written.is_plain(key) and readings.key(key.text, root) == readings.REFUSED for key in keys
    )
    reads = "refuses the file" if refused else "takes them for different keys"
    shown = json.dumps(name, ensure_ascii=False)
    return f"key {shown} stands {often} in this map: kubectl takes {takes}, kustomize {reads}"


def _identity(key: Node) -> tuple[str, object]:
    """Return what makes two keys one to go-yaml v2; those that JSON alone makes one are visited in any order."""
    scalar = key.resolved
    kind = type(scalar.value).__name__
    if isinstance(scalar.value, int) and not isinstance(scalar.value, bool):  # 1.0 is an integer to JSON alone.
        kind = "int" if scalars.is_integer(scalar.value, scalar.text) else "float"
    return kind, scalar.value
