"""Office hours: breaks, holidays, absences, and the two nights on which clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from onrecord.features.hours.plan import (
    Away,
    Holiday,
    Hours,
    Plan,
    Stretch,
    is_there,
    next_change,
    next_there,
    spans_on,
    time_there,
)

NINE_TO_FIVE = (Stretch(9 * 60, 17 * 60),)
WITH_BREAK = (Stretch(9 * 60, 12 * 60), Stretch(13 * 60, 17 * 60))
ALL_DAY = (Stretch(0, 24 * 60),)
WEEK = (*(NINE_TO_FIVE,) * 5, (), ())
WARSAW = Plan("Europe/Warsaw", WEEK)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "there"),
    [
        ("2026-11-25 07:59:59", False),
        ("2026-11-25 08:00", True),
        ("2026-11-25 15:59:59", True),
        ("2026-11-25 16:00", False),
        ("2026-11-28 10:00", False),
        ("2026-07-01 07:00", True),
    ],
)
def test_the_clock_on_the_wall_decides(when: str, there: bool) -> None:
    assert is_there(Hours(WARSAW), at(when)) is there


def test_a_break_is_a_break() -> None:
    plan = Plan("Europe/Warsaw", (WITH_BREAK,) * 7)
    assert not is_there(Hours(plan), at("2026-11-25 11:30"))
    assert next_there(Hours(plan), at("2026-11-25 11:30")) == at("2026-11-25 12:00")


def test_a_holiday_closes_the_day_and_a_part_of_one_a_part() -> None:
    eve = Holiday(date(2026, 12, 24), "Christmas Eve", Stretch(12 * 60, 24 * 60))
    plan = Plan("Europe/Warsaw", WEEK, (eve, Holiday(date(2026, 12, 25), "Christmas Day")))
    assert spans_on(plan, date(2026, 12, 24)) == [(at("2026-12-24 08:00"), at("2026-12-24 11:00"))]
    assert next_there(Hours(plan), at("2026-12-24 11:00")) == at("2026-12-28 08:00")


def test_friday_evening_is_followed_by_monday_morning() -> None:
    assert next_there(Hours(WARSAW), at("2026-11-27 16:00")) == at("2026-11-30 08:00")


def test_who_is_away_is_there_again_when_the_office_opens_afterwards() -> None:
    hours = Hours(WARSAW, Away(at("2026-11-25 09:00"), at("2026-11-28 23:00")))
    assert is_there(hours, at("2026-11-25 08:30"))
    assert next_change(hours, at("2026-11-25 08:30")) == at("2026-11-25 09:00")
    assert next_there(hours, at("2026-11-25 10:00")) == at("2026-11-30 08:00")


def test_without_a_plan_only_an_absence_keeps_somebody_away() -> None:
    hours = Hours(None, Away(at("2026-11-25 09:00"), at("2026-11-26 09:00")))
    assert next_change(Hours(), at("2026-11-25 10:00")) is None
    assert next_there(hours, at("2026-11-25 10:00")) == at("2026-11-26 09:00")
    assert time_there(None, at("2026-11-25 09:00"), at("2026-11-25 10:00")) == timedelta(hours=1)


def test_a_plan_without_any_hours_opens_never() -> None:
    assert next_there(Hours(Plan("UTC", ((),) * 7)), at("2026-11-25 10:00")) is None


def test_round_the_clock_never_changes() -> None:
    plan = Plan("Europe/Warsaw", (ALL_DAY,) * 7)
    assert next_change(Hours(plan), at("2026-11-25 10:00")) is None


def test_a_stretch_over_midnight_is_one_opening() -> None:
    night = ((Stretch(0, 120), Stretch(22 * 60, 24 * 60)),) * 7
    hours = Hours(Plan("UTC", night))
    assert next_change(hours, at("2026-11-25 23:00")) == at("2026-11-26 02:00")


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 2), (date(2026, 10, 25), 4), (date(2026, 6, 1), 3)]
)
def test_an_hour_that_is_skipped_is_nobodys_and_one_that_comes_twice_counts_twice(
    day: date, hours: int
) -> None:
    plan = Plan("Europe/Warsaw", ((Stretch(60, 4 * 60),),) * 7)
    spans = spans_on(plan, day)
    assert sum((end - begin for begin, end in spans), timedelta()) == timedelta(hours=hours)


def test_a_day_that_a_country_left_out_has_no_hours() -> None:
    plan = Plan("Pacific/Apia", (NINE_TO_FIVE,) * 7)
    assert spans_on(plan, date(2011, 12, 30)) == []
    assert len(spans_on(plan, date(2011, 12, 29))) == len(spans_on(plan, date(2011, 12, 31))) == 1


def test_only_office_time_passes() -> None:
    friday, monday = at("2026-11-27 15:30"), at("2026-11-30 08:15")
    assert time_there(WARSAW, friday, monday) == timedelta(minutes=45)
    assert time_there(WARSAW, monday, friday) == timedelta()
