"""Admission: webhook configurations v1beta1 -> v1 and policy bindings v1alpha1 -> v1.

The defaults are those of SetDefaults_* in pkg/apis/admissionregistration/{v1beta1,v1alpha1} of Kubernetes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fixers.api_versions.fields import default, items, mapping
from fixers.model import Operation
from rules.errors import Unfixable

_OLD_DEFAULTS = {"failurePolicy": "Ignore", "matchPolicy": "Exact", "timeoutSeconds": 30}


def webhooks(value: Any, fragment: bool) -> Iterator[Operation]:
    """Write down what v1beta1 filled in. Raises Unfixable where v1 wants to know what only its author knows."""
    names: set[Any] = set()
    for pointer, webhook in items(value, ("webhooks",)):
        effects, name = webhook.get("sideEffects"), webhook.get("name")
        if effects not in ("None", "NoneOnDryRun") and not (fragment and effects is None):
            raise Unfixable(
                "v1 needs sideEffects None or NoneOnDryRun; whether the webhook has any, its author must say",
                "side-effects",
            )
        if isinstance(name, str) and name in names:
            raise Unfixable(f"v1 needs unique names, and two webhooks are called {name}", "same-name")
        names.add(name if isinstance(name, str) else None)
        if fragment:
            continue
        for key, old in _OLD_DEFAULTS.items():
            yield from default(value, (*pointer, key), old)
        yield from default(value, (*pointer, "admissionReviewVersions"), ["v1beta1"])


def policy_binding(value: Any, fragment: bool) -> Iterator[Operation]:
    """Write down what v1alpha1 filled in, and what it did not yet ask for: denial."""
    if fragment:
        return
    if mapping(value, ("spec", "paramRef")):
        yield from default(value, ("spec", "paramRef", "parameterNotFoundAction"), "Deny")
    yield from default(value, ("spec", "validationActions"), ["Deny"])
