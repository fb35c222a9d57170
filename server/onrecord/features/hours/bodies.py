"""The bodies of office hours: the firm's, and what each of its people has otherwise.

    GET    /api/v1/admin/hours                            -> OfficeHours
    PUT    /api/v1/admin/hours            SetOfficeHours  -> OfficeHours
    POST   /api/v1/admin/hours/preview    HoursDraft      -> DaysAhead; changes nothing
    POST   /api/v1/admin/hours/holidays   HolidayText     -> Holidays; changes nothing
    GET    /api/v1/admin/people/{id}/hours, /api/v1/me/hours                 -> OwnHours
    PUT    /api/v1/admin/people/{id}/hours, /api/v1/me/hours   SetOwnHours   -> OwnHours
    GET    /api/v1/admin/waiting                          -> WaitingClients
    GET    /api/v1/people/{person}/hours                  -> PersonHours; a colleague
    PUT    /api/v1/admin/people/{id}/away, /api/v1/me/away     SetAway       -> OwnHours
    DELETE /api/v1/admin/people/{id}/away, /api/v1/me/away     204; they are there again

A stretch is `09:00-17:30` on the wall clock of its zone; a day ends at `24:00`. Refusals:
`bad_zone`, `bad_hours`, `bad_holiday`, `bad_text`, `bad_period`, `bad_time`, `hours_changed`,
`not_an_advisor`, `no_such_person`, `archive_unavailable`.
"""

from typing import Annotated

from msgspec import Meta, Struct

from onrecord.protocol.commands import HexId, Time
from onrecord.protocol.rest import Body, Reply

Stretch = Annotated[
    str,
    Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$(?!\n)"),
]
Day = Annotated[list[Stretch], Meta(max_length=6)]
Date = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]
Zone = Annotated[str, Meta(min_length=1, max_length=64)]
Said = Annotated[str, Meta(min_length=1, max_length=1000)]
Week = Annotated[list[Day], Meta(min_length=7, max_length=7)]
"""Monday first."""


class Holiday(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A day on which nobody is there, or with `closed` the part of one."""

    date: Date
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    closed: Stretch | None = None


class HoursTexts(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is said while nobody is there, by language; absent: what comes with OnRecord."""

    en: Said | None = None
    pl: Said | None = None


class HoursPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """A weekly plan in an IANA time zone, and holidays."""

    zone: Zone
    week: Week
    holidays: Annotated[list[Holiday], Meta(max_length=500)]


class DayAhead(Reply, frozen=True):
    """A day as it will be. `holidays`: the names of what closes it, or a part of it."""

    date: str
    hours: list[str]
    holidays: list[str]


class OfficeHours(Reply, frozen=True):
    """The firm's hours; without a plan it is always there. `ahead`: the next six weeks."""

    version: str
    texts: HoursTexts
    ahead: list[DayAhead]
    plan: HoursPlan | None = None


class SetOfficeHours(Body, frozen=True):
    """All of the firm's hours. `replaces`: the version that they were made from."""

    replaces: HexId
    plan: HoursPlan | None = None
    texts: HoursTexts = HoursTexts()


class HoursDraft(Body, frozen=True):
    """A plan that is not kept yet."""

    plan: HoursPlan


class DaysAhead(Reply, frozen=True):
    """The next six weeks by a plan."""

    ahead: list[DayAhead]


class HolidayText(Body, frozen=True):
    """A calendar file (.ics), or lines such as `2026-12-24 12:00-24:00 Christmas Eve`."""

    text: Annotated[str, Meta(max_length=1_000_000)]


class Holidays(Reply, frozen=True):
    """The holidays in a text, by date."""

    holidays: list[Holiday]


class Absence(Reply, frozen=True):
    """From when until when somebody is away, and what is said meanwhile."""

    starts: str
    until: str
    texts: HoursTexts


class OwnHours(Reply, frozen=True):
    """What somebody has otherwise than the firm; `firm`: the firm's own plan."""

    zone: str | None = None
    week: list[list[str]] | None = None
    away: Absence | None = None
    firm: HoursPlan | None = None


class PersonHours(Reply, frozen=True):
    """When one of the firm's people is there, for the others; never for clients.

    `zone` and `week`: theirs, or else the firm's; absent: nothing is set. `away_until`: they are
    out of office now. `there`: whether they are in now, holidays counted.
    """

    there: bool
    zone: str | None = None
    week: list[list[str]] | None = None
    away_until: str | None = None


class SetOwnHours(Body, frozen=True):
    """A week of one's own; without one, the firm's."""

    zone: Zone | None = None
    week: Week | None = None


class SetAway(Body, frozen=True):
    """Out of office from `starts` (absent: now) until `until`."""

    until: Time
    starts: Time | None = None
    texts: HoursTexts = HoursTexts()
