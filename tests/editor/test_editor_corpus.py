"""Real manifests, hardened as fixers do it: everything is applied, and reads as jsonpatch says."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonpatch
import pytest
import yaml
from editing import apply, canonical, check_edits, lost_comments, reading, to_json

from fixers.editor.patch import patched
from fixers.model import Operation, add, move, put, remove, replace
from rules.errors import Unfixable
from rules.manifest import Document, read
from rules.pointer import Pointer, exists, get

CORPUS = Path(os.environ.get("KUBEWRIGHT_CORPUS", Path(__file__).resolve().parents[3] / "shared" / "corpus"))
SAMPLE = int(os.environ.get("KUBEWRIGHT_SAMPLE", "500"))
TEMPLATES = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    **dict.fromkeys(
        ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"),
        ("spec", "template", "spec"),
    ),
}
# An anchor means something else to PyYAML's nodes when it occurs twice; a script may swallow a comment.
REASONS = {"unterminated-block-scalar", "dup-key", "merge-after-keys", "yaml-error"}


def manifests() -> Iterator[tuple[str, str, Document]]:
    paths = sorted(path for path in CORPUS.rglob("*") if path.suffix in (".yaml", ".yml", ".json") and path.is_file())
    random.Random(5).shuffle(paths)
    found = 0
    for path in paths:
        text = path.read_bytes().decode("utf-8", errors="replace")
        if "{{" in text or "kind" not in text or len(text) > 200_000:
            continue
        documents = [found for found in read(text).documents if hardening(found.value)]
        for document in documents[:3]:
            found += 1
            yield str(path), text, document
        if found >= SAMPLE:
            return


def hardening(value: Any) -> list[Operation]:
    """Return the operations that real fixers would make of a workload or a role."""
    operations: list[Operation] = []

    def do(operation: Operation) -> None:
        nonlocal value
        value = patched(value, [operation])
        operations.append(operation)

    for base in [TEMPLATES[value["kind"]]] if isinstance(value, dict) and value.get("kind") in TEMPLATES else []:
        if isinstance(get(value, *base), dict):
            for path, new in pod_fields(base, value):
                if not isinstance(get(value, *path[:-1]), list):
                    do(put(value, path, new))
            rename = (*base, "serviceAccount"), (*base, "serviceAccountName")
            if exists(value, rename[0]) and not exists(value, rename[1]):
                do(move(*rename))
            for field in ("hostNetwork", "terminationGracePeriodSeconds"):
                if exists(value, (*base, field)):
                    do(remove((*base, field)))
    for index, rule in enumerate(get(value, "rules") or [] if isinstance(get(value, "rules"), list) else []):
        if isinstance(get(rule, "verbs"), list):
            do(replace(("rules", index, "verbs"), ["get", "list", "watch"]))
            do(add(("rules", index, "verbs", "-"), "create"))
    return operations


def pod_fields(base: Pointer, value: Any) -> Iterator[tuple[Pointer, Any]]:
    yield (*base, "automountServiceAccountToken"), False
    yield (*base, "securityContext", "seccompProfile"), {"type": "RuntimeDefault"}
    for index, container in enumerate(get(value, *base, "containers") or []):
        if isinstance(container, dict):
            context = (*base, "containers", index, "securityContext")
            yield (*context, "allowPrivilegeEscalation"), False
            yield (*context, "privileged"), False
            yield (*context, "capabilities", "drop"), ["ALL"]
            yield (*context, "runAsNonRoot"), True


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus at {CORPUS}")
def test_hardening_real_manifests() -> None:
    applied, refused = 0, []
    for path, text, document in manifests():
        operations = hardening(document.value)
        try:
            result = apply(text, document.index, operations)
        except Unfixable as refusal:
            refused.append((path, document.index, refusal.code))
            continue
        applied += 1
        check_edits(text, result)
        judge(text, result.text, document.index, operations)
    assert applied > 0
    assert not [where for where in refused if where[2] not in REASONS], refused
    assert len(refused) <= applied / 100, refused


def judge(before: str, after: str, index: int, operations: list[Operation]) -> None:
    try:
        old = reading(before)
    except (yaml.YAMLError, ValueError):  # PyYAML reads less than Kubernetes does, such as tabs and anchors twice.
        return
    if len(old) <= index:
        return
    new = reading(after)
    wanted = jsonpatch.apply_patch(old[index], to_json(operations))
    assert canonical(new[index]) == canonical(wanted)
    assert canonical(new[:index] + new[index + 1 :]) == canonical(old[:index] + old[index + 1 :])
    removing = any(operation.op in ("remove", "replace") for operation in operations)
    assert removing or not lost_comments(before, after)
