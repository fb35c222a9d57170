"""Apply published events to what people read. Order: archive_index; each event once.

A plain message (nearly every event) only adds rows, so those of a batch are written together; any
other event is applied alone, after those before it in its own conversation.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

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
from onrecord.protocol import messages
from onrecord_archive.events.audience import about
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload

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

CONVERSATIONS = frozenset({"direct", "group"})
"""Kinds of streams that several people read; system streams have no projections."""

_encode = msgspec.json.Encoder().encode


class Placed(Struct, frozen=True):
    """A published event with its places, and the message that it is about (`target`), if any."""

    index: int
    """archive_index"""
    stream: int
    row: JournalRow
    target: int | None = None
    """That message's archive_index."""
    removed: bool = False
    """Whether that message was removed before."""

    @property
    def event(self) -> Event:
        """What happened."""
        return self.row.event


Projector: TypeAlias = Callable[[Any, Tx, Placed], None]
"""Applies what one type of event says, once its row stands in the timeline."""
Follower: TypeAlias = Callable[[Tx, Sequence[Placed]], None]
"""Applies what follows from several events together."""


class Projectors(Struct, frozen=True):
    """What features make of published events. Only publish and rebuild call them (P1).

    `events`: what a type is to the feature that it belongs to; `follows`: what others make of it
    after that, in their order. Neither is called for a plain message. `messages`: after each run of
    messages, plain ones too. `batch`: after all of a batch.
    """

    events: Mapping[type[Payload], Projector]
    follows: Mapping[type[Payload], tuple[Projector, ...]]
    messages: tuple[Follower, ...]
    batch: tuple[Follower, ...]


def row_alone(said: Payload, tx: Tx, placed: Placed) -> None:
    """Apply what is a row of the timeline, or a number, and nothing else."""


class Projections:
    """Applies events inside one transaction."""

    def __init__(self, tx: Tx, projectors: Projectors) -> None:
        self._tx = tx
        self._projectors = projectors
        self._plain: list[Placed] = []
        self._waiting: set[int] = set()
        """The conversations (stream_key) of plain messages that are not written yet."""

    def apply(self, rows: Sequence[tuple[int, JournalRow]]) -> None:
        """Apply (archive_index, row) pairs, ascending, none of which was applied before."""
        self._apply_shown(
            [(index, row) for index, row in rows if row.event.stream.kind in CONVERSATIONS]
        )
        for index, row in rows:  # what they are about came before, so it is there
            if row.event.stream.kind == "personal":
                self._project(Placed(index, 0, row))

    def _apply_shown(self, shown: Sequence[tuple[int, JournalRow]]) -> None:
        if not shown:
            return
        keys = self._tx.list_of([row.key for _, row in shown])
        streams: dict[int, int] = dict(self._tx.all(STREAM_KEYS, (keys,)))
        all_placed = [Placed(index, streams[row.key], row) for index, row in shown]
        for placed in all_placed:
            if _is_plain(placed):
                self._plain.append(placed)
                self._waiting.add(placed.stream)
            else:
                if placed.stream in self._waiting:
                    self._flush()
                self._apply(placed)
        self._flush()
        for follow in self._projectors.batch:
            follow(self._tx, all_placed)

    def _flush(self) -> None:
        """Write the plain messages met so far."""
        plain, self._plain = self._plain, []
        self._waiting.clear()
        if plain:
            self._insert_messages(plain)

    def _insert_messages(self, messages: Sequence[Placed]) -> None:
        """Write messages: rows, numbers, own counts, and what follows from them together."""
        tx = self._tx
        tx.many(INSERT_MESSAGE, [_message(placed) for placed in messages])
        last = {placed.stream: placed for placed in messages}
        tx.many(
            MESSAGE_PUBLISHED,
            [
                (placed.event.conv_seq, placed.event.msg_no, placed.index, stream)
                for stream, placed in last.items()
            ],
        )
        for follow in self._projectors.messages:
            follow(tx, messages)
        own = Counter((placed.stream, placed.event.actor.id) for placed in messages)
        tx.many(COUNT_OWN, [(count, stream, person) for (stream, person), count in own.items()])

    def _apply(self, placed: Placed) -> None:
        """Write an event's row, with the message that it is about, then what it says besides."""
        said = placed.event.payload
        if isinstance(said, MessageSent):
            quoted = None if said.reply_to is None else said.reply_to.event_id
            placed = self._about(placed, quoted)
            self._insert_messages([placed])
        elif isinstance(said, Payload):
            if isinstance(said, ConversationCreated):
                membership.begin(self._tx, placed.stream, placed.event, said)
            placed = self._about(placed, about(said))
            self._insert_other(placed)
        self._project(placed)

    def _project(self, placed: Placed) -> None:
        said = placed.event.payload
        kind = cast("type[Payload]", type(said))
        projector = self._projectors.events.get(kind)
        if projector is None:
            raise TypeError(f"{kind.__name__} has no projection")
        projector(said, self._tx, placed)
        for follow in self._projectors.follows.get(kind, ()):
            follow(said, self._tx, placed)

    def _about(self, placed: Placed, event: EventId | None) -> Placed:
        """Return the same with a published message's archive_index and whether it was removed."""
        if event is None:
            return placed
        index, removed_at = self._tx.only(TARGET, (event_bytes(event),))
        return replace(placed, target=index, removed=removed_at is not None)

    def _insert_other(self, placed: Placed) -> None:
        """Insert what is no message: its wire form without a text, and the numbers."""
        index, stream, event = placed.index, placed.stream, placed.event
        wire = wire_event(event)
        if isinstance(wire, messages.MessageEdited):
            wire = replace(wire, text=None, mentions=None)
        listed = event.payload.listed
        self._tx.run(
            INSERT_OTHER,
            (
                index, stream, event.conv_seq, int(listed), event.payload.type, event.actor.id,
                micros(event.at), event_bytes(event.event_id), _encode(wire), placed.target,
            ),
        )  # fmt: skip
        if listed:
            self._tx.run(ROW_PUBLISHED, (event.conv_seq, index, stream))
        else:
            self._tx.run(CHANGE_PUBLISHED, (event.conv_seq, stream))


def _is_plain(placed: Placed) -> bool:
    """Whether a message is a text alone: nothing is read of it but its row."""
    said = placed.event.payload
    return isinstance(said, MessageSent) and not (
        said.mentions
        or said.reply_to
        or said.files
        or said.broadcast
        or said.forward
        or planned_at(placed.row.kept)
    )


def _message(placed: Placed) -> tuple[int | str | bytes | None, ...]:
    """Return a message's row; a quote is dropped where that was removed meanwhile."""
    event = placed.event
    said = cast("MessageSent", event.payload)
    quote = None if said.reply_to is None or placed.removed else said.reply_to.text
    return (
        placed.index,
        placed.stream,
        event.conv_seq,
        event.msg_no,
        event.actor.id,
        micros(event.at),
        bytes.fromhex(event.event_id),
        said.text,
        event.conv_seq,
        placed.target,
        quote,
    )
