"""What is taken back in the dashboard, where nothing would come of one box alone: that is said beside the box."""

from __future__ import annotations

from dataclasses import replace

from worlds import World, box_of

from bot.lifecycle.ticks import AGAIN

FIRST, THEN = "privileged-container", "allow-privilege-escalation"
ALONE = "no fix of it alone is proposed now"


def _line(shop: World, rule: str) -> str:
    (line,) = [line for line in (shop.dashboard.body or "").split("\n") if f"kw:{AGAIN}" in line and rule in line]
    return line


def _box(line: str) -> str:
    return line[line.index("kw:") : line.index(" -->")]


def test_a_fix_that_needs_another_one_first_says_so_and_comes_back_with_it(shop: World) -> None:
    shop.rules = (FIRST, THEN)
    shop.policy = replace(shop.policy, unsafe=True)
    shop.run()
    assert len(shop.state().findings) == 2
    shop.ada.close(shop.pull.number)
    shop.run()
    assert ALONE not in _line(shop, FIRST)
    line = _line(shop, THEN)
    assert f"{ALONE}: " in line
    assert line.endswith("so make it unprivileged first")
    for rule in (FIRST, THEN):
        shop.ada.tick(shop.dashboard.number, _box(_line(shop, rule)))
    assert shop.run() == 0
    assert len(shop.state().findings) == 2
    shop.quiet()


def test_a_fix_of_a_class_that_is_switched_off_says_so(shop: World) -> None:
    shop.rules = (FIRST,)
    shop.policy = replace(shop.policy, unsafe=True)
    shop.run()
    shop.ada.close(shop.pull.number)
    shop.run()
    assert ALONE not in _line(shop, FIRST)
    shop.policy = replace(shop.policy, unsafe=False)
    assert shop.run() == 0
    assert _line(shop, FIRST).endswith(f"{ALONE}: it is unsafe, and those are switched off")


def test_where_a_box_alone_is_enough_nothing_more_is_said(shop: World) -> None:
    shop.run()
    shop.ada.close(shop.pull.number)
    shop.run()
    assert box_of(shop, AGAIN)
    assert (shop.dashboard.body or "").count(ALONE) == 0
