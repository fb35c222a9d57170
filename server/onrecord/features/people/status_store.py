"""Every statement about what people say of themselves: one row for each who ever did."""

from datetime import datetime
from typing import NamedTuple

from onrecord.database.columns import micros
from onrecord.database.database import Database
from onrecord.database.statements import Tx, query, sql
from onrecord.protocol.statuses import PersonStatus
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time


class _Said(NamedTuple):
    person: PersonId
    text: str | None
    quiet: bool
    until: datetime | None

    def shown(self) -> PersonStatus:
        """Return it as the wire has it."""
        until = None if self.until is None else format_time(self.until)
        return PersonStatus(self.text, self.quiet, until)


# Clients see nobody's.
SEEN = query(
    _Said,
    """SELECT s.person, s.text, s.quiet, s.until FROM person_status s
    JOIN person v ON v.id = ? AND v.kind <> 'client'
    WHERE s.text IS NOT NULL OR s.quiet = 1""",
)
SET = sql(
    """INSERT INTO person_status (person, text, quiet, until) VALUES (?, ?, ?, ?)
    ON CONFLICT (person) DO UPDATE SET
    text = excluded.text, quiet = excluded.quiet, until = excluded.until"""
)


class StatusStore:
    """What was set. The method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_status(
        self, person: PersonId, text: str | None, until: datetime | None, *, quiet: bool
    ) -> None:
        """Replace somebody's."""
        with self._database.writing() as tx:
            set_status(tx, person, text, until, quiet=quiet)


def set_status(
    tx: Tx, person: str, text: str | None, until: datetime | None, *, quiet: bool
) -> None:
    """Replace somebody's."""
    tx.run(SET, (person, text, int(quiet), None if until is None else micros(until)))


def seen_by(tx: Tx, viewer: PersonId) -> dict[str, PersonStatus]:
    """Return what somebody sees of others and themself, by person."""
    return {row.person: row.shown() for row in tx.all(SEEN, (viewer,))}
