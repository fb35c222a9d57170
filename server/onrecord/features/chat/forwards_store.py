"""Messages that were sent on: what may be, what readers are told, and where they come from."""

from collections.abc import Collection, Sequence

import msgspec
from msgspec import Struct

from onrecord.core.domain.values import Actor, StreamRef
from onrecord.core.journal.heads import Source, Written
from onrecord.database.columns import event_bytes, event_id, micros, moment, time_text
from onrecord.database.statements import Tx, sql
from onrecord.features.chat import outside_store as outside
from onrecord.features.uploads import store as files
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.messages import Forward
from onrecord_archive.format.record import parse_time

_SEEN = """EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = t.stream_key AND s.person = ?
    AND {seq} >= s.from_seq AND (s.to_seq IS NULL OR {seq} <= s.to_seq))"""
_ACTOR = (
    "coalesce({0}.name, ''), coalesce({0}.kind, 'employee'), coalesce({0}.org, ''),"
    " coalesce({0}.role, 'employee')"
)
SOURCES = sql(
    """SELECT t.archive_index, j.event_id, c.id, c.kind, c.title, t.conv_seq, t.at, t.removed_at,
    CASE WHEN {text_seen} THEN t.text END,
    EXISTS (SELECT 1 FROM member_span m
        WHERE m.stream_key = t.stream_key AND m.person = ? AND m.to_seq IS NULL),
    t.actor, {actor}, w.at, w.author, {first}
    FROM journal j JOIN archived a ON a.key = j.key
    JOIN timeline t ON t.archive_index = a.archive_index
    JOIN conversation c ON c.stream_key = t.stream_key
    LEFT JOIN person p ON p.id = t.actor
    LEFT JOIN forwarded_message w ON w.archive_index = t.archive_index
    LEFT JOIN person f ON f.id = w.author
    WHERE j.event_id {blobs} AND t.type = 'message.sent' AND {seen}""",
    text_seen=_SEEN.format(seq="t.text_seq"),
    seen=_SEEN.format(seq="t.conv_seq"),
    actor=_ACTOR.format("p"),
    first=_ACTOR.format("f"),
)
INSERT = sql(
    "INSERT INTO forwarded_message (archive_index, source, at, author, shown_author)"
    " VALUES (?, ?, ?, ?, ?)"
)
# A client who was shown earlier history learns of another client only where they met.
TOLD_BY = sql(
    """SELECT w.archive_index, w.at, CASE
    WHEN v.kind <> 'client' OR w.shown_author = v.id OR EXISTS (
        SELECT 1 FROM member_span s JOIN member_span o ON o.stream_key = s.stream_key
        WHERE s.person = v.id AND o.person = w.shown_author
            AND (o.to_seq IS NULL OR o.to_seq >= s.from_seq)
            AND (s.to_seq IS NULL OR o.join_seq <= s.to_seq)) THEN w.shown_author END
    FROM forwarded_message w JOIN person v ON v.id = ? WHERE w.archive_index {ints}"""
)
SOURCE_OF = sql(
    """SELECT w.source FROM journal j JOIN archived a ON a.key = j.key
    JOIN forwarded_message w ON w.archive_index = a.archive_index WHERE j.event_id = ?"""
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
    held = files.held_by(tx, [row[0] for row in rows])
    met = outside.shown_in(tx, {row[2] for row in rows})
    found = {}
    for index, event, *rest in rows:
        stream, (seq, at, removed_at, text, member) = StreamRef(*rest[:3]), rest[3:8]
        author, (first_at, *first) = Actor(*rest[8:13]), rest[13:]
        found[event_id(event)] = Source(
            event_id=event_id(event),
            stream=stream,
            conv_seq=seq,
            written=Written(author, moment(at)),
            text=text,
            removed=removed_at is not None,
            member=bool(member),
            files=tuple(held.get(index, ())),
            first=None if first_at is None else Written(Actor(*first), moment(first_at)),
            outside=met[stream.id],
        )
    return found


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
    return {index: Forward(time_text(at), author) for index, at, author in rows}


def source_of(tx: Tx, event: EventId) -> EventId | None:
    """Return the message that a published message sends on."""
    row = tx.one(SOURCE_OF, (event_bytes(event),))
    return None if row is None else event_id(row[0])
