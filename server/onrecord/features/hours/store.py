"""Every statement about office hours: one row for the firm, one for each who has their own."""

from typing import NamedTuple

import msgspec

from onrecord.database.database import Database
from onrecord.database.statements import Tx, query, sql
from onrecord.features.hours.plan import FirmHours, OwnHours
from onrecord.protocol.statuses import PersonAway
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time


class _Firm(NamedTuple):
    hours: FirmHours


class _Own(NamedTuple):
    person: PersonId
    hours: OwnHours


FIRM = query(_Firm, "SELECT hours FROM firm_hours WHERE id = 1")
SET_FIRM = sql(
    "INSERT INTO firm_hours (id, hours) VALUES (1, ?)"
    " ON CONFLICT (id) DO UPDATE SET hours = excluded.hours"
)
OWN = query(_Own, "SELECT person, hours FROM own_hours")
# Clients see nobody's.
ABSENT = query(
    _Own,
    "SELECT h.person, h.hours FROM own_hours h JOIN person v ON v.id = ? AND v.kind <> 'client'",
)
SET_OWN = sql(
    "INSERT INTO own_hours (person, hours) VALUES (?, ?)"
    " ON CONFLICT (person) DO UPDATE SET hours = excluded.hours"
)


class HoursStore:
    """What was set. Every method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def firm_hours(self) -> FirmHours:
        """Return the firm's."""
        with self._database.reading() as tx:
            row = tx.one(FIRM)
        return FirmHours() if row is None else row.hours

    def set_firm_hours(self, hours: FirmHours) -> None:
        """Replace the firm's."""
        with self._database.writing() as tx:
            set_firm_hours(tx, hours)

    def own_hours(self) -> dict[PersonId, OwnHours]:
        """Return everybody's who has any."""
        with self._database.reading() as tx:
            return dict(tx.all(OWN))

    def set_own_hours(self, person: PersonId, hours: OwnHours) -> None:
        """Replace somebody's."""
        with self._database.writing() as tx:
            set_own_hours(tx, person, hours)


def absences(tx: Tx, viewer: PersonId) -> dict[str, PersonAway]:
    """Return what somebody sees of others' and their own absences, by person."""
    return {
        own.person: PersonAway(
            format_time(own.hours.away.starts), format_time(own.hours.away.until)
        )
        for own in tx.all(ABSENT, (viewer,))
        if own.hours.away is not None
    }


def set_firm_hours(tx: Tx, hours: FirmHours) -> None:
    """Replace the firm's."""
    tx.run(SET_FIRM, (msgspec.json.encode(hours).decode(),))


def set_own_hours(tx: Tx, person: str, hours: OwnHours) -> None:
    """Replace somebody's."""
    tx.run(SET_OWN, (person, msgspec.json.encode(hours).decode()))
