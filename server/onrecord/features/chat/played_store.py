"""Which voice notes somebody has played: positions of a kind of their own (membership.py)."""

from collections.abc import Collection, Sequence

from onrecord.database.columns import event_bytes
from onrecord.database.statements import Tx, query
from onrecord_archive.events.ids import EventId, PersonId, StreamId

_IS_PLAYED = """EXISTS (SELECT 1 FROM position p WHERE p.stream_key = t.stream_key
    AND p.person = ? AND p.kind = 2 AND p.msg_no = t.msg_no)"""
_MESSAGES = """FROM journal j JOIN archived a ON a.key = j.key
    JOIN timeline t ON t.archive_index = a.archive_index WHERE j.event_id {blobs}"""
PLAYED_BY = query(
    EventId,
    "SELECT j.event_id {messages} AND {is_played}",
    messages=_MESSAGES,
    is_played=_IS_PLAYED,
)
UNPLAYED = query(
    int,
    """SELECT t.msg_no {messages} AND NOT {is_played}
    AND t.actor <> ? AND EXISTS (SELECT 1 FROM message_file f
        WHERE f.target = t.archive_index AND f.voice_ms IS NOT NULL)
    AND EXISTS (SELECT 1 FROM member_span s JOIN conversation c ON c.stream_key = s.stream_key
        WHERE s.stream_key = t.stream_key AND c.id = ? AND s.person = ? AND s.to_seq IS NULL
        AND t.conv_seq >= s.from_seq)
    ORDER BY t.msg_no""",
    messages=_MESSAGES,
    is_played=_IS_PLAYED,
)


def played_by(tx: Tx, person: PersonId, events: Sequence[str]) -> set[EventId]:
    """Return which of these messages' voice notes somebody has played."""
    ids = [event_bytes(EventId(event)) for event in events]
    return set(tx.all(PLAYED_BY, (tx.list_of(ids), person))) if ids else set()


def unplayed(tx: Tx, person: PersonId, stream: StreamId, events: Collection[EventId]) -> list[int]:
    """Return the numbers of those that are others' voice notes, in sight, and not played yet."""
    ids = tx.list_of([event_bytes(event) for event in events])
    return tx.all(UNPLAYED, (ids, person, person, stream, person))
