"""Every statement that reads what a client's own copy is made from."""

from typing import NamedTuple

from msgspec import Struct

from onrecord.core.store.snapshot import published
from onrecord.core.store.visibility import sights_of
from onrecord.database.columns import event_bytes
from onrecord.database.database import Database
from onrecord.database.statements import query
from onrecord.features.uploads.store import READABLE
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.format.seal import Plain
from onrecord_archive.proof_package.own_copy import Extent


class CopyRow(Struct, frozen=True):
    """A published record. `plain` is None where its content is gone."""

    archive_index: int
    conv_seq: int
    plain: Plain | None


class Readable(Struct, frozen=True):
    """What somebody may read, by stream and number, of all that the archive has below `until`."""

    extents: tuple[Extent, ...]
    until: int


class _Published(NamedTuple):
    stream_key: int
    id: StreamId
    published_seq: int


CONVERSATIONS = query(
    _Published, "SELECT stream_key, id, published_seq FROM conversation WHERE stream_key {ints}"
)
ROWS = query(
    CopyRow,
    """SELECT a.archive_index, j.conv_seq, b.shown AS "plain.shown", b.salt_s AS "plain.salt_s",
        b.kept AS "plain.kept", b.salt_k AS "plain.salt_k"
    FROM conversation c JOIN journal j ON j.stream_key = c.stream_key
    JOIN archived a ON a.key = j.key LEFT JOIN journal_body b ON b.key = j.key
    WHERE c.id = ? AND j.conv_seq BETWEEN ? AND ? ORDER BY j.conv_seq""",
)
ONE = query(
    CopyRow,
    """SELECT a.archive_index, j.conv_seq, b.shown AS "plain.shown", b.salt_s AS "plain.salt_s",
        b.kept AS "plain.kept", b.salt_k AS "plain.salt_k"
    FROM journal j JOIN archived a ON a.key = j.key LEFT JOIN journal_body b ON b.key = j.key
    WHERE j.event_id = ?""",
)


class CopyStore:
    """Reads on either database. Every method blocks and reads one snapshot of what is published.

    Raises Unavailable when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def readable(self, person: PersonId) -> Readable:
        """Return what somebody may read, up to what is published now."""
        with published(self._database) as (tx, position):
            sights = sights_of(tx, person)
            found = tx.all(CONVERSATIONS, (tx.list_of(list(sights)),))
        extents = [
            Extent(each.id, first, min(last, each.published_seq))
            for each in found
            for first, last in sights[each.stream_key].ranges
            if first <= each.published_seq
        ]
        return Readable(tuple(sorted(extents, key=lambda e: (e.stream, e.first))), position)

    def shows(self, person: PersonId, blob: BlobId) -> bool:
        """Whether somebody may read a message that shows this file: it was not removed."""
        with published(self._database) as (tx, _):
            return bool(tx.all(READABLE, (tx.list_of([blob]), person)))

    def rows(self, stream: StreamId, first: int, last: int) -> list[CopyRow]:
        """Return a conversation's records from one number to another."""
        with published(self._database) as (tx, _):
            return tx.all(ROWS, (stream, first, last))

    def one(self, event: EventId) -> CopyRow | None:
        """Return one record of any stream; None where there is none."""
        with published(self._database) as (tx, _):
            return tx.one(ONE, (event_bytes(event),))
