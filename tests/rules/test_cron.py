"""Schedules mean what they mean to the CronJob controller."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.reliability import cron, time_zones

TAKEN = [
    "* * * * *",
    "? ? ? ? ?",
    "*/5 0-23/2 1,15 jan-MAR Mon-fri",
    "0/15 * * * *",
    "\t0   4 * * * ",
    "+5 * * * *",
    "*/90 * * * *",
    "0,,5, * * * *",
    "*-3 * * * *",
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
    "@every 1h30m",
    "@every 1.5h",
    "@every .5s",
    "@every 500ms",
    "@every -1h",
    "@every 0",
]
REFUSED = {
    "": "fields",
    "* * * *": "4 fields",
    "0 * * * * *": "6 fields",
    "60 * * * *": "within 0 and 59",
    "* 24 * * *": "within 0 and 23",
    "* * 0 * *": "within 1 and 31",
    "* * * 13 *": "within 1 and 12",
    "* * * * 7": "Sunday is 0",
    "* * * * sat-sun": "ends before",
    "* * * mon *": "no number",
    "* * * * L": "no number",
    "* * 15W * *": "no number",
    "* * * * 5#2": "no number",
    "1- * * * *": "no number",
    "-1 * * * *": "no number",
    "5-1 * * * *": "ends before",
    "1-2-3 * * * *": "hyphens",
    "1/2/3 * * * *": "slashes",
    "*/0 * * * *": "step of zero",
    "*/-5 * * * *": "no number",
    "*/ * * * *": "no number",
    "H H * * *": "no number",
    "1_0 * * * *": "no number",
    "@Daily": "no",
    "@daily ": "no",
    " @daily": "1 field ",
    "@reboot": "no",
    "@every": "no",
    "@every 1d": "no duration",
    "@every 5": "no duration",
    "@every 1h 30m": "no duration",
    "@every 3000000h": "no duration",
    "@every ": "no duration",
    "@every -": "no duration",
    "1" * 2000: "too long",
}


@pytest.mark.parametrize("text", TAKEN)
def test_what_the_controller_takes(text: str) -> None:
    cron.parse(text)


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_what_kubernetes_refuses(text: str, reason: str) -> None:
    with pytest.raises(cron.Invalid, match=reason):
        cron.parse(text)


@pytest.mark.parametrize(
    ("text", "comes"),
    [
        ("0 0 29 2 *", True),
        ("0 0 30 2 *", False),
        ("0 0 31 4,6,9,11 *", False),
        ("0 0 31 4-5 *", True),
        ("0 0 31 2 MON", True),
        ("0 0 31 2 */2", True),
        ("0 0 31 2 */1", False),
        ("0 0 31/1 2 ?", False),
        (", 0 1 1 *", False),
        ("0 0 31 , *", False),
        ("0 0 * , 1", False),
    ],
)
def test_whether_it_ever_comes(text: str, comes: bool) -> None:
    read = cron.parse(text)
    assert read is not None
    assert read.comes is comes


def values(least: int, most: int) -> st.SearchStrategy[tuple[str, set[int]]]:
    """Fields of a schedule, with the values that they mean."""
    number = st.integers(least, most)
    single = number.map(lambda one: (str(one), {one}))
    step = st.integers(1, most + 5)
    ranges = st.tuples(number, number).map(sorted)
    parts = st.one_of(
        single,
        st.sampled_from("*?").map(lambda star: (star, set(range(least, most + 1)))),
        step.map(lambda by: (f"*/{by}", set(range(least, most + 1, by)))),
        st.tuples(number, step).map(lambda one: (f"{one[0]}/{one[1]}", set(range(one[0], most + 1, one[1])))),
        ranges.map(lambda ends: (f"{ends[0]}-{ends[1]}", set(range(ends[0], ends[1] + 1)))),
        st.tuples(ranges, step).map(
            lambda one: (f"{one[0][0]}-{one[0][1]}/{one[1]}", set(range(one[0][0], one[0][1] + 1, one[1])))
        ),
    )
    return st.lists(parts, min_size=1, max_size=3).map(
        lambda all_: (",".join(text for text, _ in all_), set().union(*(meant for _, meant in all_)))
    )


schedules = st.tuples(*(values(field.least, field.most) for field in cron.FIELDS))


@given(schedules)
def test_fields_mean_their_values(fields: tuple[tuple[str, set[int]], ...]) -> None:
    read = cron.parse(" ".join(text for text, _ in fields))
    assert read is not None
    assert [set(one) for one in read.values] == [meant for _, meant in fields]


DAYS = [datetime.date(2024, 1, 1) + datetime.timedelta(days=day) for day in range(6 * 366)]


@given(schedules)
def test_it_comes_when_a_calendar_has_such_a_day(fields: tuple[tuple[str, set[int]], ...]) -> None:
    read = cron.parse(" ".join(text for text, _ in fields))
    assert read is not None
    _, _, days, months, weekdays = read.values

    def falls(day: datetime.date) -> bool:
        both = day.day in days, day.isoweekday() % 7 in weekdays
        return day.month in months and (all(both) if read.starred[2] or read.starred[4] else any(both))

    # A day of a date and a weekday need not come within six years; then a schedule that may come says so.
    if any(map(falls, DAYS)):
        assert read.comes
    elif len(weekdays) == 7 or not (read.starred[2] or read.starred[4]):
        assert not read.comes


@given(st.text(alphabet="0123456789*?/-,@ LWJanMonevrydTZ=smhu.\t", max_size=30))
def test_no_text_crashes_the_parser(text: str) -> None:
    try:
        cron.parse(text)
    except cron.Invalid as error:
        assert str(error)


@pytest.mark.parametrize(
    ("text", "zoned"),
    [
        ("TZ=UTC 0 0 * * *", ("UTC", "0 0 * * *")),
        ("CRON_TZ=Europe/Vienna   @daily ", ("Europe/Vienna", "@daily")),
        ("TZ=UTC", None),
        ("0 0 * * * TZ=UTC", None),
        (" TZ=UTC 0 0 * * *", None),
    ],
)
def test_time_zones_stand_first(text: str, zoned: tuple[str, str] | None) -> None:
    assert cron.zoned(text) == zoned


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Europe/Vienna", "America/Indiana/Knox", "EST5EDT", "Etc/GMT-14"])
def test_names_of_zones(name: str) -> None:
    assert time_zones.is_zone(name)


@pytest.mark.parametrize(
    "name",
    ["", "Local", "CEST", "PST", "Vienna", "europe/vienna", "Europe", "Europe/", "+02:00", "UTC+2", "Europe/../UTC"],
)
def test_names_that_no_zone_has(name: str) -> None:
    assert not time_zones.is_zone(name)


def test_every_zone_of_the_database_is_known() -> None:
    zoneinfo = pytest.importorskip("zoneinfo")
    names = zoneinfo.available_timezones()
    if not names:
        pytest.skip("no database of time zones here")
    assert [name for name in names if not time_zones.is_zone(name)] == []
