"""Make one bundle: records with proofs, the case's access records, and the manifest. Blocks.

(1) the access records of the case, up to the export's own
(2) a checkpoint that covers them: the archive signs one about every second
(3) each record with its leaf and its proof against that checkpoint, and what was noted about it
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct

from onrecord.features.compliance.access import stream_of
from onrecord.features.compliance.notes import noted
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.spans import Numbers
from onrecord.features.compliance.values import StoredRecord
from onrecord.features.proof_packages.service import (
    READ_AT_ONCE,
    Made,
    Progress,
    archived,
    checkpoint_over,
    make_file,
    make_folder,
)
from onrecord.observability.points import Points
from onrecord_archive.format.checkpoint import Policy
from onrecord_archive.proof_package.bundle import BundleRecord, Slice
from onrecord_archive.proof_package.bundle_writer import BundleWriter
from onrecord_archive.proof_package.writing import Content, no_files
from onrecord_archive.reader.archive import Archive


class Order(Struct, frozen=True):
    """What to make: the slice that the export's record names, and which records these are.

    `number` is the export's record in the case's stream. `indexes` are a search's records by
    archive_index, ascending.
    """

    case: str
    number: int
    slice_: Slice
    source: Numbers | Sequence[int]


@dataclass(frozen=True, slots=True)
class BundleMaker:
    """Makes bundles of one archive."""

    store: ComplianceStore
    archive: Path
    policy: Policy
    points: Points
    files: Content = no_files

    def make(self, order: Order, target: Path, progress: Progress) -> Made:
        """Write the bundle to a new file, mode 0600, in a folder that its owner alone reads.

        *progress* is told how many records are written; what it raises ends the work and is raised.
        Raises Unavailable, Cancelled, or onrecord_archive's ArchiveError; nothing is left then.
        """
        make_folder(target)
        return make_file(target, lambda: self._write(order, target, progress))

    def _write(self, order: Order, target: Path, progress: Progress) -> None:
        archive = Archive(self.archive)
        audit = self.store.records(stream_of(order.case), 1, order.number)  # (1)
        checkpoint = checkpoint_over(
            audit[-1].archive_index, archive, self.policy, progress, what="export"
        )  # (2)
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
        return archived(self._archive, record.archive_index, record.plain, self._checkpoint)
