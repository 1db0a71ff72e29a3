"""Selectors of labels: what Kubernetes says, and silence about what is still to be filled in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import selectors

KEYS = st.sampled_from(["app", "tier", "env"])
VALUES = st.sampled_from(["a", "b", "c"])
EXPRESSIONS = st.builds(
    lambda key, operator, values: (
        {"key": key, "operator": operator, "values": values}
        if operator in ("In", "NotIn")
        else {"key": key, "operator": operator}
    ),
    KEYS,
    st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
    st.lists(VALUES, min_size=1, max_size=2),
)
SELECTORS = st.fixed_dictionaries(
    {}, optional={"matchLabels": st.dictionaries(KEYS, VALUES), "matchExpressions": st.lists(EXPRESSIONS, max_size=3)}
)


def met(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Evaluate a selector word by word as the reference of Kubernetes' API describes it."""
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    for one in selector.get("matchExpressions", []):
        here, given = one["key"] in labels, labels.get(one["key"])
        ways = {
            "In": given in one.get("values", []),
            "NotIn": given not in one.get("values", []),
            "Exists": here,
            "DoesNotExist": not here,
        }
        if not ways[one["operator"]]:
            return False
    return True


@given(SELECTORS, st.dictionaries(KEYS, VALUES))
def test_labels_meet_a_selector_exactly_as_kubernetes_says(selector: Any, labels: dict[str, str]) -> None:
    asked = selectors.of_selector(selector)
    assert asked is not None
    assert selectors.may_meet(asked, labels) is met(selector, labels)
    assert bool(selectors.contrary(asked, labels)) is not met(selector, labels)


@given(SELECTORS, st.dictionaries(KEYS, VALUES), KEYS)
def test_a_label_that_is_filled_in_may_be_anything(selector: Any, labels: dict[str, str], key: str) -> None:
    asked = selectors.of_selector(selector)
    assert asked is not None
    perhaps = selectors.may_meet(asked, {**labels, key: "${LATER}"})
    assert perhaps or not any(met(selector, {**labels, key: value}) for value in ("a", "b", "c", "d"))


@pytest.mark.parametrize(
    "selector",
    [
        None,
        "${SELECTOR}",
        [],
        {"matchLabels": "${LABELS}"},
        {"matchLabels": {"app": 7}},
        {"matchLabels": {"app": "$(APP)"}},
        {"matchLabels": {"${KEY}": "web"}},
        {"matchExpressions": {}},
        {"matchExpressions": ["app"]},
        {"matchExpressions": [{"key": "app", "operator": "Gt", "values": ["1"]}]},
        {"matchExpressions": [{"key": "app", "operator": "In", "values": ["${APP}"]}]},
        {"matchExpressions": [{"key": "app", "operator": "In", "values": [1]}]},
    ],
)
def test_what_a_selector_means_cannot_always_be_told(selector: Any) -> None:
    assert selectors.of_selector(selector) is None


def test_labels_that_controllers_give_to_pods_are_not_asked_for() -> None:
    asked = selectors.of_map({"app": "db", "statefulset.kubernetes.io/pod-name": "db-0"})
    assert asked is not None
    assert selectors.may_meet(asked, {"app": "db"})


def test_labels_with_a_key_that_is_filled_in_are_unknown() -> None:
    assert selectors.known_labels({"${KEY}": "web"}) is None
    assert selectors.known_labels("${LABELS}") is None
    assert selectors.known_labels(None) == {}


def test_selectors_are_written_as_kubectl_takes_them() -> None:
    asked = selectors.of_selector(
        {
            "matchLabels": {"app": "web"},
            "matchExpressions": [
                {"key": "tier", "operator": "In", "values": ["a", "b"]},
                {"key": "env", "operator": "NotIn", "values": ["test"]},
                {"key": "x", "operator": "Exists"},
                {"key": "y", "operator": "DoesNotExist"},
            ],
        }
    )
    assert asked is not None
    assert selectors.written(asked) == "app=web,tier in (a,b),env notin (test),x,!y"
    assert selectors.contrary(asked, {"app": "shop", "env": "test", "y": "1"}) == (
        "app=shop and no tier and env=test and no x and y=1"
    )
