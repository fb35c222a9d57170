"""The writer's side: the journal transaction, the publish transaction, and recovery's reads."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from msgspec.structs import replace

from onrecord.core import servers
from onrecord.core.domain.errors import Fenced
from onrecord.core.domain.files import FoundFile
from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.referred import Known, Reaction, Source, Target
from onrecord.core.domain.values import Actor, Answer, Answering, Event
from onrecord.core.failures import ConnectionLost
from onrecord.core.journal.heads import (
    ArchivedRow,
    ArchiverState,
    JournalPlace,
    JournalRow,
    StreamHead,
)
from onrecord.core.journal.shown import event_of
from onrecord.core.servers import Server, Tenure
from onrecord.core.store.heads import HeadCache
from onrecord.core.store.projections import Projections, Projectors
from onrecord.core.store.tables import Lookups, Tables
from onrecord.core.store.visibility import BLIND, sight_of
from onrecord.database.columns import event_bytes, event_id, micros, moment
from onrecord.database.database import Database
from onrecord.database.statements import Row, Sql, Tx, query, sql
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId

ACTIVE_PEOPLE = sql("SELECT id, name, kind, org, role FROM person WHERE id {texts} AND active = 1")
KNOWN = sql(
    """SELECT j.event_id, s.id, j.conv_seq, j.msg_no, j.at, a.key, b.body_sha
    FROM journal j JOIN stream s ON s.key = j.stream_key
    LEFT JOIN archived a ON a.key = j.key LEFT JOIN journal_body b ON b.key = j.key
    WHERE j.event_id {blobs}"""
)
TARGETS = sql(
    """SELECT j.event_id, c.id, t.conv_seq, t.actor, t.at, t.text, t.removed_at, w.source
    FROM journal j JOIN archived a ON a.key = j.key
    JOIN timeline t ON t.archive_index = a.archive_index
    LEFT JOIN forwarded_message w ON w.archive_index = a.archive_index
    JOIN conversation c ON c.stream_key = t.stream_key
    WHERE j.event_id {blobs} AND t.type = 'message.sent'
    AND (t.text IS NOT NULL OR t.removed_at IS NOT NULL)"""
)
REACTIONS = query(
    Reaction,
    """SELECT r.person, r.emoji FROM journal j JOIN archived a ON a.key = j.key
    JOIN reaction r ON r.target = a.archive_index WHERE j.event_id = ?""",
)
CONVERSATION_KEY = sql("SELECT stream_key FROM conversation WHERE id = ?")
LAST_SEQ = sql("SELECT key, conv_seq FROM stream WHERE id = ?")
SEQ_AT = query(int, "SELECT at FROM journal WHERE stream_key = ? AND conv_seq = ?")
NEXT_KEYS = sql(
    # None unless the epoch is ours; it stays so until this transaction ends, as who takes the next
    # one waits for the row. Part of this statement: one more would cost each batch a round trip.
    """SELECT nextval('journal_key') FROM
    (SELECT id FROM archiver WHERE id = 1 AND epoch = ? FOR SHARE) AS ours,
    generate_series(1, ?)""",
    sqlite="""WITH RECURSIVE ours AS (SELECT id FROM archiver WHERE id = 1 AND epoch = ?),
    next (key, n) AS (
        SELECT coalesce(max(key), 0) + 1, ? FROM journal
        UNION ALL SELECT key + 1, n - 1 FROM next WHERE n > 1)
    SELECT key FROM next, ours""",
)
INSERT_JOURNAL = sql(
    """INSERT INTO journal
    (key, event_id, stream_key, conv_seq, msg_no, type, actor, at, prev, pt, class, client_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
)
INSERT_BODY = sql(
    "INSERT INTO journal_body (key, shown, kept, salt_s, salt_k, body_sha)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
INSERT_PENDING = sql("INSERT INTO pending (key) VALUES (?)")
TAKE_PENDING = sql("DELETE FROM pending WHERE key {ints} RETURNING key")
INSERT_ARCHIVED = sql("INSERT INTO archived (key, archive_index, ct, key_id) VALUES (?, ?, ?, ?)")
ADVANCE = sql("UPDATE archiver SET position = ?, beat = beat + 1 WHERE id = 1 AND epoch = ?")
# Both wait for the journal transactions that hold the row (NEXT_KEYS), those among them that a lost
# connection left behind: one may still commit.
TAKE_OVER = sql(
    """UPDATE archiver SET epoch = CASE WHEN epoch > ? THEN epoch ELSE ? END + 1,
    holder = ?, beat = beat + 1 WHERE id = 1 AND epoch = ? AND beat = ? RETURNING epoch, position"""
)
TAKE_EPOCH = sql(
    """UPDATE archiver SET epoch = epoch + 1, beat = beat + 1 WHERE id = 1 AND holder = ?
    RETURNING epoch, position"""
)
BEAT = sql("UPDATE archiver SET beat = beat + 1 WHERE id = 1 AND holder = ?")
LET_GO = sql("UPDATE archiver SET holder = NULL WHERE id = 1 AND holder = ?")
TENURE = sql(
    """SELECT a.epoch, a.beat, a.holder, t.host, t.data, t.lock, t.key_store, t.at
    FROM archiver a LEFT JOIN tenure t ON t.epoch = (SELECT max(epoch) FROM tenure)"""
)
BEGIN_TENURE = sql(
    "INSERT INTO tenure (epoch, host, data, lock, key_store, first_index, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
BEGAN_AT = sql("UPDATE tenure SET first_index = ? WHERE epoch = ?")
# What a stopped server left open would keep the row, and rows that the next one needs, until it
# wakes. PostgreSQL ends it by itself neither amid the statements that psycopg's executemany sends
# together (the session counts as active), nor behind them: it sends a Flush after its last Sync,
# and idle_in_transaction_session_timeout does not run any more once PostgreSQL has read that.
END_FORGOTTEN = sql(
    """SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
    AND usename = current_user AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL
    AND wait_event = 'ClientRead'
    AND state_change <= clock_timestamp() - make_interval(secs => ?)""",
    sqlite="SELECT 1 WHERE ? < 0",
)
FORGOTTEN_SECONDS = 5
"""For so long a transaction that has written was left as it is. The beat is gone for longer."""
SHORT_WAIT = sql("SET LOCAL lock_timeout TO 2000", sqlite="SELECT 1")
STATE = sql("SELECT epoch, position FROM archiver WHERE id = 1")
_ROW = """j.key, j.prev, j.pt, j.class, j.client_id,
    b.shown, b.kept, b.salt_s, b.salt_k, b.body_sha
    FROM journal j JOIN journal_body b ON b.key = j.key"""
PENDING = sql("SELECT {row} JOIN pending p ON p.key = j.key ORDER BY p.key LIMIT ?", row=_ROW)
PLACES = sql(
    "SELECT j.event_id, j.pt, p.key FROM journal j LEFT JOIN pending p ON p.key = j.key"
    " WHERE j.event_id {blobs}"
)
ROWS_AT = sql("SELECT {row} WHERE j.event_id {blobs}", row=_ROW)


class JournalStore:
    """The writer's side. Every method blocks; all but `beat` belong to the one writer thread.

    Each raises ConnectionLost (outcome unknown), StorageFull, RowRefused or Unavailable (nothing
    was kept; the database is busy), or Fatal; Fenced, a Fatal, where another server records.
    """

    def __init__(self, database: Database, tables: Tables) -> None:
        self._database = database
        self._tables = tables
        self._heads = HeadCache(tables.slots)
        self._name = secrets.token_hex(16)
        """What the row calls this process while it is the holder."""
        self._epoch = 0
        """Under which it journals; 0: it has taken none yet."""

    @contextmanager
    def journal(self) -> Iterator["JournalTransaction"]:
        """Open the journal transaction; leaving it commits, fsynced. Raises Fatal if that fails."""
        with self._database.writing() as tx:
            self._require_recovered()
            yield JournalTransaction(tx, self._heads, self._tables.lookups, self._epoch)

    @contextmanager
    def publishing(self) -> Iterator["PublishTransaction"]:
        """Open the publish transaction; leaving it commits without an fsync of its own."""
        with self._database.writing(durable=False) as tx:
            self._require_recovered()
            transaction = PublishTransaction(tx, self._tables.projectors)
            yield transaction
        self._database.raise_floor(transaction.position)

    def pending(self, limit: int) -> list[JournalRow]:
        """Return journaled rows that are not published, by key, the oldest first."""
        with self._database.writing(durable=False) as tx:
            return [journal_row(row) for row in tx.all(PENDING, (limit,))]

    def rows_at(self, keys_by_event: Collection[EventId]) -> dict[EventId, JournalRow]:
        """Return journal rows by event_id; those without a body any more are absent."""
        with self._database.writing(durable=False) as tx:
            found = tx.all(ROWS_AT, (_events(tx, keys_by_event),))
        rows = [journal_row(row) for row in found]
        return {row.event.event_id: row for row in rows}

    def places(self, events: Collection[EventId]) -> dict[EventId, JournalPlace]:
        """Return what of these is journaled, and whether it still waits to be published."""
        with self._database.writing(durable=False) as tx:
            found = tx.all(PLACES, (_events(tx, events),))
        return {event_id(event): JournalPlace(pt, waits is not None) for event, pt, waits in found}

    def require_in_place(self) -> None:
        """Raise RefuseToStart (`database_missing`) if its files were moved or deleted meanwhile."""
        self._database.require_in_place()

    @property
    def alone(self) -> bool:
        """Whether the data directory's lock already keeps every other server out."""
        return self._database.backend.dialect == "sqlite"

    def tenure(self) -> Tenure:
        """Return who may record now."""
        with self._database.writing(durable=False) as tx:
            return _tenure(tx)

    def take_over(self, seen: Tenure, server: Server, at: datetime, above: int = 0) -> int | None:
        """Become the holder under the next epoch, which is above *above* (fsynced); return it.

        None: the row is not as it was *seen*, so its holder lives or there is another.
        The server before is gone: what it left open in the database ends.
        """
        with self._database.writing() as tx:
            tx.all(END_FORGOTTEN, (FORGOTTEN_SECONDS,))
            tx.run(SHORT_WAIT)
            row = tx.one(TAKE_OVER, (above, above, self._name, seen.epoch, seen.beat))
            if row is None:
                return None
            state = ArchiverState(*row)
            place = (server.host, server.data, server.lock, server.key_store)
            tx.run(BEGIN_TENURE, (state.epoch, *place, state.position, micros(at)))
        return self._taken(state).epoch

    def take_epoch(self) -> ArchiverState:
        """Commit epoch + 1 (fsynced) and return it with the position. Raises Fenced.

        Whatever another connection of ours had begun to journal has ended by then, and all that
        was committed before is as durable as this: what is in doubt is decided.
        """
        with self._database.writing() as tx:
            tx.run(SHORT_WAIT)
            row = tx.one(TAKE_EPOCH, (self._name,))
            if row is None:
                raise fenced(tx)
        return self._taken(ArchiverState(*row))

    def beat(self) -> None:
        """Say that the holder lives. Raises Fenced where that is another one. Any thread."""
        with self._database.writing_apart() as tx:
            if tx.run(BEAT, (self._name,)) == 0:
                raise fenced(tx)

    def began_at(self, first_index: int) -> None:
        """Note the first entry that is this holder's own."""
        with self._database.writing(durable=False) as tx:
            tx.run(BEGAN_AT, (first_index, self._epoch))

    def let_go(self) -> None:
        """Say that nobody records any more; nothing where another one does."""
        with self._database.writing(durable=False) as tx:
            tx.run(LET_GO, (self._name,))

    def _taken(self, state: ArchiverState) -> ArchiverState:
        self._database.trouble = None
        self._epoch = state.epoch
        return state

    def prove_room(self, size: int) -> None:
        """Write *size* bytes and take them back. Raises StorageFull."""
        self._database.prove_room(size)

    def look(self) -> None:
        """Raise StoreFailed if a transaction of anybody's failed so since `take_epoch`, or now."""
        if self._database.trouble is not None:
            raise self._database.trouble.with_traceback(None)
        self.state()

    def state(self) -> ArchiverState:
        """Return the archiver's row."""
        with self._database.writing(durable=False) as tx:
            return _state(tx, STATE)

    def _require_recovered(self) -> None:
        """Let nothing be numbered or published past what a lost connection may have taken back."""
        if isinstance(self._database.trouble, ConnectionLost):
            raise self._database.trouble.with_traceback(None)


class JournalTransaction:
    """Step (2): durable when it commits. Lives inside `JournalStore.journal()`."""

    def __init__(self, tx: Tx, heads: HeadCache, lookups: Lookups, epoch: int) -> None:
        self._tx = tx
        self._heads = heads
        self._lookups = lookups
        self._epoch = epoch

    def heads(self, streams: Collection[StreamId]) -> dict[StreamId, StreamHead]:
        """Lock the streams' head rows, in the order of their ids, and return them.

        A stream that does not exist is absent from the answer.
        """
        return self._heads.lock(self._tx, streams)

    def people(self, ids: Collection[PersonId]) -> dict[PersonId, Actor]:
        """Return active people by id."""
        return active_people(self._tx, ids)

    def outside(self, ids: Collection[PersonId]) -> frozenset[PersonId]:
        """Return who of these is from outside the firm."""
        return self._lookups.outside(self._tx, ids)

    def known(self, events: Collection[EventId]) -> dict[EventId, Known]:
        """Return what of these is journaled already."""
        return known_events(self._tx, events)

    def targets(self, events: Collection[EventId]) -> dict[EventId, Target]:
        """Return the messages that commands refer to, as published."""
        targets = {}
        for event, stream, seq, author, at, text, removed_at, source in self._tx.all(
            TARGETS, (_events(self._tx, events),)
        ):
            id = event_id(event)
            targets[id] = Target(
                event_id=id,
                stream=stream,
                conv_seq=seq,
                author=author,
                at=moment(at),
                text=text,
                removed=removed_at is not None,
                forwarded=source is not None,
            )
        return targets

    def reactions(self, event: EventId) -> list[Reaction]:
        """Return who put what on a message, as published."""
        return self._tx.all(REACTIONS, (event_bytes(event),))

    def sources(self, actor: PersonId, events: Collection[EventId]) -> dict[EventId, Source]:
        """Return those published messages that *actor* sees, to send them on."""
        return self._lookups.sources(self._tx, actor, events)

    def files(self, actor: PersonId, blobs: Collection[BlobId]) -> dict[BlobId, FoundFile]:
        """Return those published stored files that *actor* stored or may read."""
        return self._lookups.files(self._tx, actor, blobs)

    def seq_since(self, stream: StreamId, since: datetime) -> int | None:
        """Return the smallest conv_seq at or after a time, None when there is none.

        `at` never decreases in a stream, so it is found by bisection, without an index of its own.
        """
        head = self._tx.one(LAST_SEQ, (stream,))
        if head is None:
            return None
        key, last = head
        wanted, low, high = micros(since), 1, last + 1
        while low < high:
            middle = (low + high) // 2
            at = self._tx.one(SEQ_AT, (key, middle))
            if at is not None and at < wanted:
                low = middle + 1
            else:
                high = middle
        return None if low > last else low

    def answering(
        self, person: PersonId, client: PersonId, at: datetime, begun: Sequence[Event] = ()
    ) -> Answering | None:
        """Return what somebody is to a client at a time; None: nobody answers.

        As published, and as *begun*: the conversations that began since.
        """
        return self._lookups.answering(self._tx, person, client, at, begun)

    def sees(self, person: PersonId, stream: StreamId, conv_seq: int | None) -> bool:
        """Whether somebody may see a published number; without one, any of the conversation."""
        row = self._tx.one(CONVERSATION_KEY, (stream,))
        sight = BLIND if row is None else sight_of(self._tx, row[0], person)
        return bool(sight.ranges) if conv_seq is None else sight.sees(conv_seq)

    def waiting(self, stream: StreamId) -> int | None:
        """Return the conv_seq of a client's first message that no message answers."""
        return self._lookups.waiting(self._tx, stream)

    def append(self, rows: Sequence[JournalRow], heads: Collection[StreamHead]) -> list[JournalRow]:
        """Insert journal, body and pending rows, make new streams, write the heads back.

        Returns the rows with their keys, ascending. Raises Fenced unless this server is the one
        that records, which stays so until the transaction ends.
        """
        self._heads.write_back(self._tx, heads)
        keys = {head.ref.id: head.key for head in heads}
        numbers = next_keys(self._tx, self._epoch, len(rows)) if rows else []
        kept = [replace(row, key=key) for row, key in zip(rows, numbers, strict=True)]
        self._tx.many(
            INSERT_JOURNAL,
            [
                (
                    row.key,
                    bytes.fromhex(row.event.event_id),
                    keys[row.event.stream.id],
                    row.event.conv_seq,
                    row.event.msg_no,
                    row.event.payload.type,
                    row.event.actor.id,
                    micros(row.event.at),
                    row.prev,
                    row.pt,
                    row.retention_class,
                    None if row.client_id is None else bytes.fromhex(row.client_id),
                )
                for row in kept
            ],
        )
        self._tx.many(
            INSERT_BODY,
            [(row.key, row.shown, row.kept, row.salt_s, row.salt_k, row.body_sha) for row in kept],
        )
        self._tx.many(INSERT_PENDING, [(row.key,) for row in kept])
        return kept


class PublishTransaction:
    """Step (4): not fsynced; redone from the log when it was lost.

    Lives inside `JournalStore.publishing()`.
    """

    def __init__(self, tx: Tx, projectors: Projectors) -> None:
        self._tx = tx
        self._projectors = projectors
        self.position = 0
        """What `advance` moved to."""

    def publish(self, rows: Sequence[JournalRow], archived: Sequence[ArchivedRow]) -> None:
        """Insert `archived`, apply every projection, delete the pending rows.

        Idempotent: a row leaves `pending` in the transaction that applies it, so one that is not
        there has been applied.
        """
        keys = self._tx.list_of([row.key for row in archived])
        taken = {row[0] for row in self._tx.all(TAKE_PENDING, (keys,))}
        fresh = [row for row in archived if row.key in taken]
        self._tx.many(
            INSERT_ARCHIVED, [(row.key, row.archive_index, row.ct, row.key_id) for row in fresh]
        )
        by_key = {row.key: row for row in rows}
        in_order = sorted(fresh, key=lambda row: row.archive_index)
        Projections(self._tx, self._projectors).apply(
            [(row.archive_index, by_key[row.key]) for row in in_order]
        )

    def advance(self, epoch: int, position: int) -> None:
        """Move the archiver's position (the next archive_index).

        Raises Fenced unless *epoch* is the newest.
        """
        if self._tx.run(ADVANCE, (position, epoch)) == 0:
            raise fenced(self._tx)
        self.position = position


def next_keys(tx: Tx, epoch: int, count: int) -> list[int]:
    """Return keys for new journal rows, ascending; nobody else takes an epoch until *tx* ends.

    Raises Fenced unless *epoch* is the newest.
    """
    keys = sorted(row[0] for row in tx.all(NEXT_KEYS, (epoch, count)))
    if not keys:
        raise fenced(tx)
    return keys


def active_people(tx: Tx, ids: Collection[PersonId]) -> dict[PersonId, Actor]:
    """Return active people by id."""
    rows = tx.all(ACTIVE_PEOPLE, (tx.list_of(ids),))
    return {row[0]: Actor(*row) for row in rows}


def known_events(tx: Tx, events: Collection[EventId]) -> dict[EventId, Known]:
    """Return what of these events is journaled."""
    known = {}
    for event, stream, seq, no, at, archived, body_sha in tx.all(KNOWN, (_events(tx, events),)):
        id = event_id(event)
        answer = Answer(id, stream, seq, no, moment(at))
        known[id] = Known(answer, archived is not None, body_sha or None)
    return known


def journal_row(row: Row) -> JournalRow:
    """Return a journal row as it was inserted, its event read back from `shown`."""
    key, prev, pt, retention_class, client_id, shown, kept, salt_s, salt_k, body_sha = row
    return JournalRow(
        event=event_of(shown),
        retention_class=retention_class,
        prev=prev,
        pt=pt,
        shown=shown,
        kept=kept,
        salt_s=salt_s,
        salt_k=salt_k,
        body_sha=body_sha,
        client_id=None if client_id is None else ClientId(client_id.hex()),
        key=key,
    )


def _events(tx: Tx, events: Collection[EventId]) -> str | list[bytes] | None:
    return tx.list_of([event_bytes(event) for event in events])  # type: ignore[return-value]


def _state(tx: Tx, statement: Sql) -> ArchiverState:
    return ArchiverState(*tx.only(statement))


def _tenure(tx: Tx) -> Tenure:
    epoch, beat, holder, *server, at = tx.only(TENURE)
    if holder is None or at is None:
        return Tenure(epoch, beat)
    return Tenure(epoch, beat, Server(*server), moment(at))


def fenced(tx: Tx) -> Fenced:
    """Return why a process ends that is not the holder any more."""
    return servers.fenced(_tenure(tx))
