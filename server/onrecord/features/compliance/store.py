"""Every statement that reads archived records of any stream."""

from datetime import datetime
from typing import NamedTuple

from onrecord.database.columns import AUTHOR
from onrecord.database.statements import Tx, query, sql
from onrecord.features.compliance.values import (
    Choice,
    ConversationRow,
    StoredRecord,
    SystemStreamRow,
)
from onrecord_archive.events.ids import PersonId, StreamId

IS_KNOWN = sql("SELECT 1 FROM stream WHERE id = ?")
IS_PERSON = sql("SELECT 1 FROM person WHERE id = ?")


class SystemStream(NamedTuple):
    """A stream that is no conversation."""

    id: StreamId
    kind: str


class Titled(NamedTuple):
    """A conversation, or what somebody noted for themself, which has no title."""

    id: StreamId
    title: str | None


class _Span(NamedTuple):
    person: PersonId
    to_seq: int | None
    outside: bool


class _Extent(NamedTuple):
    stream_key: int
    published_seq: int


_RECORD = """SELECT a.archive_index, s.id AS stream, j.conv_seq, j.event_id, j.type, j.at,
    {author} AS actor, j.msg_no, b.shown AS "plain.shown", b.salt_s AS "plain.salt_s",
    b.kept AS "plain.kept", b.salt_k AS "plain.salt_k"
    FROM {from_} LEFT JOIN journal_body b ON b.key = j.key"""
_OF_STREAM = """stream s JOIN journal j ON j.stream_key = s.key
    JOIN archived a ON a.key = j.key"""
_OF_LOG = """archived a JOIN journal j ON j.key = a.key
    JOIN stream s ON s.key = j.stream_key"""
RECORDS = query(
    StoredRecord,
    "{record} WHERE s.id = ? AND j.conv_seq BETWEEN ? AND ? ORDER BY j.conv_seq",
    from_=_OF_STREAM,
    author=AUTHOR,
    record=_RECORD,
)
LATEST = query(
    StoredRecord,
    "{record} WHERE s.id = ? AND j.conv_seq < ? ORDER BY j.conv_seq DESC LIMIT ?",
    from_=_OF_STREAM,
    author=AUTHOR,
    record=_RECORD,
)
RECORDS_AT = query(
    StoredRecord,
    "{record} WHERE a.archive_index {ints} ORDER BY a.archive_index",
    from_=_OF_LOG,
    author=AUTHOR,
    record=_RECORD,
)
BY_EVENT = query(
    StoredRecord,
    "{record} WHERE j.event_id {blobs} ORDER BY a.archive_index",
    from_=_OF_LOG,
    author=AUTHOR,
    record=_RECORD,
)
_HERE = """FROM conversation v
    JOIN journal j ON j.stream_key = v.stream_key JOIN archived a ON a.key = j.key"""
CHANGED = query(
    int,
    "SELECT archive_index FROM timeline WHERE target {ints}"
    " AND type IN ('message.edited', 'message.removed')",
)
CHANGES_OF = query(
    int,
    """SELECT c.archive_index {here} JOIN timeline c ON c.target = a.archive_index
    WHERE v.id = ? AND j.conv_seq BETWEEN ? AND ? AND j.type = 'message.sent'
    AND c.type IN ('message.edited', 'message.removed')""",
    here=_HERE,
)
TARGETS_OF = query(
    int,
    """SELECT DISTINCT c.target {here} JOIN timeline c ON c.archive_index = a.archive_index
    WHERE v.id = ? AND j.conv_seq BETWEEN ? AND ? AND c.target IS NOT NULL
    AND c.type <> 'message.sent'""",
    here=_HERE,
)
NAMING = query(
    StoredRecord,
    """{record} WHERE s.id = ? AND j.conv_seq BETWEEN ? AND ? AND (j.conv_seq = ? OR j.type IN
    ('member.added', 'member.removed', 'member.left', 'conversation.handed_over',
    'delegate.added', 'delegate.started', 'delegate.ended')) ORDER BY j.conv_seq""",
    from_=_OF_STREAM,
    author=AUTHOR,
    record=_RECORD,
)
# These say what people wrote, or how they go about it: no auditor reads them.
# What is archived of a stream is a beginning of it: the archiver appends n after n-1.
SYSTEM_STREAMS = query(
    SystemStream,
    """SELECT s.id, s.kind FROM stream s
    JOIN journal j ON j.stream_key = s.key AND j.conv_seq = 1 JOIN archived a ON a.key = j.key
    WHERE s.kind NOT IN ('direct', 'group', 'broadcast', 'report', 'personal')
    AND (? = '' OR s.kind = ?) AND (? = '' OR {author} = ?) ORDER BY s.id""",
    author=AUTHOR,
)
SYSTEM_STREAM = query(
    SystemStream,
    "SELECT id, kind FROM stream WHERE id = ?"
    " AND kind NOT IN ('direct', 'group', 'broadcast', 'report', 'personal')",
)
# What somebody noted for themself is looked at like a conversation of theirs alone.
CONVERSATION = query(
    ConversationRow,
    """SELECT id, kind, title, published_seq AS last_seq FROM conversation WHERE id = ?
    UNION ALL SELECT id, 'personal', NULL, published_seq FROM personal_stream WHERE id = ?""",
)
PERSONAL = query(
    Titled,
    "SELECT id, NULL AS title FROM personal_stream WHERE ? = '' OR person = ? ORDER BY id",
)
OWNER = query(
    _Span,
    """SELECT w.person, NULL AS to_seq, p.outside
    FROM personal_stream w JOIN person p ON p.id = w.person WHERE w.id = ?""",
)
CONVERSATIONS = query(
    Titled,
    """SELECT c.id, c.title FROM conversation c WHERE ? = '' OR EXISTS (
    SELECT 1 FROM member_span m WHERE m.stream_key = c.stream_key AND m.person = ?)
    ORDER BY c.newest DESC""",
)
SPANS_OF = query(
    _Span,
    """SELECT m.person, m.to_seq, p.outside FROM conversation c
    JOIN member_span m ON m.stream_key = c.stream_key JOIN person p ON p.id = m.person
    WHERE c.id = ? ORDER BY m.join_seq, m.person""",
)
AT = query(
    datetime,
    "SELECT j.at FROM stream s JOIN journal j ON j.stream_key = s.key"
    " WHERE s.id = ? AND j.conv_seq = ?",
)
STREAM_KEY = query(
    _Extent,
    "SELECT stream_key, published_seq FROM conversation WHERE id = ?"
    " UNION ALL SELECT stream_key, published_seq FROM personal_stream WHERE id = ?",
)


def system_stream(tx: Tx, of: SystemStream) -> SystemStreamRow | None:
    """Return a system stream; None: nothing of it is archived."""
    newest = latest(tx, of.id, None, 1)
    opened = tx.one(RECORDS, (of.id, 1, 1))
    if not newest or opened is None:
        return None
    (last,) = newest
    return SystemStreamRow(of.id, of.kind, last.conv_seq, last.at, opened)


def latest(tx: Tx, stream: StreamId, before: int | None, limit: int) -> list[StoredRecord]:
    """Return a stream's newest records with conv_seq below `before`, the newest first."""
    below = 2**53 if before is None else before
    return tx.all(LATEST, (stream, below, limit))


def choice(tx: Tx, id: StreamId) -> Choice:
    """Return a published conversation with who is and who was in it."""
    conversation = tx.only(CONVERSATION, (id, id))
    spans = tx.all(SPANS_OF, (id,)) or tx.all(OWNER, (id,))
    members = dict.fromkeys(each.person for each in spans if each.to_seq is None)
    everybody = dict.fromkeys(each.person for each in spans)
    return Choice(
        conversation=conversation,
        members=tuple(members),
        former=tuple(person for person in everybody if person not in members),
        outside=any(each.outside for each in spans),
        first_at=tx.only(AT, (id, 1)),
        last_at=tx.only(AT, (id, conversation.last_seq)),
    )
