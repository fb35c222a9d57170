"""Office hours as people and records write them, checked when they are read.

mon-fri 09:00-12:30 13:00-17:00         days of the week with their stretches
2026-12-24 12:00-24:00 Christmas Eve    a holiday; without a stretch, the whole day
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.texts import is_blank, is_one_line
from onrecord.core.domain.zones import zone
from onrecord.features.hours.plan import DAY_MINUTES, WHOLE_DAY, Holiday, Plan, Stretch, Week

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MOST_STRETCHES = 6
MOST_HOLIDAYS = 500
LONGEST_NAME = 100
MOST_DAYS_OF_AN_EVENT = 60
_STRETCH = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", re.ASCII)
_LINE = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[ \t]+(\d{1,2}:\d\d-\d{1,2}:\d\d))?[ \t,;]+(\S.*)", re.ASCII
)


def stretch_text(stretch: Stretch) -> str:
    """Return a stretch as it is written."""
    begins, ends = (f"{one // 60:02}:{one % 60:02}" for one in (stretch.begins, stretch.ends))
    return f"{begins}-{ends}"


def stretch_of(text: str) -> Stretch:
    """Read a stretch. Raises BadInput (`bad_hours`)."""
    found = _STRETCH.fullmatch(text)
    if found is not None:
        hour, minute, last_hour, last_minute = (int(part) for part in found.groups())
        stretch = Stretch(hour * 60 + minute, last_hour * 60 + last_minute)
        if max(minute, last_minute) < 60 and stretch.begins < stretch.ends <= DAY_MINUTES:
            return stretch
    raise BadInput("bad_hours", f"“{text[:20]}” is no time of a day such as 09:00-17:30.")


def week_lines(week: Week) -> tuple[str, ...]:
    """Return a week as it is written: a line for each day that is worked."""
    return tuple(
        " ".join((day, *(stretch_text(one) for one in stretches)))
        for day, stretches in zip(DAYS, week, strict=True)
        if stretches
    )


def week_of(lines: Iterable[str]) -> Week:
    """Read a week; days without a line are free. Raises BadInput (`bad_hours`)."""
    week: dict[str, tuple[Stretch, ...]] = {}
    for line in lines:
        first, *stretches = line.split() or [""]
        days = _days(first)
        if not days or not week.keys().isdisjoint(days):
            detail = f"Days are written {', '.join(DAYS)} or as in mon-fri, each at most once."
            raise BadInput("bad_hours", detail)
        week.update(dict.fromkeys(days, tuple(stretch_of(one) for one in stretches)))
    return tuple(week.get(day, ()) for day in DAYS)


def _days(text: str) -> Sequence[str]:
    first, _, last = text.lower().partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        return ()
    return DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone. Raises BadInput (`bad_zone`)."""
    try:
        return zone(name)
    except KeyError as error:
        detail = f"“{name[:40]}” is no time zone such as Europe/Warsaw."
        raise BadInput("bad_zone", detail) from error


def check_week(zone: str, week: Sequence[Sequence[Stretch]]) -> None:
    """Raise BadInput (`bad_zone`, `bad_hours`) unless a week can be kept."""
    zone_of(zone)
    for stretches in week:
        overlap = any(one.ends > other.begins for one, other in pairwise(stretches))
        if len(stretches) > MOST_STRETCHES or overlap:
            detail = f"A day has at most {MOST_STRETCHES} times, in order and not overlapping."
            raise BadInput("bad_hours", detail)


def check_plan(plan: Plan) -> None:
    """Raise BadInput (`bad_zone`, `bad_hours`, `bad_holiday`) unless a plan can be kept."""
    check_week(plan.zone, plan.week)
    if len(plan.holidays) > MOST_HOLIDAYS:
        raise BadInput("bad_holiday", f"There are at most {MOST_HOLIDAYS} holidays.")
    for holiday in plan.holidays:
        name = holiday.name
        if is_blank(name) or len(name) > LONGEST_NAME or not is_one_line(name):
            detail = (
                f"A holiday's name is one line of 1 to {LONGEST_NAME} characters, without invisible"
                " ones or ones that change the direction of writing."
            )
            raise BadInput("bad_holiday", detail)


def holiday_line(holiday: Holiday) -> str:
    """Return a holiday as it is written."""
    times = [] if holiday.closed == WHOLE_DAY else [stretch_text(holiday.closed)]
    return " ".join((holiday.day.isoformat(), *times, holiday.name))


def holidays_in(text: str) -> list[Holiday]:
    """Read holidays from lines as above, or from a calendar file (RFC 5545), sorted.

    Of a calendar, whole-day events are read; one that repeats by a rule is refused rather than
    read once. Raises BadInput (`bad_holiday`).
    """
    calendar = text.lstrip("\ufeff \r\n\t").upper().startswith("BEGIN:VCALENDAR")
    found = _events(text) if calendar else _lines(text)
    return sorted(set(found))


def _lines(text: str) -> Iterable[Holiday]:
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        found = _LINE.fullmatch(said)
        if found is None:
            raise _bad_holiday(f"Line {number} is none such as “2026-12-25 Christmas Day”.")
        day, stretch, name = found.groups()
        closed = WHOLE_DAY if stretch is None else stretch_of(stretch)
        yield Holiday(_date(day, f"Line {number}"), name, closed)


def _events(text: str) -> Iterable[Holiday]:
    event: dict[str, str] | None = None
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        name, _, value = line.partition(":")
        kind = name.partition(";")[0].upper()
        if line.upper() == "BEGIN:VEVENT":
            event = {}
        elif line.upper() == "END:VEVENT" and event is not None:
            yield from _days_of(event)
            event = None
        elif event is not None:
            event.setdefault(kind, value)


def _days_of(event: dict[str, str]) -> Iterable[Holiday]:
    name = re.sub(r"\\([,;\\])", r"\1", event.get("SUMMARY", "")).replace("\\n", " ").strip()
    begins = event.get("DTSTART", "")
    if "RRULE" in event:
        raise _bad_holiday(f"“{name[:40]}” repeats by a rule. List each of its days.")
    if "T" in begins:
        return
    first = _date(_with_dashes(begins), f"“{name[:40]}”")
    end = event.get("DTEND", "")
    last = _date(_with_dashes(end), f"“{name[:40]}”") if end else first + timedelta(days=1)
    days = (last - first).days
    if not 0 < days <= MOST_DAYS_OF_AN_EVENT:
        raise _bad_holiday(f"“{name[:40]}” does not last 1 to {MOST_DAYS_OF_AN_EVENT} days.")
    for number in range(days):
        yield Holiday(first + timedelta(days=number), name)


def _with_dashes(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _date(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _bad_holiday(f"{where} has no date such as 2026-12-25.") from error


def _bad_holiday(detail: str) -> BadInput:
    return BadInput("bad_holiday", detail)
