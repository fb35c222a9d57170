"""Deadlines in working days, by the firm's own hours."""

from datetime import UTC, date, datetime

import pytest

from onrecord.features.hours.plan import Holiday, Plan, Stretch
from onrecord.features.hours.working_days import WorkingDays, after

NINE_TO_FIVE = ((Stretch(540, 1020),),) * 5
HOLIDAYS = (
    Holiday(date(2026, 12, 24), "Christmas Eve", Stretch(720, 1440)),  # worked until noon
    Holiday(date(2026, 12, 25), "Christmas"),
)
WARSAW = Plan("Europe/Warsaw", (*NINE_TO_FIVE, (), ()), HOLIDAYS)
NEVER = Plan("Europe/Warsaw", ((),) * 7)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("plan", "at", "days", "due"),
    [
        (None, "2026-11-25T10:00", 1, "2026-11-26T10:00"),
        (None, "2026-11-27T10:00", 1, "2026-11-30T10:00"),  # Friday to Monday
        (None, "2026-11-28T10:00", 1, "2026-11-30T10:00"),  # on a Saturday
        (None, "2026-11-25T10:00", 15, "2026-12-16T10:00"),
        (WARSAW, "2026-12-23T10:00", 1, "2026-12-24T10:00"),  # half a day is one
        (WARSAW, "2026-12-23T10:00", 2, "2026-12-28T10:00"),
        (WARSAW, "2026-11-26T23:30", 1, "2026-11-29T23:30"),  # Friday already, in Warsaw
        (WARSAW, "2026-10-23T10:00", 1, "2026-10-26T11:00"),  # the clocks go back between
    ],
)
def test_a_deadline_is_so_many_working_days_later(
    plan: Plan | None, at: str, days: int, due: str
) -> None:
    assert after(plan, days, utc(at)) == utc(due)


def test_where_nobody_ever_works_a_deadline_comes_all_the_same() -> None:
    assert after(NEVER, 3, utc("2026-11-25T10:00")) > utc("2027-11-25T10:00")


def test_the_hours_that_hold_now_count() -> None:
    days = WorkingDays()
    assert days.after(1, utc("2026-12-24T10:00")) == utc("2026-12-25T10:00")
    days.follow(lambda: WARSAW)
    assert days.after(1, utc("2026-12-24T10:00")) == utc("2026-12-28T10:00")
