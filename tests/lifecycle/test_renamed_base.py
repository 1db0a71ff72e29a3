"""The base branch gets another name: what was declined stays so, and what was open comes anew into the new name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from double import faults
from worlds import TWO, World, pod, world

from bot.lifecycle.ticks import AGAIN, DECLINE

NEW = "trunk"


def _quiet(shop: World) -> None:
    assert shop.run(NEW) == 0
    assert shop.writes() == []


def test_an_open_one_is_closed_and_comes_anew_with_the_true_reason(shop: World) -> None:
    shop.run()
    old = shop.pull
    shop.ada.rename_branch("main", NEW)
    assert shop.run(NEW) == 0
    assert not old.is_open
    (comment,) = shop.ours(old)
    assert "the base branch was renamed; its own come in other pull requests" in comment
    assert shop.pull.pull
    assert shop.pull.pull.base == NEW
    assert [branch.split("/")[1] for branch in shop.branches()] == [NEW]
    assert shop.memory().declined == {}
    _quiet(shop)
    assert not any("/branches/" in record.path for record in shop.hub.log)


@pytest.mark.parametrize("deletes", [True, False])
def test_what_was_declined_by_closing_stays_declined_and_can_be_taken_back(shop: World, deletes: bool) -> None:
    shop.run()
    (branch,) = shop.branches()
    shop.ada.close(shop.pull.number)
    shop.run()
    if deletes:
        shop.ada.delete_branch(branch)
    shop.ada.rename_branch("main", NEW)
    assert shop.run(NEW) == 0
    assert shop.open == []
    assert "declined by closing #1" in (shop.dashboard.body or "")
    for _ in range(2):
        _quiet(shop)
    (line,) = [line for line in (shop.dashboard.body or "").split("\n") if f"kw:{AGAIN}=" in line]
    shop.ada.tick(shop.dashboard.number, line[line.index("kw:") : line.index(" -->")])
    assert shop.run(NEW) == 0
    assert len(shop.state(shop.pull).findings) == 1
    _quiet(shop)


@pytest.mark.parametrize("has_dashboard", [True, False])
def test_a_box_of_an_open_one_stays_a_no(tmp_path: Path, has_dashboard: bool) -> None:
    files = {"apps/web.yaml": pod("web"), "apps/more.yaml": pod("more")}
    with world(tmp_path, files, dashboard=has_dashboard) as shop:
        shop.run()
        shop.ada.tick(shop.pull.number, f"kw:{DECLINE}=")
        shop.run()
        assert len(shop.state().findings) == 1
        shop.ada.rename_branch("main", NEW)
        assert shop.run(NEW) == 0
        assert len(shop.state().findings) == len(shop.state().declined) == 1
        _quiet(shop)


def test_a_revert_after_the_rename_is_a_decline(shop: World) -> None:
    shop.run()
    number = shop.pull.number
    shop.clock.forward(60)
    shop.ada.merge(number)
    shop.run()
    shop.ada.rename_branch("main", NEW)
    shop.edit("apps/web.yaml", pod("web"), NEW)
    assert shop.run(NEW) == 0
    assert shop.open == []
    assert f"taken back after #{number}" in (shop.dashboard.body or "")
    _quiet(shop)


def test_lines_that_changed_with_the_rename_end_the_decline(shop: World) -> None:
    shop.run()
    shop.ada.close(shop.pull.number)
    shop.run()
    shop.ada.rename_branch("main", NEW)
    shop.edit("apps/web.yaml", pod("web").replace("serviceAccount: web", "serviceAccount: web  # why?"), NEW)
    assert shop.run(NEW) == 0
    assert len(shop.open) == 1


def test_another_branch_that_is_still_there_gives_nothing_to_a_new_one(shop: World) -> None:
    shop.run()
    shop.ada.close(shop.pull.number)
    shop.run()
    shop.ada.commit(NEW, {"apps/web.yaml": pod("web")}, "a branch beside")
    assert shop.run(NEW) == 0
    assert len(shop.open) == 1


def test_a_new_branch_of_the_old_name_is_another_one(shop: World) -> None:
    shop.run()
    shop.ada.close(shop.pull.number)
    shop.run()
    shop.ada.rename_branch("main", NEW)
    shop.ada.commit("main", {"README": "a new one\n"}, "start again")
    assert shop.run(NEW) == 0
    assert len(shop.open) == 1


def test_one_that_a_person_works_on_is_left_to_them(shop: World) -> None:
    shop.run()
    mine = shop.push_to(shop.pull)
    old = shop.pull
    shop.ada.rename_branch("main", NEW)
    assert shop.run(NEW) == 0
    assert old.is_open
    assert old.pull
    assert shop.tip(old.pull.head) == mine
    assert len(shop.ours(old)) == 1
    _quiet(shop)


def test_each_base_keeps_to_itself(shop: World) -> None:
    shop.policy = replace(shop.policy, hourly_limit=0)
    shop.ada.commit("next", {"apps/web.yaml": pod("web")}, "a branch beside")
    shop.run("main", "next")
    number = next(one.number for one in shop.open if one.pull and one.pull.base == "next")
    shop.ada.close(number)
    shop.run("main", "next")
    shop.ada.rename_branch("next", NEW)
    assert shop.run("main", NEW) == 0
    (pull,) = shop.open
    assert pull.pull
    assert pull.pull.base == "main"
    assert f"declined by closing #{number}" in (shop.dashboard.body or "")
    assert shop.run("main", NEW) == 0
    assert shop.writes() == []


@pytest.mark.parametrize("fault", [faults.RESET, faults.RESET.after])
def test_a_run_that_is_stopped_anywhere_is_taken_up_by_the_next(tmp_path: Path, fault: faults.Fault) -> None:
    with world(tmp_path, TWO) as shop:
        shop.run()
        shop.ada.close(1)
        shop.run()
        shop.ada.rename_branch("main", NEW)
        before, now = shop.hub.saved(), shop.clock.now
        assert shop.run(NEW) == 0
        requests, wanted = list(shop.hub.log), _told(shop)
        for one in requests:
            shop.hub.restore(before)
            shop.clock.now = now
            shop.hub.faults.add(fault, number=one.number)
            shop.hub.faults.add(faults.RESET, when=lambda record, after=one.number: record.number > after)
            shop.run(NEW)
            shop.hub.faults.clear()
            assert shop.run(NEW) == 0
            assert _told(shop) == wanted, f"{one.method} {one.path}"


def _told(shop: World) -> tuple[object, ...]:
    """Return what two courses of the same events have in common."""
    pulls = sorted((one.pull.head, one.pull.base, one.is_open) for one in shop.pulls if one.pull)
    lines = (shop.dashboard.body or "").partition("<!-- kubewright:dashboard")[0]
    memory = shop.memory()
    return pulls, shop.branches(), lines, sorted(memory.declined), memory.bases
