"""What somebody noted for themself: marks of conversations, stars, and the events that said so."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from msgspec import Raw

from onrecord.core.delivery.wire_events import ReplayEvent, wire_event
from onrecord.core.domain.personal import owner_of
from onrecord.core.store.projections import Placed, Projector
from onrecord.core.store.visibility import ENDLESS
from onrecord.database.columns import event_bytes, micros, time_text
from onrecord.database.statements import Tx, query, sql
from onrecord.protocol.personal import Marks, QuietHours
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import (
    ConversationMarked,
    Level,
    MessageStarred,
    QuietHoursSet,
)
from onrecord_archive.format.record import parse_time


class Star(NamedTuple):
    """A starred message: its archive_index, and the conv_seq at which it was starred."""

    target: int
    number: int


class _Replayed(NamedTuple):
    archive_index: int
    wire: bytes


class _Marked(NamedTuple):
    """How a conversation stands; `muted`: until then, which is ENDLESS for good."""

    stream_key: int
    pinned: int | None
    muted: int | None
    archived: int | None
    unread: bool
    level: Level | None


PUBLISHED = sql(
    """INSERT INTO personal_stream (stream_key, id, person, published_seq)
    SELECT key, ?, ?, ? FROM stream WHERE id = ?
    ON CONFLICT (stream_key) DO UPDATE SET published_seq = excluded.published_seq"""
)
INSERT_EVENT = sql("INSERT INTO personal_event (archive_index, person, wire) VALUES (?, ?, ?)")
REPLAY = query(
    _Replayed,
    "SELECT archive_index, wire FROM personal_event"
    " WHERE person = ? AND archive_index >= ? AND archive_index < ? ORDER BY archive_index LIMIT ?",
)
CONVERSATION = query(int, "SELECT stream_key FROM conversation WHERE id = ?")
MAKE_MARKS = sql(
    "INSERT INTO conversation_mark (person, stream_key, unread) VALUES (?, ?, 0)"
    " ON CONFLICT DO NOTHING"
)
_SET = "UPDATE conversation_mark SET {column} = ? WHERE person = ? AND stream_key = ?"
SET = {mark: sql(_SET, column=mark) for mark in ("pinned", "muted", "archived", "unread")}
SET_LEVEL = sql(_SET, column="level")
MARKS = query(
    _Marked,
    "SELECT stream_key, pinned, muted, archived, unread, level FROM conversation_mark"
    " WHERE person = ?",
)
END_QUIET = sql("DELETE FROM quiet_hours WHERE person = ?")
SET_QUIET = sql(
    "INSERT INTO quiet_hours (person, zone, starts, ends, weekends) VALUES (?, ?, ?, ?, ?)"
)
QUIET = query(QuietHours, "SELECT zone, starts, ends, weekends FROM quiet_hours WHERE person = ?")
TARGET = query(
    int,
    """SELECT t.archive_index FROM journal j JOIN archived a ON a.key = j.key
    JOIN timeline t ON t.archive_index = a.archive_index WHERE j.event_id = ?""",
)
STAR = sql(
    "INSERT INTO star (person, target, event_id, number) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (person, target) DO NOTHING"
)
UNSTAR = sql("DELETE FROM star WHERE person = ? AND event_id = ?")
STARRED = query(EventId, "SELECT event_id FROM star WHERE person = ? AND event_id {blobs}")
STARS = query(
    Star,
    """SELECT s.target, s.number FROM star s JOIN timeline t ON t.archive_index = s.target
    JOIN conversation c ON c.stream_key = t.stream_key
    WHERE s.person = ? AND s.number < ? AND t.removed_at IS NULL AND (? = '' OR c.id = ?)
    AND EXISTS (SELECT 1 FROM member_span m WHERE m.stream_key = t.stream_key
        AND m.person = s.person AND t.conv_seq >= m.from_seq
        AND (m.to_seq IS NULL OR t.conv_seq <= m.to_seq))
    ORDER BY s.number DESC LIMIT ?""",
)

_encode = msgspec.json.Encoder().encode


def _note(tx: Tx, placed: Placed) -> PersonId:
    """Write an event of somebody's own stream; return whose."""
    event = placed.event
    person = owner_of(event.stream.id)
    tx.run(PUBLISHED, (event.stream.id, person, event.conv_seq, event.stream.id))
    tx.run(INSERT_EVENT, (placed.index, person, _encode(wire_event(event))))
    return person


def _mark(said: ConversationMarked, tx: Tx, placed: Placed) -> None:
    person, number = _note(tx, placed), placed.event.conv_seq
    conversation = tx.one(CONVERSATION, (said.conversation,))
    if conversation is None:  # its records are not here (any more)
        return
    tx.run(MAKE_MARKS, (person, conversation))
    muted = ENDLESS if said.until is None else micros(parse_time(said.until))
    values = {"pinned": number, "muted": muted, "archived": said.up_to or 0, "unread": 1}
    off = 0 if said.mark == "unread" else None
    value = values[said.mark] if said.on else off
    tx.run(SET[said.mark], (value, person, conversation))
    if said.mark == "muted":
        tx.run(SET_LEVEL, (said.level, person, conversation))


def _star(said: MessageStarred, tx: Tx, placed: Placed) -> None:
    person, number = _note(tx, placed), placed.event.conv_seq
    target = tx.one(TARGET, (event_bytes(said.target),))
    if not said.on:
        tx.run(UNSTAR, (person, event_bytes(said.target)))
    elif target is not None:
        tx.run(STAR, (person, target, event_bytes(said.target), number))


def _quiet(said: QuietHoursSet, tx: Tx, placed: Placed) -> None:
    person = _note(tx, placed)
    tx.run(END_QUIET, (person,))
    if said.zone is not None:
        tx.run(SET_QUIET, (person, said.zone, said.starts, said.ends, int(said.weekends)))


def quiet_of(tx: Tx, person: PersonId) -> QuietHours | None:
    """Return when somebody is told of nothing."""
    return tx.one(QUIET, (person,))


def marks_of(tx: Tx, person: PersonId) -> dict[int, Marks]:
    """Return how conversations stand in somebody's list, by stream_key; absent: as any other."""
    marks = {}
    for row in tx.all(MARKS, (person,)):
        until = None if row.muted in (None, ENDLESS) else time_text(row.muted)
        is_muted = row.muted is not None
        shown = Marks(row.pinned, is_muted, until, row.archived, row.unread, row.level)
        if shown != Marks():
            marks[row.stream_key] = shown
    return marks


def starred(tx: Tx, person: PersonId, events: Sequence[str]) -> set[EventId]:
    """Return which of these messages somebody starred."""
    ids = [event_bytes(EventId(event)) for event in events]
    return set(tx.all(STARRED, (person, tx.list_of(ids)))) if ids else set()


def stars(
    tx: Tx, person: PersonId, stream: StreamId | None, before: int | None, limit: int
) -> list[Star]:
    """Return what somebody starred and may read now, the newest star first.

    `before`: of those with a lower number.
    """
    below, conv = ENDLESS if before is None else before, stream or ""
    return tx.all(STARS, (person, below, conv, conv, limit))


def replay(tx: Tx, person: PersonId, after: int, upto: int, limit: int) -> list[ReplayEvent]:
    """Return somebody's own events with after <= archive_index < upto, ascending."""
    stream = StreamId("")
    return [
        ReplayEvent(row.archive_index, stream, Raw(row.wire))
        for row in tx.all(REPLAY, (person, after, upto, limit))
    ]


PROJECTORS: Final[Mapping[type[Payload], Projector]] = {
    ConversationMarked: _mark,
    MessageStarred: _star,
    QuietHoursSet: _quiet,
}
