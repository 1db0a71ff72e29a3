"""Two first runs at the same time make a dashboard each: the first one stays, and the other says where that is."""

from __future__ import annotations

from double import Record, Thread, faults
from worlds import World, pod

from bot import state
from bot.errors import OUTSIDE
from bot.lifecycle.dashboard import TITLE
from bot.state import Memory


def _another_run_makes_one(shop: World) -> Thread:
    body = f"Made by another run.\n\n{state.write_memory(Memory())}\n"
    return shop.hub.start_thread(shop.repo, shop.pulls[0].author, TITLE, body)


def _is_new_issue(record: Record) -> bool:
    return record.method == "POST" and record.path.endswith("/issues")


def _one_is_left(shop: World) -> None:
    first, second = shop.dashboards
    assert (first.is_open, second.is_open) == (True, False)
    assert second.reason == "not_planned"
    (said,) = shop.ours(second)
    assert f"#{first.number} is the one that is kept up to date" in said
    assert "was closed" not in said
    assert shop.ours(first) == []
    assert f"#{shop.pulls[0].number} " in (first.body or "")


def test_who_is_second_closes_its_own_at_once(shop: World) -> None:
    shop.hub.faults.before(_is_new_issue, lambda: _another_run_makes_one(shop))
    assert shop.run() == 0
    first, second = shop.dashboards
    assert (first.is_open, second.is_open) == (True, False)
    assert shop.run() == 0
    _one_is_left(shop)
    shop.quiet()


def test_who_is_first_leaves_its_own_and_the_next_run_closes_one_that_was_left(shop: World) -> None:
    shop.run()
    _another_run_makes_one(shop)
    assert shop.run() == 0
    _one_is_left(shop)
    shop.quiet()
    shop.edit("apps/more.yaml", pod("more"))
    assert shop.run() == 0
    _one_is_left(shop)


def test_one_that_a_person_closed_is_the_first_all_the_same(shop: World) -> None:
    shop.run()
    _another_run_makes_one(shop)
    shop.ada.close(shop.dashboards[0].number)
    assert shop.run() == 0
    assert [one.is_open for one in shop.dashboards] == [False, False]
    (said,) = shop.ours(shop.dashboards[1])
    assert "That one was closed: open it again" in said
    shop.quiet()


def test_a_run_that_is_stopped_before_it_closes_its_own_leaves_that_to_the_next(shop: World) -> None:
    shop.hub.faults.before(_is_new_issue, lambda: _another_run_makes_one(shop))
    shop.hub.faults.add(faults.RESET, when=lambda record: record.method != "GET" and "/issues/3" in record.path)
    assert shop.run() == OUTSIDE
    shop.hub.faults.clear()
    assert shop.run() == 0
    _one_is_left(shop)
    shop.quiet()


def test_somebody_elses_copy_is_left_alone(shop: World) -> None:
    shop.run()
    mine = shop.ada.open_issue(TITLE, shop.dashboard.body or "")
    shop.quiet()
    assert mine.is_open
