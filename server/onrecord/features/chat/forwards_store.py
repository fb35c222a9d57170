"""Messages that were sent on: what may be, what readers are told, and where they come from."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import Struct

from onrecord.core.domain.referred import Source, Written
from onrecord.core.domain.values import StreamRef
from onrecord.database.columns import event_bytes, micros
from onrecord.database.rows import named
from onrecord.database.statements import Tx, query, sql
from onrecord.features.chat import outside_store as outside
from onrecord.features.uploads import store as files
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.messages import Forward
from onrecord_archive.format.record import format_time, parse_time


class _Sent(NamedTuple):
    """A message that somebody sees; `first`: it was sent on itself, and this is who wrote it."""

    archive_index: int
    event_id: EventId
    stream: StreamRef
    conv_seq: int
    written: Written
    text: str | None
    removed: bool
    member: bool
    first: Written | None


class _Told(NamedTuple):
    """When a message was written first, and by whom; None: the reader is not told."""

    archive_index: int
    at: datetime
    author: PersonId | None


_SEEN = """EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
    AND {seq} >= s.from_seq AND (s.to_seq IS NULL OR {seq} <= s.to_seq))"""


def _written(at: str, author: str, person: str) -> dict[str, str]:
    """Return the columns of a Written, whose account may be nobody's any more."""
    called = {"name": "", "kind": "employee", "org": "", "role": "employee"}
    return {"at": at, "actor.id": author} | {
        f"actor.{name}": f"CASE WHEN {author} IS NOT NULL"
        f" THEN coalesce({person}.{name}, '{unknown}') END"
        for name, unknown in called.items()
    }


SOURCES = query(
    _Sent,
    """SELECT t.archive_index, j.event_id, c.id AS "stream.id", c.kind AS "stream.kind",
        c.title AS "stream.title", t.conv_seq, {written},
        CASE WHEN {text_seen} THEN t.text END AS text, t.removed_at IS NOT NULL AS removed,
        EXISTS (SELECT 1 FROM member_span m WHERE m.stream_key = t.stream_key AND m.person = ?
            AND m.to_seq IS NULL) AS member, {first}
    FROM journal j JOIN archived a ON a.key = j.key
    JOIN timeline t ON t.archive_index = a.archive_index
    JOIN conversation c ON c.stream_key = t.stream_key
    LEFT JOIN person p ON p.id = t.actor
    LEFT JOIN forwarded_message w ON w.archive_index = t.archive_index
    LEFT JOIN person f ON f.id = w.author
    WHERE j.event_id {blobs} AND t.type = 'message.sent' AND {seen}""",
    text_seen=_SEEN.format(seq="t.text_seq"),
    seen=_SEEN.format(seq="t.conv_seq"),
    written=named(_written("t.at", "t.actor", "p"), "written"),
    first=named(_written("w.at", "w.author", "f"), "first"),
)
INSERT = sql(
    "INSERT INTO forwarded_message (archive_index, source, at, author, shown_author)"
    " VALUES (?, ?, ?, ?, ?)"
)
# A client who was shown earlier history learns of another client only where they met.
TOLD_BY = query(
    _Told,
    """SELECT w.archive_index, w.at, CASE
    WHEN v.kind <> 'client' OR w.shown_author = v.id OR EXISTS (
        SELECT 1 FROM member_span s JOIN member_span o ON o.stream_key = s.stream_key
        WHERE s.person = v.id AND o.person = w.shown_author
            AND (o.to_seq IS NULL OR o.to_seq >= s.from_seq)
            AND (s.to_seq IS NULL OR o.join_seq <= s.to_seq)) THEN w.shown_author END AS author
    FROM forwarded_message w JOIN person v ON v.id = ? WHERE w.archive_index {ints}""",
)
SOURCE_OF = query(
    EventId,
    """SELECT w.source FROM journal j JOIN archived a ON a.key = j.key
    JOIN forwarded_message w ON w.archive_index = a.archive_index WHERE j.event_id = ?""",
)


class _Author(Struct):
    id: PersonId


class _First(Struct):
    actor: _Author


class _Reference(Struct):
    """What the record of a forwarded message tells compliance alone."""

    event_id: EventId
    actor: _Author
    first: _First | None = None


class _Kept(Struct):
    forwarded: _Reference


_kept = msgspec.json.Decoder(_Kept)


def sources(tx: Tx, actor: PersonId, events: Collection[EventId]) -> dict[EventId, Source]:
    """Return those published messages that somebody sees, as they may send them on."""
    wanted = tx.list_of([event_bytes(event) for event in events])
    rows = tx.all(SOURCES, (actor, actor, wanted, actor))
    held = files.held_by(tx, [row.archive_index for row in rows])
    met = outside.shown_in(tx, {row.stream.id for row in rows})
    return {
        row.event_id: Source(
            event_id=row.event_id,
            stream=row.stream,
            conv_seq=row.conv_seq,
            written=row.written,
            text=row.text,
            removed=row.removed,
            member=row.member,
            files=tuple(held.get(row.archive_index, ())),
            first=row.first,
            outside=met[row.stream.id],
        )
        for row in rows
    }


def note(tx: Tx, index: int, forward: Forward, kept: bytes) -> None:
    """Follow a message that was sent on, with its record's `kept`."""
    said = _kept.decode(kept).forwarded
    author = said.actor if said.first is None else said.first.actor
    at = micros(parse_time(forward.at))
    tx.run(INSERT, (index, event_bytes(said.event_id), at, author.id, forward.actor))


def told_by(tx: Tx, reader: PersonId, indexes: Sequence[int]) -> dict[int, Forward]:
    """Return what a reader of messages is told, by archive_index; what was not sent on is absent.

    A client is not told of a person whom they never met, though all who read it then were.
    """
    rows = tx.all(TOLD_BY, (reader, tx.list_of(indexes))) if indexes else []
    return {row.archive_index: Forward(format_time(row.at), row.author) for row in rows}


def source_of(tx: Tx, event: EventId) -> EventId | None:
    """Return the message that a published message sends on."""
    return tx.one(SOURCE_OF, (event_bytes(event),))
