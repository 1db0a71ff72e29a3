"""A run takes minutes: what people tick meanwhile is not lost when texts are written anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from double import faults
from worlds import World, pod, world

from bot.lifecycle.ticks import DECLINE, OPEN, REBUILD, box, carried, ticked_box


def test_a_box_ticked_while_its_pull_request_is_written_anew_counts(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web"), "apps/more.yaml": pod("more")}) as shop:
        shop.run()
        number = shop.pull.number
        (declined, _) = shop.state().findings
        shop.edit("apps/web.yaml", pod("web", "1.5.0"))
        shop.hub.faults.before(
            faults.to("POST", "/git/trees"), lambda: shop.ada.tick(number, f"kw:{DECLINE}={declined}")
        )
        assert shop.run() == 0
        assert ticked_box(DECLINE, declined) in (shop.pull.body or "")
        assert shop.run() == 0
        assert declined not in shop.state().findings
        assert shop.state().declined[declined].why == "box"
        shop.quiet()


def test_a_box_ticked_while_the_dashboard_is_written_anew_counts(tmp_path: Path) -> None:
    files = {"apps/web.yaml": pod("web"), "other/db.yaml": pod("db"), "tools/job.yaml": pod("job")}
    with world(tmp_path, files, open_limit=1) as shop:
        shop.run()
        shop.policy = replace(shop.policy, open_limit=2)
        (work,) = shop.works.values()
        branch = next(name for name in work.branches() if "/tools-" in name)
        shop.hub.faults.before(
            faults.to("POST", "/pulls"), lambda: shop.ada.tick(shop.dashboard.number, f"kw:{OPEN}={branch}")
        )
        assert shop.run() == 0
        assert ticked_box(OPEN, branch) in (shop.dashboard.body or "")
        assert shop.run() == 0
        assert branch in shop.branches()


def test_a_dashboard_whose_line_breaks_a_browser_changed_is_the_same(shop: World) -> None:
    shop.run()
    shop.dashboard.body = (shop.dashboard.body or "").replace("\n", "\r\n")
    shop.quiet()


def test_boxes_and_memories_are_read_with_the_line_breaks_of_a_browser(tmp_path: Path) -> None:
    with world(tmp_path, {"apps/web.yaml": pod("web"), "apps/more.yaml": pod("more")}) as shop:
        shop.run()
        shop.ada.tick(shop.pull.number, f"kw:{DECLINE}=")
        shop.pull.body = (shop.pull.body or "").replace("\n", "\r\n")
        assert shop.run() == 0
        assert len(shop.state().findings) == 1
        shop.ada.tick(shop.dashboard.number, "kw:again=")
        shop.dashboard.body = (shop.dashboard.body or "").replace("\n", "\r\n")
        assert shop.run() == 0
        assert len(shop.state().findings) == 2
        shop.quiet()


@pytest.mark.parametrize(
    ("now", "then", "is_ticked"),
    [
        (ticked_box(REBUILD), box(REBUILD), True),
        (ticked_box(REBUILD), ticked_box(REBUILD), False),
        (box(REBUILD), box(REBUILD), False),
        (ticked_box(DECLINE, "0" * 24), "", False),
    ],
)
def test_only_what_was_ticked_since_is_carried(now: str, then: str, is_ticked: bool) -> None:
    text = f"text\n{box(REBUILD)} afresh\n"
    assert (ticked_box(REBUILD) in carried(text, now, then)) == is_ticked
