"""Roles and bindings for tests, as documents."""

from __future__ import annotations

import json
from typing import Any

from rules import manifest
from rules.cluster import RBAC
from rules.manifest import Document

__all__ = ["RBAC", "bound", "grant", "role"]


def role(*rules: Any, kind: str = "ClusterRole", **more: Any) -> Document:
    made = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": {"name": "r"}, "rules": list(rules)}
    (document,) = manifest.parse(json.dumps({**made, **more}))
    return document


def grant(groups: Any, resources: Any, allowed: Any = ("*",), **more: Any) -> dict[str, Any]:
    return {"apiGroups": list(groups), "resources": list(resources), "verbs": list(allowed), **more}


def bound(kind: str, *subjects: tuple[str, str], role: str = "r", role_kind: str = "ClusterRole") -> Document:
    """Return a binding of a role to (kind, name) of subjects."""
    made = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "b", "namespace": "shop" if kind == "RoleBinding" else None},
        "roleRef": {"apiGroup": RBAC, "kind": role_kind, "name": role},
        "subjects": [{"kind": of, "name": name, "namespace": "shop"} for of, name in subjects],
    }
    (document,) = manifest.parse(json.dumps(made))
    return document
