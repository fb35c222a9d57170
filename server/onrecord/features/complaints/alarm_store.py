"""Every statement about whom complaints were told to, and how far officers have looked."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from onrecord.core.store.snapshot import published
from onrecord.database.columns import event_bytes
from onrecord.database.database import Database
from onrecord.database.statements import query, sql
from onrecord.features.notifications.staff_alarms import FILED, OVERDUE, Alarming, Told
from onrecord_archive.events.ids import EventId, PersonId, StreamId


class _Open(NamedTuple):
    event: EventId
    stream: StreamId
    reference: str
    due: datetime


class _Told(NamedTuple):
    about: EventId
    step: int
    person: PersonId


ALARMING = query(
    _Open,
    """SELECT k.event_id AS event, c.id AS stream, k.reference, k.due FROM complaint k
    JOIN conversation c ON c.stream_key = k.stream_key
    WHERE k.closed_seq IS NULL ORDER BY k.due, k.stream_key, k.filed_seq""",
)
OFFICERS = query(
    PersonId, "SELECT id FROM person WHERE role = 'compliance' AND active = 1 ORDER BY id"
)
TOLD = query(_Told, "SELECT event_id AS about, step, person FROM complaint_told")
TELL = sql(
    "INSERT INTO complaint_told (event_id, step, person) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
)
FORGET = sql(
    """DELETE FROM complaint_told WHERE NOT EXISTS (SELECT 1 FROM complaint k
        WHERE k.event_id = complaint_told.event_id AND k.closed_seq IS NULL)"""
)
UNREAD = query(
    int,
    """SELECT count(*) FROM complaint k JOIN journal j ON j.event_id = k.event_id
    JOIN archived a ON a.key = j.key WHERE a.archive_index >= coalesce(
        (SELECT max(upto) FROM complaint_look WHERE k.closed_seq IS NOT NULL OR person = ?), 0)""",
)
LOOK = sql(
    """INSERT INTO complaint_look (person, upto) VALUES (?, ?) ON CONFLICT (person)
    DO UPDATE SET upto = excluded.upto WHERE excluded.upto > complaint_look.upto"""
)


class ComplaintAlarmStore:
    """Whom complaints were told to, and how far each officer has seen the list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def alarming(self, now: datetime) -> list[Alarming]:
        """Return the open ones, by `due`."""
        with published(self._database) as (tx, _):
            rows = tx.all(ALARMING)
        return [
            Alarming(
                row.event, row.stream, row.reference, row.due, OVERDUE if row.due < now else FILED
            )
            for row in rows
        ]

    def people(self) -> list[PersonId]:
        """Return who is in compliance."""
        with self._database.reading() as tx:
            return tx.all(OFFICERS)

    def told(self) -> set[Told]:
        """Return who was told of which complaint, on which step."""
        with self._database.reading() as tx:
            return {Told(row.about, row.step, row.person) for row in tx.all(TOLD)}

    def tell(self, told: Sequence[Told]) -> None:
        """Note who was told; forget of what is closed."""
        with self._database.writing() as tx:
            rows = [(event_bytes(EventId(one.about)), one.step, one.person) for one in told]
            tx.many(TELL, rows)
            tx.run(FORGET)

    def unread(self, person: PersonId) -> int:
        """Count the complaints that an officer's list has not shown yet.

        Of those that are closed already, the ones that were closed before any officer's list showed
        them: whoever is complained of cannot take one off the desk by answering it first.
        """
        with published(self._database) as (tx, _):
            return tx.only(UNREAD, (person,))

    def looked(self, person: PersonId, upto: int) -> None:
        """Note that an officer has seen the list as it stood below an archive_index."""
        with self._database.writing() as tx:
            tx.run(LOOK, (person, upto))
