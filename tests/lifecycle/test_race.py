"""A person pushes while a run is going on: at every boundary between two of its requests, with the real git."""

from __future__ import annotations

from pathlib import Path

import pytest
from double import Record, faults
from worlds import HANDS_OFF, World, pod, world

from bot.lifecycle.ticks import REBUILD

FILES = {"apps/web.yaml": pod("web")}


def _moved(shop: World) -> None:
    shop.edit("apps/web.yaml", pod("web", "1.5.0"))


def _rebuild(shop: World) -> None:
    shop.ada.tick(shop.pull.number, f"kw:{REBUILD}")


def _hand_back(shop: World) -> None:
    shop.push_to(shop.pull)
    assert shop.run() == 0
    shop.ada.tick_comment(shop.pull.number, f"kw:{REBUILD}")


def _obsolete(shop: World) -> None:
    shop.edit("apps/web.yaml", pod("web").replace("serviceAccount:", "serviceAccountName:"))


CHANGES = {"moved": _moved, "rebuild": _rebuild, "hand back": _hand_back, "obsolete": _obsolete}


@pytest.mark.parametrize("name", CHANGES)
def test_a_push_between_any_two_requests_of_a_run_is_never_lost(name: str, tmp_path: Path) -> None:
    change = CHANGES[name]
    with world(tmp_path, FILES) as shop:
        shop.run()
        (branch,) = shop.branches()
        change(shop)
        before, now = shop.hub.saved(), shop.clock.now
        shop.run()
        requests = list(shop.hub.log)
        looked = next(one.number for one in requests if one.path.endswith("/matching-refs/heads/kubewright"))
        raced = 0
        for number in range(1, len(requests) + 1):
            shop.hub.restore(before)
            shop.clock.now = now
            pushed: list[str] = []
            stood: list[bool] = []

            def push(pushed: list[str] = pushed, stood: list[bool] = stood, number: int = number) -> None:
                stood.append(shop.tip(branch) is not None)
                if stood[0]:
                    pushed.append(shop.ada.push(branch, {f"mine-{number}.txt": "mine\n"}))

            shop.hub.faults.before(lambda record, number=number: record.number == number, push)
            shop.run()
            shop.hub.faults.clear()
            where = f"{name} at {number}: {requests[number - 1].method} {requests[number - 1].path}"
            meant = change in (_rebuild, _hand_back) and number <= looked  # It was there when the box was obeyed.
            assert stood, where
            assert bool(pushed) == stood[0], where
            if not pushed or meant:
                continue
            raced += 1
            assert shop.tip(branch) == pushed[0], where
            for _ in range(2):
                shop.run()
                assert shop.tip(branch) == pushed[0], where
            thread = shop.ada.thread(1)
            if thread.is_open:
                assert HANDS_OFF in thread.labels, where
                assert len([one for one in shop.ours(thread) if "Hands off" in one]) == 1, where
            assert shop.run() == 0, where
            assert shop.writes() == [], where
        assert raced >= len(requests) - looked - 3


@pytest.mark.parametrize(("method", "path"), [("GET", "/issues/1/comments"), ("POST", "/issues/1/comments")])
def test_a_push_while_an_obsolete_one_is_closed_keeps_it_open(tmp_path: Path, method: str, path: str) -> None:
    with world(tmp_path, FILES) as shop:
        shop.run()
        (branch,) = shop.branches()
        _obsolete(shop)
        pushed: list[str] = []
        shop.hub.faults.before(faults.to(method, path), lambda: pushed.append(shop.push_to(shop.pull)))
        shop.run()
        assert shop.pull.is_open
        assert [shop.tip(branch)] == pushed


def test_a_push_before_an_obsolete_one_is_closed_is_no_close_to_be_told_of(tmp_path: Path) -> None:
    with world(tmp_path, FILES) as shop:
        shop.run()
        (branch,) = shop.branches()
        _obsolete(shop)
        ask = faults.to("GET", f"/git/matching-refs/heads/{branch}")
        shop.hub.faults.before(ask, lambda: shop.push_to(shop.pull))
        shop.run()
        assert shop.pull.is_open
        assert shop.ours(shop.pull) == []


def test_what_was_pushed_while_a_branch_was_handed_back_can_be_handed_back_by_a_new_tick(tmp_path: Path) -> None:
    with world(tmp_path, FILES) as shop:
        shop.run()
        (branch,) = shop.branches()
        _hand_back(shop)
        shop.hub.faults.before(lambda one: one.is_write and one.path == "/graphql", lambda: _push(shop, branch))
        shop.run()
        shop.hub.faults.clear()
        shop.run()
        assert "mine-too.txt" in shop.repo.objects.git("ls-tree", "--name-only", branch)
        shop.ada.tick_comment(1, f"kw:{REBUILD}")
        assert shop.run() == 0
        assert "mine" not in shop.repo.objects.git("ls-tree", "--name-only", branch)
        assert HANDS_OFF not in shop.pull.labels
        shop.quiet()


def test_a_push_after_a_run_was_killed_while_it_handed_a_branch_back_is_not_what_was_asked_for(tmp_path: Path) -> None:
    with world(tmp_path, FILES) as shop:
        shop.run()
        (branch,) = shop.branches()
        _hand_back(shop)
        begun: list[int] = []

        def has_begun(record: Record) -> bool:
            begun.extend([record.number] if record.method == "PATCH" and record.path.endswith("/pulls/1") else [])
            return bool(begun) and record.number > begun[0]

        shop.hub.faults.add(faults.RESET, when=has_begun)
        shop.run()
        assert begun
        shop.hub.faults.clear()
        _push(shop, branch)
        for _ in range(2):
            shop.run()
            assert "mine-too.txt" in shop.repo.objects.git("ls-tree", "--name-only", branch)
        assert HANDS_OFF in shop.pull.labels
        shop.quiet()


def _push(shop: World, branch: str) -> None:
    shop.ada.push(branch, {"mine-too.txt": "mine\n"})
