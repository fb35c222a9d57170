"""Every statement that reads published events: pages of a timeline, and replays.

A page is found through the journal's (stream_key, conv_seq), joined to what is archived and
published: a row that is only journaled is in neither.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from onrecord.core.delivery.wire_events import ReplayEvent, for_late, unseen_quote, wire_mentions
from onrecord.core.store.visibility import BLIND, IS_OF_ONE_CLIENT, Sight, sights_of
from onrecord.database.columns import event_id, time_text
from onrecord.database.rows import named
from onrecord.database.statements import Tx, query
from onrecord.features.broadcasts import store as broadcasts
from onrecord.features.chat import bodies as rest
from onrecord.features.chat import forwards_store as forwards
from onrecord.features.chat import mentions_store as mentions
from onrecord.features.chat import played_store as played
from onrecord.features.personal import store as personal
from onrecord.features.uploads import store as files
from onrecord.protocol import frames
from onrecord.protocol.commands import WireMention
from onrecord.protocol.files import wire_files
from onrecord.protocol.messages import (
    MessageEdited,
    MessageSent,
    WireForward,
    WireQuote,
    WireReaction,
)
from onrecord_archive.events.audience import ABOUT_A_MESSAGE
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import Forward, Mention


class _Reaction(NamedTuple):
    target: int
    emoji: str
    person: PersonId
    conv_seq: int


class TimelineRow(Struct, frozen=True):
    """A published event with what it quotes or changes (`q`), as the columns lie."""

    archive_index: int
    stream_key: int
    conv_seq: int
    msg_no: int | None
    type: str
    actor: str
    at: int
    event_id: bytes
    wire: bytes | None
    text: str | None
    text_seq: int | None
    edited_at: int | None
    removed_at: int | None
    quote: str | None
    target: int | None
    q_event_id: bytes | None
    q_conv_seq: int | None
    q_actor: str | None
    q_text: str | None
    q_text_seq: int | None


class Missed(NamedTuple):
    """A row that a reader has not got, and the conversation that it is in."""

    row: TimelineRow
    stream: StreamId


_COLUMNS = {
    "archive_index": "t.archive_index",
    "stream_key": "t.stream_key",
    "conv_seq": "t.conv_seq",
    "msg_no": "t.msg_no",
    "type": "t.type",
    "actor": "t.actor",
    "at": "t.at",
    "event_id": "t.event_id",
    "wire": "t.wire",
    "text": "t.text",
    "text_seq": "t.text_seq",
    "edited_at": "t.edited_at",
    "removed_at": "t.removed_at",
    "quote": "t.quote",
    "target": "t.target",
    "q_event_id": "q.event_id",
    "q_conv_seq": "q.conv_seq",
    "q_actor": "q.actor",
    "q_text": "q.text",
    "q_text_seq": "q.text_seq",
}
_PAGE = """SELECT {columns} FROM journal j JOIN archived a ON a.key = j.key
    JOIN timeline t ON t.archive_index = a.archive_index
    LEFT JOIN timeline q ON q.archive_index = t.target
    WHERE j.stream_key = ? AND j.conv_seq BETWEEN ? AND ? AND t.listed = 1
    AND (? = 1 OR NOT {of_one_client})"""
NEWEST_FIRST = query(
    TimelineRow,
    "{page} ORDER BY j.conv_seq DESC LIMIT ?",
    columns=named(_COLUMNS),
    of_one_client=IS_OF_ONE_CLIENT,
    page=_PAGE,
)
OLDEST_FIRST = query(
    TimelineRow,
    "{page} ORDER BY j.conv_seq LIMIT ?",
    columns=named(_COLUMNS),
    of_one_client=IS_OF_ONE_CLIENT,
    page=_PAGE,
)
AT = query(
    TimelineRow,
    "SELECT {columns} FROM timeline t LEFT JOIN timeline q ON q.archive_index = t.target"
    " WHERE t.archive_index {ints}",
    columns=named(_COLUMNS),
)
REPLAY = query(
    Missed,
    """SELECT {columns}, c.id AS stream
    FROM timeline t JOIN conversation c ON c.stream_key = t.stream_key
    LEFT JOIN timeline q ON q.archive_index = t.target
    WHERE t.archive_index >= ? AND t.archive_index < ?
        AND EXISTS (SELECT 1 FROM member_span s JOIN person v ON v.id = s.person
            WHERE s.stream_key = t.stream_key AND s.person = ? AND t.conv_seq >= CASE
                WHEN v.kind = 'client' AND {of_one_client} THEN s.join_seq ELSE s.from_seq END
            AND (s.to_seq IS NULL OR t.conv_seq <= s.to_seq))
    ORDER BY t.archive_index LIMIT ?""",
    columns=named(_COLUMNS, "row"),
    of_one_client=IS_OF_ONE_CLIENT,
)
REACTIONS = query(
    _Reaction,
    "SELECT target, emoji, person, conv_seq FROM reaction WHERE target {ints} ORDER BY conv_seq",
)

MESSAGE = "message.sent"
IN_THE_ARCHIVE = "A message was written here. Its text is in the archive alone."
"""What a message without a body says in place of its text (stubs.py)."""
EDIT = "message.edited"
QUIET = frozenset({"notice.accepted", "device.added", "out_of_office.replied"})
"""What says less than what it would hide in the list of conversations (conversation.ts)."""
LOOK_BACK = 20
"""As far the list looks for something that says more."""

_encode = msgspec.json.Encoder().encode
_events: msgspec.json.Decoder[frames.AnyEvent] = msgspec.json.Decoder(frames.AnyEvent)
_edits = msgspec.json.Decoder(MessageEdited)


class _Seen(Struct, frozen=True):
    """What rows are shown with."""

    stream: StreamId
    sight: Sight
    files: Mapping[int, Sequence[File]]
    """Of messages, by archive_index."""
    broadcasts: Mapping[int, EventId]
    """Which broadcast a message is a part of."""
    forwards: Mapping[int, Forward]
    """What is told of where a message comes from."""
    mentions: Mapping[int, Sequence[Mention]]
    """Whom messages' current texts call."""


class Page(Struct, frozen=True):
    """Which rows of a timeline are wanted: at most one of the three, and how many."""

    before: int | None
    after: int | None
    around: int | None
    limit: int


def timeline(
    tx: Tx, stream_key: int, stream: StreamId, sight: Sight, page: Page, *, reader: PersonId
) -> rest.Timeline:
    """Return a page of what *sight* lets a reader see of a conversation, ascending."""
    limit = page.limit
    if page.after is not None:
        older: list[TimelineRow] = []
        newer = _forward(tx, stream_key, sight, page.after + 1, limit + 1)
        more_before = bool(_backward(tx, stream_key, sight, page.after, 1))
    elif page.around is not None:
        half = limit // 2
        older = _backward(tx, stream_key, sight, page.around - 1, half + 1)
        newer = _forward(tx, stream_key, sight, page.around, limit - half + 1)
        more_before, older, limit = len(older) > half, older[:half], limit - half
    else:
        last = sight.last if page.before is None else page.before - 1
        older = _backward(tx, stream_key, sight, last, limit + 1)
        more_before, older = len(older) > limit, older[:limit]
        newer = _forward(tx, stream_key, sight, last + 1, 1)
        limit = 0
    rows = [*reversed(older), *newer[:limit]]
    events = _as_read_by(tx, reader, _history(tx, rows, reader, stream, sight))
    return rest.Timeline(events, more_before=more_before, more_after=len(newer) > limit)


def newest(tx: Tx, stream_key: int, sight: Sight) -> TimelineRow | None:
    """Return the newest visible row of a conversation."""
    return next(iter(_backward(tx, stream_key, sight, sight.last, 1)), None)


def telling(
    tx: Tx, stream_key: int, sight: Sight, newest: TimelineRow | None
) -> TimelineRow | None:
    """Return what the list shows of a conversation, whose newest row is *newest*."""
    if newest is None or newest.type not in QUIET:
        return newest
    rows = _backward(tx, stream_key, sight, newest.conv_seq, LOOK_BACK)
    return next((row for row in rows if row.type not in QUIET), newest)


def rows_at(tx: Tx, indexes: Sequence[int]) -> dict[int, TimelineRow]:
    """Return rows by archive_index."""
    return {row.archive_index: row for row in tx.all(AT, (tx.list_of(indexes),))}


def replay(tx: Tx, person: PersonId, after: int, upto: int, limit: int) -> list[ReplayEvent]:
    """Return visible events with after <= archive_index < upto, ascending, without old texts.

    What somebody noted for themself is among them.
    """
    sights = sights_of(tx, person)
    events = []
    found = tx.all(REPLAY, (after, upto, person, limit))
    rows = [each.row for each in found]
    messages = [row.archive_index for row in rows if row.type == MESSAGE]
    shown, parts = files.shown_by(tx, messages), broadcasts.named_by(tx, messages)
    edited = [row.target for row in rows if row.type == EDIT and row.target is not None]
    sent_on = forwards.told_by(tx, person, messages)
    called = mentions.made_by(tx, [*messages, *edited])
    for row, stream in found:
        sight = sights.get(row.stream_key, BLIND)
        seen = _Seen(stream, sight, shown, parts, sent_on, called)
        events.append(ReplayEvent(row.archive_index, stream, _replayed(row, seen)))
    own = personal.replay(tx, person, after, upto, limit)
    return sorted([*events, *own], key=lambda event: event.archive_index)[:limit]


def visible_text(row: TimelineRow, sight: Sight) -> str | None:
    """Return a message's current text, unless the event that gave it is out of sight."""
    if _is_stub(row):
        return IN_THE_ARCHIVE
    return row.text if row.text_seq is not None and sight.sees(row.text_seq) else None


def _backward(tx: Tx, stream: int, sight: Sight, last: int, limit: int) -> list[TimelineRow]:
    """Return up to *limit* visible rows at or below *last*, the newest first."""
    rows: list[TimelineRow] = []
    for part in reversed(sight.parts()):
        if len(rows) < limit and part.first <= last:
            end, whole = min(part.last, last), int(part.whole)
            wanted = (stream, part.first, end, whole, limit - len(rows))
            rows += tx.all(NEWEST_FIRST, wanted)
    return rows


def _forward(tx: Tx, stream: int, sight: Sight, first: int, limit: int) -> list[TimelineRow]:
    """Return up to *limit* visible rows at or above *first*, the oldest first."""
    rows: list[TimelineRow] = []
    for part in sight.parts():
        if len(rows) < limit and part.last >= first:
            begin, whole = max(part.first, first), int(part.whole)
            wanted = (stream, begin, part.last, whole, limit - len(rows))
            rows += tx.all(OLDEST_FIRST, wanted)
    return rows


def _history(
    tx: Tx, rows: Sequence[TimelineRow], reader: PersonId, stream: StreamId, sight: Sight
) -> list[frames.AnyEvent]:
    """Return rows as they stand now for a reader."""
    messages = [row.archive_index for row in rows if row.type == MESSAGE]
    reactions = _reactions(tx, messages, sight)
    parts = broadcasts.named_by(tx, messages)
    sent_on, called = forwards.told_by(tx, reader, messages), mentions.made_by(tx, messages)
    seen = _Seen(stream, sight, files.shown_by(tx, messages), parts, sent_on, called)
    return [
        replace(
            _message(row, seen),
            text=visible_text(row, sight),
            mentions=_called(row.archive_index, seen) if visible_text(row, sight) else None,
            reactions=reactions.get(row.archive_index),
        )
        if row.wire is None
        else _other(row, row.wire, sight)
        for row in rows
    ]


def _other(row: TimelineRow, wire: bytes, sight: Sight) -> frames.AnyEvent:
    shown = _events.decode(wire)
    return for_late(shown) if _about_unseen(row, sight) else shown


def _as_read_by(tx: Tx, person: PersonId, events: list[frames.AnyEvent]) -> list[frames.AnyEvent]:
    """Return events with what their reader starred and played."""
    messages = [each for each in events if isinstance(each, MessageSent)]
    starred = personal.starred(tx, person, [each.event_id for each in messages])
    voiced = [each for each in messages if any(file.voice for file in each.files or ())]
    heard = played.played_by(tx, person, [each.event_id for each in voiced])
    if not starred and not heard:
        return events
    return [
        replace(each, starred=each.event_id in starred, played=each.event_id in heard)
        if isinstance(each, MessageSent)
        else each
        for each in events
    ]


def _reactions(tx: Tx, messages: Sequence[int], sight: Sight) -> dict[int, list[WireReaction]]:
    """Return the visible reactions by message: emojis, and people of each, by when they came."""
    people: dict[int, dict[str, list[str]]] = {}
    for row in tx.all(REACTIONS, (tx.list_of(messages),)):
        if sight.sees(row.conv_seq):
            people.setdefault(row.target, {}).setdefault(row.emoji, []).append(row.person)
    return {
        target: [WireReaction(emoji, who) for emoji, who in emojis.items()]
        for target, emojis in people.items()
    }


def _replayed(row: TimelineRow, seen: _Seen) -> Raw:
    """Return an event as it was sent live, without a text that was replaced or removed since."""
    if row.wire is None:
        return Raw(_encode(_message(row, seen)))
    if _about_unseen(row, seen.sight):
        return Raw(_encode(_other(row, row.wire, seen.sight)))
    if row.type == EDIT and row.q_text_seq == row.conv_seq:
        called = None if row.target is None else _called(row.target, seen)
        return Raw(_encode(replace(_edits.decode(row.wire), text=row.q_text, mentions=called)))
    return Raw(row.wire)


def _message(row: TimelineRow, seen: _Seen) -> MessageSent:
    """Return a message with the text that it was sent with, if that is the current one."""
    text = row.text if row.text_seq == row.conv_seq else None
    return MessageSent(
        event_id=event_id(row.event_id),
        conv=seen.stream,
        conv_seq=row.conv_seq,
        actor=row.actor,
        at=time_text(row.at),
        msg_no=row.msg_no or 0,
        text=IN_THE_ARCHIVE if _is_stub(row) else text,
        reply_to=_quote(row, seen.sight),
        edited_at=None if row.edited_at is None else time_text(row.edited_at),
        removed_at=None if row.removed_at is None else time_text(row.removed_at),
        files=wire_files(seen.files.get(row.archive_index, ())),
        broadcast=seen.broadcasts.get(row.archive_index),
        forward=_told(seen.forwards.get(row.archive_index)),
        mentions=None if text is None else _called(row.archive_index, seen),
    )


def _called(index: int, seen: _Seen) -> list[WireMention] | None:
    return wire_mentions(seen.mentions.get(index, ()))


def _told(told: Forward | None) -> WireForward | None:
    return None if told is None else WireForward(told.at, told.actor)


def _is_stub(row: TimelineRow) -> bool:
    return row.type == MESSAGE and row.text is None and row.removed_at is None


def _quote(row: TimelineRow, sight: Sight) -> WireQuote | None:
    if row.q_event_id is None or row.q_conv_seq is None or row.q_actor is None:
        return None
    quoted = event_id(row.q_event_id)
    if not _sees_quoted(row, sight):
        return unseen_quote(quoted, row.q_conv_seq)
    return WireQuote(quoted, row.q_conv_seq, row.q_actor, row.quote)


def _about_unseen(row: TimelineRow, sight: Sight) -> bool:
    return row.type in ABOUT_A_MESSAGE and row.target is not None and not _sees_quoted(row, sight)


def _sees_quoted(row: TimelineRow, sight: Sight) -> bool:
    return row.q_conv_seq is not None and sight.sees(row.q_conv_seq)
