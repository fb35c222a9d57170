"""Every statement that finds complaints across conversations (features/complaints/listing.py)."""

from datetime import datetime
from typing import NamedTuple

from onrecord.core.store.snapshot import published
from onrecord.database.columns import micros
from onrecord.database.database import Database
from onrecord.database.statements import Tx, query
from onrecord.features.complaints.listing import Figures, FoundComplaint, Wanted
from onrecord.features.compliance.store import choice
from onrecord_archive.events.complaints import Outcome
from onrecord_archive.events.ids import EventId, PersonId, StreamId


class _Row(NamedTuple):
    event: EventId
    reference: str
    category: str
    about: str
    person: PersonId
    stream: StreamId
    conv_seq: int
    at: datetime
    due: datetime
    target_seq: int | None
    outcome: Outcome | None
    closed_at: datetime | None
    closed_by: PersonId | None


class _Open(NamedTuple):
    open: int
    overdue: int


# With the open ones come those that were closed before any officer's list had shown them.
FIND = query(
    _Row,
    """SELECT k.event_id AS event, k.reference, k.category, k.about, k.person, c.id AS stream,
        k.filed_seq AS conv_seq, k.filed_at AS at, k.due, k.target_seq, k.outcome, k.closed_at,
        k.closed_by
    FROM complaint k JOIN conversation c ON c.stream_key = k.stream_key
    WHERE (? = 'all' OR (k.closed_seq IS NULL AND (? = 'open' OR (? = 'overdue' AND k.due < ?)))
        OR k.outcome = ? OR (? = 'open' AND EXISTS (
            SELECT 1 FROM journal j JOIN archived a ON a.key = j.key
            WHERE j.event_id = k.event_id
                AND a.archive_index >= coalesce((SELECT max(upto) FROM complaint_look), 0))))
    AND (? = '' OR EXISTS (SELECT 1 FROM member_span m
        WHERE m.stream_key = k.stream_key AND m.person = ?))
    AND (? = '' OR k.category = ?) AND k.reference LIKE ?
    ORDER BY CASE WHEN k.closed_seq IS NULL THEN 0 ELSE 1 END,
        CASE WHEN k.closed_seq IS NULL THEN k.due ELSE -k.closed_at END, k.stream_key, k.filed_seq
    LIMIT ? OFFSET ?""",
)
COUNT = query(
    _Open,
    """SELECT count(*) AS open, count(CASE WHEN due < ? THEN 1 END) AS overdue
    FROM complaint WHERE closed_seq IS NULL""",
)


class ComplaintStore:
    """Complaints as published. Every method blocks and reads one snapshot. Raises Unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(
        self, wanted: Wanted, now: datetime, *, offset: int, limit: int
    ) -> tuple[list[FoundComplaint], bool]:
        """Return complaints, the open ones first, by `due`; and whether there are more."""
        state, person, category = wanted.state, wanted.person or "", wanted.category or ""
        states = (state, state, state, micros(now), state, state)
        bounds = (*states, person, person, category, category)
        # A reference has no character that LIKE reads otherwise.
        like = f"%{wanted.reference}%"
        with published(self._database) as (tx, _):
            rows = tx.all(FIND, (*bounds, like, limit + 1, offset))
            return [_found(tx, row) for row in rows[:limit]], len(rows) > limit

    def figures(self, now: datetime) -> Figures:
        """Count the open ones."""
        with published(self._database) as (tx, upto):
            found = tx.only(COUNT, (micros(now),))
        return Figures(found.open, found.overdue, upto)


def _found(tx: Tx, row: _Row) -> FoundComplaint:
    return FoundComplaint(
        event=row.event,
        reference=row.reference,
        category=row.category,
        about=row.about,
        person=row.person,
        conversation=choice(tx, row.stream),
        conv_seq=row.conv_seq,
        at=row.at,
        due=row.due,
        target_seq=row.target_seq,
        outcome=row.outcome,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
    )
