"""Office hours as people write them, and what is refused."""

from datetime import date

import pytest

from onrecord.core.domain.errors import BadInput
from onrecord.features.hours.plan import Holiday, Plan, Stretch
from onrecord.features.hours.text import (
    check_plan,
    holiday_line,
    holidays_in,
    stretch_of,
    week_lines,
    week_of,
)

CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20261225\r
DTEND;VALUE=DATE:20261227\r
SUMMARY:Boże Narodzenie\\, dwa\r
  dni\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;TZID=Europe/Warsaw:20261231T180000\r
SUMMARY:Party\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20260101\r
SUMMARY:Nowy Rok\r
END:VEVENT\r
END:VCALENDAR\r
"""


def code_of(text: str) -> str:
    with pytest.raises(BadInput) as refused:
        holidays_in(text)
    return refused.value.code


def test_a_week_is_read_and_written() -> None:
    week = week_of(["mon-fri 09:00-12:30 13:00-17:00", "sat 10:00-24:00"])
    assert [len(day) for day in week] == [2, 2, 2, 2, 2, 1, 0]
    assert week_of(week_lines(week)) == week
    assert week_lines(week)[-1] == "sat 10:00-24:00"


@pytest.mark.parametrize("line", ["monday 9:00-10:00", "", "mon-thu mon", "fri-mon 09:00-10:00"])
def test_a_line_that_names_no_day_is_refused(line: str) -> None:
    with pytest.raises(BadInput):
        week_of([line])
    with pytest.raises(BadInput):
        week_of(["mon-wed 09:00-10:00", "tue 11:00-12:00"])


@pytest.mark.parametrize(
    "text", ["17:00-09:00", "09:00-09:00", "09:60-10:00", "09:00-24:01", "9-17", "09:00–17:00"]
)
def test_a_stretch_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        stretch_of(text)


def test_holidays_are_read_from_lines_and_written_as_such() -> None:
    found = holidays_in("# Poland\n2026-12-25 Christmas Day\n\n2026-12-24 12:00-24:00  Eve\n")
    assert found == [
        Holiday(date(2026, 12, 24), "Eve", Stretch(720, 1440)),
        Holiday(date(2026, 12, 25), "Christmas Day"),
    ]
    assert holidays_in("\n".join(holiday_line(one) for one in found)) == found


def test_whole_days_are_read_from_a_calendar() -> None:
    assert holidays_in(CALENDAR) == [
        Holiday(date(2026, 1, 1), "Nowy Rok"),
        Holiday(date(2026, 12, 25), "Boże Narodzenie, dwa dni"),
        Holiday(date(2026, 12, 26), "Boże Narodzenie, dwa dni"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "25.12.2026 Christmas",
        "2026-02-30 No such day",
        "2026-12-25",
        CALENDAR.replace("SUMMARY:Nowy Rok", "RRULE:FREQ=YEARLY\r\nSUMMARY:Nowy Rok"),
        CALENDAR.replace("20261227", "20271227"),
        CALENDAR.replace("20261225", "2026"),
    ],
)
def test_a_list_that_cannot_be_read_whole_is_refused(text: str) -> None:
    assert code_of(text) == "bad_holiday"


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (Plan("Europe/Atlantis", ((),) * 7), "bad_zone"),
        (Plan("../etc/passwd", ((),) * 7), "bad_zone"),
        (Plan("UTC", ((Stretch(0, 60), Stretch(30, 90)),) * 7), "bad_hours"),
        (Plan("UTC", ((Stretch(60, 90), Stretch(0, 30)),) * 7), "bad_hours"),
        (Plan("UTC", (tuple(Stretch(n, n + 1) for n in range(7)),) * 7), "bad_hours"),
        (Plan("UTC", ((),) * 7, (Holiday(date(2026, 1, 1), "\n"),)), "bad_holiday"),
        (Plan("UTC", ((),) * 7, (Holiday(date(2026, 1, 1), "New\u3164Year"),)), "bad_holiday"),
        (Plan("UTC", ((),) * 7, (Holiday(date(2026, 1, 1), "x"),) * 501), "bad_holiday"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused(plan: Plan, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_plan(plan)
    assert refused.value.code == code
