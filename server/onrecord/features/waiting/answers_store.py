"""Every statement of what answers a client: from which of their words on nobody has, as published.

A client's words are a message that stands, and the last change of one. They are answered by a
later message of the firm's people that stands (by one that was planned, where they were there when
it was), and by a reaction of theirs, as far as to the message that it is on.
"""

from collections.abc import Sequence

from onrecord.database.columns import AUTHOR, micros
from onrecord.database.statements import Tx, nullable, query, sql
from onrecord_archive.events.ids import StreamId
from onrecord_archive.format.record import parse_time

PLAN = sql(
    """INSERT INTO planned_message (archive_index, stream_key, upto) SELECT ?, ?, coalesce((
        SELECT j.conv_seq FROM journal j WHERE j.stream_key = ? AND j.conv_seq < ? AND j.at <= ?
        ORDER BY j.conv_seq DESC LIMIT 1), 0)"""
)
ANSWERED_TO = query(
    int,
    """SELECT coalesce(max(n.upto), 0) FROM (
    SELECT p.upto FROM planned_message p JOIN timeline t ON t.archive_index = p.archive_index
    WHERE p.stream_key = ? AND t.removed_at IS NULL UNION ALL SELECT l.conv_seq FROM (
        SELECT k.conv_seq FROM journal k JOIN person e ON e.id = k.actor AND e.kind = 'employee'
        LEFT JOIN archived a ON a.key = k.key
        LEFT JOIN timeline t ON t.archive_index = a.archive_index
        WHERE k.stream_key = ? AND k.msg_no IS NOT NULL AND t.removed_at IS NULL
            AND NOT EXISTS
                (SELECT 1 FROM broadcast_message b WHERE b.archive_index = a.archive_index)
            AND NOT EXISTS
                (SELECT 1 FROM planned_message m WHERE m.archive_index = a.archive_index)
        ORDER BY k.conv_seq DESC LIMIT 1) l) n""",
)
WORDS = """FROM journal j JOIN archived b ON b.key = j.key
    JOIN timeline u ON u.archive_index = b.archive_index
        AND u.type IN ('message.sent', 'message.edited')
    JOIN timeline m ON m.removed_at IS NULL AND m.archive_index =
        CASE u.type WHEN 'message.sent' THEN u.archive_index ELSE u.target END
    JOIN person k ON k.id = u.actor AND k.kind = 'client'"""
"""Clients' words `u` of the messages `m`."""
LAST_CHANGE = "(u.type = 'message.sent' OR m.text_seq = u.conv_seq)"
FIRST_WORDS = query(
    int,
    """SELECT j.conv_seq {words} WHERE j.stream_key = ? AND j.conv_seq > ? AND {last_change}
    AND NOT EXISTS (SELECT 1 FROM journal q JOIN archived d ON d.key = q.key
        JOIN timeline v ON v.archive_index = d.archive_index
        JOIN reaction r ON r.target = v.target AND r.conv_seq = q.conv_seq
        JOIN person e ON e.id = r.person AND e.kind = 'employee'
        JOIN timeline t ON t.archive_index = r.target AND t.conv_seq >= m.conv_seq
        JOIN person c ON c.id = t.actor AND c.kind = 'client'
        WHERE q.stream_key = j.stream_key AND q.conv_seq > j.conv_seq
            AND q.type = 'reaction.changed')
    ORDER BY j.conv_seq LIMIT 1""",
    words=WORDS,
    last_change=LAST_CHANGE,
)
FIRST_CHANGED = nullable(
    int,
    "SELECT min(m.conv_seq) {words} WHERE j.stream_key = ? AND j.conv_seq > ?"
    " AND u.type = 'message.edited' AND m.text_seq = u.conv_seq",
    words=WORDS,
)
# Whose message it was is not known of a stub's: it waits rather than being passed over.
FIRST_MESSAGE = query(
    int,
    """SELECT j.conv_seq FROM journal j LEFT JOIN person p ON p.id = {author}
    WHERE j.stream_key = ? AND j.msg_no IS NOT NULL AND j.conv_seq > ?
        AND (p.id IS NULL OR p.kind = 'client') ORDER BY j.conv_seq LIMIT 1""",
    author=AUTHOR,
)
KEY_OF = query(int, "SELECT key FROM stream WHERE id = ?")
ANSWERED = sql("DELETE FROM waiting WHERE stream_key {ints}")
WAITS = sql(
    "INSERT INTO waiting (stream_key, since_seq) VALUES (?, ?) ON CONFLICT (stream_key) DO NOTHING"
)


def plan(tx: Tx, index: int, place: tuple[int, int], at: str) -> None:
    """Note of a message, at (stream_key, conv_seq), what was there when it was planned."""
    stream, seq = place
    tx.run(PLAN, (index, stream, stream, seq, micros(parse_time(at))))
    find(tx, stream)


def note(tx: Tx, answered: Sequence[int], since: Sequence[tuple[int, int]]) -> None:
    """Note what plain messages answer, and what waits from a conv_seq on where nothing did."""
    if answered:
        tx.run(ANSWERED, (tx.list_of(answered),))
    tx.many(WAITS, since)


def find(tx: Tx, stream: int) -> None:
    """Note anew from which words on a client waits: the rows are those that messages leave."""
    answered_to = tx.only(ANSWERED_TO, (stream, stream))
    first = tx.one(FIRST_WORDS, (stream, answered_to))
    note(tx, [stream], [] if first is None else [(stream, first)])


def first_message(tx: Tx, stream: StreamId) -> int | None:
    """Return the conv_seq of a client's first message that no message answers as it stands now."""
    key = tx.one(KEY_OF, (stream,))
    if key is None:
        return None
    since = (key, tx.only(ANSWERED_TO, (key, key)))
    numbers = (tx.one(FIRST_MESSAGE, since), tx.one(FIRST_CHANGED, since))
    return min((number for number in numbers if number is not None), default=None)
