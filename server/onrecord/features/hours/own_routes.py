"""Office hours as routes: somebody's own at either listener, and what they are on the wire."""

from dataclasses import dataclass
from datetime import date

import msgspec
from msgspec.structs import replace

from onrecord.core.domain.clock import Clock, asked_time
from onrecord.core.domain.errors import BadInput
from onrecord.features.hours import bodies as wire
from onrecord.features.hours import service as office_hours
from onrecord.features.hours.plan import WHOLE_DAY, Away, Holiday, Plan, Week, is_there
from onrecord.features.hours.service import OfficeHours
from onrecord.features.hours.text import stretch_of, stretch_text
from onrecord.features.people.people import People
from onrecord.features.sign_in.values import Audience, nobody
from onrecord.http import queries
from onrecord.http.operations import done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time


@dataclass(frozen=True, slots=True)
class OwnHoursRoutes:
    """One's own hours and absence at the chat; anybody's at the console."""

    hours: OfficeHours
    clock: Clock
    audience: Audience

    def table(self) -> list[Entry]:
        """Return the routes."""
        chat = self.audience == "chat"
        of = "/api/v1/me" if chat else "/api/v1/admin/people/{id}"
        action = f"{self.audience}.hours"
        return [
            ForSignedIn("GET", f"{of}/hours", self._own, action),
            ForSignedIn("PUT", f"{of}/hours", self._set, action),
            ForSignedIn("PUT", f"{of}/away", self._leave, action),
            ForSignedIn("DELETE", f"{of}/away", self._return, action),
        ]

    @gives(wire.OwnHours)
    async def _own(self, ask: SignedAsk) -> wire.OwnHours:
        """Say what somebody has otherwise than the firm: hours, an absence."""
        return self._shown(self._whose(ask))

    @takes(wire.SetOwnHours)
    @gives(wire.OwnHours)
    @refuses("bad_zone", "bad_hours", "not_an_advisor", "no_such_person")
    async def _set(self, ask: SignedAsk, body: wire.SetOwnHours) -> wire.OwnHours:
        """Set a week of somebody's own, or take it away."""
        week = None if body.week is None else week_of(body.week)
        return await self._change(ask, lambda own: replace(own, zone=body.zone, week=week))

    @takes(wire.SetAway)
    @gives(wire.OwnHours)
    @refuses("bad_time", "bad_period", "bad_text", "not_an_advisor", "no_such_person")
    async def _leave(self, ask: SignedAsk, body: wire.SetAway) -> wire.OwnHours:
        """Note that somebody is away, and what is said meanwhile."""
        starts, until = self.clock.now(), asked_time(body.until, "starts", "until")
        if body.starts is not None:
            starts = asked_time(body.starts, "starts", "until")
        away, texts = Away(starts, until), texts_of(body.texts)
        return await self._change(ask, lambda own: replace(own, away=away, texts=texts))

    @done
    @refuses("not_an_advisor", "no_such_person")
    async def _return(self, ask: SignedAsk) -> None:
        """End an absence, or take a planned one back."""
        await self._change(ask, lambda own: replace(own, away=None, texts={}))

    async def _change(self, ask: SignedAsk, change: office_hours.Change) -> wire.OwnHours:
        person = self._whose(ask)
        await self.hours.set_own(ask.who.person, ask.origin, person, change)
        return self._shown(person)

    def _whose(self, ask: SignedAsk) -> PersonId:
        id = ask.request.path_params.get("id")
        return ask.who.person.id if id is None else PersonId(queries.hex_id(id, "id"))

    def _shown(self, person: PersonId) -> wire.OwnHours:
        own, plan = self.hours.own(person), self.hours.firm().plan
        away = own.away
        if away is not None and away.until <= self.clock.now():
            away = None
        return wire.OwnHours(
            zone=own.zone,
            week=None if own.week is None else _week(own.week),
            away=None
            if away is None
            else wire.Absence(
                format_time(away.starts), format_time(away.until), shown_texts(own.texts)
            ),
            firm=None if plan is None else shown_plan(plan),
        )


@dataclass(frozen=True, slots=True)
class ColleagueRoutes:
    """When the firm's people are there, for each other."""

    hours: OfficeHours
    people: People
    clock: Clock

    def table(self) -> list[Entry]:
        """Return the route."""
        return [
            ForSignedIn("GET", "/api/v1/people/{person}/hours", self._hours, "chat.profile"),
        ]

    @gives(wire.PersonHours)
    @refuses("no_such_person")
    async def _hours(self, ask: SignedAsk) -> wire.PersonHours:
        """Say when one of the firm's people is there."""
        person = await self.people.one(PersonId(ask.id("person")))
        if person.kind == "client" or person.outside or not person.active:
            raise nobody()
        hours, now = self.hours.of(person.id), self.clock.now()
        away = hours.away if hours.away is not None and hours.away.covers(now) else None
        return wire.PersonHours(
            there=is_there(hours, now),
            zone=None if hours.plan is None else hours.plan.zone,
            week=None if hours.plan is None else _week(hours.plan.week),
            away_until=None if away is None else format_time(away.until),
        )


def shown_plan(plan: Plan) -> wire.HoursPlan:
    """Return a plan as the wire has it."""
    return wire.HoursPlan(plan.zone, _week(plan.week), shown_holidays(plan.holidays))


def shown_holidays(holidays: tuple[Holiday, ...] | list[Holiday]) -> list[wire.Holiday]:
    """Return holidays as the wire has them."""
    return [
        wire.Holiday(
            one.day.isoformat(),
            one.name,
            None if one.closed == WHOLE_DAY else stretch_text(one.closed),
        )
        for one in holidays
    ]


def plan_of(plan: wire.HoursPlan) -> Plan:
    """Return a plan. Raises BadInput (`bad_hours`, `bad_holiday`)."""
    holidays = (
        Holiday(_date(one.date), one.name, stretch_of(one.closed) if one.closed else WHOLE_DAY)
        for one in plan.holidays
    )
    return Plan(plan.zone, week_of(plan.week), tuple(sorted(set(holidays))))


def week_of(week: wire.Week) -> Week:
    """Return a week. Raises BadInput (`bad_hours`)."""
    return tuple(tuple(stretch_of(one) for one in day) for day in week)


def texts_of(texts: wire.HoursTexts) -> dict[str, str]:
    """Return texts by language."""
    found: dict[str, str | None] = msgspec.structs.asdict(texts)
    return {locale: text.strip() for locale, text in found.items() if text is not None}


def shown_texts(texts: office_hours.Texts) -> wire.HoursTexts:
    """Return texts as the wire has them."""
    return wire.HoursTexts(texts.get("en"), texts.get("pl"))


def _week(week: Week) -> list[list[str]]:
    return [[stretch_text(one) for one in day] for day in week]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("bad_holiday", f"{text} is no date.") from error
