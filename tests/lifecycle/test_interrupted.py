"""The invariant: whatever goes wrong at any request, the next run ends where an undisturbed one would have ended.

A whole life is lived step by step. Each step is run undisturbed, and then once for each of its requests and each
kind of fault: from the same state, disturbed there, run again, and compared. Which pairs there are is not chosen
by hand; how many ran is printed (`-s`, and in the summary at the end).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from double import Record, faults
from double.faults import Fault
from sameness import exactly, outcome
from worlds import World, pod, world

Step = Callable[[World], object]


def _moved(shop: World) -> None:
    shop.edit("apps/web.yaml", pod("web", "1.5.0"))


def _pushed(shop: World) -> None:
    shop.push_to(_of(shop, "tools"))


def _handed_back(shop: World) -> None:
    shop.ada.tick_comment(_of(shop, "tools").number, "kw:rebuild")


def _obsolete(shop: World) -> None:
    shop.edit("tools/db.yaml", pod("db").replace("serviceAccount:", "serviceAccountName:"))


def _back(shop: World) -> None:
    shop.edit("tools/db.yaml", pod("db", "2.0.0"))
    shop.policy = replace(shop.policy, open_limit=1)


def _at_once(shop: World) -> None:
    shop.ada.tick(shop.dashboard.number, "kw:open=")


def _box(shop: World) -> None:
    shop.ada.tick(_of(shop, "apps").number, "kw:decline=")


def _closed(shop: World) -> None:
    shop.ada.close(_of(shop, "tools").number)


def _again(shop: World) -> None:
    shop.ada.tick(shop.dashboard.number, "kw:again=")
    shop.policy = replace(shop.policy, open_limit=5)


def _reverted(shop: World) -> None:
    number = _of(shop, "apps").number
    shop.clock.forward(60)
    shop.ada.merge(number, delete_branch=True)
    shop.run()
    shop.ada.revert(number)


def _of(shop: World, group: str) -> Any:
    """Return the open pull request of a group."""
    return next(one for one in shop.open if one.pull and f"/{group}-" in one.pull.head)


FILES = {"apps/web.yaml": pod("web"), "apps/more.yaml": pod("more"), "tools/db.yaml": pod("db")}
# In the order in which they are lived.
LIFE: dict[str, Step] = {
    "opened": lambda shop: None,
    "updated": _moved,
    "one declined by its box": _box,
    "hands off": _pushed,
    "handed back": _handed_back,
    "obsolete": _obsolete,
    "waiting": _back,
    "opened at once": _at_once,
    "declined by closing": _closed,
    "taken back": _again,
    "declined by a revert": _reverted,
}

READS = (faults.BAD_GATEWAY, faults.RESET, faults.TRUNCATED, faults.PAGE, faults.PRIMARY, faults.EXPIRED, faults.STALE)
WRITES = (
    *(faults.BAD_GATEWAY, faults.BAD_GATEWAY.after, faults.RESET, faults.RESET.after),
    *(faults.TRUNCATED, faults.PAGE, faults.PAGE.after),
    *(faults.PRIMARY, faults.SECONDARY_429, faults.EXPIRED),
)
# The process ends there: nothing of what follows reaches GitHub.
KILLED, KILLED_AFTER = replace(faults.RESET, name="killed before"), replace(faults.RESET.after, name="killed after")


@pytest.mark.parametrize("name", LIFE)
def test_after_any_fault_at_any_request_the_next_run_ends_where_an_undisturbed_one_does(
    name: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    with world(tmp_path, FILES) as shop:
        _live_until(shop, name)
        before, now = shop.hub.saved(), shop.clock.now
        assert shop.run() == 0
        calls, wanted = list(shop.hub.log), outcome(shop)
        shop.quiet()
        pairs, fine = 0, set()
        for number, fault in _pairs(calls):
            where = f"{name}: {fault.name} at {number}, {calls[number - 1].method} {calls[number - 1].path}"
            shop.hub.restore(before)
            shop.clock.now = now
            _disturb(shop, number, fault)
            shop.run()
            assert shop.hub.faults.happened, where
            shop.hub.faults.clear()
            shop.hub.tokens.update(before[1])
            pairs += 1
            # What a run does depends on nothing else: what is fine once is fine again.
            if (left := exactly(shop)) not in fine:
                assert shop.run() == 0, where
                assert outcome(shop) == wanted, where
                if shop.writes():
                    shop.quiet()
                fine.add(left)
    record_property("pairs", pairs)
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {len(calls)} requests, {pairs} pairs of a request and a fault")
        sys.stdout.write(f", {len(fine)} states to go on from")


def _live_until(shop: World, name: str) -> None:
    for one, step in LIFE.items():
        step(shop)
        if one == name:
            return
        assert shop.run() == 0, one


def _pairs(calls: list[Record]) -> Iterator[tuple[int, Fault]]:
    """Yield each request of a run with each fault that makes sense there."""
    for number, call in enumerate(calls, 1):
        for fault in (*WRITES, KILLED, KILLED_AFTER) if call.is_write else (*READS, KILLED):
            yield number, fault


def _disturb(shop: World, number: int, fault: Fault) -> None:
    shop.hub.faults.add(fault, number=number)
    if fault in (KILLED, KILLED_AFTER):
        shop.hub.faults.add(faults.RESET, when=lambda record: record.number > number)
