"""The firm's office hours as routes: see and set them, try them out, read a list of holidays."""

from dataclasses import dataclass
from datetime import timedelta

from onrecord.core.domain.clock import Clock
from onrecord.features.hours import bodies as wire
from onrecord.features.hours.own_routes import (
    plan_of,
    shown_holidays,
    shown_plan,
    shown_texts,
    texts_of,
)
from onrecord.features.hours.plan import FirmHours, Plan, holidays_on, local_day, stretches_on
from onrecord.features.hours.service import OfficeHours
from onrecord.features.hours.text import check_plan, holidays_in, stretch_text
from onrecord.http.operations import gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk

DAYS_AHEAD = 42


@dataclass(frozen=True, slots=True)
class OfficeHoursRoutes:
    """The routes."""

    hours: OfficeHours
    clock: Clock

    def table(self) -> list[Entry]:
        """Return the routes."""
        path, action = "/api/v1/admin/hours", "console.hours"
        return [
            ForSignedIn("GET", path, self._show, action),
            ForSignedIn("PUT", path, self._set, action),
            ForSignedIn("POST", f"{path}/preview", self._preview, action),
            ForSignedIn("POST", f"{path}/holidays", self._holidays, action),
        ]

    @gives(wire.OfficeHours)
    async def _show(self, ask: SignedAsk) -> wire.OfficeHours:
        """Say when the firm is there."""
        return self._shown()

    @takes(wire.SetOfficeHours)
    @gives(wire.OfficeHours)
    @refuses("bad_zone", "bad_hours", "bad_holiday", "bad_text", "hours_changed")
    async def _set(self, ask: SignedAsk, body: wire.SetOfficeHours) -> wire.OfficeHours:
        """Set when the firm is there."""
        plan = None if body.plan is None else plan_of(body.plan)
        hours = FirmHours(plan, texts_of(body.texts))
        await self.hours.set_firm(ask.who.person, ask.origin, hours, replaces=body.replaces)
        return self._shown()

    @takes(wire.HoursDraft)
    @gives(wire.DaysAhead)
    @refuses("bad_zone", "bad_hours", "bad_holiday")
    async def _preview(self, ask: SignedAsk, body: wire.HoursDraft) -> wire.DaysAhead:
        """Say what the next weeks would be by a plan."""
        plan = plan_of(body.plan)
        check_plan(plan)
        return wire.DaysAhead(self._ahead(plan))

    @takes(wire.HolidayText)
    @gives(wire.Holidays)
    @refuses("bad_holiday", "bad_hours")
    async def _holidays(self, ask: SignedAsk, body: wire.HolidayText) -> wire.Holidays:
        """Read the holidays in a calendar file, or in lines."""
        return wire.Holidays(shown_holidays(holidays_in(body.text)))

    def _shown(self) -> wire.OfficeHours:
        firm = self.hours.firm()
        return wire.OfficeHours(
            version=firm.version,
            texts=shown_texts(firm.texts),
            ahead=[] if firm.plan is None else self._ahead(firm.plan),
            plan=None if firm.plan is None else shown_plan(firm.plan),
        )

    def _ahead(self, plan: Plan) -> list[wire.DayAhead]:
        today = local_day(plan, self.clock.now())
        days = [today + timedelta(days=number) for number in range(DAYS_AHEAD)]
        return [
            wire.DayAhead(
                day.isoformat(),
                [stretch_text(one) for one in stretches_on(plan, day)],
                [one.name for one in holidays_on(plan, day)],
            )
            for day in days
        ]
