"""Complaints: the projection, and what the members of a conversation see of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from onrecord.core.store.heads import KeptSlot
from onrecord.core.store.projections import Placed, Projector
from onrecord.core.store.visibility import BLIND, Sight
from onrecord.database.columns import event_bytes, event_id, micros, time_text
from onrecord.database.statements import Tx, sql
from onrecord.features.complaints import bodies as wire
from onrecord.features.complaints.standing import COMPLAINTS, OpenComplaints
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import parse_time

FILE = sql(
    """INSERT INTO complaint (stream_key, filed_seq, event_id, reference, category, about, person,
    filed_at, due, target, target_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    (SELECT conv_seq FROM timeline WHERE archive_index = ?))"""
)
CLOSE = sql(
    """UPDATE complaint SET closed_seq = ?, closed_at = ?, closed_by = ?, outcome = ?
    WHERE stream_key = ? AND event_id = ?"""
)
OF_STREAMS = sql(
    """SELECT stream_key, filed_seq, event_id, reference, category, about, person, filed_at, due,
        target, closed_seq, closed_at, closed_by, outcome
    FROM complaint WHERE stream_key {ints} ORDER BY stream_key, filed_seq"""
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
    rows = tx.all(OF_STREAMS, (tx.list_of(streams),))
    found: dict[int, list[wire.Complaint]] = {}
    for stream, filed_seq, *row in rows:
        sight = sights.get(stream, BLIND)
        of_before = sight.there is None and filed_seq <= sight.last
        if of_before or sight.sees_of_one_client(filed_seq):
            found.setdefault(stream, []).append(_complaint(row, sight))
    return found


def _complaint(row: Sequence[Any], sight: Sight) -> wire.Complaint:
    event, reference, category, about, person, filed_at, due, target, *closed = row
    closed_seq, closed_at, closed_by, outcome = closed
    is_closed = closed_seq is not None and closed_seq <= sight.last
    return wire.Complaint(
        id=event_id(event),
        reference=reference,
        category=category,
        about=about,
        person=person,
        at=time_text(filed_at),
        due=time_text(due),
        state=outcome if is_closed else "open",
        target=None if target is None else event_id(target),
        closed_at=time_text(closed_at) if is_closed else None,
        closed_by=closed_by if is_closed else None,
    )


PROJECTORS: Final[Mapping[type[Payload], Projector]] = {
    ComplaintFiled: file,
    ComplaintClosed: close,
}
