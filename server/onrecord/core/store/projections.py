"""Apply published events to what people read. Order: archive_index; each event once.

A plain message (nearly every event) only adds rows, so those of a batch are written together; any
other event is applied alone, after those before it in its own conversation.
"""

from collections import Counter
from collections.abc import Sequence
from functools import singledispatchmethod

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.delivery.wire_events import wire_event
from onrecord.core.domain.values import Event
from onrecord.core.journal.heads import JournalRow
from onrecord.core.journal.planned import planned_at
from onrecord.core.store import membership
from onrecord.database.columns import event_bytes, micros
from onrecord.database.statements import Tx, sql
from onrecord.features.broadcasts import store as broadcasts
from onrecord.features.chat import forwards_store as forwards
from onrecord.features.chat import mentions_store as mentions
from onrecord.features.complaints import store as complaints
from onrecord.features.groups import store as groups
from onrecord.features.personal import store as personal
from onrecord.features.search import index_store as search_index
from onrecord.features.uploads import store as files
from onrecord.features.waiting import answers_store as answers
from onrecord.features.waiting import unanswered_store as unanswered
from onrecord.protocol import messages
from onrecord_archive.events.clients import (
    AboutClient,
    ConversationUncovered,
    DeviceAdded,
    NoticeAccepted,
    OutOfOfficeReplied,
)
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import TitleChanged
from onrecord_archive.events.groups import GroupChange
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.messages import (
    FileStored,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    ReactionChanged,
)

STREAM_KEYS = sql("SELECT key, stream_key FROM journal WHERE key {ints}")
TARGET = sql(
    """SELECT t.archive_index, t.removed_at FROM journal j JOIN archived a ON a.key = j.key
    JOIN timeline t ON t.archive_index = a.archive_index WHERE j.event_id = ?"""
)
INSERT_MESSAGE = sql(
    """INSERT INTO timeline
    (archive_index, stream_key, conv_seq, msg_no, actor, at, event_id, text, text_seq,
    target, quote, listed, type, edits)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 'message.sent', 0)"""
)
INSERT_OTHER = sql(
    """INSERT INTO timeline
    (archive_index, stream_key, conv_seq, listed, type, actor, at, event_id, wire, target, edits)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"""
)
MESSAGE_PUBLISHED = sql(
    "UPDATE conversation SET published_seq = ?, published_msg_no = ?, newest = ?"
    " WHERE stream_key = ?"
)
ROW_PUBLISHED = sql("UPDATE conversation SET published_seq = ?, newest = ? WHERE stream_key = ?")
CHANGE_PUBLISHED = sql("UPDATE conversation SET published_seq = ? WHERE stream_key = ?")
COUNT_OWN = sql("UPDATE member SET own_above = own_above + ? WHERE stream_key = ? AND person = ?")
EDIT = sql(
    "UPDATE timeline SET text = ?, text_seq = ?, edited_at = ?, edits = edits + 1"
    " WHERE archive_index = ? AND removed_at IS NULL"
)
REMOVE = sql(
    "UPDATE timeline SET text = NULL, removed_at = ? WHERE archive_index = ? AND removed_at IS NULL"
)
FORGET_QUOTES = sql("UPDATE timeline SET quote = NULL WHERE target = ?")
ADD_REACTION = sql(
    "INSERT INTO reaction (target, person, emoji, conv_seq) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
DROP_REACTION = sql("DELETE FROM reaction WHERE target = ? AND person = ? AND emoji = ?")
SET_TITLE = sql("UPDATE conversation SET title = ? WHERE stream_key = ?")

CONVERSATIONS = frozenset({"direct", "group"})
"""Kinds of streams that several people read; system streams have no projections."""

_encode = msgspec.json.Encoder().encode


class _Placed(Struct, frozen=True):
    index: int
    """archive_index"""
    stream: int
    row: JournalRow

    @property
    def event(self) -> Event:
        """What happened."""
        return self.row.event


class Projections:
    """Applies events inside one transaction."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._plain: list[tuple[_Placed, str]] = []
        self._waiting: set[int] = set()
        """The conversations (stream_key) of plain messages that are not written yet."""

    def apply(self, rows: Sequence[tuple[int, JournalRow]]) -> None:
        """Apply (archive_index, row) pairs, ascending, none of which was applied before."""
        self._apply_shown(
            [(index, row) for index, row in rows if row.event.stream.kind in CONVERSATIONS]
        )
        for index, row in rows:  # what they are about came before, so it is there
            if row.event.stream.kind == "personal":
                personal.apply(self._tx, index, row.event)

    def _apply_shown(self, shown: Sequence[tuple[int, JournalRow]]) -> None:
        if not shown:
            return
        keys = self._tx.list_of([row.key for _, row in shown])
        streams: dict[int, int] = dict(self._tx.all(STREAM_KEYS, (keys,)))
        for index, row in shown:
            placed, payload = _Placed(index, streams[row.key], row), row.event.payload
            plain = isinstance(payload, MessageSent) and not (
                payload.mentions
                or payload.reply_to
                or payload.files
                or payload.broadcast
                or payload.forward
                or planned_at(row.kept)
            )
            if isinstance(payload, MessageSent) and plain:
                self._plain.append((placed, payload.text))
                self._waiting.add(placed.stream)
            else:
                if placed.stream in self._waiting:
                    self._flush()
                self._apply(payload, placed)
        self._flush()
        search_index.catch_up(self._tx, shown[0][0], shown[-1][0])

    def _flush(self) -> None:
        """Write the plain messages met so far."""
        plain, self._plain = self._plain, []
        self._waiting.clear()
        if plain:
            self._insert_messages([(placed, text, None, None) for placed, text in plain])

    def _insert_messages(
        self, messages: Sequence[tuple[_Placed, str, int | None, str | None]]
    ) -> None:
        """Write messages with what they quote: rows, index, numbers, own counts."""
        tx = self._tx
        tx.many(INSERT_MESSAGE, [_message(*message) for message in messages])
        last = {placed.stream: placed for placed, _, _, _ in messages}
        tx.many(
            MESSAGE_PUBLISHED,
            [
                (placed.event.conv_seq, placed.event.msg_no, placed.index, stream)
                for stream, placed in last.items()
            ],
        )
        unanswered.said(
            tx,
            [
                (placed.stream, placed.event)
                for placed, _, _, _ in messages
                if not planned_at(placed.row.kept)
            ],
        )
        own = Counter((placed.stream, placed.event.actor.id) for placed, _, _, _ in messages)
        tx.many(COUNT_OWN, [(count, stream, person) for (stream, person), count in own.items()])

    @singledispatchmethod
    def _apply(self, payload: object, placed: _Placed) -> None:
        """Apply a change of members or positions."""
        membership.apply(payload, self._tx, placed.stream, placed.event)
        self._insert_other(placed)

    @_apply.register
    def _(self, payload: MessageSent, placed: _Placed) -> None:
        """A reply, whose quote is dropped where that was removed meanwhile; or with files."""
        target, quote = None, payload.reply_to
        text = None
        if quote is not None:
            target, removed = self._target(quote.event_id)
            text = None if removed else quote.text
        self._insert_messages([(placed, payload.text, target, text)])
        self._plan(placed)
        files.show(self._tx, placed.index, payload.files, placed.row.kept)
        if payload.broadcast is not None:
            broadcasts.name(self._tx, placed.index, payload.broadcast)
        if payload.forward is not None:
            forwards.note(self._tx, placed.index, payload.forward, placed.row.kept)
        if payload.mentions:
            mentions.note(self._tx, placed.index, payload.mentions)

    @_apply.register
    def _(self, payload: MessageEdited, placed: _Placed) -> None:
        target, removed = self._target(payload.target)
        if not removed:
            event = placed.event
            self._tx.run(EDIT, (payload.text, event.conv_seq, micros(event.at), target))
            search_index.replace(self._tx, target)
            mentions.note(self._tx, target, payload.mentions)
        self._insert_other(placed, target)
        unanswered.changed(self._tx, placed.stream, placed.event)

    @_apply.register
    def _(self, payload: MessageRemoved, placed: _Placed) -> None:
        target, _ = self._target(payload.target)
        self._tx.run(REMOVE, (micros(placed.event.at), target))
        self._tx.run(FORGET_QUOTES, (target,))
        search_index.forget(self._tx, target)
        files.hide(self._tx, target)
        mentions.forget(self._tx, target)
        self._insert_other(placed, target)
        unanswered.changed(self._tx, placed.stream, placed.event)

    @_apply.register
    def _(self, payload: ReactionChanged, placed: _Placed) -> None:
        target, _ = self._target(payload.target)
        who = placed.event.actor.id
        if payload.on:
            self._tx.run(ADD_REACTION, (target, who, payload.emoji, placed.event.conv_seq))
        else:
            self._tx.run(DROP_REACTION, (target, who, payload.emoji))
        self._insert_other(placed, target)
        unanswered.changed(self._tx, placed.stream, placed.event)

    @_apply.register
    def _(self, payload: TitleChanged, placed: _Placed) -> None:
        self._tx.run(SET_TITLE, (payload.title, placed.stream))
        title = (placed.stream, placed.event.conv_seq, payload.title)
        self._tx.run(membership.INSERT_TITLE, title)
        self._insert_other(placed)

    @_apply.register
    def _(self, payload: ComplaintFiled, placed: _Placed) -> None:
        target = None if payload.target is None else self._target(payload.target)[0]
        complaints.file(self._tx, placed.stream, placed.event, payload, target)
        self._insert_other(placed, target)

    @_apply.register
    def _(self, payload: ComplaintClosed, placed: _Placed) -> None:
        complaints.close(self._tx, placed.stream, placed.event, payload)
        self._insert_other(placed)

    @_apply.register
    def _(self, payload: FileStored, placed: _Placed) -> None:
        event = placed.event
        stored = (payload, placed.row.kept)
        files.store(self._tx, placed.stream, event.event_id, event.actor.id, stored)
        self._insert_other(placed)

    @_apply.register
    def _(self, payload: OutOfOfficeReplied, placed: _Placed) -> None:
        unanswered.replied(self._tx, placed.stream, placed.event, payload)
        self._insert_other(placed)

    @_apply.register(
        NoticeAccepted | DeviceAdded | AboutClient | GroupChange | ConversationUncovered
    )
    def _(self, payload: object, placed: _Placed) -> None:
        self._insert_other(placed)

    def _plan(self, placed: _Placed) -> None:
        """Note of a message that was planned up to where it answers."""
        at = planned_at(placed.row.kept)
        if at is not None:
            place = (placed.stream, placed.event.conv_seq)
            answers.plan(self._tx, placed.index, place, at)

    def _target(self, event: EventId) -> tuple[int, bool]:
        """Return a published message's archive_index and whether it was removed."""
        index, removed_at = self._tx.only(TARGET, (event_bytes(event),))
        return index, removed_at is not None

    def _insert_other(self, placed: _Placed, target: int | None = None) -> None:
        """Insert what is no message: its wire form without a text, and the numbers."""
        index, stream, event = placed.index, placed.stream, placed.event
        groups.follow(self._tx, stream, event)
        wire = wire_event(event)
        if isinstance(wire, messages.MessageEdited):
            wire = replace(wire, text=None, mentions=None)
        listed = event.payload.listed
        self._tx.run(
            INSERT_OTHER,
            (
                index, stream, event.conv_seq, int(listed), event.payload.type, event.actor.id,
                micros(event.at), event_bytes(event.event_id), _encode(wire), target,
            ),
        )  # fmt: skip
        if listed:
            self._tx.run(ROW_PUBLISHED, (event.conv_seq, index, stream))
        else:
            self._tx.run(CHANGE_PUBLISHED, (event.conv_seq, stream))


def _message(
    placed: _Placed, text: str, target: int | None, quote: str | None
) -> tuple[int | str | bytes | None, ...]:
    event = placed.event
    return (
        placed.index,
        placed.stream,
        event.conv_seq,
        event.msg_no,
        event.actor.id,
        micros(event.at),
        bytes.fromhex(event.event_id),
        text,
        event.conv_seq,
        target,
        quote,
    )
