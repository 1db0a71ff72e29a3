"""How fast, how much, and how long: with a clock that only waiting moves."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import Clock

from bot.hub import pacing
from bot.hub.calls import Limited
from bot.hub.pacing import Pacing, pause


def made(clock: Clock) -> Pacing:
    return Pacing(1.0, clock, clock.sleep, lambda: 0.5)


def ask(pace: Pacing, clock: Clock, seconds: float = 0.0, *, is_write: bool = True, **headers: str) -> float:
    """Send a request that takes a while; return when it was sent."""
    pace.before(is_write=is_write)
    sent = clock.now
    clock.now += seconds
    pace.after({name.replace("_", "-"): value for name, value in headers.items()}, is_write=is_write)
    return sent


@given(st.lists(st.tuples(st.floats(0, 40), st.booleans()), min_size=1, max_size=700))
def test_github_never_gets_more_than_it_takes(requests: list[tuple[float, bool]]) -> None:
    clock = Clock()
    pace = made(clock)
    writes: list[float] = []
    sent: list[float] = []
    for seconds, is_write in requests:
        try:
            sent.append(ask(pace, clock, seconds, is_write=is_write))
        except Limited:
            break
        if is_write:
            writes.append(sent[-1])
    assert all(second - first >= 0.249 for first, second in pairwise(sent))
    assert all(second - first >= 0.999 for first, second in pairwise(writes))
    assert all(writes[at + 80] - writes[at] >= 60 for at in range(len(writes) - 80))
    assert all(writes[at + 500] - writes[at] >= 3600 for at in range(len(writes) - 500))


def test_an_hour_of_writes_ends_the_run_and_keeps_some_for_the_last_words() -> None:
    clock = Clock()
    pace = made(clock)
    for _ in range(pacing.WRITES_PER_HOUR - pacing.RESERVE_WRITES):
        ask(pace, clock)
    with pytest.raises(Limited, match="as much as GitHub takes in an hour") as caught:
        ask(pace, clock)
    assert "in 52 min" in str(caught.value.hint)
    ask(pace, clock, is_write=False)  # Reading goes on.
    pace.spend()
    for _ in range(pacing.RESERVE_WRITES):
        ask(pace, clock)
    with pytest.raises(Limited):
        ask(pace, clock)


def test_the_next_repository_has_last_words_as_well() -> None:
    clock = Clock()
    pace = made(clock)
    pace.spend()
    pace.keep_back()
    for _ in range(pacing.WRITES_PER_HOUR - pacing.RESERVE_WRITES):
        ask(pace, clock)
    with pytest.raises(Limited):
        ask(pace, clock)


def test_after_an_hour_it_goes_on() -> None:
    clock = Clock()
    pace = made(clock)
    for _ in range(pacing.WRITES_PER_HOUR * 3):
        ask(pace, clock, 8.0)
    assert clock.now - 1_800_000_000 > 3 * 3600


def test_the_last_of_githubs_limit_is_kept_for_the_last_words() -> None:
    clock = Clock()
    pace = made(clock)
    ask(pace, clock, x_ratelimit_remaining="24", x_ratelimit_reset=str(int(clock.now) + 1200))
    with pytest.raises(Limited, match="nearly used up") as caught:
        ask(pace, clock)
    assert "in 20 min" in str(caught.value.hint)
    ask(pace, clock, is_write=False)
    pace.spend()
    ask(pace, clock)


def test_a_limit_that_is_over_keeps_nothing_back() -> None:
    clock = Clock()
    pace = made(clock)
    ask(pace, clock, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(clock.now) + 10))
    clock.now += 11
    ask(pace, clock)


def test_a_clock_that_is_set_back_stops_nothing() -> None:
    clock = Clock()
    pace = made(clock)
    ask(pace, clock)
    clock.now -= 86_400
    ask(pace, clock)
    assert max(clock.slept) <= pacing.MAX_WAIT


def test_no_pace_waits_for_nothing() -> None:
    clock = Clock()
    pace = Pacing(0.0, clock, clock.sleep)
    for _ in range(100):
        ask(pace, clock)
    pace.back_off(3, {"retry-after": "30"})
    pace.wait(50, 1)
    assert sum(clock.slept) == 0


TEXT = st.text(st.characters(max_codepoint=255), max_size=30)
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "date", "x-ratelimit-resource"]),
    st.one_of(
        TEXT,
        st.integers(-(10**30), 10**30).map(str),
        st.sampled_from(["0", "inf", "nan", "1e400", "-1", "9" * 5000, "Wed, 21 Oct 2015 07:28:00 GMT", "\xb2"]),
    ),
)


@given(st.sampled_from([200, 403, 422, 429, 503]), HEADERS, TEXT, st.integers(0, 5))
def test_no_header_is_a_crash_or_a_wait_backwards(status: int, headers: dict[str, str], text: str, pauses: int) -> None:
    clock = Clock()
    pace = made(clock)
    pace.after(headers, is_write=True)
    pace.back_off(2, headers)
    wanted = pause(status, headers, text, pauses, clock.now)
    assert wanted is None or wanted >= 1
    try:
        if wanted is not None:
            pace.wait(wanted, pauses)
        pace.before(is_write=True)
    except Limited as error:
        assert "run again later: after" in str(error.hint)
    assert max(clock.slept) <= pacing.MAX_WAIT + 0.5
