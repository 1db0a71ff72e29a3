"""A decline outlives copies of an object that come and go: what it is remembered by changes, and the no does not."""

from __future__ import annotations

from pathlib import Path

from worlds import World, pod, world

from bot.lifecycle.ticks import AGAIN, DECLINE


def test_a_decline_outlives_a_copy_that_is_added_and_can_be_taken_back(shop: World) -> None:
    shop.run()
    shop.ada.close(shop.pull.number)
    shop.run()
    shop.edit("apps/copy.yaml", pod("web"))
    assert shop.run() == 0
    assert shop.open == []
    shop.quiet()
    shop.ada.tick(shop.dashboard.number, f"kw:{AGAIN}=")
    assert shop.run() == 0
    assert len(shop.state().findings) == 1
    shop.quiet()


def test_a_decline_of_one_copy_outlives_the_other(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/copy.yaml": pod("web"), "apps/web.yaml": pod("web")}) as shop:
        shop.run()
        (declined, _) = shop.state().findings
        shop.ada.tick(shop.pull.number, f"kw:{DECLINE}={declined}")
        shop.run()
        assert len(shop.state().findings) == 1
        shop.clock.forward(60)
        shop.ada.merge(shop.pull.number, method="squash", delete_branch=True)
        assert shop.run() == 0
        assert shop.open == []
        shop.quiet()


def test_a_fix_of_two_copies_of_which_one_is_taken_back_is_not_proposed_again(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/copy.yaml": pod("web"), "apps/web.yaml": pod("web")}) as shop:
        shop.run()
        shop.clock.forward(60)
        shop.ada.merge(shop.pull.number, method="squash", delete_branch=True)
        shop.run()
        shop.edit("apps/web.yaml", pod("web"))
        assert shop.run() == 0
        assert shop.open == []
        shop.quiet()


def test_a_copy_with_other_lines_is_proposed(shop: World) -> None:
    shop.run()
    shop.ada.close(shop.pull.number)
    shop.run()
    shop.edit("apps/copy.yaml", pod("web").replace("serviceAccount: web", "serviceAccount: web  # here too"))
    assert shop.run() == 0
    assert len(shop.state().findings) == 1
    shop.quiet()
