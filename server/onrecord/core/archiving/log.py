"""The archive as the batch uses it: rows in, their places out; the sealer and the log behind."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import UNSET, UnsetType

from onrecord.core.domain.values import Event
from onrecord.core.journal.heads import ArchivedRow, JournalRow
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.messages import FileStored
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.format.record import format_time
from onrecord_archive.reader.archive import Archive
from onrecord_archive.writer.entries import RecordInput
from onrecord_archive.writer.log import LogWriter
from onrecord_archive.writer.sealer import Sealer

KEY_SHARE = 4
"""A batch takes so many times as much in the log as its new data keys do in a key store."""


class SealedLog:
    """Seals and appends. Belongs to the one writer thread; every method blocks.

    `integrate` and `look` may overlap, from another. `append`, `prove_room` and `reopen` raise
    WriteFailed (no room or an I/O error: the archive has failed, `reopen` may be tried later) and
    SyncFailed (the process ends).

    Rotation is the caller's (`full`, `reopen`), since a new tail takes a new epoch from the
    database; the writer's own limit must be out of reach.
    """

    def __init__(
        self, directory: Path, writer: LogWriter, sealer: Sealer, *, tail_bytes: int
    ) -> None:
        self._directory = directory
        self._tail_bytes = tail_bytes
        self._writer = writer
        self._sealer = sealer
        self._appended = 0

    @property
    def size(self) -> int:
        """The number of leaves, and so the next archive_index."""
        return self._writer.size

    def append(self, rows: Sequence[JournalRow]) -> list[ArchivedRow]:
        """Seal and append rows; durable when it returns. Raises WriteFailed or SyncFailed."""
        records = [_input(row) for row in rows]
        entries = self._sealer.seal(records, self._writer.size, epoch=self._writer.epoch)
        self._writer.append(entries)
        self._appended += sum([len(entry.leaf) + len(entry.body) for entry in entries])
        places = [entry for entry in entries if entry.event_id is not None]
        return [
            ArchivedRow(row.key, place.index, bytes.fromhex(place.ct), bytes.fromhex(place.key_id))
            for row, place in zip(rows, places, strict=True)
        ]

    def prove_room(self, size: int) -> None:
        """Write *size* bytes and take them back, a part of it in each key store."""
        self._sealer.prove_room(size // KEY_SHARE)
        self._writer.prove_room(size)

    def require_in_place(self) -> None:
        """Raise Corrupt if the log's files were moved or deleted under this process.

        So with a key store's WAL. Raises WriteFailed while a key store is not at its path.
        """
        self._writer.require_in_place()
        self._sealer.require_in_place()

    def reopen(self, epoch: int) -> None:
        """Begin a new tail: this one is full, or a write failed. Raises WriteFailed, SyncFailed."""
        self._writer.open_new_tail(epoch)
        self._appended = 0

    @property
    def full(self) -> bool:
        """Whether it is time for a new tail."""
        return self._appended >= self._tail_bytes

    def records(self, first: int) -> Iterator[tuple[EventId, ArchivedRow]]:
        """Yield the record leaves from an index on (their rows' keys are 0)."""
        for entry in Archive(self._directory).entries(first, self._writer.size):
            leaf = decode_leaf(entry.leaf)
            if isinstance(leaf, RecordLeaf):
                ct, key_id = bytes.fromhex(leaf.ct), bytes.fromhex(leaf.key_id)
                yield EventId(leaf.event_id), ArchivedRow(0, entry.index, ct, key_id)

    def integrate(self, published: int) -> None:
        """Write full tiles and sign a checkpoint of what is published; about once a second."""
        self._writer.integrate(published)

    def look(self) -> None:
        """Raise WriteFailed while a key store cannot be read, Corrupt if somebody changed it."""
        self._sealer.require_whole()


def _input(row: JournalRow) -> RecordInput:
    event = row.event
    return RecordInput(
        event_id=event.event_id,
        stream=event.stream.id,
        conv_seq=event.conv_seq,
        msg_no=event.msg_no,
        type=event.payload.type,
        at=format_time(event.at),
        retention_class=row.retention_class,
        prev=row.prev,
        pt=row.pt,
        shown=row.shown,
        salt_s=row.salt_s,
        kept=row.kept,
        salt_k=row.salt_k,
        blob=_blob(event),
    )


def _blob(event: Event) -> Blob | UnsetType:
    payload = event.payload
    if not isinstance(payload, FileStored):
        return UNSET
    return Blob(ct=payload.blob.ct, id=payload.blob.id, size=payload.blob.size)
