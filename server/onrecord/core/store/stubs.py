"""Every statement about records without a body: what is shown of them, and what they close.

A member sees a message's row without its text. Where another type than a message is missing, the
members of the conversation lose their rows, so that nobody sees or does anything there;
compliance, which reads conversations and records, still finds all of it.
"""

from collections.abc import Collection, Sequence

from onrecord.core.domain.values import SYSTEM
from onrecord.core.journal.stubs import NEEDED_TO_SIGN_IN, OF_HOOKS
from onrecord.core.store.projections import CHANGE_PUBLISHED, MESSAGE_PUBLISHED
from onrecord.database.database import Database
from onrecord.database.statements import Tx, sql
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.messages import MessageSent

WAITING = sql("SELECT count(*) FROM stub WHERE actor IS NULL")
STUBS_AT = sql(
    """SELECT a.archive_index, j.stream_key, j.conv_seq, j.msg_no, j.type, j.at, j.event_id
    FROM stub u JOIN journal j ON j.key = u.key JOIN archived a ON a.key = u.key
    JOIN conversation c ON c.stream_key = j.stream_key
    WHERE u.actor IS NULL AND u.key {ints} ORDER BY a.archive_index"""
)
INSERT_ROW = sql(
    """INSERT INTO timeline
    (archive_index, stream_key, conv_seq, msg_no, listed, type, actor, at, event_id, text_seq,
    edits) VALUES (?, ?, ?, ?, 1, 'message.sent', ?, ?, ?, ?, 0)"""
)
CLOSE = sql("INSERT INTO closed_stream (stream_key) VALUES (?) ON CONFLICT DO NOTHING")
CLOSED = sql("SELECT stream_key FROM closed_stream")
ANY_CLOSED = sql("SELECT 1 FROM closed_stream LIMIT 1")
REOPEN = sql("DELETE FROM closed_stream")
SHUT = tuple(
    sql(
        "DELETE FROM {table} WHERE stream_key IN (SELECT stream_key FROM closed_stream)",
        table=table,
    )
    for table in ("member", "member_span")
)
WAS_HERE = sql(
    """SELECT 1 FROM closed_stream c JOIN stream s ON s.key = c.stream_key
    JOIN stream_member m ON m.stream_key = s.key WHERE s.id = ? AND m.person = ?"""
)
_LACKING = sql(
    """SELECT 1 FROM stub u JOIN journal j ON j.key = u.key JOIN stream s ON s.key = j.stream_key
    WHERE u.actor IS NULL AND s.id {texts} AND j.type NOT LIKE ? LIMIT 1"""
)


def show(tx: Tx, keys: Collection[int]) -> None:
    """Show of these records what is known: a message's row without text, and the numbers."""
    for index, stream, seq, msg_no, kind, at, event in tx.all(STUBS_AT, (tx.list_of(keys),)):
        if kind == MessageSent.type:
            tx.run(INSERT_ROW, (index, stream, seq, msg_no, SYSTEM.id, at, event, seq))
            tx.run(MESSAGE_PUBLISHED, (seq, msg_no, index, stream))
        else:
            tx.run(CHANGE_PUBLISHED, (seq, stream))


def close(tx: Tx, streams: Sequence[int]) -> None:
    """Close conversations to their members."""
    tx.many(CLOSE, [(stream,) for stream in streams])
    shut(tx)


def shut(tx: Tx) -> None:
    """Take from the members of closed conversations what lets them see anything."""
    for statement in SHUT:
        tx.run(statement)


def is_closed_to(tx: Tx, stream: StreamId, person: PersonId) -> bool:
    """Whether somebody would see this conversation if it were not closed."""
    return tx.one(WAS_HERE, (stream, person)) is not None


def some_closed(database: Database) -> bool:
    """Whether a conversation is closed until its records are back."""
    with database.reading() as tx:
        return any_closed(tx)


def any_closed(tx: Tx) -> bool:
    """The same, in a transaction."""
    return tx.one(ANY_CLOSED) is not None


def waiting(database: Database) -> int:
    """Return how many records wait for their bodies."""
    with database.reading() as tx:
        return int(tx.only(WAITING)[0])


def accounts_wait(database: Database) -> bool:
    """Whether records are missing that say who may do what: only administrators sign in."""
    with database.reading() as tx:
        return lacks(tx, NEEDED_TO_SIGN_IN)


def lacks(tx: Tx, streams: Sequence[str]) -> bool:
    """Whether records of these streams are missing that say anything of anybody."""
    return tx.one(_LACKING, (tx.list_of(streams), OF_HOOKS)) is not None
