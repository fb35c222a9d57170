"""The one statement of the auditor: what the database holds of archived records."""

from msgspec import Struct

from onrecord.core.store.snapshot import published
from onrecord.database.columns import event_id
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord_archive.events.ids import EventId

HELD = sql(
    """SELECT a.archive_index, j.event_id, j.conv_seq, j.prev, j.pt, a.ct,
        b.shown, b.salt_s, b.kept, b.salt_k
    FROM archived a JOIN journal j ON j.key = a.key LEFT JOIN journal_body b ON b.key = a.key
    WHERE a.archive_index >= ? AND a.archive_index < ? ORDER BY a.archive_index"""
)


class HeldRow(Struct, frozen=True):
    """What the database holds of an archived record; `prev`, `pt`, `ct` are 32 bytes.

    `body` is (shown, salt_s, kept, salt_k), absent where its window is over.
    """

    archive_index: int
    event_id: EventId
    conv_seq: int
    prev: bytes
    pt: bytes
    ct: bytes
    body: tuple[bytes, bytes, bytes, bytes] | None


class Held(Struct, frozen=True):
    """Rows of one snapshot, and its position: what the log holds from there on comes later."""

    rows: list[HeldRow]
    position: int


class AuditStore:
    """The database's side. Blocks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def held(self, first: int, end: int) -> Held:
        """Return the archived records with first <= archive_index < end, in that order.

        Raises Unavailable, also while what was published before has to be published again.
        """
        with published(self._database) as (tx, position):
            rows = tx.all(HELD, (first, end))
        held = [
            HeldRow(
                archive_index=index,
                event_id=event_id(bytes(event)),
                conv_seq=seq,
                prev=bytes(prev),
                pt=bytes(own),
                ct=bytes(ct),
                body=None
                if shown is None
                else (bytes(shown), bytes(salt_s), bytes(kept), bytes(salt_k)),
            )
            for index, event, seq, prev, own, ct, shown, salt_s, kept, salt_k in rows
        ]
        return Held(held, position)
