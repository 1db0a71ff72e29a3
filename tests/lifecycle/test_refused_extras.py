"""What goes with a pull request may be refused: it keeps nothing else back, and the pull request is there."""

from __future__ import annotations

from pathlib import Path

from double import faults
from double.faults import Fault
from worlds import World, pod, world

from bot.errors import OUTSIDE

FORBIDDEN = Fault("403", "status", 403, "Resource not accessible by integration")


def test_one_who_cannot_be_asked_keeps_no_other_from_being_asked(tmp_path: Path) -> None:
    people = {"reviewers": ("kubewright[bot]", "ada"), "team_reviewers": ("nobody", "security")}
    with world(tmp_path, {"apps/web.yaml": pod("web")}, **people) as shop:
        shop.repo.teams.append("security")
        assert shop.run() == OUTSIDE
        assert shop.pull.pull
        assert [one.login for one in shop.pull.pull.reviewers] == ["ada"]
        assert shop.pull.pull.teams == ["security"]
        shop.quiet()


def test_labels_that_are_refused_lose_no_pull_request(shop: World) -> None:
    shop.hub.faults.add(FORBIDDEN, when=faults.to("POST", "/labels"))
    assert shop.run() == OUTSIDE
    assert f"#{shop.pull.number} " in (shop.dashboard.body or "")


def test_where_labels_are_refused_hands_off_is_said_all_the_same(shop: World) -> None:
    shop.run()
    tip = shop.push_to(shop.pull)
    shop.hub.faults.add(FORBIDDEN, when=faults.to("POST", "/labels"))
    assert shop.run() == OUTSIDE
    assert shop.run() == OUTSIDE
    assert shop.tip(shop.branches()[0]) == tip
    assert len([one for one in shop.ours(shop.pull) if "Hands off" in one]) == 1
