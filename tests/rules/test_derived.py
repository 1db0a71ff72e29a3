"""Frameworks that are mapped by judgement, category by category."""

from __future__ import annotations

import pytest
from harness import unknown

from rules import controls
from rules.controls import derived
from rules.registry import all_rules


@pytest.mark.parametrize("category", sorted({rule.category for rule in all_rules()}))
def test_every_category_is_mapped(category: str) -> None:
    assert derived.of(category)


@pytest.mark.parametrize("category", derived.BY_CATEGORY)
def test_controls_exist(category: str) -> None:
    assert unknown(derived.of(category)) == []


def test_no_control_is_listed_in_vain() -> None:
    used = {(name, item) for mapped in derived.BY_CATEGORY.values() for name, items in mapped.items() for item in items}
    assert used == {(name, item) for name, framework in derived.DERIVED.items() for item in framework.controls}


def test_derived_frameworks_are_no_others() -> None:
    assert not controls.FRAMEWORKS.keys() & derived.DERIVED.keys()
    assert all(rule.controls.keys() <= controls.FRAMEWORKS.keys() for rule in all_rules())


def test_a_category_that_nobody_mapped_bears_on_nothing() -> None:
    assert derived.of("sample") == {}
