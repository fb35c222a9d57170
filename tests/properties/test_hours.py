"""The calendar against the plainest one there is: the clock on the wall, minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from onrecord.features.hours.plan import (
    Away,
    Holiday,
    Hours,
    Plan,
    Stretch,
    is_there,
    next_change,
    next_there,
    time_there,
)

ZONES = [
    "UTC",
    "Europe/Warsaw",
    "America/New_York",
    "America/Santiago",  # its clocks change at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
]
# The weeks in which clocks change, in the north, the south and Morocco.
BEGINNINGS = [date(2026, 3, 26), date(2026, 10, 23), date(2026, 4, 3), date(2026, 2, 14)]
MINUTE, WEEK_MINUTES = timedelta(minutes=1), 7 * 24 * 60


@st.composite
def days(draw: st.DrawFn) -> tuple[Stretch, ...]:
    """A day's stretches: in order, not overlapping, midnight among their ends."""
    quarters = draw(st.lists(st.integers(0, 96), unique=True, max_size=6))
    minutes = [15 * quarter for quarter in sorted(quarters)]
    return tuple(Stretch(a, b) for a, b in zip(minutes[::2], minutes[1::2], strict=False))


@st.composite
def plans(draw: st.DrawFn, begins: date) -> Plan:
    """A plan with holidays in the two weeks from a day on."""
    week = tuple(draw(days()) for _ in range(7))
    on = st.integers(0, 13).map(lambda n: begins + timedelta(days=n))
    closed = st.just(Stretch(0, 1440)) | days().filter(bool).map(lambda found: found[0])
    holidays = draw(st.lists(st.builds(Holiday, on, st.just("Holiday"), closed), max_size=3))
    return Plan(draw(st.sampled_from(ZONES)), week, tuple(holidays))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Hours, datetime]:
    """Somebody's hours and a whole minute near a change of clocks."""
    begins = draw(st.sampled_from(BEGINNINGS))
    midnight = datetime(begins.year, begins.month, begins.day, tzinfo=UTC)
    minutes = st.integers(0, WEEK_MINUTES)
    at, starts, ends = (midnight + draw(minutes) * MINUTE for _ in range(3))
    away = Away(min(starts, ends), max(starts, ends)) if draw(st.booleans()) else None
    return Hours(draw(plans(begins)), away), at


def clock_says(hours: Hours, at: datetime) -> bool:
    """Whether somebody is there, by the clock on their wall."""
    plan, away = hours.plan, hours.away
    if away is not None and away.starts <= at < away.until:
        return False
    assert plan is not None
    wall = at.astimezone(ZoneInfo(plan.zone))
    minute = wall.hour * 60 + wall.minute
    closed = [one.closed for one in plan.holidays if one.day == wall.date()]
    return any(one.begins <= minute < one.ends for one in plan.week[wall.weekday()]) and not any(
        one.begins <= minute < one.ends for one in closed
    )


@given(situations())
def test_who_is_there_is_who_the_clock_says(situation: tuple[Hours, datetime]) -> None:
    hours, at = situation
    assert is_there(hours, at) is clock_says(hours, at)


@given(situations())
def test_the_next_opening_is_the_first_minute_at_which_somebody_is_there(
    situation: tuple[Hours, datetime],
) -> None:
    hours, at = situation
    minutes = (at + n * MINUTE for n in range(WEEK_MINUTES))
    first = next((minute for minute in minutes if clock_says(hours, minute)), None)
    found = next_there(hours, at)
    assert found == first or (first is None and (found is None or found >= at + timedelta(days=7)))


@given(situations())
def test_nothing_changes_before_the_next_change(situation: tuple[Hours, datetime]) -> None:
    hours, at = situation
    now, minutes = clock_says(hours, at), (at + n * MINUTE for n in range(WEEK_MINUTES))
    first = next((minute for minute in minutes if clock_says(hours, minute) is not now), None)
    found = next_change(hours, at)
    assert found == first or (first is None and (found is None or found >= at + timedelta(days=7)))


@given(situations(), st.integers(0, 3 * 24 * 60))
def test_office_time_is_the_minutes_at_which_somebody_is_there(
    situation: tuple[Hours, datetime], length: int
) -> None:
    hours, at = situation
    minutes = sum(clock_says(Hours(hours.plan), at + n * MINUTE) for n in range(length))
    assert time_there(hours.plan, at, at + length * MINUTE) == minutes * MINUTE


@given(situations(), st.integers(0, 4000), st.integers(0, 4000))
def test_office_time_adds_up(situation: tuple[Hours, datetime], one: int, other: int) -> None:
    hours, at = situation
    middle, end = at + one * MINUTE, at + (one + other) * MINUTE
    parts = time_there(hours.plan, at, middle) + time_there(hours.plan, middle, end)
    assert time_there(hours.plan, at, end) == parts
