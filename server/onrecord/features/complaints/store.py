"""Complaints: the projection, and what the members of a conversation see of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from onrecord.core.store.heads import KeptSlot
from onrecord.core.store.projections import Placed, Projector
from onrecord.core.store.visibility import BLIND, Sight
from onrecord.database.columns import event_bytes, micros
from onrecord.database.statements import Tx, query, sql
from onrecord.features.complaints import bodies as wire
from onrecord.features.complaints.standing import COMPLAINTS, OpenComplaints
from onrecord.protocol.complaints import State
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import format_time, parse_time


class _Closed(NamedTuple):
    """How a complaint ended."""

    seq: int
    at: datetime
    by: PersonId
    outcome: State


class _Row(NamedTuple):
    """A complaint as it stands; `closed` is None while it is open."""

    stream_key: int
    filed_seq: int
    event: EventId
    reference: str
    category: str
    about: str
    person: PersonId
    filed_at: datetime
    due: datetime
    target: EventId | None
    target_seq: int | None
    closed: _Closed | None


FILE = sql(
    """INSERT INTO complaint (stream_key, filed_seq, event_id, reference, category, about, person,
    filed_at, due, target, target_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    (SELECT conv_seq FROM timeline WHERE archive_index = ?))"""
)
CLOSE = sql(
    """UPDATE complaint SET closed_seq = ?, closed_at = ?, closed_by = ?, outcome = ?
    WHERE stream_key = ? AND event_id = ?"""
)
OF_STREAMS = query(
    _Row,
    """SELECT stream_key, filed_seq, event_id AS event, reference, category, about, person,
        filed_at, due, target, target_seq, closed_seq AS "closed.seq", closed_at AS "closed.at",
        closed_by AS "closed.by", outcome AS "closed.outcome"
    FROM complaint WHERE stream_key {ints} ORDER BY stream_key, filed_seq""",
)

SLOT: Final = KeptSlot(
    COMPLAINTS,
    msgspec.json.Decoder(OpenComplaints),
    sql("SELECT stream_key, complaints FROM stream_complaint WHERE stream_key {ints}"),
    sql(
        """INSERT INTO stream_complaint (stream_key, complaints) VALUES (?, ?)
        ON CONFLICT (stream_key) DO UPDATE SET complaints = excluded.complaints"""
    ),
)


def file(payload: ComplaintFiled, tx: Tx, placed: Placed) -> None:
    """Note a new complaint."""
    event = placed.event
    about = None if payload.target is None else event_bytes(payload.target)
    said = (payload.reference, payload.category, payload.about, event.actor.id)
    times = (micros(event.at), micros(parse_time(payload.due)))
    where = (placed.stream, event.conv_seq, event_bytes(event.event_id))
    tx.run(FILE, (*where, *said, *times, about, placed.target))


def close(payload: ComplaintClosed, tx: Tx, placed: Placed) -> None:
    """Note how a complaint ended."""
    event = placed.event
    how = (event.conv_seq, micros(event.at), event.actor.id, payload.outcome)
    tx.run(CLOSE, (*how, placed.stream, event_bytes(payload.complaint)))


def seen(
    tx: Tx, streams: Sequence[int], sights: Mapping[int, Sight]
) -> dict[int, list[wire.Complaint]]:
    """Return the complaints that somebody sees, by stream_key, as they stood when they last looked.

    The firm's people also see those of before they came: they are to be answered.
    """
    found: dict[int, list[wire.Complaint]] = {}
    for row in tx.all(OF_STREAMS, (tx.list_of(streams),)):
        sight = sights.get(row.stream_key, BLIND)
        of_before = sight.there is None and row.filed_seq <= sight.last
        if of_before or sight.sees_of_one_client(row.filed_seq):
            found.setdefault(row.stream_key, []).append(_complaint(row, sight))
    return found


def _complaint(row: _Row, sight: Sight) -> wire.Complaint:
    closed = row.closed
    if closed is not None and closed.seq > sight.last:
        closed = None
    unseen = row.target_seq is not None and not sight.sees(row.target_seq)
    return wire.Complaint(
        id=row.event,
        reference=row.reference,
        category=row.category,
        about=row.about,
        person=row.person,
        at=format_time(row.filed_at),
        due=format_time(row.due),
        state="open" if closed is None else closed.outcome,
        target=None if unseen else row.target,
        unseen=unseen,
        closed_at=None if closed is None else format_time(closed.at),
        closed_by=None if closed is None else closed.by,
    )


PROJECTORS: Final[Mapping[type[Payload], Projector]] = {
    ComplaintFiled: file,
    ComplaintClosed: close,
}
