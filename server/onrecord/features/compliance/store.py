"""What compliance and auditors read: archived records of any stream, whatever became of them."""

from collections.abc import Collection
from datetime import datetime
from itertools import islice

from onrecord.core.store.membership import PRESENT_BEFORE
from onrecord.core.store.snapshot import published
from onrecord.database.columns import AUTHOR, event_bytes, event_id, moment
from onrecord.database.database import Database
from onrecord.database.statements import Row, Tx, sql
from onrecord.features.compliance import search_store as compliance_search
from onrecord.features.compliance.ports import (
    Bounds,
    Choice,
    ConversationRow,
    Finding,
    StoredRecord,
    SystemStreamRow,
)
from onrecord.features.search.query import matches
from onrecord_archive.events.ids import EventId, PersonId, StreamId
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


class ComplianceStore:
    """Implements compliance.ports.ComplianceStore. Any thread; every method blocks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_known(self, stream: StreamId) -> bool:
        """Whether a stream exists, journaled or archived."""
        with published(self._database) as (tx, _):
            return tx.one(IS_KNOWN, (stream,)) is not None

    def system_stream(self, stream: StreamId) -> SystemStreamRow | None:
        """Return a system stream, None for a conversation too."""
        with published(self._database) as (tx, _):
            found = tx.one(SYSTEM_STREAM, (stream,))
            return None if found is None else _system_stream(tx, *found)

    def system_streams(self, kind: str | None, opener: PersonId | None) -> list[SystemStreamRow]:
        """Return the system streams of a kind whose first record is of this person, by id."""
        of_kind, of_opener = kind or "", opener or ""
        with published(self._database) as (tx, _):
            rows = tx.all(SYSTEM_STREAMS, (of_kind, of_kind, of_opener, of_opener))
            found = [_system_stream(tx, id, kind) for id, kind in rows]
        return [row for row in found if row is not None]

    def latest(self, stream: StreamId, before: int | None, limit: int) -> list[StoredRecord]:
        """Return a stream's newest records with conv_seq below `before`, the newest first."""
        with published(self._database) as (tx, _):
            return _latest(tx, stream, before, limit)

    def records(self, stream: StreamId, first: int, last: int) -> list[StoredRecord]:
        """Return a stream's records from conv_seq `first` to `last`, by conv_seq."""
        with published(self._database) as (tx, _):
            return [_record(row) for row in tx.all(RECORDS, (stream, first, last))]

    def records_at(self, indexes: Collection[int]) -> list[StoredRecord]:
        """Return records by archive_index, ascending."""
        with published(self._database) as (tx, _):
            return [_record(row) for row in tx.all(RECORDS_AT, (tx.list_of(indexes),))]

    def by_event(self, events: Collection[EventId]) -> list[StoredRecord]:
        """Return the archived records of these event_ids, by archive_index; others have none."""
        if not events:
            return []
        with published(self._database) as (tx, _):
            wanted = tx.list_of([event_bytes(event) for event in events])
            return [_record(row) for row in tx.all(BY_EVENT, (wanted,))]

    def changed(self, indexes: Collection[int]) -> list[StoredRecord]:
        """Return the edits and removals of the messages at these archive_indexes."""
        with published(self._database) as (tx, _):
            found = [row[0] for row in tx.all(CHANGED, (tx.list_of(indexes),))]
            return [_record(row) for row in tx.all(RECORDS_AT, (tx.list_of(found),))]

    def linked(self, stream: StreamId, first: int, last: int) -> list[StoredRecord]:
        """Return what changed the messages of a range, and the messages that the range is about."""
        here = (stream, first, last)
        with published(self._database) as (tx, _):
            indexes = {row[0] for links in (CHANGES_OF, TARGETS_OF) for row in tx.all(links, here)}
            return [_record(row) for row in tx.all(RECORDS_AT, (tx.list_of(indexes),))]

    def naming(self, stream: StreamId, first: int, last: int) -> list[StoredRecord]:
        """Return record `first`, and the changes of members after it up to `last`."""
        with published(self._database) as (tx, _):
            return [_record(row) for row in tx.all(NAMING, (stream, first, last, first))]

    def conversation(self, stream: StreamId) -> ConversationRow | None:
        """Return a published conversation."""
        with published(self._database) as (tx, _):
            found = tx.one(CONVERSATION, (stream, stream))
        return None if found is None else ConversationRow(*found)

    def choices(
        self, person: PersonId | None, words: Collection[str], limit: int
    ) -> tuple[list[Choice], bool]:
        """Return conversations by person and words of their title, and whether there are more."""
        who, wanted = person or "", tuple(words)
        with published(self._database) as (tx, _):
            rows = tx.all(CONVERSATIONS, (who, who))
            rows += [(id, None) for (id,) in tx.all(PERSONAL, (who, who))]
            fitting = (id for id, title in rows if not wanted or matches(title or "", wanted))
            ids = list(islice(fitting, limit + 1))
            return [choice(tx, id) for id in ids[:limit]], len(ids) > limit

    def numbers_of(
        self, stream: StreamId, since: datetime | None, before: datetime | None
    ) -> tuple[int, int]:
        """Return the first and last conv_seq with since <= at < before; last < first: none."""
        with published(self._database) as (tx, _):
            found = tx.one(STREAM_KEY, (stream, stream))
            if found is None:
                return 1, 0
            return compliance_search.within(tx, found[0], (1, found[1]), since, before)

    def present(self, stream: StreamId, conv_seq: int) -> list[PersonId]:
        """Return who was a member just before a number."""
        with published(self._database) as (tx, _):
            rows = tx.all(PRESENT_BEFORE, (stream, conv_seq, conv_seq)) or tx.all(OWNER, (stream,))
        return list(dict.fromkeys(row[0] for row in rows))

    def is_person(self, person: PersonId) -> bool:
        """Whether somebody is in the directory, active or not."""
        with published(self._database) as (tx, _):
            return tx.one(IS_PERSON, (person,)) is not None

    def find(self, bounds: Bounds, *, upto: int | None, most: int) -> Finding:
        """Search; with `upto` among the records below it alone. Raises BadInput."""
        with published(self._database) as (tx, position):
            below = position if upto is None else min(upto, position)
            return compliance_search.find(tx, bounds, below, most)

    def finds(self, bounds: Bounds, address: str, upto: int) -> bool:
        """Whether a search finds anything in a conversation, or one broadcast, below `upto`."""
        with published(self._database) as (tx, position):
            return compliance_search.finds(tx, bounds, address, min(upto, position))


def _system_stream(tx: Tx, id: StreamId, kind: str) -> SystemStreamRow | None:
    newest = _latest(tx, id, None, 1)
    opened = tx.one(RECORDS, (id, 1, 1))
    if not newest or opened is None:
        return None
    return SystemStreamRow(id, kind, newest[0].conv_seq, newest[0].at, _record(opened))


def _latest(tx: Tx, stream: StreamId, before: int | None, limit: int) -> list[StoredRecord]:
    below = 2**53 if before is None else before
    return [_record(row) for row in tx.all(LATEST, (stream, below, limit))]


def _record(row: Row) -> StoredRecord:
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
