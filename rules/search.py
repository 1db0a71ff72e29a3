"""Documents -> findings: every rule on every object, Lists taken apart, fragments judged as fragments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from rules.cluster import Cluster
from rules.errors import Bug
from rules.manifest import Document, is_api
from rules.model import Finding, Rule
from rules.pointer import Pointer, exists, get
from rules.workloads import pods


def search(document: Document, rules: Sequence[Rule], cluster: Cluster) -> Iterator[tuple[Finding, Document] | Bug]:
    """Yield each finding of a document with the object it is about; a Bug for each rule that crashed.

    In a fragment (a Kustomize patch, a pod template without images) a field that is absent is no finding.
    """
    for single in document.objects():
        if not single.is_object:
            continue
        partial = document.partial or pods.is_fragment(single)
        several = not document.partial and len(list(islice(pods.pods(single), 2))) == 2
        api_version, kind = single.api_version, single.kind
        for rule in rules:
            if not rule.selects(api_version, kind):
                continue
            try:
                for finding in rule.findings(single, cluster):
                    part = pods.is_fragment(pods.focused(single, finding.pointer)) if several else partial
                    if not (part and not exists(single.value, finding.pointer)):
                        yield finding, single
            except Exception as error:  # noqa: BLE001 - a rule that crashes must not hide what others find.
                line, _ = single.source.position(single.start)
                yield Bug(
                    f"rule {rule.id} crashed on {single.path}:{line}: {type(error).__name__}: {error}",
                    hint="please report this with the document that caused it",
                )


def wanted(rules: Iterable[Rule], api_version: str, kind: str) -> bool:
    """Does any rule, or the cluster graph, look at documents of this kind?"""
    from rules.cluster import KINDS

    group = api_version.rpartition("/")[0]
    if (f"{kind}.{group}" if group else kind) in KINDS:
        return True
    return is_api(api_version) and any(rule.selects(api_version, kind) for rule in rules)


def fingerprint(finding: Finding, document: Document, rule: Rule) -> str:
    """Return an id of the finding that survives moved lines, renamed files and reordered lists.

    Made of rule id and revision, group, kind, namespace, name, the field path with list items by name
    instead of index (plain values by nothing at all: they are the value), and the value that stood there.
    """
    # ServiceAccount default of apps/v1 and apps/v1beta1 is one object: the version does not count.
    group = finding.api_version.rpartition("/")[0]
    parts = [
        f"{rule.id}@{rule.revision}",
        group,
        finding.kind,
        finding.namespace,
        finding.name,
        *_named(document.value, finding.pointer),
        json.dumps(finding.value, sort_keys=True, ensure_ascii=False, default=str),
    ]
    # JSON can spell half of a surrogate pair, which UTF-8 has no bytes for.
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _named(value: Any, pointer: Pointer) -> Iterator[str]:
    for key in pointer:
        value = get(value, key)
        if isinstance(key, int):
            name = get(value, "name")
            # The index of a capability or verb would change as soon as the one before it is removed.
            is_plain = isinstance(value, str | int | float)
            yield f"[{name}]" if isinstance(name, str) else "[]" if is_plain else f"[{key}]"
        else:
            yield str(key)
