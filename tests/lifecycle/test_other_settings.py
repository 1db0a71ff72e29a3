"""Settings that change between two runs: what was open is closed or goes on, and what was declined stays so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from worlds import World


def test_another_prefix_closes_what_was_open_under_the_old_one(shop: World) -> None:
    shop.run()
    old = shop.pull
    shop.policy = replace(shop.policy, prefix="hardening")
    assert shop.run() == 0
    assert not old.is_open
    (comment,) = shop.ours(old)
    assert "our branches have another prefix now; its own come in other pull requests" in comment
    assert shop.branches() == []
    assert [one.pull.head.partition("/")[0] for one in shop.open if one.pull] == ["hardening"]
    shop.quiet()


@pytest.mark.parametrize("deletes", [True, False])
@pytest.mark.parametrize("change", [{"prefix": "hardening"}, {"grouping": "file"}])
def test_a_close_just_before_the_settings_change_is_a_decline(
    shop: World, change: dict[str, str], deletes: bool
) -> None:
    shop.run()
    (branch,) = shop.branches()
    shop.ada.close(shop.pull.number)
    if deletes:
        shop.ada.delete_branch(branch)
    shop.policy = replace(shop.policy, **change)
    assert shop.run() == 0
    assert shop.open == []
    shop.quiet()
