"""Days on which the firm works, for deadlines: those of its office hours, holidays taken out.

A working day is one with any office time. Where the firm keeps no hours: Monday to Friday, UTC.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from onrecord.core.domain.zones import zone
from onrecord.features.hours.plan import FURTHEST_DAYS, Plan, stretches_on

SATURDAY = 5
WITHOUT_HOURS = "UTC"
"""The time zone where the firm keeps no hours."""
_DAY = timedelta(days=1)


class WorkingDays:
    """Counts them by the hours that hold when it is asked. `follow` may be called at any time."""

    def __init__(self) -> None:
        self._plan: Callable[[], Plan | None] = lambda: None

    def follow(self, plan: Callable[[], Plan | None]) -> None:
        """Take the firm's hours from here."""
        self._plan = plan

    def zone(self) -> str:
        """Return the name of the time zone in which days are counted, such as Europe/Warsaw."""
        plan = self._plan()
        return WITHOUT_HOURS if plan is None else plan.zone

    def after(self, days: int, at: datetime) -> datetime:
        """Return the same time of day, so many working days later."""
        return after(self._plan(), days, at)


def after(plan: Plan | None, days: int, at: datetime) -> datetime:
    """Return the same time on the wall clock, `days` working days after an instant; UTC.

    A firm that closes for more than a year has no working days: then each day counts.
    """
    place = UTC if plan is None else zone(plan.zone)
    local = at.astimezone(place)
    day, left, idle = local.date(), days, 0
    while left > 0:
        day += _DAY
        if is_worked(plan, day) or idle > FURTHEST_DAYS:
            left -= 1
        else:
            idle += 1
    return datetime.combine(day, local.time(), place).astimezone(UTC)


def is_worked(plan: Plan | None, day: date) -> bool:
    """Whether there is any office time on a day."""
    return day.weekday() < SATURDAY if plan is None else bool(stretches_on(plan, day))
