"""Anybody may comment: a comment that looks like ours is nobody's order, and does not stand for ours."""

from __future__ import annotations

import pytest
from worlds import World, pod

from bot.lifecycle.texts import HANDS_OFF_COMMENT
from bot.lifecycle.ticks import HANDS_OFF_MARK, OBSOLETE_MARK, REBUILD, ticked_box


@pytest.mark.parametrize("is_first", [True, False])
def test_a_box_in_a_comment_of_somebody_else_hands_nothing_back(shop: World, is_first: bool) -> None:
    shop.run()
    forged = f"{HANDS_OFF_COMMENT}\n{ticked_box(REBUILD)} please\n\n{HANDS_OFF_MARK}\n"
    if is_first:
        shop.ada.say(shop.pull.number, forged)
    tip = shop.push_to(shop.pull)
    shop.run()
    if not is_first:
        shop.ada.say(shop.pull.number, forged)
    assert shop.run() == 0
    assert shop.tip(shop.branches()[0]) == tip
    assert len([one for one in shop.ours(shop.pull) if HANDS_OFF_MARK in one]) == 1
    shop.quiet()


def test_a_mark_of_somebody_else_does_not_keep_us_from_saying_why_we_close(shop: World) -> None:
    shop.run()
    thread = shop.pull
    shop.ada.say(thread.number, OBSOLETE_MARK)
    shop.edit("apps/web.yaml", pod("web").replace("serviceAccount:", "serviceAccountName:"))
    assert shop.run() == 0
    assert not thread.is_open
    assert len(shop.ours(thread)) == 1
