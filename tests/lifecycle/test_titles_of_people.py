"""A title that a person gave one of our pull requests stays, whatever we write there; ours follow what is proposed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from worlds import HANDS_OFF, World, pod

THEIRS = "[platform] please read: the pods of the shop"


def _more(shop: World) -> None:
    shop.edit("apps/more.yaml", pod("more"))


def _rebuilt(shop: World) -> None:
    shop.ada.tick(shop.pull.number, "kw:rebuild")


def _handed_back(shop: World) -> None:
    shop.push_to(shop.pull)
    shop.run()
    assert HANDS_OFF in shop.pull.labels
    shop.ada.tick_comment(shop.pull.number, "kw:rebuild")


def _handed_back_without_a_memory(shop: World) -> None:
    shop.ada.write(shop.pull.number, "I rewrote this text.")
    shop.run()
    shop.ada.tick_comment(shop.pull.number, "kw:rebuild")


def test_ours_follows_what_is_proposed(shop: World) -> None:
    shop.run()
    assert shop.pull.title == "fix(k8s): harden apps (1 safe fix)"
    _more(shop)
    assert shop.run() == 0
    assert shop.pull.title == "fix(k8s): harden apps (2 safe fixes)"


@pytest.mark.parametrize("change", [_more, _rebuilt, _handed_back, _handed_back_without_a_memory])
def test_a_persons_stays(shop: World, change: Callable[[World], None]) -> None:
    shop.run()
    shop.ada.rename(shop.pull.number, THEIRS)
    shop.quiet()
    change(shop)
    assert shop.run() == 0
    assert shop.pull.title == THEIRS
    shop.quiet()
    shop.edit("apps/last.yaml", pod("last"))
    assert shop.run() == 0
    assert shop.pull.title == THEIRS
    assert "apps/last.yaml" in (shop.pull.body or "")
    shop.quiet()


def test_a_person_who_writes_ours_again_gives_it_back(shop: World) -> None:
    shop.run()
    ours = shop.pull.title
    shop.ada.rename(shop.pull.number, THEIRS)
    _more(shop)
    shop.run()
    shop.ada.rename(shop.pull.number, ours)
    shop.edit("apps/last.yaml", pod("last"))
    assert shop.run() == 0
    assert shop.pull.title == "fix(k8s): harden apps (3 safe fixes)"


def test_a_title_that_is_given_while_a_run_writes_stays(shop: World) -> None:
    shop.run()
    _more(shop)
    number = shop.pull.number
    # Seen when the text is about to be written, and not before.
    shop.hub.faults.before(lambda record: record.path.endswith("/git/trees"), lambda: shop.ada.rename(number, THEIRS))
    assert shop.run() == 0
    assert shop.pull.title == THEIRS


def test_one_from_before_titles_were_remembered_is_ours(shop: World) -> None:
    shop.run()
    shop.set_state(shop.pull, replace(shop.state(), title=""))
    shop.pull.title = "fix(k8s): harden apps"
    _more(shop)
    assert shop.run() == 0
    assert shop.pull.title == "fix(k8s): harden apps (2 safe fixes)"


def test_spaces_that_github_keeps_in_another_way_make_no_title_a_persons(shop: World) -> None:
    shop.run()
    shop.ada.rename(shop.pull.number, f"{shop.pull.title.replace(' (', '  (')} ")
    _more(shop)
    assert shop.run() == 0
    assert shop.pull.title == "fix(k8s): harden apps (2 safe fixes)"
