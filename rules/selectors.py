"""Selectors of labels, with the answer "perhaps": what a template engine or a controller fills in cannot be told."""

from __future__ import annotations

from typing import Any, NamedTuple

from rules.pointer import get
from rules.workloads.images import is_template

# Labels that controllers of Kubernetes, and Argo Rollouts, put on pods; no manifest shows them.
GIVEN_LATER = frozenset(
    [
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/job-name",
        "controller-revision-hash",
        "controller-uid",
        "job-name",
        "pod-template-generation",
        "pod-template-hash",
        "rollouts-pod-template-hash",
        "statefulset.kubernetes.io/pod-name",
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
    ]
)


class Requirement(NamedTuple):
    """What a selector asks of one label: an operator of `matchExpressions`; a plain pair is In with one value."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def may_be_met(self, labels: dict[str, Any]) -> bool:
        """May labels meet this, whatever is still filled in?"""
        if self.key not in labels:
            return self.operator in ("NotIn", "DoesNotExist")
        given = labels[self.key]
        if self.operator in ("Exists", "DoesNotExist"):
            return self.operator == "Exists"
        # The API server refuses labels that are no text, so what they would mean is no question.
        if not isinstance(given, str) or is_template(given):
            return True
        return (given in self.values) is (self.operator == "In")


Requirements = tuple[Requirement, ...]


def of_map(selector: Any) -> Requirements | None:
    """Return what a plain map of labels asks for, or None where that cannot be told yet."""
    if not isinstance(selector, dict):
        return None
    asked = [Requirement(key, "In", (value,)) for key, value in selector.items() if isinstance(value, str)]
    return _told(asked) if len(asked) == len(selector) else None


def of_selector(selector: Any) -> Requirements | None:
    """Return what a LabelSelector asks for, or None where that cannot be told: text to be filled in, or a mistake."""
    if not isinstance(selector, dict):
        return None
    pairs, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    asked = of_map({} if pairs is None else pairs)
    if asked is None or not isinstance(expressions, list | None):
        return None
    more = [_expression(item) for item in expressions or []]
    known = [one for one in more if one is not None]
    return _told([*asked, *known]) if len(known) == len(more) else None


def _expression(item: Any) -> Requirement | None:
    key, operator, values = get(item, "key"), get(item, "operator"), get(item, "values")
    if not isinstance(key, str) or operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
        return None
    listed = values if isinstance(values, list) else []
    if not all(isinstance(value, str) for value in listed):
        return None
    return Requirement(key, operator, tuple(listed))


def _told(asked: list[Requirement]) -> Requirements | None:
    if any(is_template(text) for one in asked for text in (one.key, *one.values)):
        return None
    return tuple(one for one in asked if one.key not in GIVEN_LATER)


def known_labels(labels: Any) -> dict[str, Any] | None:
    """Return the labels of an object, or None where text to be filled in may add others."""
    if labels is None:
        return {}
    if not isinstance(labels, dict) or any(is_template(key) for key in labels):
        return None
    return labels


def may_meet(asked: Requirements, labels: dict[str, Any] | None) -> bool:
    """May labels meet everything that a selector asks for? Unknown labels (None) may."""
    return labels is None or all(one.may_be_met(labels) for one in asked)


def written(asked: Requirements) -> str:
    """Return a selector as kubectl takes it: `app=web,tier in (a,b)`."""
    return ",".join(_written(one) for one in asked)


def _written(one: Requirement) -> str:
    if one.operator == "In" and len(one.values) == 1:
        return f"{one.key}={one.values[0]}"
    if one.operator in ("In", "NotIn"):
        return f"{one.key} {one.operator.lower()} ({','.join(one.values)})"
    return one.key if one.operator == "Exists" else f"!{one.key}"


def contrary(asked: Requirements, labels: dict[str, Any] | None) -> str:
    """Return what labels say where they do not meet a selector: `app=web and no tier`."""
    known = labels or {}
    unmet = [one for one in asked if not one.may_be_met(known)]
    return " and ".join(f"{one.key}={known[one.key]}" if one.key in known else f"no {one.key}" for one in unmet)
