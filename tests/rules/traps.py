"""Traps: manifests of which a scanner easily says the wrong thing, and the right verdict."""

from __future__ import annotations

from typing import NamedTuple

from rules import manifest
from rules.cluster import NEWEST, Cluster
from rules.pointer import text as pointer_text
from rules.registry import rule_by_id
from rules.search import search


class Trap(NamedTuple):
    """`asked`: ids of the rules that must answer; `found`: `rule place` of everything that they find."""

    asked: str
    text: str
    found: list[str]
    version: tuple[int, int] = NEWEST


def verdict(trap: Trap) -> list[str]:
    """Return `rule place` of what the rules that are asked find in a manifest, which is the whole cluster."""
    rules = [rule for name in trap.asked.split() if (rule := rule_by_id(name))]
    assert [rule.id for rule in rules] == trap.asked.split()
    documents = manifest.parse(trap.text)
    cluster = Cluster.of(documents, version=trap.version)
    hits = [hit for document in documents for hit in search(document, rules, cluster)]
    assert all(isinstance(hit, tuple) for hit in hits), hits
    return [f"{hit[0].rule} {pointer_text(hit[0].place)}" for hit in hits if isinstance(hit, tuple)]


def pod(spec: str, metadata: str = "{name: web}") -> str:
    """Return a Pod; its spec is given in block style."""
    return f"apiVersion: v1\nkind: Pod\nmetadata: {metadata}\nspec:\n{indented(spec, 2)}"


def one(fields: str, of_pod: str = "", kind: str = "") -> str:
    """Return a Pod with one container and fields of it, and others of the pod; or another kind with that pod."""
    container = f"containers:\n  - name: web\n    image: registry.example/web:1.4.2\n{indented(fields, 4)}"
    spec = of_pod.strip("\n") + "\n" + container if of_pod.strip() else container
    return within(kind, spec) if kind else pod(spec)


def within(kind: str, spec: str) -> str:
    """Return an object of a kind whose pod has a spec in block style."""
    api_version = {"ReplicationController": "v1", "Job": "batch/v1", "CronJob": "batch/v1"}.get(kind, "apps/v1")
    head = f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n"
    if kind == "CronJob":
        inner = indented(spec, 10)
        return head + f'  schedule: "0 3 * * *"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n{inner}'
    labels = "" if kind == "Job" else "    metadata: {labels: {app: web}}\n"
    return head + f"  template:\n{labels}    spec:\n{indented(spec, 6)}"


def indented(text: str, by: int) -> str:
    lines = text.strip("\n").splitlines()
    return "".join(" " * by + line + "\n" for line in lines)
