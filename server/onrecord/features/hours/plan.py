"""When somebody is there to answer: a weekly plan with breaks, in one time zone, and holidays.

A plan speaks of the wall clock: somebody is there while the clock on their wall is inside a
stretch. So an hour that the clocks skip is nobody's, and one that they repeat counts twice.
Where there is no plan (None), somebody is always there.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.zones import zone

DAY_MINUTES = 24 * 60
FURTHEST_DAYS = 400
"""How far ahead an opening is looked for: a year without one is none."""
_WIDEST = timedelta(hours=15)
"""No zone is further from UTC than this."""
_DAY = timedelta(days=1)


class Stretch(Struct, frozen=True, order=True):
    """Minutes after midnight on the wall clock: `begins` is in it, `ends` (up to 1440) is not."""

    begins: int
    ends: int


WHOLE_DAY = Stretch(0, DAY_MINUTES)
Week = tuple[tuple[Stretch, ...], ...]
"""Monday first: seven days, each with its stretches in order."""


class Holiday(Struct, frozen=True, order=True):
    """A day, or the part of one, on which nobody is there."""

    day: date
    name: str
    closed: Stretch = WHOLE_DAY


class Plan(Struct, frozen=True):
    """Office hours."""

    zone: str
    week: Week
    holidays: tuple[Holiday, ...] = ()


class Away(Struct, frozen=True):
    """Somebody's absence, from and until an instant."""

    starts: datetime
    until: datetime

    def covers(self, at: datetime) -> bool:
        """Whether they are away at an instant."""
        return self.starts <= at < self.until


class Hours(Struct, frozen=True):
    """When one person is there. The plan holds from `since` on; before, they count as there."""

    plan: Plan | None = None
    away: Away | None = None
    since: datetime | None = None


Span = tuple[datetime, datetime]
"""Two instants in UTC; the second is not in it."""


class FirmHours(Struct, frozen=True, omit_defaults=True):
    """The firm's hours, its own words for when it is closed, and since when the hours hold."""

    plan: Plan | None = None
    texts: dict[str, str] = {}
    since: datetime | None = None

    @property
    def version(self) -> str:
        """What names this state, so that nobody replaces one that they have not seen."""
        return sha256(msgspec.json.encode(self, order="sorted")).hexdigest()[:32]

    def after(self, before: "FirmHours", at: datetime) -> "FirmHours":
        """Return the same, set at an instant in the place of others."""
        return replace(self, since=before.since if self.plan == before.plan else at)


class OwnHours(Struct, frozen=True, omit_defaults=True):
    """What somebody has otherwise: a week with its zone, an absence with their own words.

    `week_since`, `away_since`: since when there is that week, or none, and that absence.
    """

    zone: str | None = None
    week: Week | None = None
    away: Away | None = None
    texts: dict[str, str] = {}
    week_since: datetime | None = None
    away_since: datetime | None = None

    @property
    def absence(self) -> Away | None:
        """The absence from when it was known on: nobody was away unknown to anybody."""
        away, since = self.away, self.away_since
        if away is None or since is None or since <= away.starts:
            return away
        return Away(since, away.until)

    def after(self, before: "OwnHours", at: datetime) -> "OwnHours":
        """Return the same, set at an instant in the place of others."""
        same_week = (self.zone, self.week) == (before.zone, before.week)
        return replace(
            self,
            week_since=before.week_since if same_week else at,
            away_since=before.away_since if self.away == before.away else at,
        )


def stretches_on(plan: Plan, day: date) -> tuple[Stretch, ...]:
    """Return when a day is worked, holidays taken out."""
    found = plan.week[day.weekday()]
    for holiday in plan.holidays:
        if holiday.day == day:
            found = tuple(rest for one in found for rest in _without(one, holiday.closed))
    return found


def holidays_on(plan: Plan, day: date) -> list[Holiday]:
    """Return a day's holidays."""
    return [holiday for holiday in plan.holidays if holiday.day == day]


def local_day(plan: Plan, at: datetime) -> date:
    """Return which day it is where the plan is kept."""
    return at.astimezone(zone(plan.zone)).date()


def is_there(hours: Hours, at: datetime) -> bool:
    """Whether somebody is there at an instant."""
    away = hours.away
    if away is not None and away.covers(at):
        return False
    plan = hours.plan
    if plan is None or (hours.since is not None and at < hours.since):
        return True
    return any(begin <= at < end for begin, end in spans_on(plan, local_day(plan, at)))


def next_there(hours: Hours, at: datetime) -> datetime | None:
    """Return the first instant from *at* on at which somebody is there; None: not for long."""
    away, found = hours.away, next(_openings(hours.plan, at, at + FURTHEST_DAYS * _DAY), None)
    if found is None:
        return None
    first = max(at, found[0])
    if away is None or not away.covers(first):
        return first
    return next_there(Hours(hours.plan), away.until)


def next_change(hours: Hours, at: datetime) -> datetime | None:
    """Return when somebody who is there next is not, or the other way round; None: not for long."""
    if not is_there(hours, at):
        return next_there(hours, at)
    away, furthest = hours.away, at + FURTHEST_DAYS * _DAY
    _, end = next(_openings(hours.plan, at, furthest))
    ends = [end] if end < furthest else []
    if away is not None and away.starts > at:
        ends.append(away.starts)
    return min(ends, default=None)


def time_there(plan: Plan | None, since: datetime, until: datetime) -> timedelta:
    """Return how much office time lies between two instants."""
    spans = _openings(plan, since, until)
    return sum((min(end, until) - max(begin, since) for begin, end in spans), timedelta())


def _openings(plan: Plan | None, since: datetime, until: datetime) -> Iterator[Span]:
    """Yield what is open between two instants, in order; touching spans are one, ends not cut."""
    if since >= until:
        return
    if plan is None:
        yield since, until
        return
    current: Span | None = None
    for begin, end in _spans(plan, since, until):
        if current is not None and begin <= current[1]:
            current = current[0], max(end, current[1])
            continue
        if current is not None:
            yield current
        current = begin, end
    if current is not None:
        yield current


def _spans(plan: Plan, since: datetime, until: datetime) -> Iterator[Span]:
    """Yield each day's spans that touch the time between two instants; the last ends past it."""
    day, last = local_day(plan, since), local_day(plan, until) + _DAY
    while day <= last:
        for begin, end in spans_on(plan, day):
            if end > since and begin < until:
                yield begin, end
        day += _DAY


def spans_on(plan: Plan, day: date) -> list[Span]:
    """Return when a day is worked, as instants in order."""
    before, changes, after = _offsets(plan.zone, day)
    midnight = datetime.combine(day, time(), UTC)
    found: list[Span] = []
    for one in stretches_on(plan, day):
        begin, end = (midnight + timedelta(minutes=each) for each in (one.begins, one.ends))
        parts = (
            (begin - before, min(end - before, changes)),
            (max(begin - after, changes), end - after),
        )
        found += [(first, last) for first, last in parts if first < last]
    return sorted(found)


@lru_cache(maxsize=4096)
def _offsets(zone: str, day: date) -> tuple[timedelta, datetime, timedelta]:
    """Return the offset from UTC before and after the change of clocks near a day, and when it is.

    Where the clocks do not change, the instant is as good as any.
    """
    midnight = datetime.combine(day, time(), UTC)
    low, high = midnight - _WIDEST, midnight + _DAY + _WIDEST
    before, after = _offset(zone, low), _offset(zone, high)
    if before == after:
        return before, high, after
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return before, high, after


def _offset(name: str, at: datetime) -> timedelta:
    return at.astimezone(zone(name)).utcoffset() or timedelta()


def _without(one: Stretch, closed: Stretch) -> Sequence[Stretch]:
    parts = (
        Stretch(one.begins, min(one.ends, closed.begins)),
        Stretch(max(one.begins, closed.ends), one.ends),
    )
    return [part for part in parts if part.begins < part.ends]
