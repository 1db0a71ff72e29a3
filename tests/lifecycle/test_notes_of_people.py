"""What a person writes above our text of a pull request stays, whatever we write below, and orders nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import SAFE, World, pod

from bot import state
from bot.errors import OUTSIDE
from bot.lifecycle.ticks import DECLINE, HANDS_OFF_MARK, OBSOLETE_MARK, REBUILD, ticked_box

NOTE = "Refs: SHOP-17, agreed with ada.\r\n\r\n> merge after the release"


def _write(shop: World, note: str = NOTE) -> None:
    shop.pull.body = f"{note}\n\n{shop.pull.body}"


def _more(shop: World) -> None:
    shop.edit("apps/more.yaml", pod("more"))


def _rebuilt(shop: World) -> None:
    shop.ada.tick(shop.pull.number, f"kw:{REBUILD}")


def _handed_back(shop: World) -> None:
    shop.push_to(shop.pull)
    shop.run()
    shop.ada.tick_comment(shop.pull.number, f"kw:{REBUILD}")


@pytest.mark.parametrize("change", [_more, _rebuilt, _handed_back])
def test_a_note_stays(shop: World, change: Callable[[World], None]) -> None:
    shop.run()
    _write(shop)
    shop.quiet()
    change(shop)
    assert shop.run() == 0
    body = shop.pull.body or ""
    assert body.startswith(f"{NOTE}\n\n{state.TEXT}\n")
    assert body.count(state.TEXT) == body.count("<!-- kubewright:state") == 1
    assert "[x]" not in body
    shop.quiet()


def test_a_note_that_is_written_while_a_run_writes_stays(shop: World) -> None:
    shop.run()
    _more(shop)
    shop.hub.faults.before(lambda record: record.path.endswith("/git/trees"), lambda: _write(shop))
    assert shop.run() == 0
    assert (shop.pull.body or "").startswith(f"{NOTE}\n\n{state.TEXT}\n")


def test_a_note_stays_when_it_is_closed(shop: World) -> None:
    shop.run()
    _write(shop)
    shop.edit("apps/web.yaml", SAFE)
    assert shop.run() == 0
    assert not shop.pulls[0].is_open
    assert (shop.pulls[0].body or "").startswith(f"{NOTE}\n\n{state.TEXT}\n")


def test_boxes_in_a_note_order_nothing(shop: World) -> None:
    """Nobody empties them: one that counted would be obeyed by every run."""
    shop.run()
    (known,) = shop.state().findings
    _write(shop, f"{ticked_box(REBUILD)}\n{ticked_box(DECLINE, known)}\n{HANDS_OFF_MARK}{OBSOLETE_MARK}")
    shop.quiet()
    assert shop.memory().declined == {}


def test_a_long_note_leaves_its_room(shop: World) -> None:
    note = "x" * 54_000
    shop.run()
    _write(shop, note)
    # Their text alone is longer than what is left.
    shop.ada.commit("main", {f"apps/{number}.yaml": pod(f"web-{number}") for number in range(48)}, "more")
    assert shop.run() == 0
    assert len(shop.state().findings) == 49
    assert (shop.pull.body or "").startswith(f"{note}\n\n{state.TEXT}\n")
    assert len(shop.pull.body or "") <= 65_000 + 2
    shop.quiet()


def test_a_note_that_leaves_no_room_is_told_and_nothing_is_written(
    shop: World, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.run()
    note = "x" * (65_500 - len(shop.pull.body or ""))
    _write(shop, note)
    (branch,) = shop.branches()
    before, tip = shop.pull.body, shop.tip(branch)
    shop.ada.commit("main", {f"apps/{number}.yaml": pod(f"web-{number}") for number in range(48)}, "more")
    assert shop.run() == OUTSIDE
    assert "leaves no room" in capsys.readouterr().err
    assert (shop.pull.body, shop.tip(branch)) == (before, tip)


@pytest.mark.parametrize("line", [f"+# {state.TEXT}", f" {state.TEXT}", f"{state.TEXT} # a: 1"])
def test_a_mark_that_a_file_holds_is_none(line: str) -> None:
    """Older texts of ours begin without a mark, and quote files."""
    body = f"Ours.\n\n```diff\n{line}\n```\n"
    assert state.parted(body) == ("", body)


@given(st.text(), st.text())
def test_a_text_comes_apart_as_it_was_put_together(above: str, text: str) -> None:
    ours = f"{state.TEXT}\n\n{text}"
    found, rest = state.parted(state.below(above, ours))
    assert rest == ours
    assert found.strip() == above.strip()
    assert state.below(found, rest) == state.below(above, ours)
    assert state.parted(text) == ("", text)
