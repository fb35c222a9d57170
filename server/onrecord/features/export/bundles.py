"""Make one bundle: records with proofs, the case's access records, and the manifest. Blocks.

(1) the access records of the case, up to the export's own
(2) a checkpoint that covers them: the archive signs one about every second
(3) each record with its leaf and its proof against that checkpoint, and what was noted about it
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from time import sleep

from msgspec import Struct

from onrecord.core.domain.errors import OnRecordError, Unavailable
from onrecord.features.compliance.access import stream_of
from onrecord.features.compliance.notes import noted
from onrecord.features.compliance.ports import ComplianceStore, StoredRecord
from onrecord.features.compliance.spans import Numbers
from onrecord.observability.points import Points
from onrecord_archive.bundle import BundleRecord, Slice, record_leaf
from onrecord_archive.bundle_write import BundleWriter, Content, no_files
from onrecord_archive.format.checkpoint import Policy
from onrecord_archive.format.errors import Corrupt, WriteFailed
from onrecord_archive.reader.archive import Archive

READ_AT_ONCE = 500
CHECKPOINT_SECONDS = 30.0
POLL_SECONDS = 0.1
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class Cancelled(OnRecordError):
    """The officer does not want it any more, or the service stops."""


class Order(Struct, frozen=True):
    """What to make: the slice that the export's record names, and which records these are.

    `number` is the export's record in the case's stream. `indexes` are a search's records by
    archive_index, ascending.
    """

    case: str
    number: int
    slice_: Slice
    source: Numbers | Sequence[int]


class Made(Struct, frozen=True):
    """A finished file: its size in bytes and SHA-256, hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BundleMaker:
    """Makes bundles of one archive."""

    store: ComplianceStore
    archive: Path
    policy: Policy
    points: Points
    files: Content = no_files

    def make(self, order: Order, target: Path, progress: Callable[[int], None]) -> Made:
        """Write the bundle to a new file, mode 0600, in a folder that its owner alone reads.

        *progress* is told how many records are written; what it raises ends the work and is raised.
        Raises Unavailable, Cancelled, or onrecord_archive's ArchiveError; nothing is left then.
        """
        try:
            target.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            self._write(order, target, progress)
            target.chmod(PRIVATE_FILE)
            with target.open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()
            return Made(target.stat().st_size, digest)
        except OSError as error:
            target.unlink(missing_ok=True)
            raise WriteFailed(f"{error.filename}: {error.strerror}") from error

    def _write(self, order: Order, target: Path, progress: Callable[[int], None]) -> None:
        archive = Archive(self.archive)
        audit = self.store.records(stream_of(order.case), 1, order.number)  # (1)
        checkpoint = self._checkpoint(archive, audit[-1].archive_index, progress)  # (2)
        book, notes = _Book(archive, checkpoint), list[StoredRecord]()
        BundleWriter(target, order.slice_, checkpoint, self.policy).write(
            self._written(book, order.source, notes, audit[-1].archive_index),  # (3)
            [book.entry(record) for record in audit],
            progress,
            self.files,
            _entries(book, notes),
        )

    def _written(
        self,
        book: "_Book",
        source: Numbers | Sequence[int],
        notes: list[StoredRecord],
        upto: int,
    ) -> Iterator[BundleRecord]:
        """Yield each record; what was noted about them before `upto` is in *notes* by the end."""
        for records in self._records(source):
            notes += noted(self.store, records, upto=upto)
            for record in records:
                self.points.reach("exporting")
                yield book.entry(record)

    def _checkpoint(self, archive: Archive, index: int, progress: Callable[[int], None]) -> bytes:
        for _ in range(round(CHECKPOINT_SECONDS / POLL_SECONDS)):
            progress(0)
            checkpoint = archive.checkpoint()
            if self.policy.open(checkpoint).size > index:
                return checkpoint
            sleep(POLL_SECONDS)
        detail = "The archive has not signed what the export needs. Try again."
        raise Unavailable("archive_unavailable", detail)

    def _records(self, source: Numbers | Sequence[int]) -> Iterator[Sequence[StoredRecord]]:
        if isinstance(source, Numbers):
            for start in range(source.first, source.last + 1, READ_AT_ONCE):
                end = min(start + READ_AT_ONCE - 1, source.last)
                yield self.store.records(source.conversation.id, start, end)
        else:
            for start in range(0, len(source), READ_AT_ONCE):
                yield self.store.records_at(source[start : start + READ_AT_ONCE])


def _entries(book: "_Book", notes: Sequence[StoredRecord]) -> Iterator[BundleRecord]:
    for note in sorted(notes, key=lambda note: note.archive_index):
        yield book.entry(note)


class _Book:
    """Leaves and proofs against one checkpoint."""

    def __init__(self, archive: Archive, checkpoint: bytes) -> None:
        self._archive = archive
        self._checkpoint = checkpoint

    def entry(self, record: StoredRecord) -> BundleRecord:
        """Return a record as a bundle has it. Raises Corrupt: the database says something else."""
        index, plain = record.archive_index, record.plain
        entry = BundleRecord(
            archive_index=index,
            leaf=self._archive.leaf(index),
            proof=self._archive.tlog_proof(index, self._checkpoint).hashes,
            plain=plain,
        )
        if plain is not None and plain.pt().hex() != record_leaf(entry).pt:
            raise Corrupt("the database's row is not what the leaf commits to", index=index)
        return entry
