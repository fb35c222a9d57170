"""Take records into the journal without their bodies, and give them their bodies later."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.domain.values import SystemEntry
from onrecord.core.journal.adopt import UNKNOWN_BODY, Opened, move_back
from onrecord.core.journal.heads import ArchivedRow, StreamHead
from onrecord.core.journal.shown import event_of
from onrecord.core.journal.stubs import closes, follow, unknown_head
from onrecord.core.store import stubs
from onrecord.core.store.heads import HeadCache
from onrecord.core.store.journal import (
    ADVANCE,
    INSERT_ARCHIVED,
    INSERT_BODY,
    INSERT_JOURNAL,
    ROWS_AT,
    PublishTransaction,
    fenced,
    journal_row,
    next_keys,
)
from onrecord.core.store.projections import Projectors
from onrecord.core.store.rebuild import rebuild_in
from onrecord.core.store.restoring import Entry, Restoring
from onrecord.core.store.tables import Tables
from onrecord.database.columns import event_bytes, event_id, micros
from onrecord.database.database import Database
from onrecord.database.statements import Tx, sql
from onrecord_archive.events.ids import EventId, StreamId
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.record import parse_time

JOURNALED = sql("SELECT event_id FROM journal WHERE event_id {blobs}")
INSERT_STUB = sql("INSERT INTO stub (key, actor) VALUES (?, NULL)")
OPEN_STUBS = sql(
    """SELECT u.key, a.archive_index FROM stub u JOIN archived a ON a.key = u.key
    WHERE u.actor IS NULL ORDER BY a.archive_index"""
)
GIVE_AUTHOR = sql("UPDATE stub SET actor = ? WHERE key = ?")
PT = sql("SELECT pt FROM journal WHERE key = ?")
SET_KIND = sql("UPDATE stream SET kind = ? WHERE key = ?")
ENTRIES_SINCE = sql(
    """SELECT b.shown, u.key FROM journal j JOIN stream s ON s.key = j.stream_key
    JOIN journal_body b ON b.key = j.key LEFT JOIN stub u ON u.key = j.key
    WHERE s.id = ? AND j.conv_seq >= ? ORDER BY j.conv_seq"""
)

Placed = tuple[int, RecordLeaf]
"""An archive_index and what lies there."""


def journaled(database: Database, events: Sequence[EventId]) -> frozenset[EventId]:
    """Return which of these events the journal has."""
    with database.reading() as tx:
        return _journaled(tx, events)


def _journaled(tx: Tx, events: Sequence[EventId]) -> frozenset[EventId]:
    wanted = tx.list_of([event_bytes(event) for event in events])
    return frozenset(event_id(row[0]) for row in tx.all(JOURNALED, (wanted,)))


def take(
    database: Database,
    tables: Tables,
    page: Sequence[Placed],
    epoch: int,
    position: int,
) -> int:
    """Journal and publish what the database lacks of these, without bodies; return how many.

    What it has but did not publish is published as ever. *position* is the archive_index after
    the page. Raises RefuseToStart (`journal_differs`), Fenced (another server has another epoch).
    """
    with database.writing() as tx:
        _publish_known(tx, tables.projectors, page)
        known = _journaled(tx, [EventId(leaf.event_id) for _, leaf in page])
        missing = [(index, leaf) for index, leaf in page if leaf.event_id not in known]
        _journal(tx, tables, missing, epoch)
        if tx.run(ADVANCE, (position, epoch)) == 0:
            raise fenced(tx)
    return len(missing)


def to_open(database: Database) -> list[tuple[int, int]]:
    """Return (key, archive_index) of every record that waits for its body, in order."""
    with database.reading() as tx:
        return [(key, index) for key, index in tx.all(OPEN_STUBS)]


def give_bodies(
    database: Database,
    tables: Tables,
    pages: Iterable[Sequence[tuple[int, Opened]]],
    *,
    restoring: Restoring,
    firm: str,
    at: datetime,
    progress: Callable[[int, int], None],
) -> None:
    """Give records their bodies (key and record, in the order of the archive), all or none.

    Then members, accounts and everything that people read are made from the record, and nothing
    is closed any more.
    """
    heads: dict[StreamId, StreamHead] = {}
    cache, first_entries = HeadCache(tables.slots), dict[StreamId, int]()
    with database.writing() as tx:
        shut = {row[0] for row in tx.all(stubs.CLOSED)}
        for page in pages:
            events = [event_of(opened.shown) for _, opened in page]
            new = {event.stream.id for event in events} - heads.keys()
            heads |= cache.lock(tx, new)
            for (key, opened), event in zip(page, events, strict=True):
                _give_body(tx, key, opened, event.actor.id)
                head = heads[event.stream.id]
                if head.key in shut:
                    head.ref = event.stream
                    move_back(head, event, tables.moves)
                tx.run(SET_KIND, (event.stream.kind, head.key))
                if event.stream.id in restoring.streams:
                    first_entries.setdefault(event.stream.id, event.conv_seq)
        cache.write_back(tx, list(heads.values()))
        tx.run(stubs.REOPEN)
        rebuild_in(tx, tables.projectors, progress)
        for stream, first in first_entries.items():
            restoring.apply(tx, _entries_since(tx, stream, first), firm=firm, at=at)
        restoring.make_safe(tx, at)


def _publish_known(tx: Tx, projectors: Projectors, page: Sequence[Placed]) -> None:
    events = tx.list_of([event_bytes(EventId(leaf.event_id)) for _, leaf in page])
    rows = {row.event.event_id: row for row in map(journal_row, tx.all(ROWS_AT, (events,)))}
    archived = [
        ArchivedRow(
            rows[EventId(leaf.event_id)].key,
            index,
            bytes.fromhex(leaf.ct),
            bytes.fromhex(leaf.key_id),
        )
        for index, leaf in page
        if leaf.event_id in rows
    ]
    PublishTransaction(tx, projectors).publish(list(rows.values()), archived)


def _journal(tx: Tx, tables: Tables, missing: Sequence[Placed], epoch: int) -> None:
    if not missing:
        return
    cache = HeadCache(tables.slots)
    heads = cache.lock(tx, {StreamId(leaf.stream) for _, leaf in missing})
    for _, leaf in missing:
        follow(heads.setdefault(StreamId(leaf.stream), unknown_head(leaf)), leaf)
    cache.write_back(tx, list(heads.values()))
    keys = next_keys(tx, epoch, len(missing))
    for key, (index, leaf) in zip(keys, missing, strict=True):
        stream = heads[StreamId(leaf.stream)].key
        tx.run(INSERT_JOURNAL, _journal_values(key, stream, leaf))
        place = (key, index, bytes.fromhex(leaf.ct), bytes.fromhex(leaf.key_id))
        tx.run(INSERT_ARCHIVED, place)
        tx.run(INSERT_STUB, (key,))
    stubs.show(tx, keys)
    shut = {
        head.key
        for _, leaf in missing
        if closes(head := heads[StreamId(leaf.stream)], leaf) and head.key is not None
    }
    stubs.close(tx, sorted(shut))


def _journal_values(
    key: int, stream: int | None, leaf: RecordLeaf
) -> tuple[int | str | bytes | None, ...]:
    return (
        key,
        bytes.fromhex(leaf.event_id),
        stream,
        leaf.conv_seq,
        leaf.msg_no if isinstance(leaf.msg_no, int) else None,
        leaf.type,
        "",
        micros(parse_time(leaf.at)),
        bytes.fromhex(leaf.prev),
        bytes.fromhex(leaf.pt),
        leaf.class_,
        None,
    )


def _give_body(tx: Tx, key: int, opened: Opened, author: str) -> None:
    if tx.only(PT, (key,))[0] != opened.pt:
        raise RefuseToStart(
            "journal_differs",
            "The archive holds another record than the database knows.",
            "Restore a database that belongs to this archive, or the archive that belongs to it.",
        )
    salts = (opened.salt_s, opened.salt_k)
    tx.run(INSERT_BODY, (key, opened.shown, opened.kept, *salts, UNKNOWN_BODY))
    tx.run(GIVE_AUTHOR, (author, key))


def _entries_since(tx: Tx, stream: StreamId, first: int) -> list[Entry]:
    """Return the entries of a stream from a number on.

    Those after the adoption were applied already; they are applied again, in order, so that none
    of before wins over them.
    """
    entries = []
    for shown, stub in tx.all(ENTRIES_SINCE, (stream, first)):
        payload = event_of(shown).payload
        if isinstance(payload, SystemEntry):
            entries.append(Entry(payload, applied=stub is None))
    return entries
