"""Rule label-value-invalid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rules.errors import ManifestError
from rules.manifest import Document
from rules.manifests.written import EXCEPT_KINDS
from rules.model import Severity, Spot, rule
from rules.nodes import Node, child
from rules.pointer import Pointer, get
from rules.workloads import pods
from rules.workloads.images import is_template

MAX_LENGTH = 63
_VALID = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?\Z")


@rule(severity=Severity.HIGH, category="metadata", kinds={"*"}, except_kinds=EXCEPT_KINDS)
def label_value_invalid(document: Document) -> Iterator[Spot]:
    """Label value that Kubernetes refuses.

    The value of a label is text of at most 63 letters, digits, dashes, underscores and dots that starts and
    ends with a letter or digit. YAML turns `true` and `1.10` into something else unless they stand in quotes.
    The API server refuses the object, so a network policy, a role or a repaired workload in the same file
    never arrives, and what ran before goes on running.

    Looked at are labels of objects, of pod templates and of volume claim templates, and the labels that
    selectors ask for. A value that is null is none: Kubernetes takes it for empty text.

    Example:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: storefront
          labels:
            app.kubernetes.io/version: 1.10  # of the shop
        data:
          LOG_LEVEL: info

    Use instead:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: storefront
          labels:
            app.kubernetes.io/version: "1.10"  # of the shop
        data:
          LOG_LEVEL: info

    Fix safety:
        Safe. A number or truth value is put in quotes as it stands, 1.10 as "1.10", and the API server refuses
        the object as it is. Not made where the text would be no valid label either, or is valid text that is
        too long or has a wrong character: what it should say is for a person. Nor where an anchor shares the
        value with other places.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
    """
    for place in _places(document):
        labels = get(document.value, *place)
        for key, value in labels.items() if isinstance(labels, dict) else ():
            wrong = complaint(value)
            if wrong and not isinstance(value, str | dict | list):
                wrong = f"is {written(document, (*place, key)) or json.dumps(value)} instead of text: put it in quotes"
            if wrong:
                yield (*place, key), f'label "{key}" {wrong}'


def complaint(value: Any) -> str:
    """Return what is wrong with the value of a label, or "". Never shows the text: it may be a secret."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return "is a list or map instead of text"
    if not isinstance(value, str):
        return "is a number or a truth value instead of text: put it in quotes"
    if is_template(value):
        return ""
    if len(value) > MAX_LENGTH:
        return f"has {len(value)} characters; {MAX_LENGTH} are allowed"
    if not _VALID.match(value):
        return "may have only letters, digits, '-', '_' and '.', and starts and ends with a letter or digit"
    return ""


def written(document: Document, pointer: Pointer) -> str | None:
    """Return a scalar as it stands in the file: 1.10, not 1.1. None where it has no place of its own."""
    try:
        node: Node | None = document.root
    except ManifestError:
        return None
    for key in (*document.base, *pointer):
        node = child(node, key) if node else None
    return node.text if node and node.kind == "scalar" else None


def _places(document: Document) -> Iterator[Pointer]:
    """Yield where maps of labels may stand in an object."""
    yield "metadata", "labels"
    pod = pods.pod(document)
    if pod is None:
        if document.kind == "Service" and not document.group:
            yield "spec", "selector"
        return
    for depth in range(1, len(pod.pointer)):  # Of a CronJob: the jobTemplate's, then the template's.
        yield (*pod.pointer[:depth], "metadata", "labels")
    yield *pod.pointer, "nodeSelector"
    if document.kind == "ReplicationController":
        yield "spec", "selector"
    elif pod.pointer != ("spec",):
        yield *pod.pointer[:-2], "selector", "matchLabels"
    for index, _ in enumerate(pods.items(document.value, "spec", "volumeClaimTemplates")):
        yield "spec", "volumeClaimTemplates", index, "metadata", "labels"
