"""Every statement that reads archived records of any stream."""

from onrecord.database.columns import AUTHOR, event_id, moment
from onrecord.database.statements import Row, Tx, sql
from onrecord.features.compliance.ports import (
    Choice,
    ConversationRow,
    StoredRecord,
    SystemStreamRow,
)
from onrecord_archive.events.ids import StreamId
from onrecord_archive.format.seal import Plain

IS_KNOWN = sql("SELECT 1 FROM stream WHERE id = ?")
IS_PERSON = sql("SELECT 1 FROM person WHERE id = ?")
_RECORD = """SELECT a.archive_index, s.id, j.conv_seq, j.event_id, j.type, j.at,
    {author}, j.msg_no,
    b.shown, b.salt_s, b.kept, b.salt_k
    FROM {from_} LEFT JOIN journal_body b ON b.key = j.key"""
_OF_STREAM = """stream s JOIN journal j ON j.stream_key = s.key
    JOIN archived a ON a.key = j.key"""
_OF_LOG = """archived a JOIN journal j ON j.key = a.key
    JOIN stream s ON s.key = j.stream_key"""
RECORDS = sql(
    _RECORD + " WHERE s.id = ? AND j.conv_seq BETWEEN ? AND ? ORDER BY j.conv_seq",
    from_=_OF_STREAM,
    author=AUTHOR,
)
LATEST = sql(
    _RECORD + " WHERE s.id = ? AND j.conv_seq < ? ORDER BY j.conv_seq DESC LIMIT ?",
    from_=_OF_STREAM,
    author=AUTHOR,
)
RECORDS_AT = sql(
    _RECORD + " WHERE a.archive_index {ints} ORDER BY a.archive_index", from_=_OF_LOG, author=AUTHOR
)
BY_EVENT = sql(
    _RECORD + " WHERE j.event_id {blobs} ORDER BY a.archive_index", from_=_OF_LOG, author=AUTHOR
)
_HERE = """FROM conversation v
    JOIN journal j ON j.stream_key = v.stream_key JOIN archived a ON a.key = j.key"""
CHANGED = sql(
    "SELECT archive_index FROM timeline WHERE target {ints}"
    " AND type IN ('message.edited', 'message.removed')"
)
CHANGES_OF = sql(
    """SELECT c.archive_index {here} JOIN timeline c ON c.target = a.archive_index
    WHERE v.id = ? AND j.conv_seq BETWEEN ? AND ? AND j.type = 'message.sent'
    AND c.type IN ('message.edited', 'message.removed')""",
    here=_HERE,
)
TARGETS_OF = sql(
    """SELECT DISTINCT c.target {here} JOIN timeline c ON c.archive_index = a.archive_index
    WHERE v.id = ? AND j.conv_seq BETWEEN ? AND ? AND c.target IS NOT NULL
    AND c.type <> 'message.sent'""",
    here=_HERE,
)
NAMING = sql(
    _RECORD
    + """ WHERE s.id = ? AND j.conv_seq BETWEEN ? AND ? AND (j.conv_seq = ? OR j.type IN
    ('member.added', 'member.removed', 'member.left', 'conversation.handed_over',
    'delegate.added', 'delegate.started', 'delegate.ended')) ORDER BY j.conv_seq""",
    from_=_OF_STREAM,
    author=AUTHOR,
)
# These say what people wrote, or how they go about it: no auditor reads them.
# What is archived of a stream is a beginning of it: the archiver appends n after n-1.
SYSTEM_STREAMS = sql(
    """SELECT s.id, s.kind FROM stream s
    JOIN journal j ON j.stream_key = s.key AND j.conv_seq = 1 JOIN archived a ON a.key = j.key
    WHERE s.kind NOT IN ('direct', 'group', 'broadcast', 'report', 'personal')
    AND (? = '' OR s.kind = ?) AND (? = '' OR {author} = ?) ORDER BY s.id""",
    author=AUTHOR,
)
SYSTEM_STREAM = sql(
    "SELECT id, kind FROM stream WHERE id = ?"
    " AND kind NOT IN ('direct', 'group', 'broadcast', 'report', 'personal')"
)
# What somebody noted for themself is looked at like a conversation of theirs alone.
CONVERSATION = sql(
    """SELECT id, kind, title, published_seq FROM conversation WHERE id = ?
    UNION ALL SELECT id, 'personal', NULL, published_seq FROM personal_stream WHERE id = ?"""
)
PERSONAL = sql("SELECT id FROM personal_stream WHERE ? = '' OR person = ? ORDER BY id")
OWNER = sql(
    "SELECT w.person, NULL, p.outside FROM personal_stream w JOIN person p ON p.id = w.person"
    " WHERE w.id = ?"
)
CONVERSATIONS = sql(
    """SELECT c.id, c.title FROM conversation c WHERE ? = '' OR EXISTS (
    SELECT 1 FROM member_span m WHERE m.stream_key = c.stream_key AND m.person = ?)
    ORDER BY c.newest DESC"""
)
SPANS_OF = sql(
    """SELECT m.person, m.to_seq, p.outside FROM conversation c
    JOIN member_span m ON m.stream_key = c.stream_key JOIN person p ON p.id = m.person
    WHERE c.id = ? ORDER BY m.join_seq, m.person"""
)
AT = sql(
    "SELECT j.at FROM stream s JOIN journal j ON j.stream_key = s.key"
    " WHERE s.id = ? AND j.conv_seq = ?"
)
STREAM_KEY = sql(
    "SELECT stream_key, published_seq FROM conversation WHERE id = ?"
    " UNION ALL SELECT stream_key, published_seq FROM personal_stream WHERE id = ?"
)


def system_stream(tx: Tx, id: StreamId, kind: str) -> SystemStreamRow | None:
    """Return a system stream; None: nothing of it is archived."""
    newest = latest(tx, id, None, 1)
    opened = tx.one(RECORDS, (id, 1, 1))
    if not newest or opened is None:
        return None
    return SystemStreamRow(id, kind, newest[0].conv_seq, newest[0].at, record(opened))


def latest(tx: Tx, stream: StreamId, before: int | None, limit: int) -> list[StoredRecord]:
    """Return a stream's newest records with conv_seq below `before`, the newest first."""
    below = 2**53 if before is None else before
    return [record(row) for row in tx.all(LATEST, (stream, below, limit))]


def record(row: Row) -> StoredRecord:
    """Return a record from what the statements select."""
    index, stream, conv_seq, event, type, at, actor, msg_no, *body = row
    return StoredRecord(
        archive_index=index,
        stream=stream,
        conv_seq=conv_seq,
        event_id=event_id(event),
        type=type,
        at=moment(at),
        actor=actor,
        msg_no=msg_no,
        plain=None if body[0] is None else Plain(*body),
    )


def choice(tx: Tx, id: StreamId) -> Choice:
    """Return a published conversation with who is and who was in it."""
    conversation = ConversationRow(*tx.only(CONVERSATION, (id, id)))
    spans = tx.all(SPANS_OF, (id,)) or tx.all(OWNER, (id,))
    members = dict.fromkeys(person for person, to_seq, _ in spans if to_seq is None)
    everybody = dict.fromkeys(person for person, _, _ in spans)
    return Choice(
        conversation=conversation,
        members=tuple(members),
        former=tuple(person for person in everybody if person not in members),
        outside=any(outside for _, _, outside in spans),
        first_at=moment(tx.only(AT, (id, 1))[0]),
        last_at=moment(tx.only(AT, (id, conversation.last_seq))[0]),
    )
